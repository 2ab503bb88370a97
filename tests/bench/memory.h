// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "tests/bench/figures.h"
#include "tests/bench/socket.h"

namespace herd::bench {

struct MemoryPlan {
    Address server;
    pid_t serverProcess = 0;
    std::int64_t stillNs = 1'000'000'000;  ///< memory that has not changed for so long is settled
    std::uint64_t clients = 1'000'000;
    std::int64_t connections = 2'000;
    std::uint64_t sample = 1'000;  ///< clients asked for afterwards with WHATSAT; 0 where unknown
};

/// What the server's resident memory grows by for each of `clients` new clients, and how fast they
/// went in. The sample proves that they are kept: each is answered with its own stamp.
[[nodiscard]] Figures measureClientMemory(const MemoryPlan& plan);

/// What it grows by for each of `connections` open connections: silent ones, and the same after one
/// IAMAT each.
[[nodiscard]] Figures measureConnectionMemory(const MemoryPlan& plan);

}  // namespace herd::bench
