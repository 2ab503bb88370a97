// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace herd {

/// Where the core's random numbers come from: the operating system in a server, a seed in the
/// simulator. The owner keeps it alive as long as the core.
class Dice {
  public:
    Dice() = default;
    Dice(const Dice&) = delete;
    Dice& operator=(const Dice&) = delete;
    virtual ~Dice() = default;

    /// Any of the 2^64 values, each as likely.
    virtual std::uint64_t roll() = 0;
};

}  // namespace herd
