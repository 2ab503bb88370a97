// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <variant>

#include "common/tomltable.h"

namespace herd {

/// Parses a text as TOML or says what is wrong with it. Letters outside ASCII may stand in comments
/// and strings, but not behind a backslash, nor behind one that joins lines: elsewhere toml++ 3.3.0
/// asks of each whether it is white space, and leaves defined behaviour at most of them.
[[nodiscard]] std::variant<toml::table, TableReader::Problem> parseToml(std::string_view text);

}  // namespace herd
