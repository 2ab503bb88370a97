// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "tests/bench/figures.h"
#include "tests/bench/socket.h"

namespace herd::bench {

struct PlacesPlan {
    Address server;
    int inFlight = 16;
    int radiusKilometres = 10;
    int bound = 5;
    std::int64_t warmUpNs = 0;
    std::int64_t measureNs = 0;
    pid_t serverProcess = 0;
};

/// WHATSAT in a closed loop, one question under way on each connection, about clients all over the
/// inhabited world. Each answer must be the client's and good. Throws Failure.
[[nodiscard]] Figures measurePlaces(const PlacesPlan& plan);

}  // namespace herd::bench
