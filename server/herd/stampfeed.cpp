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
        return std::nullopt;
    }
    // The sweep begins at slot 0 and passes none of them by.
    toldAll_ = toldAll_ || *slot + 1 == clientsAtStart_;
    return table_.stamp(*slot);
}

}  // namespace herd
