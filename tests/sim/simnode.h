// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/lineframer.h"
#include "server/herd/herdcore.h"
#include "server/herd/peersession.h"
#include "tests/sim/eventqueue.h"
#include "tests/sim/network.h"
#include "tests/sim/oracle.h"
#include "tests/sim/simjournal.h"
#include "tests/sim/trace.h"

namespace herd::sim {

/// What all nodes of a run share.
struct Surroundings {
    const Scenario& scenario;
    EventQueue& queue;
    Network& network;
    Oracle& oracle;
    Prng& prng;
    Trace& trace;
    bool everyTick = false;       ///< also ticks that are known to do nothing
    bool heartbeatsOnly = false;  ///< nothing else may come on any link now
};

/// One node: the shipping core and its sessions, driven as the server drives them. It dials its
/// neighbours of higher name, ticks each 100 ms, and after each event tells every link what there
/// is room for. Owned by the world.
class SimNode {
  public:
    /// A connection and the session on it.
    struct Link {
        WireId wire;
        Side side = Side::dialer;
        std::uint32_t edge = 0;
        int peer = 0;
        std::unique_ptr<PeerSession> session;
        LineFramer framer{64 * 1024};
        bool wasProven = false;
        bool starved = false;  ///< the last fill stopped for want of room
        // What decides when a tick of the session does something.
        std::int64_t openedMs = 0;
        std::int64_t heardMs = 0;
        std::int64_t pingedMs = 0;
        std::int64_t markedMs = -1;
    };

    SimNode(Surroundings& around, int index);

    /// A new process: what the journal gives back, or empty memory and a new epoch.
    void start();
    /// Claims to hold the whole log of every neighbour in `nodes`, as it is now. For a node that
    /// has just started.
    void claimToHoldAll(const std::vector<std::unique_ptr<SimNode>>& nodes);
    void stop(Leaving how);
    void renewEpoch();
    [[nodiscard]] bool running() const { return core_ != nullptr; }
    [[nodiscard]] const HerdCore& core() const { return *core_; }
    [[nodiscard]] const CoreCounters& counters() const { return core_->counters(); }
    [[nodiscard]] std::uint32_t incarnation() const { return incarnation_; }
    [[nodiscard]] int index() const { return index_; }
    /// The node's disk, also while the node is down.
    [[nodiscard]] SimJournal& journal() { return journal_; }

    /// What its clock shows, or showed so long ago if it was not set since.
    [[nodiscard]] std::int64_t wallNs(std::int64_t agoUs = 0) const;
    void setClockAhead(std::int64_t aheadNs) { aheadNs_ = aheadNs; }

    void freezeUntil(std::int64_t untilUs) { frozenUntilUs_ = untilUs; }
    [[nodiscard]] std::int64_t frozenUntilUs() const { return frozenUntilUs_; }

    /// A client's line. takeTurnSoon() must follow.
    void hear(std::string_view line);

    /// An administrator's wish. takeTurnSoon() must follow.
    void forget(const std::string& client);

    void onDialDue(std::uint32_t edge);
    void onDialFailed(std::uint32_t edge);
    void onConnected(std::uint32_t edge, const WireId& wire);
    void onAccepted(std::uint32_t edge, const WireId& wire);
    void onBytes(const WireId& wire, std::string_view bytes);
    void onClosed(const WireId& wire);
    void onTurn();
    void onTick(const Event& event);
    /// A tick that fell due while the node was frozen.
    void onTickMissed();
    /// The peer took bytes from the wire.
    void onRoom(const WireId& wire);

    /// Tells every link what there is room for, closes those that ended. After each event that may
    /// have changed something; another one would do nothing.
    void takeTurn();
    /// The same at the end of an event-loop turn, which may bring other events before.
    void takeTurnSoon();

    /// The proven link with a peer, or null.
    [[nodiscard]] const Link* linkWith(int peer) const;

  private:
    struct Dialer {
        std::uint32_t edge = 0;
        std::int64_t backoffMs = 0;
    };

    [[nodiscard]] Instant now() const;
    [[nodiscard]] const std::string& name(int node) const {
        return around_.scenario.names[static_cast<std::size_t>(node)];
    }
    void addLink(std::uint32_t edge, const WireId& wire, Side side);
    [[nodiscard]] Link* find(const WireId& wire) const;
    void readLine(Link& link, std::string_view line);
    void pump(Link& link);
    void settle(Link& link);
    void closeEnded();
    void drop(const Link& link, bool hold);
    void dialLater(std::uint32_t edge, bool hold);
    [[nodiscard]] Dialer& dialer(std::uint32_t edge);
    void judgeWhatItHolds();
    void flushJournal();
    void queueTurn();
    void scheduleTick();
    void queueTick(std::int64_t earliestUs);
    [[nodiscard]] std::int64_t tickDueMs(const Link& link) const;

    Surroundings& around_;
    int index_;
    std::uint32_t incarnation_ = 0;
    SimJournal journal_;
    std::unique_ptr<SimDice> dice_;
    std::unique_ptr<HerdCore> core_;
    std::vector<std::unique_ptr<Link>> links_;  ///< a framer must not move
    std::vector<Dialer> dialers_;
    std::int64_t aheadNs_ = 0;
    std::int64_t frozenUntilUs_ = 0;
    std::int64_t tickPhaseUs_ = 0;
    std::int64_t tickAtUs_ = -1;
    bool turnQueued_ = false;
};

}  // namespace herd::sim
