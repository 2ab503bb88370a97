// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/turnlock.h"

#include "common/check.h"

namespace herd {

TurnLock::~TurnLock() {
    HERD_CHECK(!taken_ && waiters_.empty());
}

void TurnLock::lock() {
    std::unique_lock lock(mutex_);
    if (!taken_) {
        taken_ = true;
        return;
    }
    await(lock);
}

void TurnLock::unlock() {
    const std::lock_guard lock(mutex_);
    HERD_CHECK(taken_);
    if (waiters_.empty()) {
        taken_ = false;
        return;
    }
    Waiter& first = *waiters_.front();
    if (Clock::now() - first.since >= patience) {
        serveFirst();
        return;
    }
    taken_ = false;
    if (!first.woken) {
        first.woken = true;
        first.changed.notify_one();
    }
}

void TurnLock::giveWay() {
    std::unique_lock lock(mutex_);
    HERD_CHECK(taken_);
    if (!waiters_.empty()) {
        serveFirst();
        await(lock);
    }
}

std::size_t TurnLock::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiters_.size();
}

/// Hands the turn over without its being free in between.
void TurnLock::serveFirst() {
    Waiter& first = *waiters_.front();
    waiters_.pop_front();
    first.served = true;
    first.changed.notify_one();
}

void TurnLock::await(std::unique_lock<std::mutex>& lock) {
    Waiter self;
    waiters_.push_back(&self);
    while (true) {
        self.changed.wait(lock, [&self] { return self.woken || self.served; });
        if (self.served) {
            return;
        }
        // Only the first is woken; it stays the first when somebody else was faster.
        self.woken = false;
        if (!taken_) {
            taken_ = true;
            waiters_.pop_front();
            return;
        }
    }
}

}  // namespace herd
