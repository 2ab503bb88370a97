// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/simnode.h"

#include <algorithm>
#include <limits>

#include "common/check.h"
#include "common/wire.h"

namespace herd::sim {

namespace {

constexpr std::int64_t millisecondUs = 1'000;
constexpr std::int64_t tickUs = 100 * millisecondUs;

constexpr std::int64_t backoffFirstMs = 200;
constexpr std::int64_t backoffLastMs = 2'000;
constexpr std::int64_t backoffJitterPercent = 25;
constexpr std::int64_t holdMs = 10'000;

/// Clocks begin late enough for stale reports, early enough for short texts.
constexpr std::int64_t firstWallNs = 5'000'000'000'000;

/// More than the longest update and MARK here.
constexpr std::size_t lineBytesMax = 160;
constexpr std::size_t bytesPerSum = 17;

constexpr std::size_t expirySlotsPerTick = 64;
constexpr std::size_t expiriesPerTick = 16;

}  // namespace

SimNode::SimNode(Surroundings& around, int index)
    : around_(around),
      index_(index),
      journal_(around.scenario, around.oracle, index),
      tickPhaseUs_(around.prng.between(0, tickUs - 1)) {
    for (std::uint32_t edge = 0; edge < around_.network.edgeCount(); ++edge) {
        if (around_.network.edge(edge).nodes[0] == index_) {
            dialers_.push_back({edge, backoffFirstMs});
        }
    }
}

void SimNode::start() {
    const Scenario& scenario = around_.scenario;
    CoreSettings settings;
    settings.herd = "sim";
    settings.self = name(index_);
    for (const auto& [low, high] : scenario.edges) {
        if (low == index_ || high == index_) {
            settings.neighbours.push_back(name(low == index_ ? high : low));
        }
    }
    settings.secrets = {"sesame"};
    settings.rules = {scenario.futureSkewMaxS, scenario.ttlS};
    settings.ringEntries = scenario.ringEntries;
    settings.superBuckets = scenario.superBuckets;
    settings.bucketsPerSuper = scenario.bucketsPerSuper;
    settings.scanSlotsMax = scenario.scanSlotsMax;
    ++incarnation_;
    dice_ = std::make_unique<SimDice>(around_.prng.next());
    const SipKey indexKey{around_.prng.next(), around_.prng.next()};
    core_ = std::make_unique<HerdCore>(std::move(settings), indexKey, *dice_);
    core_->setWallNs(wallNs());
    if (scenario.journal) {
        journal_.start(*core_, wallNs());
    }
    around_.oracle.nodeIs(index_, core_.get());
    judgeWhatItHolds();
    frozenUntilUs_ = 0;
    tickAtUs_ = -1;
    turnQueued_ = false;
    for (Dialer& dialing : dialers_) {
        dialing.backoffMs = backoffFirstMs;
        around_.network.cancelDial(dialing.edge);
        around_.queue.push(EventKind::dialDue, around_.queue.nowUs(), dialing.edge,
                           around_.network.edge(dialing.edge).attempt);
    }
    scheduleTick();
}

/// What it believes to hold of its neighbours' logs, after a crash as before.
void SimNode::judgeWhatItHolds() {
    for (const auto& [low, high] : around_.scenario.edges) {
        if (low == index_ || high == index_) {
            const int peer = low == index_ ? high : low;
            around_.oracle.markTaken(index_, peer, core_->got(name(peer)));
        }
    }
}

void SimNode::claimToHoldAll(const std::vector<std::unique_ptr<SimNode>>& nodes) {
    for (const auto& [low, high] : around_.scenario.edges) {
        if (low == index_ || high == index_) {
            const int peer = low == index_ ? high : low;
            core_->setGot(name(peer), nodes[static_cast<std::size_t>(peer)]->core().log());
        }
    }
}

void SimNode::stop(Leaving how) {
    for (const auto& link : links_) {
        around_.network.leave(link->wire, link->side, how);
    }
    links_.clear();
    for (const Dialer& dialing : dialers_) {
        around_.network.cancelDial(dialing.edge);
    }
    around_.oracle.nodeIs(index_, nullptr);
    core_.reset();
    if (around_.scenario.journal) {
        journal_.crash();
    }
}

void SimNode::renewEpoch() {
    core_->renewEpoch();
    takeTurnSoon();
}

std::int64_t SimNode::wallNs(std::int64_t agoUs) const {
    const std::int64_t step = around_.scenario.clockStepNs;
    const std::int64_t wallNs = firstWallNs + (around_.queue.nowUs() - agoUs) * 1'000 + aheadNs_;
    return std::max<std::int64_t>(wallNs / step * step, 0);
}

void SimNode::hear(std::string_view line) {
    const ClientMessage message = wire::parseClientLine(line);
    const Iamat* const iamat = std::get_if<Iamat>(&message);
    HERD_CHECK(iamat != nullptr);
    Stamp answer;
    core_->setWallNs(wallNs());
    const Offer offer = core_->hear(*iamat, wallNs(), answer);
    HERD_CHECK(offer != Offer::full);
    if (around_.trace.wanted()) {
        around_.trace.note(around_.queue.nowUs(), {name(index_), "hears", line});
    }
    around_.oracle.heard(answer);
    around_.oracle.lookAt(index_, wallNs());
}

void SimNode::forget(const std::string& client) {
    if (around_.trace.wanted()) {
        around_.trace.note(around_.queue.nowUs(), {name(index_), "forgets", client});
    }
    core_->setWallNs(wallNs());
    const Offer offer = core_->forget(client, wallNs());
    HERD_CHECK(offer == Offer::accepted);
    around_.oracle.forgotten(index_, client);
    around_.oracle.lookAt(index_, wallNs());
}

void SimNode::onDialDue(std::uint32_t edge) {
    around_.network.dial(edge);
}

void SimNode::onDialFailed(std::uint32_t edge) {
    dialLater(edge, false);
}

void SimNode::onConnected(std::uint32_t edge, const WireId& wire) {
    addLink(edge, wire, Side::dialer);
    takeTurn();
}

void SimNode::onAccepted(std::uint32_t edge, const WireId& wire) {
    addLink(edge, wire, Side::acceptor);
    takeTurn();
}

void SimNode::addLink(std::uint32_t edge, const WireId& wire, Side side) {
    auto link = std::make_unique<Link>();
    link->wire = wire;
    link->side = side;
    link->edge = edge;
    link->peer = around_.network.edge(edge).nodes[static_cast<int>(otherSide(side))];
    const bool dials = side == Side::dialer;
    link->session = std::make_unique<PeerSession>(
        *core_, dials ? PeerSession::Role::dialer : PeerSession::Role::acceptor,
        dials ? name(link->peer) : std::string(), now());
    link->openedMs = link->heardMs = link->pingedMs = now().monotonicMs;
    links_.push_back(std::move(link));
}

void SimNode::onBytes(const WireId& wire, std::string_view bytes) {
    Link* const link = find(wire);
    if (link == nullptr) {
        // The process that was to accept it is gone.
        around_.network.leave(wire, Side::acceptor, Leaving::abruptly);
        return;
    }
    core_->setWallNs(wallNs());
    link->framer.feed(bytes);
    std::string_view line;
    while (!link->session->ended() && link->framer.next(line) == LineFramer::Status::line) {
        readLine(*link, line);
    }
    link->framer.keepRest();
    settle(*link);
    takeTurnSoon();
}

void SimNode::readLine(Link& link, std::string_view line) {
    const std::string& peer = name(link.peer);
    if (around_.trace.wanted()) {
        around_.trace.note(around_.queue.nowUs(), {name(index_), "reads from", peer, line});
    }
    const bool heartbeat = line.starts_with("PING ") || line.starts_with("PONG ");
    if (around_.heartbeatsOnly && !heartbeat) {
        around_.oracle.fail(peer + " tells " + name(index_) +
                            " although all is quiet: " + std::string(line));
    }
    link.session->onLine(line, now());
    link.heardMs = now().monotonicMs;
    around_.oracle.lookAt(index_, wallNs());
    if (line.starts_with("MARK ") && !link.session->ended()) {
        link.markedMs = link.heardMs;
        around_.oracle.markTaken(index_, link.peer, core_->got(peer));
    }
    if (!link.wasProven && link.session->proven()) {
        link.wasProven = true;
        link.pingedMs = link.heardMs;
        if (link.side == Side::dialer) {
            dialer(link.edge).backoffMs = backoffFirstMs;
        }
    }
}

void SimNode::onClosed(const WireId& wire) {
    const Link* const link = find(wire);
    if (link == nullptr) {
        return;
    }
    around_.network.leave(link->wire, link->side, Leaving::abruptly);
    drop(*link, false);
    takeTurn();
}

void SimNode::onTick(const Event& event) {
    if (event.ticket != incarnation_ || event.atUs != tickAtUs_) {
        return;
    }
    tickAtUs_ = -1;
    core_->setWallNs(wallNs());
    if (core_->expire(expirySlotsPerTick, expiriesPerTick)) {
        around_.oracle.expired(index_);
    }
    bool acted = false;
    for (const auto& link : links_) {
        const std::size_t before = link->session->output().size();
        link->session->onTick(now());
        if (link->session->output().find("PING ", before) != std::string::npos) {
            link->pingedMs = now().monotonicMs;
        }
        acted = acted || link->session->ended() || link->session->output().size() != before;
    }
    if (acted) {
        takeTurn();
    } else {
        scheduleTick();
    }
}

void SimNode::onTickMissed() {
    tickAtUs_ = -1;
    queueTick(frozenUntilUs_);
}

void SimNode::onTurn() {
    turnQueued_ = false;
    takeTurn();
}

void SimNode::onRoom(const WireId& wire) {
    const Link* const link = find(wire);
    if (link != nullptr && link->starved) {
        queueTurn();
    }
}

void SimNode::takeTurn() {
    flushJournal();
    for (const auto& link : links_) {
        pump(*link);
    }
    closeEnded();
    scheduleTick();
}

void SimNode::takeTurnSoon() {
    if (around_.scenario.turnUsMax == 0) {
        takeTurn();
    } else {
        flushJournal();
        closeEnded();
        scheduleTick();
        queueTurn();
    }
}

void SimNode::flushJournal() {
    if (around_.scenario.journal) {
        journal_.flush();
    }
}

void SimNode::pump(Link& link) {
    PeerSession& session = *link.session;
    const std::size_t room = around_.network.room(link.wire, link.side);
    const std::size_t before = session.output().size();
    session.fill(room);
    const bool compares = session.output().find("DIGEST 0", before) != std::string::npos;
    const std::size_t sums = compares ? bytesPerSum * around_.scenario.superBuckets : 0;
    around_.oracle.filled(index_, session.output().size(),
                          std::max(before, room) + lineBytesMax + sums);
    link.starved = session.proven() && session.output().size() >= room;
    if (session.wantsTurn() && !session.ended()) {
        queueTurn();
    }
    settle(link);
}

void SimNode::settle(Link& link) {
    std::string& output = link.session->output();
    if (!output.empty()) {
        around_.network.send(link.wire, link.side, output);
        output.clear();
    }
}

/// A session that ended may have kept others from comparing, so what is left takes another turn.
void SimNode::closeEnded() {
    for (std::size_t at = 0; at < links_.size();) {
        const Link& link = *links_[at];
        if (!link.session->ended()) {
            ++at;
            continue;
        }
        const SessionEnd end = *link.session->ended();
        if (around_.trace.wanted()) {
            around_.trace.note(around_.queue.nowUs(),
                               {name(index_), "ends session with", name(link.peer), end.reason});
        }
        around_.oracle.sessionEnded(index_, end);
        around_.network.leave(link.wire, link.side,
                              end.orderly ? Leaving::orderly : Leaving::abruptly);
        drop(link, end.refused);
        queueTurn();
    }
}

void SimNode::drop(const Link& link, bool hold) {
    if (link.side == Side::dialer) {
        dialLater(link.edge, hold);
    }
    std::erase_if(links_, [&link](const auto& candidate) { return candidate.get() == &link; });
}

void SimNode::dialLater(std::uint32_t edge, bool hold) {
    Dialer& dialing = dialer(edge);
    const std::int64_t spread = dialing.backoffMs * backoffJitterPercent / 100;
    const std::int64_t waitMs =
        hold ? holdMs : dialing.backoffMs + around_.prng.between(-spread, spread);
    if (!hold) {
        dialing.backoffMs = std::min(dialing.backoffMs * 2, backoffLastMs);
    }
    around_.network.cancelDial(edge);
    around_.queue.push(EventKind::dialDue, around_.queue.nowUs() + waitMs * millisecondUs, edge,
                       around_.network.edge(edge).attempt);
}

void SimNode::queueTurn() {
    if (!turnQueued_) {
        turnQueued_ = true;
        const std::int64_t waitUs = 1 + around_.prng.between(0, around_.scenario.turnUsMax);
        around_.queue.push(EventKind::turn, around_.queue.nowUs() + waitUs,
                           static_cast<std::uint32_t>(index_), incarnation_);
    }
}

/// A tick between those where some session has something to do would do nothing, so only the next
/// one that matters is queued. With `everyTick` each one is.
void SimNode::scheduleTick() {
    const std::int64_t nowUs = around_.queue.nowUs();
    const bool each = around_.everyTick || around_.scenario.ttlS > 0;
    std::int64_t dueUs = each ? nowUs : std::numeric_limits<std::int64_t>::max();
    for (const auto& link : links_) {
        dueUs = std::min(dueUs, tickDueMs(*link) * millisecondUs);
    }
    if (dueUs == std::numeric_limits<std::int64_t>::max()) {
        return;
    }
    queueTick(std::max(dueUs, nowUs + 1));
}

/// Queues the first tick at `earliestUs` or later, unless an earlier one is queued.
void SimNode::queueTick(std::int64_t earliestUs) {
    const std::int64_t sincePhaseUs = std::max<std::int64_t>(earliestUs - tickPhaseUs_, 0);
    const std::int64_t atUs = tickPhaseUs_ + (sincePhaseUs + tickUs - 1) / tickUs * tickUs;
    if (tickAtUs_ < 0 || atUs < tickAtUs_) {
        tickAtUs_ = atUs;
        around_.queue.push(EventKind::tick, atUs, static_cast<std::uint32_t>(index_), incarnation_);
    }
}

std::int64_t SimNode::tickDueMs(const Link& link) const {
    if (!link.wasProven) {
        return link.openedMs + PeerSession::handshakeMsMax;
    }
    const std::int64_t dueMs = std::min(link.heardMs + PeerSession::silenceMsMax,
                                        link.pingedMs + PeerSession::pingIntervalMs);
    const std::int64_t nowMs = around_.queue.nowUs() / millisecondUs;
    const bool mayOweAck =
        link.markedMs >= 0 && nowMs <= link.markedMs + 2 * PeerSession::ackIntervalMs;
    return mayOweAck ? nowMs : dueMs;
}

const SimNode::Link* SimNode::linkWith(int peer) const {
    const auto link = std::find_if(links_.begin(), links_.end(), [peer](const auto& candidate) {
        return candidate->peer == peer && candidate->session->proven() &&
               !candidate->session->ended();
    });
    return link == links_.end() ? nullptr : link->get();
}

Instant SimNode::now() const {
    return {around_.queue.nowUs() / millisecondUs, wallNs()};
}

SimNode::Link* SimNode::find(const WireId& wire) const {
    const auto link = std::find_if(links_.begin(), links_.end(), [&wire](const auto& candidate) {
        return candidate->wire == wire;
    });
    return link == links_.end() ? nullptr : link->get();
}

SimNode::Dialer& SimNode::dialer(std::uint32_t edge) {
    const auto dialing =
        std::find_if(dialers_.begin(), dialers_.end(),
                     [edge](const Dialer& candidate) { return candidate.edge == edge; });
    HERD_CHECK(dialing != dialers_.end());
    return *dialing;
}

}  // namespace herd::sim
