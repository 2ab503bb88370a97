// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/segmentwriter.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "common/check.h"
#include "server/journal/recovery.h"

namespace herd {

namespace {

/// The next segment is synced each time it has grown by this much, so that its last sync, for
/// which answers may wait, is a short one.
constexpr std::int64_t snapshotSyncBytes = 8 * 1024 * 1024;

/// Whether the disk may take the same bytes later.
bool passes(int error) {
    return error == ENOSPC || error == EDQUOT || error == EINTR || error == EAGAIN;
}

}  // namespace

int SegmentWriter::resume(std::uint64_t segment, std::int64_t bytes, std::uint64_t seq) {
    const int error = disk_.open(segmentName(segment), bytes, current_);
    if (error != 0) {
        return error;
    }
    segment_ = segment;
    bytes_ = bytes;
    takenSeq_ = writtenSeq_ = syncedSeq_ = seq;
    return 0;
}

void SegmentWriter::write(std::string_view records, std::uint64_t seq) {
    takenSeq_ = std::max(takenSeq_, seq);
    writeSnapshot(records);
    if (!current_) {
        return;
    }
    if (!waiting_.empty()) {
        waiting_.append(records);
        records = waiting_;
    }
    std::size_t done = 0;
    int error = 0;
    while (done < records.size() && error == 0) {
        const std::int64_t taken = current_->append(records.substr(done));
        error = taken > 0 ? 0 : taken < 0 ? static_cast<int>(-taken) : ENOSPC;
        done += taken > 0 ? static_cast<std::size_t>(taken) : 0;
    }
    bytes_ += static_cast<std::int64_t>(done);
    unsynced_ = unsynced_ || done > 0;
    if (error != 0 && !passes(error)) {
        lose(error, DurabilityState::lost);
        return;
    }
    waiting_ = std::string(records.substr(done));
    error_ = error;
    durability_ = waiting_.empty() ? DurabilityState::ok : DurabilityState::degraded;
    if (waiting_.empty()) {
        writtenSeq_ = takenSeq_;
    }
}

void SegmentWriter::sync() {
    if (!current_ || !waiting_.empty()) {
        return;
    }
    if (unsynced_) {
        if (const int error = current_->sync(); error != 0) {
            lose(error, DurabilityState::lost);
            return;
        }
    }
    unsynced_ = false;
    syncedSeq_ = writtenSeq_;
}

void SegmentWriter::giveUpWaiting() {
    if (current_) {
        lose(error_, DurabilityState::degraded);
    }
}

void SegmentWriter::beginSnapshot() {
    HERD_CHECK(!next_);
    nextSegment_ = segment_ + 1;
    nextBytes_ = 0;
    nextUnsyncedBytes_ = 0;
    if (const int error = disk_.create(unfinishedName(nextSegment_), next_); error != 0) {
        next_.reset();
        error_ = error;
    }
}

void SegmentWriter::writeSnapshot(std::string_view records) {
    const int error = next_ ? writeNext(records) : 0;
    if (error != 0) {
        error_ = error;
        abandonSnapshot();
    }
}

int SegmentWriter::writeNext(std::string_view records) {
    while (!records.empty()) {
        const std::int64_t taken = next_->append(records);
        if (taken <= 0) {
            return taken < 0 ? static_cast<int>(-taken) : ENOSPC;
        }
        nextBytes_ += taken;
        nextUnsyncedBytes_ += taken;
        records.remove_prefix(static_cast<std::size_t>(taken));
    }
    if (nextUnsyncedBytes_ < snapshotSyncBytes) {
        return 0;
    }
    nextUnsyncedBytes_ = 0;
    return next_->sync();
}

bool SegmentWriter::finishSnapshot() {
    if (!next_) {
        return false;
    }
    int error = next_->sync();
    if (error == 0) {
        error = disk_.rename(unfinishedName(nextSegment_), segmentName(nextSegment_));
    }
    if (error != 0) {
        error_ = error;
        abandonSnapshot();
        return false;
    }
    segment_ = nextSegment_;
    current_ = std::move(next_);
    bytes_ = nextBytes_;
    waiting_.clear();
    unsynced_ = false;
    if (error = disk_.sync(); error != 0) {
        lose(error, DurabilityState::lost);  // after a crash the file may have its old name
        return false;
    }
    error_ = 0;
    durability_ = DurabilityState::ok;
    writtenSeq_ = syncedSeq_ = takenSeq_;
    removeOthers();
    return true;
}

void SegmentWriter::abandonSnapshot() {
    if (next_) {
        next_.reset();
        static_cast<void>(disk_.remove(unfinishedName(nextSegment_)));  // the next one replaces it
    }
}

void SegmentWriter::lose(int error, DurabilityState durability) {
    current_.reset();
    waiting_.clear();
    error_ = error;
    durability_ = durability;
}

int SegmentWriter::setAsideDamaged() {
    std::vector<std::string> files;
    int error = disk_.list(files);
    if (error == 0) {
        error = disk_.rename(segmentName(damaged_), damagedName(damaged_, files));
    }
    return error == 0 ? disk_.sync() : error;
}

void SegmentWriter::removeOthers() {
    std::vector<std::string> files;
    if (disk_.list(files) != 0) {
        return;
    }
    for (const std::string& file : files) {
        const bool kept = file == segmentName(segment_) || file == segmentName(damaged_);
        if (!kept && isSegmentName(file)) {
            static_cast<void>(disk_.remove(file));
        }
    }
}

}  // namespace herd
