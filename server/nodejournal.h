// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>

#include "server/herd/herdcore.h"
#include "server/herd/journalsink.h"
#include "server/journal/journalservice.h"
#include "server/net/replyqueue.h"

namespace herd {

/// Joins core and journal: tells the one's changes to the other, gives back what was recovered, and
/// keeps answers until what they say is durable, where the journal demands that. Without a journal
/// everything counts as durable. Owned by Node.
class NodeJournal : public JournalSink, public JournalTable {
  public:
    /// How often it is written down how much of the neighbours' logs is held. What a neighbour told
    /// since then is told again after a crash.
    static constexpr std::int64_t gotIntervalMs = 1'000;

    /// Tickets of sessions that are gone are dropped when this many wait, and when twice as many as
    /// were left then.
    static constexpr std::size_t heldBeforeDrop = 1'024;

    explicit NodeJournal(HerdCore& core) : core_(core) {}

    /// The core goes on where the journal ends, and tells it every change from now on.
    void attach(JournalService& journal, const Recovered& recovered, std::int64_t wallNs);

    /// Once after each batch of lines.
    void commit();
    void onTick(std::int64_t monotonicMs);
    /// Writes down what waits for its time.
    void finish();

    /// Whether answers have to wait at all, and what they say now is not yet durable.
    [[nodiscard]] bool mustHold() const;
    /// Releases the ticket as soon as all that is in the core now is durable.
    void hold(const ReplyTicket& ticket);
    /// The journal has synced: releases the tickets whose time has come.
    void releaseHeld();
    /// Tickets that wait, those included whose sessions are gone and that were not dropped yet.
    [[nodiscard]] std::size_t heldCount() const { return held_.size(); }

    [[nodiscard]] JournalState state() const;
    /// Stamps of the journal that the table had no room for.
    [[nodiscard]] std::uint64_t notRestored() const { return notRestored_; }

    void onChange(std::uint64_t seq, const Stamp& stamp) override;
    void onGot(const std::string& neighbour, const LogPosition& position) override;
    void onEpoch(const LogPosition& log) override;
    [[nodiscard]] bool mayConfirm(std::uint64_t seq) const override;

    void restore(std::uint64_t seq, const Stamp& stamp) override;
    [[nodiscard]] LogPosition log() const override { return core_.log(); }
    [[nodiscard]] const std::map<std::string, LogPosition, std::less<>>& allGot() const override {
        return core_.allGot();
    }
    [[nodiscard]] std::size_t rowCount() const override { return core_.table().size(); }
    [[nodiscard]] std::optional<Row> row(std::size_t index) const override;
    [[nodiscard]] std::size_t filledRowCount() const override { return core_.table().used(); }

  private:
    struct Held {
        std::uint64_t seq = 0;
        ReplyTicket ticket;
    };

    void appendGot();

    HerdCore& core_;
    JournalService* journal_ = nullptr;
    std::set<std::string> gotChanged_;  ///< neighbours
    std::int64_t gotWrittenMs_ = 0;
    std::deque<Held> held_;  ///< seq ascending
    std::size_t dropAtCount_ = heldBeforeDrop;
    std::uint64_t notRestored_ = 0;
};

}  // namespace herd
