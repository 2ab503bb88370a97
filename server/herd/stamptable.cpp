// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stamptable.h"

#include <cstring>

#include "common/check.h"

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
        std::memcpy(text.get(), stamp.client.data(), stamp.client.size());
        slot.text = std::move(text);
    }
    slot.clientBytes = static_cast<std::uint16_t>(stamp.client.size());
    slot.positionBytes = static_cast<std::uint8_t>(stamp.position.size());
    slot.timeBytes = static_cast<std::uint8_t>(stamp.time.size());
    char* const position = slot.text.get() + stamp.client.size();
    std::memcpy(position, stamp.position.data(), stamp.position.size());
    std::memcpy(position + stamp.position.size(), stamp.time.data(), stamp.time.size());
    slot.timeNs = stamp.timeNs;
    slot.rxNs = stamp.rxNs;
}

}  // namespace

StampTable::StampTable(const SipKey& indexKey) : indexKey_(indexKey), index_(firstIndexEntries) {}

StampTable::Place StampTable::locate(std::string_view client) const {
    Place place;
    place.hash = sipHash(indexKey_, client);
    const auto hash = static_cast<std::uint32_t>(place.hash);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = hash & mask; index_[at].slotPlusOne != 0; at = (at + 1) & mask) {
        const SlotNumber slot = index_[at].slotPlusOne - 1;
        if (index_[at].hash == hash && clientOf(slot) == client) {
            place.slot = slot;
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
    if ((size_ + 1) * std::size_t{4} > index_.size() * 3) {
        growIndex();
    }
    if (size_ == chunks_.size() * slotsPerChunk) {
        chunks_.push_back(std::make_unique<Slot[]>(slotsPerChunk));
    }
    const SlotNumber slot = size_++;
    writable(slot).bucket = bucket;
    overwrite(slot, stamp);
    enter(static_cast<std::uint32_t>(place.hash), slot);
    return slot;
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
