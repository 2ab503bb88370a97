// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/siphash.h"
#include "common/stamp.h"

namespace herd {

/// Place of one client in the table: 0 to size() - 1, never moved.
using SlotNumber = std::uint32_t;

/// One peer connection of this process, never used twice. 0: a client of this node.
using SessionNumber = std::uint32_t;

/// One row: the newest stamp of a client, and what replication needs to know of its last change.
struct Slot {
    std::int64_t timeNs = 0;
    std::int64_t rxNs = 0;
    std::uint64_t lastSeq = 0;      ///< number of the change that wrote it
    std::unique_ptr<char[]> text;   ///< client, position, time, one behind the other
    SessionNumber fromSession = 0;  ///< the connection that brought it
    std::uint16_t origin = 0;       ///< index of the origin's name
    std::uint16_t clientBytes = 0;
    std::uint16_t bucket = 0;  ///< of the digest, by client id
    std::uint8_t positionBytes = 0;
    std::uint8_t timeBytes = 0;
};

/// The newest stamp of each client: dense slots behind a hash index keyed against collisions made
/// on purpose. It stores what it is given; which stamp is newer is HerdCore's business, its owner.
class StampTable {
  public:
    /// Names of origins the table can tell apart.
    static constexpr std::size_t originsMax = 65'535;

    /// `indexKey`: secret and random, so that a client cannot choose colliding ids.
    explicit StampTable(const SipKey& indexKey);

    /// Where a client is or would be. Valid until the next insert.
    struct Place {
        std::uint64_t hash = 0;
        SlotNumber slot = 0;
        bool found = false;
    };
    [[nodiscard]] Place locate(std::string_view client) const;

    /// Whether a stamp of this origin can be stored.
    [[nodiscard]] bool hasRoomForOrigin(std::string_view origin) const;

    /// Adds a client that `place` says is missing. Returns its slot.
    SlotNumber insert(const Place& place, const Stamp& stamp, std::uint16_t bucket);

    /// Replaces position, time, origin and receive time of a client that is there.
    void overwrite(SlotNumber slot, const Stamp& stamp);

    /// Notes which change wrote the slot and which connection brought it.
    void setChange(SlotNumber slot, std::uint64_t seq, SessionNumber session);

    /// The stored stamp; its bytes are valid until that slot is overwritten.
    [[nodiscard]] Stamp stamp(SlotNumber slot) const;
    [[nodiscard]] const Slot& slot(SlotNumber slot) const {
        return chunks_[slot / slotsPerChunk][slot % slotsPerChunk];
    }
    [[nodiscard]] SlotNumber size() const { return size_; }

  private:
    static constexpr SlotNumber slotsPerChunk = 4096;

    struct IndexEntry {
        std::uint32_t hash = 0;         ///< low half, enough to place and to tell apart
        std::uint32_t slotPlusOne = 0;  ///< 0: free
    };

    Slot& writable(SlotNumber slot) { return chunks_[slot / slotsPerChunk][slot % slotsPerChunk]; }
    [[nodiscard]] std::string_view clientOf(SlotNumber slot) const;
    void enter(std::uint32_t hash, SlotNumber slot);
    void growIndex();
    std::uint16_t originIndex(std::string_view origin);

    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>()(name);
        }
    };

    SipKey indexKey_;
    SlotNumber size_ = 0;
    std::vector<std::unique_ptr<Slot[]>> chunks_;  ///< grown without moving a slot
    std::vector<IndexEntry> index_;                ///< open addressing, a power of two long
    std::vector<std::string> origins_;
    std::unordered_map<std::string, std::uint16_t, NameHash, std::equal_to<>> originIndexes_;
};

}  // namespace herd
