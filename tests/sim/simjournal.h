// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/herd/herdcore.h"
#include "server/herd/journalsink.h"
#include "server/journal/recovery.h"
#include "server/journal/segmentwriter.h"
#include "tests/sim/oracle.h"
#include "tests/sim/prng.h"
#include "tests/sim/scenario.h"
#include "tests/support/memorydisk.h"

namespace herd::sim {

/// A node's disk and what writes to it: the shipping records, segments and recovery, but for the
/// thread. Syncs and snapshots come by the dice, so that a crash may lose any part of what was told
/// to others already. Owned by the node; outlives its processes.
class SimJournal : public JournalSink, private RecoveryTarget {
  public:
    SimJournal(const Scenario& scenario, Oracle& oracle, int node);

    /// A process begins: gives the core what is on disk.
    void start(HerdCore& core, std::int64_t wallNs);
    /// An event is over.
    void flush();
    /// The process is gone, and what was not synced, as a rule, with it.
    void crash();

    void wipe();
    void makeBackup();
    [[nodiscard]] bool hasBackup() const { return backup_.has_value(); }
    void restoreBackup();

    void onChange(std::uint64_t seq, const Stamp& stamp) override;
    void onGot(const std::string& neighbour, const LogPosition& position) override;
    void onEpoch(const LogPosition& log) override;
    [[nodiscard]] bool mayConfirm(std::uint64_t seq) const override;

  private:
    struct Change {
        std::uint64_t seq = 0;
        std::string client;  ///< its identity
        Key key;
    };
    struct Backup {
        DiskContent content;
        std::vector<Change> history;
    };

    void restore(std::uint64_t seq, const Stamp& stamp) override;
    void judge(const Recovered& recovered, std::int64_t wallNs);
    void beginSnapshot();
    void goOnWithSnapshot(std::size_t rows);
    void write();

    const Scenario& scenario_;
    Oracle& oracle_;
    int node_;
    Prng prng_;
    JournalIdentity identity_;
    std::unique_ptr<MemoryDisk> disk_;
    std::unique_ptr<SegmentWriter> writer_;
    HerdCore* core_ = nullptr;
    std::string records_;
    std::size_t nextRow_ = 0;
    std::uint64_t syncedSeq_ = 0;                  ///< of the process before, at its end
    std::vector<Change> history_;                  ///< all that the disk was told
    std::map<std::uint64_t, std::uint64_t> used_;  ///< greatest number told to others, by epoch
    std::optional<Backup> backup_;
    std::int64_t backupsRestored_ = 0;
};

}  // namespace herd::sim
