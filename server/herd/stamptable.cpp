// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stamptable.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/check.h"
#include "common/stamptail.h"
#include "server/herd/clienthash.h"

namespace herd {

namespace {

constexpr std::size_t firstIndexEntries = 1'024;

}  // namespace

StampTable::StampTable(const SipKey& indexKey)
    : indexKey_(indexKey), index_(firstIndexEntries, ZeroedMemory::Pages::small) {}

StampTable::Place StampTable::locate(std::string_view client, std::uint64_t hash) const {
    Place place = search(client, hash, false);
    if (!place.found && tombstones_ > 0) {
        const ClientHash erasedClient = clientHashOf(client);
        const Place erased = search(viewOf(erasedClient), hashOf(viewOf(erasedClient)), true);
        place.slot = erased.slot;
        place.found = erased.found;
    }
    return place;
}

/// One step for all clients before the next one, in groups that the processor can still follow.
void StampTable::prefetch(std::span<const std::uint64_t> hashes,
                          std::vector<std::uint16_t>& buckets) const {
    constexpr std::size_t groupMax = 16;
    std::array<SlotNumber, groupMax> slots;
    while (!hashes.empty()) {
        const auto group = hashes.first(std::min(hashes.size(), groupMax));
        for (const std::uint64_t hash : group) {
            __builtin_prefetch(&index_[homeOf(static_cast<std::uint32_t>(hash))]);
        }
        std::size_t found = 0;
        for (const std::uint64_t wholeHash : group) {
            const auto hash = static_cast<std::uint32_t>(wholeHash);
            std::size_t at = homeOf(hash);
            while (index_[at].slotPlusOne != 0 && index_[at].hash != hash) {
                at = behind(at);
            }
            if (index_[at].slotPlusOne != 0) {
                slots[found] = index_[at].slotPlusOne - 1;
                __builtin_prefetch(&slot(slots[found]));
                texts_.prefetchPlace(slots[found]);
                ++found;
            }
        }
        for (std::size_t i = 0; i < found; ++i) {
            texts_.prefetchText(slots[i]);
            buckets.push_back(slot(slots[i]).bucket);
        }
        hashes = hashes.subspan(group.size());
    }
}

StampTable::Place StampTable::locateErased(std::string_view clientHash,
                                           std::uint16_t bucket) const {
    Place place = search(clientHash, hashOf(clientHash), true);
    std::uint32_t next = bucket < firstInBucket_.size() ? firstInBucket_[bucket] : 0;
    while (!place.found && next != 0) {
        const SlotNumber number = next - 1;
        if (!slot(number).isTombstone() && viewOf(clientHashOf(clientOf(number))) == clientHash) {
            place.slot = number;
            place.found = true;
        }
        next = slot(number).nextInBucket;
    }
    return place;
}

/// The slot of an id or, `tombstone`, of a hash: a client may be named like one.
StampTable::Place StampTable::search(std::string_view client, std::uint64_t wholeHash,
                                     bool tombstone) const {
    Place place;
    place.hash = wholeHash;
    const auto hash = static_cast<std::uint32_t>(wholeHash);
    std::size_t at = homeOf(hash);
    for (; index_[at].slotPlusOne != 0; at = behind(at)) {
        const SlotNumber number = index_[at].slotPlusOne - 1;
        if (index_[at].hash == hash && clientOf(number) == client &&
            slot(number).isTombstone() == tombstone) {
            place.slot = number;
            place.found = true;
            break;
        }
    }
    place.gap = at;
    return place;
}

bool StampTable::hasRoomForOrigin(std::string_view origin) const {
    return origins_.size() < originsMax || originIndexes_.contains(origin);
}

SlotNumber StampTable::insert(const Place& place, const Stamp& stamp, std::uint16_t bucket) {
    HERD_CHECK(!place.found);
    if (bucket >= firstInBucket_.size()) {
        firstInBucket_.resize(std::size_t{bucket} + 1);
    }
    __builtin_prefetch(&firstInBucket_[bucket], 1);
    const SlotNumber slot = takeSlot();
    overwrite(slot, stamp);
    index_[place.gap] = {static_cast<std::uint32_t>(place.hash), slot + 1};
    if ((used() + 1) * 4 > index_.size() * 3) {
        growIndex();
    }
    enterBucket(slot, bucket);
    tombstones_ += stamp.isTombstone() ? 1 : 0;
    return slot;
}

SlotNumber StampTable::takeSlot() {
    if (!free_.empty()) {
        const SlotNumber slot = free_.back();
        free_.pop_back();
        return slot;
    }
    if (size_ == chunks_.size() * slotsPerChunk) {
        chunks_.emplace_back(slotsPerChunk, chunks_.empty() ? ZeroedMemory::Pages::small
                                                            : ZeroedMemory::Pages::huge);
    }
    texts_.makeRoom(std::size_t{size_} + 1);
    return size_++;
}

void StampTable::remove(SlotNumber number) {
    Slot& row = writable(number);
    HERD_CHECK(!row.isFree());
    leave(static_cast<std::uint32_t>(hashOf(clientOf(number))), number);
    leaveBucket(number);
    tombstones_ -= row.isTombstone() ? 1 : 0;
    texts_.set(number, {});
    row = Slot();
    free_.push_back(number);
}

void StampTable::overwrite(SlotNumber slot, const Stamp& stamp) {
    Slot& row = writable(slot);
    if (row.isFree() || origins_[row.origin] != stamp.origin) {
        row.origin = originIndex(stamp.origin);
    }
    texts_.set(slot, StampTail(stamp).view());
    row.clientBytes = static_cast<std::uint16_t>(stamp.client.size());
    row.positionBytes = static_cast<std::uint8_t>(stamp.position.size());
    row.timeNs = stamp.timeNs;
    row.rxNs = stamp.rxNs;
}

void StampTable::setChange(SlotNumber slot, std::uint64_t seq, SessionNumber session) {
    Slot& row = writable(slot);
    row.lastSeq = seq;
    row.fromSession = session;
}

Stamp StampTable::stamp(SlotNumber slotNumber) const {
    const Slot& row = slot(slotNumber);
    const std::string_view text = texts_.at(slotNumber);
    const std::size_t position = std::size_t{row.clientBytes} + 1;
    const std::size_t time = position + row.positionBytes + 1;
    Stamp stamp;
    stamp.client = {text.data(), row.clientBytes};
    stamp.position = {text.data() + position, row.positionBytes};
    stamp.time = {text.data() + time, text.size() - time};
    stamp.origin = origins_[row.origin];
    stamp.timeNs = row.timeNs;
    stamp.rxNs = row.rxNs;
    return stamp;
}

std::string_view StampTable::clientOf(SlotNumber slotNumber) const {
    return texts_.at(slotNumber).substr(0, slot(slotNumber).clientBytes);
}

/// In proportion to the hash, so that the index need not be a power of two long.
std::size_t StampTable::homeOf(std::uint32_t hash) const {
    return static_cast<std::size_t>(std::uint64_t{hash} * index_.size() >> 32);
}

std::size_t StampTable::behind(std::size_t at) const {
    return at + 1 < index_.size() ? at + 1 : 0;
}

/// Steps of behind().
std::size_t StampTable::distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + index_.size() - from;
}

