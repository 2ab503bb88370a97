// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "tests/bench/figures.h"
#include "tests/bench/socket.h"

namespace herd::bench {

struct ChurnPlan {
    Address server;
    int atOnce = 20;  ///< connections that are open
    std::int64_t warmUpNs = 0;
    std::int64_t measureNs = 0;
    pid_t serverProcess = 0;
};

/// Short connections, one after the other in each of several places: connect, one IAMAT, its
/// answer, which is verified, close. Throws Failure.
[[nodiscard]] Figures measureChurn(const ChurnPlan& plan);

}  // namespace herd::bench
