// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tests/bench/figures.h"

namespace herd::bench {

struct ReturnPlan {
    std::string program;  ///< herd-server
    std::uint64_t clients = 0;
    std::uint64_t sample = 0;  ///< of them, whose stamps are compared at the end
};

/// A node whose journal holds so many clients is started again: how long until it answers with what
/// it knew, from the start of the program.
[[nodiscard]] Figures measureRestart(const ReturnPlan& plan);

/// One of two nodes was away while so many clients reported to the other one: how long until it has
/// them, from the start of its program, and what processor time each cost it, its journal included.
/// It has them when its admin port says so.
[[nodiscard]] Figures measureRejoin(const ReturnPlan& plan);

}  // namespace herd::bench
