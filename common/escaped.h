// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace herd {

/// Appends `bytes` so that only printable ASCII comes out and no two inputs look alike: everything
/// else as `\n`, `\r`, `\t` or `\xHH`, and the backslash itself doubled. How bytes from outside
/// stand in a log.
void appendEscaped(std::string& out, std::string_view bytes);

}  // namespace herd
