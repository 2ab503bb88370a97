// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/deadlinewheel.h"

#include <algorithm>

#include "common/check.h"

namespace herd {

DeadlineWheel::Anchor::Anchor() {
    previous_ = this;
    next_ = this;
}

void DeadlineWheel::Entry::unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = nullptr;
    next_ = nullptr;
}

DeadlineWheel::DeadlineWheel(std::int64_t tickMs, std::int64_t nowMs)
    : tickMs_(tickMs), tick_(nowMs / tickMs), slots_(slotCount) {
    HERD_CHECK(tickMs > 0);
}

DeadlineWheel::~DeadlineWheel() {
    HERD_CHECK(count_ == 0);
}

void DeadlineWheel::set(Entry& entry, std::int64_t deadlineMs) {
    clear(entry);
    entry.deadlineMs_ = deadlineMs;
    link(entry);
    ++count_;
}

void DeadlineWheel::clear(Entry& entry) {
    if (entry.isSet()) {
        entry.unlink();
        --count_;
    }
}

void DeadlineWheel::link(Entry& entry) {
    const std::int64_t due = (entry.deadlineMs_ + tickMs_ - 1) / tickMs_;
    const std::int64_t at = std::clamp(due, tick_ + 1, tick_ + slotCount - 1);
    Anchor& anchor = slots_[static_cast<std::size_t>(at % slotCount)];
    entry.previous_ = anchor.previous_;
    entry.next_ = &anchor;
    anchor.previous_->next_ = &entry;
    anchor.previous_ = &entry;
}

void DeadlineWheel::advance(std::int64_t nowMs) {
    const std::int64_t target = nowMs / tickMs_;
    // Past one whole turn every slot has been seen, so the rest of a long gap needs no steps.
    if (target - tick_ > slotCount) {
        tick_ = target - slotCount;
    }
    while (tick_ < target) {
        advanceTick();
    }
}

void DeadlineWheel::advanceTick() {
    ++tick_;
    Anchor& anchor = slots_[static_cast<std::size_t>(tick_ % slotCount)];
    // One at a time from the front: each call may unlink any other. New ones go to other slots.
    while (anchor.next_ != &anchor) {
        Entry& entry = *anchor.next_;
        entry.unlink();
        if (entry.deadlineMs_ > tick_ * tickMs_) {
            link(entry);
            continue;
        }
        --count_;
        entry.onDeadline();
    }
}

}  // namespace herd