void StampTable::enter(std::uint32_t hash, SlotNumber slot) {
    std::size_t at = homeOf(hash);
    while (index_[at].slotPlusOne != 0) {
        at = behind(at);
    }
    index_[at] = {hash, slot + 1};
}

/// Closes the gap: who stands behind it and may stand nearer to its place moves up.
void StampTable::leave(std::uint32_t hash, SlotNumber slot) {
    std::size_t gap = homeOf(hash);
    while (index_[gap].slotPlusOne != slot + 1) {
        gap = behind(gap);
    }
    for (std::size_t at = behind(gap); index_[at].slotPlusOne != 0; at = behind(at)) {
        if (distance(homeOf(index_[at].hash), at) >= distance(gap, at)) {
            index_[gap] = index_[at];
            gap = at;
        }
    }
    index_[gap] = IndexEntry();
}

void StampTable::enterBucket(SlotNumber slot, std::uint16_t bucket) {
    Slot& row = writable(slot);
    row.bucket = bucket;
    row.nextInBucket = firstInBucket_[bucket];
    firstInBucket_[bucket] = slot + 1;
}

void StampTable::leaveBucket(SlotNumber slot) {
    const Slot& row = writable(slot);
    std::uint32_t* link = &firstInBucket_[row.bucket];
    while (*link != slot + 1) {
        link = &writable(*link - 1).nextInBucket;
    }
    *link = row.nextInBucket;
}

void StampTable::growIndex() {
    const std::size_t size = index_.size() + index_.size() / 2;
    const ZeroedArray<IndexEntry> old =
        std::exchange(index_, ZeroedArray<IndexEntry>(size, ZeroedMemory::Pages::huge));
    for (const IndexEntry& entry : old.items()) {
        if (entry.slotPlusOne != 0) {
            enter(entry.hash, entry.slotPlusOne - 1);
        }
    }
}

std::uint16_t StampTable::originIndex(std::string_view origin) {
    if (lastOrigin_ < origins_.size() && origins_[lastOrigin_] == origin) {
        return lastOrigin_;
    }
    if (const auto known = originIndexes_.find(origin); known != originIndexes_.end()) {
        lastOrigin_ = known->second;
        return lastOrigin_;
    }
    HERD_CHECK(origins_.size() < originsMax);
    const auto index = static_cast<std::uint16_t>(origins_.size());
    origins_.emplace_back(origin);
    originIndexes_.emplace(origin, index);
    return index;
}

}  // namespace herd
