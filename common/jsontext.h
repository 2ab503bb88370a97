// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace herd {

/// Appends `text` as a JSON string with its quotes. Quotes, backslashes and all control characters
/// (U+0000 to U+001F, U+007F to U+009F, the line separators U+2028 and U+2029) are escaped, bytes
/// that are not UTF-8 become U+FFFD; the rest stays as it is.
void appendJsonString(std::string& out, std::string_view text);

}  // namespace herd
