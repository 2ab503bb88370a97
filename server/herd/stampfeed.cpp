// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stampfeed.h"

namespace herd {

StampFeed::StampFeed(const StampTable& table, const ChangeRing& ring)
    : table_(table),
      ring_(ring),
      clientsAtStart_(table.size()),
      cursor_(ring.seq()),
      toldAll_(clientsAtStart_ == 0) {
    waiting_.insertBelow(clientsAtStart_);
}

void StampFeed::noteChanges() {
    if (!ring_.remembersAllAfter(cursor_)) {
        waiting_.insertBelow(table_.size());
        cursor_ = ring_.seq();
    }
    while (cursor_ != ring_.seq()) {
        waiting_.insert(ring_.slotOf(++cursor_));
    }
}

std::optional<Stamp> StampFeed::next() {
    const std::optional<SlotNumber> slot = waiting_.takeNext();
    if (!slot) {
        toldAll_ = true;
        return std::nullopt;
    }
    // The first round ends where the sweep comes to a newer client or begins again.
    toldAll_ = toldAll_ || *slot >= clientsAtStart_ || *slot < firstRound_;
    firstRound_ = *slot + 1;
    toldAll_ = toldAll_ || firstRound_ == clientsAtStart_;
    return table_.stamp(*slot);
}

}  // namespace herd
