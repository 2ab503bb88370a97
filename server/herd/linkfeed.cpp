// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/linkfeed.h"

#include <algorithm>

#include "common/check.h"
#include "common/wire.h"

namespace herd {

LinkFeed::LinkFeed(const StampTable& table, const ChangeRing& ring, const Digest& digest,
                   SessionNumber session, std::size_t scanSlotsMax)
    : table_(table), ring_(ring), digest_(digest), session_(session), scanSlotsMax_(scanSlotsMax) {}

void LinkFeed::resumeAfter(std::uint64_t seq) {
    HERD_CHECK(seq <= ring_.seq());
    marked_ = seq;
    if (ring_.remembersAllAfter(seq)) {
        lagging_ = false;
        cursor_ = seq;
    } else {
        lagFrom(seq);
    }
}

void LinkFeed::awaitComparison() {
    lagging_ = true;
    awaitingTop_ = true;
}

void LinkFeed::noteChange(SlotNumber slot) {
    HERD_CHECK(lagging_);
    pending_.insert(slot);
}

std::optional<Need> LinkFeed::compareTop(std::span<const std::uint64_t> sums) {
    const std::span<const std::uint64_t> own = digest_.superSums();
    if (sums.size() != own.size() || !awaitedDetails_.empty()) {
        return std::nullopt;
    }
    if (!lagging_) {
        lagFrom(cursor_);
    }
    Need need;
    need.superBucketCount = static_cast<std::uint32_t>(own.size());
    for (std::uint32_t superBucket = 0; superBucket < own.size(); ++superBucket) {
        if (sums[superBucket] != own[superBucket]) {
            need.superBuckets.push_back(superBucket);
        }
    }
    awaitingTop_ = false;
    comparedSeq_ = ring_.seq();
    markDue_ = true;
    awaitedDetails_ = need.superBuckets;
    differingBuckets_.assign(digest_.buckets(), false);
    return need;
}

bool LinkFeed::compareDetail(std::uint32_t superBucket, std::span<const std::uint64_t> sums) {
    const auto awaited = std::find(awaitedDetails_.begin(), awaitedDetails_.end(), superBucket);
    if (awaited == awaitedDetails_.end() || sums.size() != digest_.bucketsPerSuper()) {
        return false;
    }
    const std::span<const std::uint64_t> own = digest_.bucketSums(superBucket);
    for (std::size_t bucket = 0; bucket < own.size(); ++bucket) {
        if (sums[bucket] != own[bucket]) {
            differingBuckets_[superBucket * digest_.bucketsPerSuper() + bucket] = true;
        }
    }
    awaitedDetails_.erase(awaited);
    if (awaitedDetails_.empty()) {
        // A search that was under way starts over, so that one walk serves both.
        const std::uint64_t after = scan_ ? scan_->after : ring_.seq();
        scan_ = Scan{after, std::move(differingBuckets_), 0};
    }
    return true;
}

void LinkFeed::fill(std::string& out, std::size_t bytesMax) {
    if (!lagging_ && !ring_.remembersAllAfter(cursor_)) {
        lagFrom(cursor_);
    }
    if (scan_) {
        scanSome();
    }
    while (out.size() < bytesMax) {
        if (lagging_ ? sendNextBit(out) : sendNextChange(out)) {
            continue;
        }
        if (lagging_) {
            if (scan_ || comparing()) {
                return;
            }
            lagging_ = false;
            cursor_ = ring_.seq();
            pending_.clear();
        }
        if (markDue_ || marked_ != ring_.seq()) {
            markDue_ = false;
            marked_ = ring_.seq();
            wire::appendMark(out, marked_);
        }
        return;
    }
}

std::uint64_t LinkFeed::changesWaiting() const {
    return lagging_ ? pending_.count() : ring_.seq() - cursor_;
}

/// Forgets the cursor: from now on each change sets its bit, and a search finds the earlier ones.
void LinkFeed::lagFrom(std::uint64_t seq) {
    lagging_ = true;
    scan_ = Scan{seq, {}, 0};
}

void LinkFeed::scanSome() {
    const auto end =
        static_cast<SlotNumber>(std::min<std::size_t>(table_.size(), scan_->next + scanSlotsMax_));
    for (; scan_->next < end; ++scan_->next) {
        const Slot& slot = table_.slot(scan_->next);
        const bool differs = !scan_->buckets.empty() && scan_->buckets[slot.bucket];
        if (!slot.isFree() && (slot.lastSeq > scan_->after || differs)) {
            pending_.insert(scan_->next);
        }
    }
    if (end == table_.size()) {
        scan_.reset();
    }
}

bool LinkFeed::sendNextBit(std::string& out) {
    const std::optional<SlotNumber> number = pending_.takeNext();
    if (!number) {
        return false;
    }
    const Slot& slot = table_.slot(*number);
    // What the peer itself told before the tables differed it may have lost, or let expire behind
    // something newer.
    const bool echo = slot.fromSession == session_ && slot.lastSeq > comparedSeq_;
    if (!slot.isFree() && !echo) {
        send(out, *number);
    }
    return true;
}

bool LinkFeed::sendNextChange(std::string& out) {
    if (cursor_ == ring_.seq()) {
        return false;
    }
    ++cursor_;
    const SlotNumber number = ring_.slotOf(cursor_);
    const Slot& slot = table_.slot(number);
    const bool superseded = slot.lastSeq != cursor_;
    if (!superseded && slot.fromSession != session_) {
        send(out, number);
    }
    return true;
}

void LinkFeed::send(std::string& out, SlotNumber slot) {
    wire::appendUpdate(out, table_.stamp(slot));
}

}  // namespace herd
