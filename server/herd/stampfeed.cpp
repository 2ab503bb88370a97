// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stampfeed.h"

namespace herd {

StampFeed::StampFeed(const StampTable& table, const ChangeRing& ring) : table_(table), ring_(ring) {
    begin();
}

void StampFeed::begin() {
    clientsAtStart_ = table_.clients();
    slotsAtStart_ = table_.size();
    cursor_ = ring_.seq();
    toldAll_ = slotsAtStart_ == 0;
    waiting_.clear();
    waiting_.insertBelow(slotsAtStart_);
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
    while (const std::optional<SlotNumber> number = waiting_.takeNext()) {
        // The sweep begins at slot 0 and passes none of them by.
        toldAll_ = toldAll_ || *number + 1 == slotsAtStart_;
        const Slot& slot = table_.slot(*number);
        if (!slot.isFree() && !slot.isTombstone()) {
            return table_.stamp(*number);
        }
    }
    return std::nullopt;
}

void StampFeed::noteGone(std::string_view client) {
    if (goneBytes_ + client.size() > goneBytesMax) {
        gone_.clear();
        goneBytes_ = 0;
        restarts_ = true;
        begin();
        return;
    }
    goneBytes_ += client.size();
    gone_.emplace_back(client);
}

std::optional<std::string> StampFeed::nextGone() {
    if (gone_.empty()) {
        return std::nullopt;
    }
    std::string client = std::move(gone_.front());
    gone_.pop_front();
    goneBytes_ -= client.size();
    return client;
}

}  // namespace herd
