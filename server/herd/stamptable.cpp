// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stamptable.h"

#include <algorithm>
#include <cstring>

#include "common/check.h"
#include "server/herd/clienthash.h"

namespace herd {

namespace {

constexpr std::size_t firstIndexEntries = 1024;

/// What the allocator gives for so many bytes anyway: a text of nearly the same length fits again.
constexpr std::size_t allocatedBytes(std::size_t bytes) {
    return (bytes + 7) / 16 * 16 + 8;
}

std::size_t textBytes(const Slot& slot) {
    return std::size_t{slot.clientBytes} + slot.positionBytes + slot.timeBytes;
}

void writeText(Slot& slot, const Stamp& stamp) {
    const std::size_t before = allocatedBytes(textBytes(slot));
    const std::size_t needed =
        allocatedBytes(stamp.client.size() + stamp.position.size() + stamp.time.size());
    if (!slot.text || before != needed) {
        auto text = std::make_unique<char[]>(needed);
        std::copy(stamp.client.begin(), stamp.client.end(), text.get());
        slot.text = std::move(text);
    }
    slot.clientBytes = static_cast<std::uint16_t>(stamp.client.size());
    slot.positionBytes = static_cast<std::uint8_t>(stamp.position.size());
    slot.timeBytes = static_cast<std::uint8_t>(stamp.time.size());
    char* const position = slot.text.get() + stamp.client.size();
    char* const time = std::copy(stamp.position.begin(), stamp.position.end(), position);
    std::copy(stamp.time.begin(), stamp.time.end(), time);
    slot.timeNs = stamp.timeNs;
    slot.rxNs = stamp.rxNs;
}

}  // namespace

StampTable::StampTable(const SipKey& indexKey) : indexKey_(indexKey), index_(firstIndexEntries) {}

StampTable::Place StampTable::locate(std::string_view client) const {
    Place place = search(client, false);
    if (!place.found && tombstones_ > 0) {
        const Place erased = search(viewOf(clientHashOf(client)), true);
        place.slot = erased.slot;
        place.found = erased.found;
    }
    return place;
}

StampTable::Place StampTable::locateErased(std::string_view clientHash,
                                           std::uint16_t bucket) const {
    Place place = search(clientHash, true);
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
StampTable::Place StampTable::search(std::string_view client, bool tombstone) const {
    Place place;
    place.hash = sipHash(indexKey_, client);
    const auto hash = static_cast<std::uint32_t>(place.hash);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = hash & mask; index_[at].slotPlusOne != 0; at = (at + 1) & mask) {
        const SlotNumber number = index_[at].slotPlusOne - 1;
        if (index_[at].hash == hash && clientOf(number) == client &&
            slot(number).isTombstone() == tombstone) {
            place.slot = number;
            place.found = true;
            break;
        }
    }
    return place;
}

bool StampTable::hasRoomForOrigin(std::string_view origin) const {
    return origins_.size() < originsMax || originIndexes_.contains(origin);
}

SlotNumber StampTable::insert(const Place& place, const Stamp& stamp, std::uint16_t bucket) {
    HERD_CHECK(!place.found);
    if ((used() + 1) * 4 > index_.size() * 3) {
        growIndex();
    }
    const SlotNumber slot = takeSlot();
    overwrite(slot, stamp);
    enter(static_cast<std::uint32_t>(place.hash), slot);
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
        chunks_.push_back(std::make_unique<Slot[]>(slotsPerChunk));
    }
    return size_++;
}

void StampTable::remove(SlotNumber number) {
    Slot& row = writable(number);
    HERD_CHECK(!row.isFree());
    leave(static_cast<std::uint32_t>(sipHash(indexKey_, clientOf(number))), number);
    leaveBucket(number);
    tombstones_ -= row.isTombstone() ? 1 : 0;
    explicit_bzero(row.text.get(), textBytes(row));
    row = Slot();
    free_.push_back(number);
}

void StampTable::overwrite(SlotNumber slot, const Stamp& stamp) {
    Slot& row = writable(slot);
    if (!row.text || origins_[row.origin] != stamp.origin) {
        row.origin = originIndex(stamp.origin);
    }
    writeText(row, stamp);
}

void StampTable::setChange(SlotNumber slot, std::uint64_t seq, SessionNumber session) {
    Slot& row = writable(slot);
    row.lastSeq = seq;
    row.fromSession = session;
}

Stamp StampTable::stamp(SlotNumber slotNumber) const {
    const Slot& row = slot(slotNumber);
    const std::string_view text(row.text.get(), textBytes(row));
    Stamp stamp;
    stamp.client = text.substr(0, row.clientBytes);
    stamp.position = text.substr(row.clientBytes, row.positionBytes);
    stamp.time = text.substr(std::size_t{row.clientBytes} + row.positionBytes);
    stamp.origin = origins_[row.origin];
    stamp.timeNs = row.timeNs;
    stamp.rxNs = row.rxNs;
    return stamp;
}

std::string_view StampTable::clientOf(SlotNumber slotNumber) const {
    const Slot& row = slot(slotNumber);
    return {row.text.get(), row.clientBytes};
}

void StampTable::enter(std::uint32_t hash, SlotNumber slot) {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = hash & mask;
    while (index_[at].slotPlusOne != 0) {
        at = (at + 1) & mask;
    }
    index_[at] = {hash, slot + 1};
}

/// Closes the gap: who stands behind it and may stand nearer to its place moves up.
void StampTable::leave(std::uint32_t hash, SlotNumber slot) {
    const std::size_t mask = index_.size() - 1;
    std::size_t gap = hash & mask;
    while (index_[gap].slotPlusOne != slot + 1) {
        gap = (gap + 1) & mask;
    }
    for (std::size_t at = (gap + 1) & mask; index_[at].slotPlusOne != 0; at = (at + 1) & mask) {
        const std::size_t strayed = (at - index_[at].hash) & mask;
        if (strayed >= ((at - gap) & mask)) {
            index_[gap] = index_[at];
            gap = at;
        }
    }
    index_[gap] = IndexEntry();
}

void StampTable::enterBucket(SlotNumber slot, std::uint16_t bucket) {
    if (bucket >= firstInBucket_.size()) {
        firstInBucket_.resize(std::size_t{bucket} + 1);
    }
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
    const std::vector<IndexEntry> old = std::move(index_);
    index_ = std::vector<IndexEntry>(old.size() * 2);
    for (const IndexEntry& entry : old) {
        if (entry.slotPlusOne != 0) {
            enter(entry.hash, entry.slotPlusOne - 1);
        }
    }
}

std::uint16_t StampTable::originIndex(std::string_view origin) {
    if (const auto known = originIndexes_.find(origin); known != originIndexes_.end()) {
        return known->second;
    }
    HERD_CHECK(origins_.size() < originsMax);
    const auto index = static_cast<std::uint16_t>(origins_.size());
    origins_.emplace_back(origin);
    originIndexes_.emplace(origin, index);
    return index;
}

}  // namespace herd
