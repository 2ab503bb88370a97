// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/simjournal.h"

#include <algorithm>

#include "common/check.h"
#include "server/journal/record.h"

namespace herd::sim {

namespace {

constexpr std::uint64_t diskSalt = 0x6469736b;

/// Nobody restores a backup within the seconds that a storm lasts.
constexpr std::int64_t restoringNs = std::int64_t{3'600} * 1'000'000'000;

}  // namespace

SimJournal::SimJournal(const Scenario& scenario, Oracle& oracle, int node)
    : scenario_(scenario),
      oracle_(oracle),
      node_(node),
      prng_((scenario.seed ^ diskSalt) + static_cast<std::uint64_t>(node)),
      identity_{"sim",
                scenario.names[static_cast<std::size_t>(node)],
                {scenario.futureSkewMaxS, scenario.ttlS}},
      disk_(std::make_unique<MemoryDisk>()) {}

void SimJournal::start(HerdCore& core, std::int64_t wallNs) {
    core_ = &core;
    const Result<Recovered> read = recoverJournal(*disk_, identity_, false, *this);
    if (!read) {
        oracle_.fail(identity_.node + " cannot recover: " + read.error().message.toStdString());
        return;
    }
    const Recovered& recovered = read.value();
    core.expire(core.table().size(), core.table().size());
    judge(recovered, wallNs);
    writer_ = std::make_unique<SegmentWriter>(*disk_);
    const std::int64_t nowNs = wallNs + backupsRestored_ * restoringNs;
    if (recovered.segment == 0) {
        core.startLog(0, nowNs);
        beginSnapshot();
        goOnWithSnapshot(0);
    } else {
        core.resumeLog(recovered.log, nowNs);
        core.restoreGot(recovered.got);
        HERD_CHECK(writer_->resume(recovered.segment, recovered.bytes, recovered.log.seq) == 0);
        std::string start;
        const LogPosition log = core.log();
        record::appendStart(start, log.seq,
                            {identity_.herd, identity_.node, log.epoch, identity_.rules});
        writer_->write(start, log.seq);
        writer_->sync();
    }
    const LogPosition log = core.log();
    const auto used = used_.find(log.epoch);
    if (used != used_.end() && log.seq <= used->second) {
        oracle_.fail(identity_.node + " begins again at " + std::to_string(log.seq) +
                     " but has been at " + std::to_string(used->second));
    }
    used_[log.epoch] = log.seq;
    core.setJournal(this);
}

/// Nothing that was synced is missing, and what there is is what was written first.
void SimJournal::judge(const Recovered& recovered, std::int64_t wallNs) {
    if (recovered.log.seq < syncedSeq_) {
        oracle_.fail(identity_.node + " recovered up to " + std::to_string(recovered.log.seq) +
                     " but had synced up to " + std::to_string(syncedSeq_));
    }
    std::erase_if(history_,
                  [&recovered](const Change& change) { return change.seq > recovered.log.seq; });
    std::vector<std::pair<std::string, Key>> changes;
    for (const Change& change : history_) {
        changes.emplace_back(change.client, change.key);
    }
    oracle_.recovered(node_, *core_, changes, wallNs);
}

void SimJournal::flush() {
    if (core_ == nullptr || writer_ == nullptr) {
        return;
    }
    if (writer_->makingSnapshot()) {
        goOnWithSnapshot(1 + prng_.below(3));
    } else if (prng_.chance(scenario_.snapshotPercent)) {
        beginSnapshot();
    }
    if (!records_.empty() && (scenario_.syncsAlways || prng_.chance(80))) {
        write();
    }
    if (scenario_.syncsAlways || prng_.chance(scenario_.syncPercent)) {
        writer_->sync();
    }
}

void SimJournal::crash() {
    syncedSeq_ = writer_->syncedSeq();
    const bool oldNames = prng_.chance(50);
    const std::uint64_t luck = prng_.below(3);
    const DiskContent left = disk_->afterCrash(
        [this, luck](std::size_t synced, std::size_t all) {
            const std::size_t some = synced + prng_.below(all - synced + 1);
            return luck == 0 ? synced : luck == 1 ? all : some;
        },
        oldNames);
    writer_.reset();
    disk_ = std::make_unique<MemoryDisk>(left);
    records_.clear();
    core_ = nullptr;
}

void SimJournal::wipe() {
    disk_ = std::make_unique<MemoryDisk>();
    history_.clear();
    syncedSeq_ = 0;
}

void SimJournal::makeBackup() {
    // What was not synced could be in the copy and lost here: only the audit would find that.
    const auto synced = [](std::size_t syncedBytes, std::size_t) { return syncedBytes; };
    backup_ = Backup{disk_->afterCrash(synced, true), history_};
}

void SimJournal::restoreBackup() {
    disk_ = std::make_unique<MemoryDisk>(backup_->content);
    history_ = backup_->history;
    syncedSeq_ = 0;
    ++backupsRestored_;
}

void SimJournal::onChange(std::uint64_t seq, const Stamp& stamp) {
    record::appendChange(records_, seq, stamp);
    history_.push_back({seq, oracle_.identityOf(stamp), oracle_.keyOf(stamp)});
    used_[core_->log().epoch] = seq;
}

void SimJournal::onGot(const std::string& neighbour, const LogPosition& position) {
    record::appendGot(records_, core_->log().seq, {neighbour, position});
}

void SimJournal::onEpoch(const LogPosition& log) {
    record::appendStart(records_, log.seq,
                        {identity_.herd, identity_.node, log.epoch, identity_.rules});
    used_[log.epoch] = log.seq;
    write();
    writer_->sync();
}

bool SimJournal::mayConfirm(std::uint64_t seq) const {
    return !scenario_.syncsAlways || writer_->syncedSeq() >= seq;
}

void SimJournal::restore(std::uint64_t seq, const Stamp& stamp) {
    HERD_CHECK(core_->restore(seq, stamp));
}

void SimJournal::beginSnapshot() {
    writer_->beginSnapshot();
    nextRow_ = 0;
    std::string head;
    const LogPosition log = core_->log();
    record::appendStart(head, log.seq,
                        {identity_.herd, identity_.node, log.epoch, identity_.rules});
    for (const auto& [peer, position] : core_->allGot()) {
        record::appendGot(head, log.seq, {peer, position});
    }
    writer_->writeSnapshot(head);
}

void SimJournal::goOnWithSnapshot(std::size_t rows) {
    const StampTable& table = core_->table();
    std::string out;
    for (; rows > 0 && nextRow_ < table.size(); --rows, ++nextRow_) {
        const auto slot = static_cast<SlotNumber>(nextRow_);
        if (!table.slot(slot).isFree()) {
            record::appendChange(out, table.slot(slot).lastSeq, table.stamp(slot));
        }
    }
    const bool done = nextRow_ >= table.size();
    if (done) {
        record::appendWhole(out, core_->log().seq, nextRow_);
    }
    writer_->writeSnapshot(out);
    if (done) {
        write();  // what replaces the segment in use must have all that it has
        HERD_CHECK(writer_->finishSnapshot());
    }
}

void SimJournal::write() {
    writer_->write(records_, core_->log().seq);
    records_.clear();
}

}  // namespace herd::sim
