// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

namespace herd {

/// How long to wait before the next attempt: 0.2 s, doubling to 2 s, each spread by 25 % either way
/// so that nodes that lost the same neighbour do not come back in step. Pure; dice come from
/// outside.
class Backoff {
  public:
    static constexpr int firstMs = 200;
    static constexpr int lastMs = 2'000;
    static constexpr int jitterPercent = 25;
    static constexpr int holdMs = 10'000;

    /// `dice` gives numbers of [0, 1).
    explicit Backoff(std::function<double()> dice);

    /// The wait before the next attempt, in milliseconds; the one after it waits longer.
    [[nodiscard]] int nextMs();

    /// The next wait is `holdMs`, without jitter: the other side does not want us now.
    void hold() { held_ = true; }

    /// The connection is good: begin at `firstMs` again. Ends a hold as well.
    void reset();

  private:
    std::function<double()> dice_;
    int stepMs_ = firstMs;
    bool held_ = false;
};

}  // namespace herd
