// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/herd/herdcore.h"
#include "server/herd/peersession.h"
#include "tests/sim/scenario.h"

namespace herd::sim {

/// A stamp with its bytes, ordered as PROTOCOL.md says ("Order of stamps"): the simulator's own
/// reading of that page, apart from the one that ships.
struct Key {
    std::int64_t effectiveNs = 0;
    bool tombstone = false;
    std::int64_t rxNs = 0;
    std::string origin;
    std::string position;
    std::string time;

    auto operator<=>(const Key&) const = default;
};

/// Watches all nodes of a run and says what is wrong with it. Keeps the first failure.
class Oracle {
  public:
    explicit Oracle(const Scenario& scenario);

    [[nodiscard]] bool failed() const { return !failure_.empty(); }
    [[nodiscard]] const std::string& failure() const { return failure_; }
    void fail(std::string what);

    /// A node's process began with this core, or ended (nullptr).
    void nodeIs(int node, const HerdCore* core);

    /// A node is back with this core. It must hold what `changes`, by identity, came to, no more
    /// and no less.
    void recovered(int node, const HerdCore& core,
                   const std::vector<std::pair<std::string, Key>>& changes, std::int64_t wallNs);

    /// The same for a client's stamps as for its tombstone.
    [[nodiscard]] std::string identityOf(const Stamp& stamp) const;

    /// As the oracle compares stamps.
    [[nodiscard]] Key keyOf(const Stamp& stamp) const;

    /// A client reported this.
    void heard(const Stamp& stamp);

    /// A node was told to erase it.
    void forgotten(int node, const std::string& client);
    /// A node has removed what expired.
    void expired(int node);

    /// To be called after each line that may have changed the node's table: the winner of a client
    /// must never go back.
    void lookAt(int node, std::int64_t wallNs);

    /// `receiver` has taken a MARK of `sender` and believes now to hold its log up to `position`:
    /// it must hold all that the sender changed up to there.
    void markTaken(int receiver, int sender, const LogPosition& position);
    void distrustMarks() { marksHonest_ = false; }

    /// Only ends that bad wires explain are fine; a violation of the protocol never is.
    void sessionEnded(int node, const SessionEnd& end);

    /// Output that one fill may leave: the room it was given and a line more.
    void filled(int node, std::size_t bytes, std::size_t allowedBytes);

    /// The storm is over: from now on, nothing that a running node holds may be lost.
    void healed();

    /// From when a stamp expires until a node has come to remove it, with time to spare.
    static constexpr std::int64_t expirySlackUs = 5'000'000;

    /// Everything is quiet: all tables must be equal, hold what they must, and add up. All clocks
    /// show `wallNs`, and showed `wallBeforeNs` expirySlackUs ago. Of what is about to expire or
    /// has expired meanwhile each node may say what it likes.
    void judge(std::int64_t wallNs, std::int64_t wallBeforeNs);
    /// Whether all tables are equal in that sense.
    [[nodiscard]] bool allHoldTheSame(std::int64_t wallNs) const;

    /// Every running node has the same root digest and number of clients.
    [[nodiscard]] bool allSeemEqual() const;

  private:
    struct Watched {
        const HerdCore* core = nullptr;
        std::uint64_t seq = 0;  ///< changes looked at
        std::map<std::string, Key, std::less<>> winners;
        std::map<int, LogPosition> verified;  ///< what earlier MARKs of each sender covered
    };

    using Table = std::map<std::string, Key, std::less<>>;  ///< by identity

    [[nodiscard]] bool isOver(const Key& key, std::int64_t wallNs) const;
    [[nodiscard]] Table tableOf(const HerdCore& core) const;
    [[nodiscard]] Table liveTableOf(const HerdCore& core, std::int64_t wallNs) const;
    void judgeTable(int node, std::int64_t wallNs, std::int64_t wallBeforeNs);
    void judgeSums(int node);
    [[nodiscard]] const std::string& name(int node) const;

    const Scenario& scenario_;
    std::string failure_;
    std::vector<Watched> nodes_;
    std::vector<std::pair<std::string, Key>> heard_;
    Table expected_;
    bool marksHonest_;
    bool healed_ = false;
    mutable std::map<std::string, std::string, std::less<>> identities_;  ///< by client
};

}  // namespace herd::sim
