// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/adminmessage.h"
#include "server/journal/disk.h"

namespace herd {

/// Writes segments: every record to the current one and, while a snapshot is made, also to the
/// next, which takes the other's place when the whole table is in it. Believes a file no more after
/// its first error of syncing. No thread of its own: the journal's thread drives it, the simulator
/// and the tests do so directly. The disk must outlive it.
class SegmentWriter {
  public:
    explicit SegmentWriter(JournalDisk& disk) : disk_(disk) {}

    /// Goes on in a segment that is there, behind its first `bytes`, which hold what is known up to
    /// `seq`. 0, or a number of errno(3).
    [[nodiscard]] int resume(std::uint64_t segment, std::int64_t bytes, std::uint64_t seq);

    /// The numbers of segments that are there end at this one.
    void numberAfter(std::uint64_t segment) { segment_ = segment; }

    /// Appends records, the last of which has number `seq`. What the disk does not take now waits
    /// for the next call.
    void write(std::string_view records, std::uint64_t seq);

    /// Makes durable what was written.
    void sync();

    /// The records that wait will not be had: the segment ends where it ends, and a snapshot is
    /// due.
    void giveUpWaiting();

    /// Opens the next segment; its records up to the table's last row follow.
    void beginSnapshot();
    void writeSnapshot(std::string_view records);
    /// All rows are in: syncs, puts the next segment in the place of the current one and removes
    /// the older ones. Whether that worked; if not, the snapshot is to begin anew.
    bool finishSnapshot();
    void abandonSnapshot();
    [[nodiscard]] bool makingSnapshot() const { return next_ != nullptr; }

    /// This segment is not removed: somebody may still want to read what salvage left out of it.
    void keepDamaged(std::uint64_t segment) { damaged_ = segment; }
    /// Gives it another name, once a segment is in its place. 0, or a number of errno(3).
    [[nodiscard]] int setAsideDamaged();

    /// Removes all other segments but the current one. What cannot be removed goes another time;
    /// what is not named like a segment stays.
    void removeOthers();

    /// ok: what is written counts. degraded: the disk does not take it now. lost: it said that it
    /// did not keep what it had taken; until the next snapshot.
    [[nodiscard]] DurabilityState durability() const { return durability_; }
    /// Nothing is written to the current segment any more.
    [[nodiscard]] bool needsSnapshot() const { return current_ == nullptr; }
    [[nodiscard]] std::uint64_t writtenSeq() const { return writtenSeq_; }
    /// Every change up to this one is durable.
    [[nodiscard]] std::uint64_t syncedSeq() const { return syncedSeq_; }
    [[nodiscard]] std::int64_t segmentBytes() const { return bytes_; }
    [[nodiscard]] std::size_t waitingBytes() const { return waiting_.size(); }
    /// The last error, a number of errno(3); 0 while all is well.
    [[nodiscard]] int error() const { return error_; }

  private:
    void lose(int error, DurabilityState durability);
    [[nodiscard]] int writeNext(std::string_view records);

    JournalDisk& disk_;
    std::uint64_t segment_ = 0;
    std::uint64_t damaged_ = 0;  ///< none has this number
    std::unique_ptr<JournalFile> current_;
    std::int64_t bytes_ = 0;
    std::string waiting_;  ///< taken, and not yet written to the current segment
    bool unsynced_ = false;
    std::uint64_t takenSeq_ = 0;
    std::uint64_t writtenSeq_ = 0;
    std::uint64_t syncedSeq_ = 0;

    std::unique_ptr<JournalFile> next_;
    std::uint64_t nextSegment_ = 0;
    std::int64_t nextBytes_ = 0;
    std::int64_t nextUnsyncedBytes_ = 0;

    DurabilityState durability_ = DurabilityState::ok;
    int error_ = 0;
};

}  // namespace herd
