// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/lagclock.h"

#include <algorithm>
#include <cstddef>

namespace herd {

void LagClock::note(std::uint64_t seq, std::int64_t nowMs) {
    if (seq <= known_) {
        return;
    }
    known_ = seq;
    if (notes_.size() >= notesMax) {
        joinTwo();
    }
    notes_.push_back({seq, nowMs, nowMs});
}

/// Two neighbours become one, which is as old as the older: a lag is told too long rather than too
/// short, and by as little as can be.
void LagClock::joinTwo() {
    std::size_t best = 0;
    const auto span = [this](std::size_t first) {
        return notes_[first + 1].untilMs - notes_[first].sinceMs;
    };
    for (std::size_t first = 1; first + 1 < notes_.size(); ++first) {
        best = span(first) < span(best) ? first : best;
    }
    notes_[best + 1].sinceMs = notes_[best].sinceMs;
    notes_.erase(notes_.begin() + static_cast<std::ptrdiff_t>(best));
}

void LagClock::acknowledge(std::uint64_t seq) {
    const auto missing = std::ranges::upper_bound(notes_, seq, {}, &Note::seq);
    notes_.erase(notes_.begin(), missing);
    known_ = std::max(known_, seq);
}

std::int64_t LagClock::lagMs(std::int64_t nowMs) const {
    return notes_.empty() ? 0 : nowMs - notes_.front().sinceMs;
}

}  // namespace herd
