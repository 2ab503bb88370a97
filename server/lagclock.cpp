// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/lagclock.h"

#include <algorithm>
#include <utility>

namespace herd {

void LagClock::note(std::uint64_t seq, std::int64_t nowMs) {
    if (seq <= known_) {
        return;
    }
    known_ = seq;
    if (notes_.size() >= notesMax) {
        // Two neighbours become one, which is as old as the older: a lag is told too long rather
        // than too short.
        std::deque<Note> rarer;
        for (std::size_t i = 0; i + 1 < notes_.size(); i += 2) {
            rarer.push_back({notes_[i + 1].seq, notes_[i].sinceMs});
        }
        notes_ = std::move(rarer);
    }
    notes_.push_back({seq, nowMs});
}

void LagClock::acknowledge(std::uint64_t seq) {
    while (!notes_.empty() && notes_.front().seq <= seq) {
        notes_.pop_front();
    }
    known_ = std::max(known_, seq);
}

std::int64_t LagClock::lagMs(std::int64_t nowMs) const {
    return notes_.empty() ? 0 : nowMs - notes_.front().sinceMs;
}

}  // namespace herd
