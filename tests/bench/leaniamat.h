// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// IAMAT and its answer for the yardstick, in as few steps as will do. The grammar is that of
/// herd::wire, which the tests compare it with; it is written a second time so that the yardstick
/// shows what the first one costs.
namespace herd::bench {

struct LeanIamat {
    std::string_view client;
    std::string_view position;
    std::string_view time;
    std::int64_t timeNs = 0;
};

/// Nothing for every line that is not a valid IAMAT. `line` without its LF.
[[nodiscard]] std::optional<LeanIamat> parseLeanIamat(std::string_view line);

/// Appends the answer with its LF. `prefix`: `AT <server> `.
void appendLeanAnswer(std::string& out, std::string_view prefix, const LeanIamat& iamat,
                      std::int64_t rxNs);

}  // namespace herd::bench
