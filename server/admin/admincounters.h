// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace herd {

/// What the admin port counts itself; it shows it in `status`.
struct AdminCounters {
    std::int64_t connections = 0;  ///< open now
    std::uint64_t requests = 0;
    std::uint64_t requestsRefused = 0;
    std::uint64_t linesInvalid = 0;  ///< no JSON object, or too long
    std::uint64_t tokensWrong = 0;
    std::uint64_t connectionsRefused = 0;  ///< closed at once
    std::uint64_t connectionsStalled = 0;  ///< closed because nothing was read
};

}  // namespace herd
