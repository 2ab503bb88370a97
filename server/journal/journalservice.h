// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/adminmessage.h"
#include "common/message.h"
#include "server/journal/recovery.h"

namespace herd {

/// How a journal stands, for whoever asks the node.
struct JournalState {
    JournalMode mode = JournalMode::memory;
    DurabilityState durability = DurabilityState::memory;
    std::uint64_t syncedSeq = 0;  ///< every change up to this one is durable
    std::int64_t bytes = 0;       ///< of the segment in use
    std::uint64_t snapshots = 0;  ///< finished since the start
    std::uint64_t failures = 0;   ///< changes from ok to degraded or lost
    std::string trouble;          ///< what the system said last; empty while all is well
};

/// What a node tells its journal, in the order in which it happens, and asks of it. Implemented by
/// Journal; called on the node's thread, appendChange() and commit() by whichever thread has its
/// turn.
class JournalService {
  public:
    JournalService() = default;
    JournalService(const JournalService&) = delete;
    JournalService& operator=(const JournalService&) = delete;
    virtual ~JournalService() = default;

    virtual void appendChange(std::uint64_t seq, const Stamp& stamp) = 0;
    /// Every stamp that it covers was appended before.
    virtual void appendGot(std::string_view peer, const LogPosition& position) = 0;
    /// The log goes on as `log`. Returns when that is durable, or cannot be soon.
    virtual void appendEpoch(const LogPosition& log) = 0;

    /// Something that was appended once must not stay on disk: a snapshot is to take its place
    /// within a minute or so.
    virtual void replaceSoon() = 0;

    /// Hands over what was appended; to be called once after each batch.
    virtual void commit() = 0;

    /// Whether nobody may be told of a change before it is durable (`always`).
    [[nodiscard]] virtual bool confirmsWhenSynced() const = 0;
    [[nodiscard]] virtual std::uint64_t syncedSeq() const = 0;
    [[nodiscard]] virtual JournalState state() const = 0;
};

/// What the journal asks of the node: the table, for a snapshot and at recovery. Called on the
/// node's thread.
class JournalTable : public RecoveryTarget {
  public:
    struct Row {
        std::uint64_t seq = 0;
        Stamp stamp;  ///< valid until the next change
    };

    [[nodiscard]] virtual LogPosition log() const = 0;
    [[nodiscard]] virtual const std::map<std::string, LogPosition, std::less<>>& allGot() const = 0;
    /// Rows, and places where one was removed; a new one comes there or at the end, and is told as
    /// a change.
    [[nodiscard]] virtual std::size_t rowCount() const = 0;
    /// Nothing where one was removed.
    [[nodiscard]] virtual std::optional<Row> row(std::size_t index) const = 0;
    [[nodiscard]] virtual std::size_t filledRowCount() const = 0;
};

}  // namespace herd
