// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/world.h"

#include <algorithm>

namespace herd::sim {

namespace {

constexpr std::int64_t secondUs = 1'000'000;
constexpr std::int64_t watchUs = secondUs / 5;
constexpr std::int64_t quietUs = 5 * secondUs / 2;  ///< at least one PING both ways

/// A silent peer, a refused dialler, a stall: each may take over 10 s, one after the other.
constexpr std::int64_t settleUsMax = 90 * secondUs;
constexpr std::int64_t settleUsPerNode = secondUs / 2;

constexpr std::uint64_t eventsPerNodeMax = 400'000;
constexpr std::uint64_t stormSalt = 0x73746f726d;

}  // namespace

World::World(const Scenario& scenario, Trace& trace, bool everyTick)
    : scenario_(scenario),
      prng_(scenario.seed ^ stormSalt),
      network_(scenario, queue_, prng_),
      oracle_(scenario),
      around_{scenario, queue_, network_, oracle_, prng_, trace, everyTick, false},
      storm_(around_, nodes_) {
    for (int node = 0; node < static_cast<int>(scenario.names.size()); ++node) {
        nodes_.push_back(std::make_unique<SimNode>(around_, node));
    }
}

void World::run() {
    for (const auto& node : nodes_) {
        node->start();
    }
    queue_.push(EventKind::storm, 0, 0, 0);
    queue_.push(EventKind::heal, scenario_.stormUs, 0, 0);
    const std::uint64_t eventsMax = eventsPerNodeMax * nodes_.size();
    while (phase_ != Phase::over && !oracle_.failed()) {
        handle(queue_.pop());
        if (queue_.handled() > eventsMax) {
            oracle_.fail("no end: " + std::to_string(eventsMax) + " events");
        }
    }
}

void World::handle(const Event& event) {
    switch (event.kind) {
        case EventKind::dialDue:
            return onDialDue(event);
        case EventKind::dialOver:
            return onDialOver(event);
        case EventKind::dialLost:
            return onDialLost(event);
        case EventKind::accepted:
            return onAccepted(event);
        case EventKind::arrival:
            return onArrival(event);
        case EventKind::closed:
            return onClosed(event);
        case EventKind::turn:
            return onTurn(event);
        case EventKind::tick:
            return onTick(event);
        case EventKind::nodeUp:
            return onNodeUp(event);
        case EventKind::crash:
            return onCrash(event);
        case EventKind::storm:
            return onStorm();
        case EventKind::heal:
            return onHeal();
        case EventKind::watch:
            return onWatch();
    }
}

/// A frozen node does what it would have done now when it thaws.
bool World::postponedByFrost(const SimNode& node, const Event& event) {
    const bool frozen = node.running() && node.frozenUntilUs() > queue_.nowUs();
    if (frozen) {
        queue_.postpone(event, node.frozenUntilUs());
    }
    return frozen;
}

void World::onDialDue(const Event& event) {
    SimNode& node = nodeAt(event.subject, Side::dialer);
    if (event.ticket == network_.edge(event.subject).attempt && !postponedByFrost(node, event)) {
        node.onDialDue(event.subject);
    }
}

void World::onDialOver(const Event& event) {
    const Network::Edge& edge = network_.edge(event.subject);
    SimNode& dialer = nodeAt(event.subject, Side::dialer);
    if (event.ticket != edge.attempt || postponedByFrost(dialer, event)) {
        return;
    }
    const bool blocked = std::max(edge.blockedUntilUs[0], edge.blockedUntilUs[1]) > queue_.nowUs();
    if (blocked || !nodeAt(event.subject, Side::acceptor).running()) {
        dialer.onDialFailed(event.subject);
        return;
    }
    const WireId wire = network_.open(event.subject);
    queue_.push(EventKind::accepted, queue_.nowUs(), wire.index, wire.ticket);
    dialer.onConnected(event.subject, wire);
}

void World::onDialLost(const Event& event) {
    SimNode& dialer = nodeAt(event.subject, Side::dialer);
    if (event.ticket == network_.edge(event.subject).attempt && !postponedByFrost(dialer, event)) {
        dialer.onDialFailed(event.subject);
    }
}

void World::onAccepted(const Event& event) {
    const WireId wire{event.subject, event.ticket};
    if (!network_.stands(wire) || !network_.wire(wire.index).open(Side::acceptor)) {
        return;
    }
    const std::uint32_t edge = network_.wire(wire.index).edge;
    SimNode& node = nodeAt(edge, Side::acceptor);
    if (!node.running()) {
        network_.leave(wire, Side::acceptor, Leaving::abruptly);
    } else if (!postponedByFrost(node, event)) {
        node.onAccepted(edge, wire);
    }
}

void World::onArrival(const Event& event) {
    const std::uint32_t index = Network::wireOf(event);
    const WireId wire{index, event.ticket};
    if (!network_.stands(wire)) {
        return;
    }
    const std::uint32_t edge = network_.wire(index).edge;
    const Side sender = Network::sideOf(event);
    SimNode& reader = nodeAt(edge, otherSide(sender));
    if (postponedByFrost(reader, event)) {
        return;
    }
    if (const std::optional<std::string_view> piece = network_.arriving(event)) {
        reader.onBytes(wire, *piece);
        network_.arrived(event);
        if (network_.stands(wire) && network_.wire(index).open(sender)) {
            nodeAt(edge, sender).onRoom(wire);
        }
    }
}

void World::onClosed(const Event& event) {
    const std::uint32_t index = Network::wireOf(event);
    SimNode& node = nodeAt(network_.wire(index).edge, Network::sideOf(event));
    const WireId wire{index, event.ticket};
    if (network_.stands(wire) && !postponedByFrost(node, event) && network_.closing(event)) {
        node.onClosed(wire);
    }
}

void World::onTurn(const Event& event) {
    SimNode& node = *nodes_[event.subject];
    if (node.running() && node.incarnation() == event.ticket && !postponedByFrost(node, event)) {
        node.onTurn();
    }
}

void World::onTick(const Event& event) {
    SimNode& node = *nodes_[event.subject];
    if (!node.running() || node.incarnation() != event.ticket) {
        return;
    }
    if (node.frozenUntilUs() > queue_.nowUs()) {
        node.onTickMissed();
    } else {
        node.onTick(event);
    }
}

void World::onNodeUp(const Event& event) {
    SimNode& node = *nodes_[event.subject];
    if (!node.running()) {
        node.start();
        storm_.greet(node);
    }
}

void World::onCrash(const Event& event) {
    SimNode& node = *nodes_[event.subject];
    if (phase_ == Phase::storm && node.running() && node.incarnation() == event.ticket) {
        storm_.crash(node);
    }
}

void World::onStorm() {
    if (phase_ == Phase::storm) {
        storm_.strike();
        queue_.push(EventKind::storm, queue_.nowUs() + prng_.between(0, 2 * scenario_.blowGapUs), 0,
                    0);
    }
}

void World::onHeal() {
    around_.trace.note(queue_.nowUs(), {"the storm is over"});
    if (scenario_.ttlS > 0) {
        // Clocks that go apart for ever never agree about what has expired.
        for (const auto& node : nodes_) {
            node->setClockAhead(0);
        }
    }
    oracle_.healed();
    network_.heal();  // what is frozen thaws in its time
    for (const auto& node : nodes_) {
        if (!node->running()) {
            node->start();
        }
    }
    phase_ = Phase::settling;
    const auto nodes = static_cast<std::int64_t>(nodes_.size());
    const std::int64_t audits = scenario_.ttlS > 0 ? 2 : 1;  ///< have to find what is missing
    deadlineUs_ = queue_.nowUs() + audits * (settleUsMax + nodes * settleUsPerNode);
    onWatch();
}

void World::onWatch() {
    const bool expires = scenario_.ttlS > 0;
    const bool told = allTold() && (phase_ != Phase::repairing || oracle_.allSeemEqual()) &&
                      (!expires || oracle_.allHoldTheSame(nodes_.front()->wallNs()));
    if (expires && !told && phase_ == Phase::calming) {
        phase_ = Phase::settling;  // the audit has found something
    }
    if (phase_ == Phase::settling || phase_ == Phase::repairing) {
        if (told) {
            settledUs_ = lied_ ? settledUs_ : queue_.nowUs() - scenario_.stormUs;
            phase_ = Phase::calming;
            phaseUntilUs_ = queue_.nowUs() + secondUs + 4 * scenario_.latencyUsMax;
            if (expires) {
                // Who was frozen until a moment ago still has to remove what expired meanwhile.
                phaseUntilUs_ = std::max(phaseUntilUs_, lastThawUs() + Oracle::expirySlackUs);
            }
        } else if (queue_.nowUs() > deadlineUs_) {
            oracle_.fail("the storm is long over, but " + firstUntold());
        }
    } else if (!told) {
        oracle_.fail("all was told, but now something is not");
    } else if (queue_.nowUs() >= phaseUntilUs_) {
        phase_ == Phase::calming && !expires ? beginQuiet() : finish();
    }
    queue_.push(EventKind::watch, queue_.nowUs() + watchUs, 0, 0);
}

void World::beginQuiet() {
    around_.heartbeatsOnly = true;
    phase_ = Phase::quiet;
    phaseUntilUs_ = queue_.nowUs() + quietUs;
}

void World::finish() {
    const SimNode& node = *nodes_.front();
    oracle_.judge(node.wallNs(), node.wallNs(Oracle::expirySlackUs));
    if (lied_ && nodes_.front()->core().table().size() > 0) {
        judgeAudit();
    }
    if (scenario_.liar && !lied_) {
        lie();
    } else {
        phase_ = Phase::over;
    }
}

void World::lie() {
    lied_ = true;
    const std::size_t liar = prng_.below(nodes_.size());
    around_.heartbeatsOnly = false;
    oracle_.distrustMarks();
    nodes_[liar]->stop(Leaving::abruptly);
    nodes_[liar]->journal().wipe();
    nodes_[liar]->start();
    nodes_[liar]->claimToHoldAll(nodes_);
    phase_ = Phase::repairing;
    deadlineUs_ = queue_.nowUs() + settleUsMax;
}

/// The lie must not only be repaired but reported.
void World::judgeAudit() {
    const bool reported = std::any_of(nodes_.begin(), nodes_.end(), [](const auto& node) {
        return node->counters().repairs > 0 && node->counters().divergences > 0;
    });
    if (!reported) {
        oracle_.fail("a divergence was repaired but not counted");
    }
}

std::int64_t World::lastThawUs() const {
    std::int64_t lastUs = 0;
    for (const auto& node : nodes_) {
        lastUs = std::max(lastUs, node->frozenUntilUs());
    }
    return lastUs;
}

bool World::allTold() const {
    return std::all_of(scenario_.edges.begin(), scenario_.edges.end(), [this](const auto& edge) {
        return told(edge.first, edge.second) && told(edge.second, edge.first);
    });
}

std::string World::firstUntold() const {
    for (const auto& [low, high] : scenario_.edges) {
        for (const auto& [from, to] : {std::pair(low, high), std::pair(high, low)}) {
            if (!told(from, to)) {
                return scenario_.names[static_cast<std::size_t>(from)] + " has not told " +
                       scenario_.names[static_cast<std::size_t>(to)] + " everything";
            }
        }
    }
    return "the tables differ";
}

/// Whether `to` knows that it holds all of `from`'s log, on a link that stands. Both run.
bool World::told(int from, int to) const {
    const SimNode& sender = *nodes_[static_cast<std::size_t>(from)];
    const SimNode& receiver = *nodes_[static_cast<std::size_t>(to)];
    const SimNode::Link* const link = sender.linkWith(to);
    const SimNode::Link* const peerLink = receiver.linkWith(from);
    const bool awake = std::max(sender.frozenUntilUs(), receiver.frozenUntilUs()) <= queue_.nowUs();
    if (!awake || link == nullptr || peerLink == nullptr || link->wire != peerLink->wire ||
        network_.wire(link->wire.index).dead) {
        return false;
    }
    const LinkFeed& feed = link->session->feed();
    return !feed.lagging() && feed.changesWaiting() == 0 &&
           receiver.core().got(scenario_.names[static_cast<std::size_t>(from)]) ==
               sender.core().log();
}

SimNode& World::nodeAt(std::uint32_t edge, Side side) {
    return *nodes_[static_cast<std::size_t>(network_.edge(edge).nodes[static_cast<int>(side)])];
}

}  // namespace herd::sim
