// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace herd {

/// Says which thread's turn it is to use what several share. Unlike a std::mutex it is fair: who
/// has waited for `patience` is the next, in order of arrival, however busy the others are. Until
/// then a running thread may come first, which spares a switch of threads for each turn. Owned by
/// who owns what is shared; fits std::lock_guard.
class TurnLock {
  public:
    static constexpr std::chrono::microseconds patience{1'000};

    TurnLock() = default;
    TurnLock(const TurnLock&) = delete;
    TurnLock& operator=(const TurnLock&) = delete;
    ~TurnLock();

    /// Waits for the turn. Not for a thread that has it.
    void lock();
    void unlock();

    /// For a thread that has the turn and would not be through for long: lets the one that has
    /// waited longest have its turn, and waits for another behind all the others. At once when
    /// nobody waits.
    void giveWay();

    /// Threads that wait for a turn now.
    [[nodiscard]] std::size_t waiting() const;

    /// The calling thread gives its turn away for the life of this. Null: nothing is shared.
    class Pause {
      public:
        explicit Pause(TurnLock* turns) : turns_(turns) {
            if (turns_ != nullptr) {
                turns_->unlock();
            }
        }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;
        ~Pause() {
            if (turns_ != nullptr) {
                turns_->lock();
            }
        }

      private:
        TurnLock* turns_;
    };

  private:
    using Clock = std::chrono::steady_clock;

    struct Waiter {
        std::condition_variable changed;
        Clock::time_point since = Clock::now();
        bool woken = false;   ///< to look whether the turn is free
        bool served = false;  ///< has the turn
    };

    void await(std::unique_lock<std::mutex>& lock);
    void serveFirst();

    mutable std::mutex mutex_;
    bool taken_ = false;
    std::deque<Waiter*> waiters_;  ///< in order of arrival
};

}  // namespace herd
