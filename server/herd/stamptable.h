// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/siphash.h"
#include "common/stamp.h"
#include "common/zeroedarray.h"
#include "server/herd/stamptexts.h"

namespace herd {

/// Place of one stamp in the table: 0 to size() - 1, never moved; of a removed one, free for
/// another.
using SlotNumber = std::uint32_t;

/// One peer connection of this process, never used twice. 0: a client of this node.
using SessionNumber = std::uint32_t;

/// One row: the newest stamp of a client, and what replication needs to know of its last change.
struct Slot {
    std::int64_t timeNs = 0;
    std::int64_t rxNs = 0;
    std::uint64_t lastSeq = 0;       ///< number of the change that wrote it
    std::uint64_t sum = 0;           ///< what the stamp counts in the digest
    SessionNumber fromSession = 0;   ///< the connection that brought it
    std::uint32_t nextInBucket = 0;  ///< the next slot of the bucket plus one; 0: none
    std::uint16_t origin = 0;        ///< index of the origin's name
    std::uint16_t clientBytes = 0;
    std::uint16_t bucket = 0;  ///< of the digest, by client id
    std::uint8_t positionBytes = 0;

    [[nodiscard]] bool isFree() const { return clientBytes == 0; }
    /// Of one that is not free.
    [[nodiscard]] bool isTombstone() const { return positionBytes == 0; }
};

/// The newest stamp of each client, or its tombstone: dense slots behind a hash index keyed against
/// collisions made on purpose. It stores what it is given; which stamp is newer is HerdCore's
/// business, its owner. Of an erased client it knows a hash of the id and finds each by the other:
/// as long as there are tombstones, an id that is not in the table is hashed for it, and a
/// tombstone is compared with the hashed ids of its bucket.
class StampTable {
  public:
    /// Names of origins the table can tell apart.
    static constexpr std::size_t originsMax = 65'535;

    /// `indexKey`: secret and random, so that a client cannot choose colliding ids.
    explicit StampTable(const SipKey& indexKey);

    /// Where a client is or would be. Valid until the next insert or remove.
    struct Place {
        std::uint64_t hash = 0;
        std::size_t gap = 0;  ///< in the index, for one that is not found
        SlotNumber slot = 0;
        bool found = false;
    };
    /// What locates a client; nobody can foresee it.
    [[nodiscard]] std::uint64_t hashOf(std::string_view client) const {
        return sipHash(indexKey_, client);
    }
    /// The slot of the client's stamp or of its tombstone.
    [[nodiscard]] Place locate(std::string_view client) const {
        return locate(client, hashOf(client));
    }
    [[nodiscard]] Place locate(std::string_view client, std::uint64_t hash) const;
    /// Has the processor fetch what locate() and overwrite() of clients with these hashes will look
    /// at, all at once: each would wait for memory otherwise. Changes nothing. Appends the digest's
    /// buckets of those that are there.
    void prefetch(std::span<const std::uint64_t> hashes, std::vector<std::uint16_t>& buckets) const;

    /// The same for a tombstone's hash. `bucket`: of the client.
    [[nodiscard]] Place locateErased(std::string_view clientHash, std::uint16_t bucket) const;

    /// Whether a stamp of this origin can be stored.
    [[nodiscard]] bool hasRoomForOrigin(std::string_view origin) const;

    /// Adds a client that `place` says is missing. Returns its slot.
    SlotNumber insert(const Place& place, const Stamp& stamp, std::uint16_t bucket);

    /// Takes a stamp out. Its slot tells of no change any more, and nothing of the client is left.
    void remove(SlotNumber slot);

    /// Replaces position, time, origin and receive time of a client that is there, or of its
    /// tombstone: not the one by the other.
    void overwrite(SlotNumber slot, const Stamp& stamp);

    /// Notes what the slot's stamp counts in the digest.
    void setSum(SlotNumber slot, std::uint64_t sum) { writable(slot).sum = sum; }

    /// Notes which change wrote the slot and which connection brought it.
    void setChange(SlotNumber slot, std::uint64_t seq, SessionNumber session);

    /// The stored stamp; its bytes are valid until a slot is inserted, overwritten or removed.
    [[nodiscard]] Stamp stamp(SlotNumber slot) const;
    [[nodiscard]] const Slot& slot(SlotNumber slot) const {
        return chunks_[slot / slotsPerChunk][slot % slotsPerChunk];
    }
    /// Slots, free ones among them.
    [[nodiscard]] SlotNumber size() const { return size_; }
    /// Stamps and tombstones.
    [[nodiscard]] std::size_t used() const { return size_ - free_.size(); }
    [[nodiscard]] std::size_t tombstones() const { return tombstones_; }
    [[nodiscard]] std::size_t clients() const { return used() - tombstones_; }

  private:
    /// Three huge pages. The first chunk has none, so that a small table stays small.
    static constexpr SlotNumber slotsPerChunk = 131'072;
    static_assert(slotsPerChunk * sizeof(Slot) % ZeroedMemory::hugePageBytes == 0);

    struct IndexEntry {
        std::uint32_t hash = 0;         ///< low half, enough to place and to tell apart
        std::uint32_t slotPlusOne = 0;  ///< 0: free
    };

    Slot& writable(SlotNumber slot) { return chunks_[slot / slotsPerChunk][slot % slotsPerChunk]; }
    [[nodiscard]] std::string_view clientOf(SlotNumber slot) const;
    [[nodiscard]] std::size_t homeOf(std::uint32_t hash) const;
    [[nodiscard]] std::size_t behind(std::size_t at) const;
    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const;
    [[nodiscard]] Place search(std::string_view client, std::uint64_t hash, bool tombstone) const;
    SlotNumber takeSlot();
    void enter(std::uint32_t hash, SlotNumber slot);
    void leave(std::uint32_t hash, SlotNumber slot);
    void enterBucket(SlotNumber slot, std::uint16_t bucket);
    void leaveBucket(SlotNumber slot);
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
    std::size_t tombstones_ = 0;
    std::vector<SlotNumber> free_;
    std::vector<std::uint32_t> firstInBucket_;  ///< slot plus one; as long as the last one used
    std::vector<ZeroedArray<Slot>> chunks_;     ///< grown without moving a slot
    StampTexts texts_;
    ZeroedArray<IndexEntry> index_;  ///< open addressing
    std::vector<std::string> origins_;
    std::uint16_t lastOrigin_ = 0;  ///< of those, what was looked up last
    std::unordered_map<std::string, std::uint16_t, NameHash, std::equal_to<>> originIndexes_;
};

}  // namespace herd
