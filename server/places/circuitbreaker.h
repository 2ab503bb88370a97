// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>

namespace herd {

/// Spares a service that fails: after `failuresMax` failed sends in a row nothing is admitted for
/// the length of the pause, then a single trial; its success ends the pause, its failure begins
/// the next one. What was sent before the pause and comes back well ends it too. Owned by the
/// guard, which reports every send it was admitted for.
class CircuitBreaker {
  public:
    using Clock = std::function<std::chrono::milliseconds()>;

    CircuitBreaker(int failuresMax, std::chrono::milliseconds pause, Clock clock)
        : failuresMax_(failuresMax), pause_(pause), clock_(std::move(clock)) {}

    /// Whether a send may go out now. The first yes after a pause is the trial.
    [[nodiscard]] bool admit();

    void succeeded();
    void failed();

    /// The send was given up before anything could be learnt from it.
    void abandoned();

    bool isPaused() const { return state_ != State::closed; }

  private:
    enum class State { closed, paused, trial };

    void beginPause();

    int failuresMax_;
    std::chrono::milliseconds pause_;
    Clock clock_;
    State state_ = State::closed;
    int failures_ = 0;
    std::chrono::milliseconds pausedUntil_{0};
};

}  // namespace herd
