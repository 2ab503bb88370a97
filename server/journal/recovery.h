// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/message.h"
#include "common/result.h"
#include "server/journal/disk.h"

namespace herd {

/// Whose journal it is. Another herd's or node's is refused; under other rules the stamps are kept,
/// but what neighbours know of the log counts no longer.
struct JournalIdentity {
    std::string herd;
    std::string node;
    HerdRules rules;
};

/// What a journal held beside the stamps, and what became of it.
struct Recovered {
    std::uint64_t segment = 0;  ///< number of the file it was read from; 0: there was none
    LogPosition log;            ///< seq: the newest number that is known to be used
    std::map<std::string, LogPosition, std::less<>> got;
    std::int64_t bytes = 0;      ///< of the file that are valid
    std::int64_t tornBytes = 0;  ///< behind them: a record that was not written to its end
    bool salvaged = false;       ///< what is behind them is damaged and was left out
    std::uint64_t changes = 0;   ///< records of stamps
    std::uint64_t erasures = 0;  ///< tombstones behind the snapshot: what they erase may be there
    bool rulesChanged = false;
    bool renewEpoch = false;  ///< what neighbours know of this log counts no longer
};

/// Told the stamps of a journal, in no useful order.
class RecoveryTarget {
  public:
    RecoveryTarget() = default;
    RecoveryTarget(const RecoveryTarget&) = delete;
    RecoveryTarget& operator=(const RecoveryTarget&) = delete;
    virtual ~RecoveryTarget() = default;

    /// Change `seq` wrote `stamp`, unless a later change of the client is told too.
    virtual void restore(std::uint64_t seq, const Stamp& stamp) = 0;
};

/// Names of the files: `journal.7` is a segment, the whole table and every change since;
/// `journal.8.new` will be the next one.
[[nodiscard]] std::string segmentName(std::uint64_t number);
[[nodiscard]] std::string unfinishedName(std::uint64_t number);
/// Whether the journal made it, finished or not. `journal.7.bak` is somebody else's.
[[nodiscard]] bool isSegmentName(std::string_view name);
/// For segment `number` when salvage sets it aside: `damaged.7`, or one that is not `taken`.
[[nodiscard]] std::string damagedName(std::uint64_t number, const std::vector<std::string>& taken);

/// Reads the newest segment. What is told of it is always a prefix of what was written. A record
/// cut short at the very end is left out. Anything wrong before that is an error with file and
/// offset, unless `salvage`, which takes what is in front of it and asks for a new epoch. So is a
/// damaged segment that was set aside when none took its place.
[[nodiscard]] Result<Recovered> recoverJournal(JournalDisk& disk, const JournalIdentity& identity,
                                               bool salvage, RecoveryTarget& target);

}  // namespace herd
