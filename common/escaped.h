// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace herd {

/// Appends `bytes` so that only printable ASCII comes out: that as it stands, a backslash too, and
/// everything else as `\n`, `\r`, `\t` or `\xHH`. How bytes from outside stand in a log
/// (PROTOCOL.md, Logs).
void appendEscaped(std::string& out, std::string_view bytes);

}  // namespace herd
