// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include "server/tcp/epolldispatcher.h"
#include "server/tcp/turnlock.h"

namespace herd {

/// What a thread with an event loop shares with others: while this lives the thread has the turn,
/// but when its dispatcher waits for events and when it gives it away itself. Made on that thread;
/// owned by who owns what is shared.
class LoopTurns {
  public:
    explicit LoopTurns(EpollDispatcher& dispatcher) : dispatcher_(dispatcher) {
        turns_.lock();
        dispatcher_.setTurns(&turns_);
    }
    LoopTurns(const LoopTurns&) = delete;
    LoopTurns& operator=(const LoopTurns&) = delete;
    ~LoopTurns() {
        dispatcher_.setTurns(nullptr);
        turns_.unlock();
    }

    [[nodiscard]] TurnLock& turns() { return turns_; }

  private:
    EpollDispatcher& dispatcher_;
    TurnLock turns_;
};

}  // namespace herd
