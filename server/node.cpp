// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/node.h"

#include <algorithm>

#include "common/check.h"
#include "common/position.h"
#include "common/wire.h"
#include "server/clock.h"
#include "server/herd/clienthash.h"
#include "server/net/peerconnection.h"
#include "server/net/replyqueue.h"
#include "server/places/placesprovider.h"

namespace herd {

namespace {

/// Refusals remembered for the log, so that strangers cannot make the list grow.
constexpr std::size_t refusalsRememberedMax = 1'000;

SipKey drawIndexKey(Dice& dice) {
    const std::uint64_t low = dice.roll();
    return {low, dice.roll()};
}

/// Marks and signs of life are only worth a record when somebody debugs.
LogLevel levelOf(std::string_view peerLine) {
    for (const std::string_view word : {"MARK ", "ACK ", "PING ", "PONG "}) {
        if (peerLine.starts_with(word)) {
            return LogLevel::debug;
        }
    }
    return LogLevel::info;
}

}  // namespace

Node::Node(CoreSettings settings, const Surroundings& surroundings, QObject* parent)
    : QObject(parent),
      at_(surroundings),
      core_(std::move(settings), drawIndexKey(at_.dice), at_.dice),
      journal_(core_) {
    for (const std::string& peer : core_.settings().neighbours) {
        neighbours_.try_emplace(peer, peer, core_.settings().self < peer, now());
    }
    connect(&tick_, &QTimer::timeout, this, &Node::onTick);
    core_.setOnGone([this](std::string_view client) {
        for (StampFeed* const feed : onlookers_) {
            feed->noteGone(client);
        }
    });
    tick_.start(tickMs);
}

Node::~Node() = default;

void Node::onClientLines(const ClientPeer& peer, std::span<const std::string_view> lines,
                         ReplyQueue& replies) {
    const std::int64_t rxNs = std::max<std::int64_t>(at_.clock.wallNs(), 0);
    core_.setWallNs(rxNs);
    requests_.clear();
    hashes_.clear();
    for (const std::string_view line : lines) {
        const ClientMessage& message = requests_.emplace_back(wire::parseClientLine(line));
        const auto* const iamat = std::get_if<Iamat>(&message);
        hashes_.push_back(iamat != nullptr ? core_.table().hashOf(iamat->client) : 0);
    }
    if (lines.size() > 1) {
        core_.prefetch(hashes_);
    }
    for (std::size_t index = 0; index < lines.size(); ++index) {
        answer(peer, lines[index], index, rxNs, replies);
    }
    endBatch(replies);
    tellOnlookers();
    queuePump();
}

void Node::attachJournal(JournalService& journal, const Recovered& recovered) {
    journal_.attach(journal, recovered, at_.clock.wallNs());
    confirmsWhenSynced_ = journal.confirmsWhenSynced();
}

void Node::onJournalSynced() {
    journal_.releaseHeld();
}

/// Where the answer of a line goes that is known at once.
std::string& Node::immediate(ReplyQueue& replies) {
    return confirmsWhenSynced_ ? batch_ : replies.immediate();
}

/// Hands the lines' changes to the journal; their answers leave now, or when it says so.
void Node::endBatch(ReplyQueue& replies) {
    journal_.commit();
    if (batch_.empty()) {
        return;
    }
    if (journal_.mustHold()) {
        journal_.hold(replies.reserve(std::move(batch_)));
    } else {
        replies.append(batch_);
    }
    batch_.clear();
}

/// `index`: of the line among requests_.
void Node::answer(const ClientPeer& peer, std::string_view line, std::size_t index,
                  std::int64_t rxNs, ReplyQueue& replies) {
    if (at_.log.wantsLine()) {
        at_.log.line(LogDirection::received, peer.name, line);
    }
    const ClientMessage& message = requests_[index];
    if (std::holds_alternative<Blank>(message)) {
        return;
    }
    ++counters_.linesAnswered;
    if (const auto* const whatsat = std::get_if<Whatsat>(&message)) {
        answerWhatsat(peer, *whatsat, line, replies);
        return;
    }
    std::string& out = immediate(replies);
    const std::size_t start = out.size();
    if (const auto* const iamat = std::get_if<Iamat>(&message)) {
        answerIamat(*iamat, hashes_[index], line, rxNs, out);
    } else {
        invalid(line, out);
    }
    logAnswer(peer.name, std::string_view(out).substr(start));
}

void Node::answerIamat(const Iamat& iamat, std::uint64_t hash, std::string_view line,
                       std::int64_t rxNs, std::string& out) {
    Stamp stamp;
    if (core_.hear(iamat, hash, rxNs, stamp) == Offer::full) {
        invalid(line, out);
        return;
    }
    wire::appendUpdate(out, stamp);
}

void Node::answerWhatsat(const ClientPeer& peer, const Whatsat& whatsat, std::string_view line,
                         ReplyQueue& replies) {
    const std::optional<Stamp> stamp = core_.find(whatsat.client);
    if (!stamp) {
        std::string& out = immediate(replies);
        const std::size_t start = out.size();
        invalid(line, out);
        logAnswer(peer.name, std::string_view(out).substr(start));
        return;
    }
    const std::optional<Position> position = parsePosition(stamp->position);
    HERD_CHECK(position.has_value());
    PlacesQuery query;
    query.latitudeNanodegrees = position->latitudeNanodegrees;
    query.longitudeNanodegrees = position->longitudeNanodegrees;
    query.radiusMillimetres = whatsat.radiusMillimetres;
    query.bound = whatsat.bound;
    std::string at;
    wire::appendAt(at, *stamp);
    endBatch(replies);
    const ReplyTicket ticket = replies.reserve();
    at_.places.find(query, [this, ticket, at, who = peer.name](std::string json) {
        logAnswer(who, at);
        if (at_.placesMayBeLogged) {
            logAnswer(who, json);
        }
        std::string whole;
        whole.reserve(at.size() + json.size() + 2);
        whole.append(at).append(json).append("\n\n");
        ticket.complete(std::move(whole));
    });
}

void Node::invalid(std::string_view line, std::string& out) {
    ++counters_.linesInvalid;
    wire::appendInvalid(out, line);
}

void Node::logAnswer(const std::string& who, std::string_view answer) {
    if (at_.log.wantsLine()) {
        at_.log.line(LogDirection::sent, who, answer);
    }
}

void Node::onClientOpened(const ClientPeer& peer) {
    ++clientConnections_;
    at_.log.notice(LogLevel::debug, peer.name, "client connected");
}

void Node::onClientClosed(const ClientPeer& peer, ClientEnd end) {
    --clientConnections_;
    at_.log.notice(LogLevel::debug, peer.name,
                   std::string("client connection over: ").append(wordOf(end)));
}

void Node::onClientLineTooLong(const ClientPeer& peer, std::string_view start) {
    ++counters_.linesTooLong;
    if (at_.log.wantsLine()) {
        at_.log.line(LogDirection::received, peer.name, start);
        logAnswer(peer.name, lineTooLongAnswer);
    }
}

void Node::onClientRefused(std::string_view address, ClientRefusal refusal) {
    ++counters_.clientsRefused;
    logRefusal(std::string("client ").append(address), std::string(wordOf(refusal)));
}

void Node::onPeerOpened(PeerConnection& connection) {
    Link& link = links_[&connection];
    link.connection = &connection;
    const auto role =
        connection.isDialled() ? PeerSession::Role::dialer : PeerSession::Role::acceptor;
    link.session =
        std::make_unique<PeerSession>(core_, role, connection.configuredPeerName(), now());
    at_.log.notice(LogLevel::debug, connection.remoteName(), "peer connection opened");
    settle(link);
}

void Node::onPeerLines(PeerConnection& connection, std::span<const std::string_view> lines) {
    Link& link = links_.at(&connection);
    const Instant instant = now();
    core_.setWallNs(instant.wallNs);
    // In a handshake each line may say whose the next one is.
    while (!lines.empty() && !link.session->proven() && !link.session->ended()) {
        logPeerLines(LogDirection::received, link, lines.front());
        link.session->onLine(lines.front(), instant);
        lines = lines.subspan(1);
    }
    const std::size_t read = link.session->onLines(lines, instant);
    for (const std::string_view line : lines.first(read)) {
        logPeerLines(LogDirection::received, link, line);
    }
    journal_.commit();
    settle(link);
    tellOnlookers();
    queuePump();
}

void Node::onPeerWritable(PeerConnection&) {
    queuePump();
}

void Node::onPeerClosed(PeerConnection& connection, const std::string& reason) {
    const auto found = links_.find(&connection);
    HERD_CHECK(found != links_.end());
    const Link& link = found->second;
    const std::string name = nameOf(link);
    const std::optional<SessionEnd>& ended = link.session->ended();
    const std::string why = ended ? ended->reason : reason;
    if (!link.closing) {
        noteEnd(link, why);
    }
    if (link.opened) {
        ++counters_.linksDropped;
        at_.log.notice(LogLevel::warning, "link", "link dropped " + name + ": " + why);
    } else {
        logRefusal(refusedName(link), why);
    }
    if (ended && ended->refused) {
        Q_EMIT linkRefused(name);
    }
    links_.erase(found);
    if (ending_ && links_.empty()) {
        Q_EMIT linksEnded();
    }
}

void Node::onPeerUnreachable(const std::string& peer, const std::string& reason) {
    neighbours_.at(peer).onUnreachable(reason);
    logRefusal(peer, reason);
}

void Node::onPeerRefused(const std::string& address) {
    ++counters_.peersRefused;
    logRefusal("peer " + address, "too many connections without proof");
}

void Node::endLinks() {
    ending_ = true;
    tick_.stop();
    journal_.finish();
    at_.log.notice(LogLevel::info, "node",
                   "stopping: clients=" + std::to_string(core_.table().clients()) +
                       " answered=" + std::to_string(counters_.linesAnswered) +
                       " invalid=" + std::to_string(counters_.linesInvalid) +
                       " too_long=" + std::to_string(counters_.linesTooLong) +
                       " clients_refused=" + std::to_string(counters_.clientsRefused) +
                       " peers_refused=" + std::to_string(counters_.peersRefused) +
                       " links_dropped=" + std::to_string(counters_.linksDropped) +
                       " heard=" + std::to_string(core_.counters().heard) +
                       " learnt=" + std::to_string(core_.counters().learnt) +
                       " not_newer=" + std::to_string(core_.counters().notNewer) +
                       " refused_full=" + std::to_string(core_.counters().refusedFull) +
                       " forgotten=" + std::to_string(core_.counters().forgotten) +
                       " expired=" + std::to_string(core_.counters().expired) +
                       " repairs=" + std::to_string(core_.counters().repairs) +
                       " divergences=" + std::to_string(core_.counters().divergences) +
                       " duplicates=" + std::to_string(core_.counters().duplicates));
    for (auto& [connection, link] : links_) {
        // What is waiting goes first, as far as there is room: the neighbours need not ask again.
        link.session->fill(static_cast<std::size_t>(connection->room()));
        link.session->end("stopping");
        settle(link);
    }
    if (links_.empty()) {
        Q_EMIT linksEnded();
    }
}

/// One event-loop turn may bring many batches: the links are pumped once for all of them.
void Node::queuePump() {
    if (!pumpQueued_ && !links_.empty()) {
        pumpQueued_ = true;
        QMetaObject::invokeMethod(this, &Node::pump, Qt::QueuedConnection);
    }
}

void Node::pump() {
    pumpQueued_ = false;
    bool again = false;
    for (auto& [connection, link] : links_) {
        link.session->fill(static_cast<std::size_t>(connection->room()));
        settle(link);
        again = again || (link.session->wantsTurn() && !link.closing);
    }
    if (again) {
        queuePump();
    }
}

void Node::onTick() {
    const Instant instant = now();
    core_.setWallNs(instant.wallNs);
    core_.expire(expirySlotsPerTick, expiriesPerTick);
    for (auto& [connection, link] : links_) {
        link.session->onTick(instant);
    }
    journal_.onTick(instant.monotonicMs);
    pump();
    observeLinks();
}

Offer Node::forget(const std::string& who, std::string_view client, ReplyQueue& replies) {
    const std::int64_t rxNs = std::max<std::int64_t>(at_.clock.wallNs(), 0);
    core_.setWallNs(rxNs);
    const Offer offer = core_.forget(client, rxNs);
    journal_.commit();
    if (journal_.mustHold()) {
        journal_.hold(replies.reserve());
    }
    tellOnlookers();
    queuePump();
    // The id would be kept in the log.
    at_.log.notice(LogLevel::warning, who,
                   (offer == Offer::full ? "no room to erase client " : "erased client ") +
                       std::string(viewOf(clientHashOf(client))));
    return offer;
}

void Node::tellOnlookers() {
    for (StampFeed* const feed : onlookers_) {
        feed->noteChanges();
    }
}

bool Node::setPaused(const std::string& peer, bool paused) {
    const auto neighbour = neighbours_.find(peer);
    if (neighbour == neighbours_.end()) {
        return false;
    }
    neighbour->second.setPaused(paused);
    core_.setPaused(peer, paused);
    if (!paused) {
        Q_EMIT linkResumed(peer);
        return true;
    }
    Q_EMIT linkPaused(peer);
    for (auto& [connection, link] : links_) {
        if (link.session->peer() == peer) {
            link.session->pause();
            settle(link);
        }
    }
    return true;
}

void Node::noteEnd(const Link& link, const std::string& reason) {
    // Before HELLO nobody knows whose connection it is.
    if (const auto neighbour = neighbours_.find(link.session->peer());
        neighbour != neighbours_.end()) {
        neighbour->second.onEnded(*link.session, reason);
    }
}

/// The connection that the neighbour's link stands on; a proven one before one that may become it.
const Node::Link* Node::linkWith(const std::string& peer) const {
    const Link* candidate = nullptr;
    for (const auto& [connection, link] : links_) {
        if (link.session->peer() == peer && !link.session->ended()) {
            if (link.session->proven()) {
                return &link;
            }
            candidate = &link;
        }
    }
    return candidate;
}

void Node::observeLinks() {
    const Instant instant = now();
    NodeAlarms::Facts facts;
    for (auto& [peer, neighbour] : neighbours_) {
        const Link* const link = linkWith(peer);
        neighbour.observe(link != nullptr ? link->session.get() : nullptr,
                          link != nullptr ? link->connection->bytesToWrite() : 0, core_.log(),
                          instant);
        facts.links.push_back(neighbour.status(core_.log(), core_.table().used(), instant));
    }
    facts.clients = core_.table().used();
    facts.clientsMax = core_.settings().clientsMax;
    // With expiry, tables differ for a while wherever two clocks do.
    const bool expires = core_.settings().rules.ttlS > 0;
    facts.divergences = expires ? 0 : core_.counters().divergences;
    facts.duplicates = core_.counters().duplicates;
    facts.duplicateName = core_.duplicateName();
    facts.logFailure = at_.log.failure().toStdString();
    facts.journalFailure = journal_.state().trouble;
    facts.nowMs = instant.monotonicMs;
    alarms_.look(facts);
}

std::vector<LinkStatus> Node::linkStatuses() {
    observeLinks();
    std::vector<LinkStatus> statuses;
    for (const auto& [peer, neighbour] : neighbours_) {
        statuses.push_back(neighbour.status(core_.log(), core_.table().used(), now()));
    }
    return statuses;
}

std::vector<Alarm> Node::alarms() const {
    return alarms_.list(now().monotonicMs);
}

/// Carries the session's output away and acts on what the session has come to.
void Node::settle(Link& link) {
    PeerSession& session = *link.session;
    if (session.proven() && !link.opened) {
        link.opened = true;
        link.connection->setProven();
        neighbours_.at(session.peer()).onProven();
        at_.log.notice(LogLevel::info, "link", "link opened " + session.peer());
        std::erase_if(refusalsLoggedMs_, [&session](const auto& logged) {
            return logged.first.starts_with(session.peer() + ": ");
        });
        Q_EMIT linkProven(session.peer());
    }
    std::string& output = session.output();
    if (!output.empty()) {
        logPeerLines(LogDirection::sent, link, output);
        link.connection->send(output);
        output.clear();
    }
    if (session.ended() && !link.closing) {
        link.closing = true;
        noteEnd(link, session.ended()->reason);
        if (session.ended()->orderly) {
            link.connection->closeAfterWriting(session.ended()->reason);
        } else {
            link.connection->abort(session.ended()->reason);
        }
    }
}

void Node::logPeerLines(LogDirection direction, const Link& link, std::string_view lines) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        const LogLevel level = levelOf(line);
        if (at_.log.wantsLine(level)) {
            at_.log.line(direction, nameOf(link), line, level);
        }
    }
}

Instant Node::now() const {
    return {at_.clock.monotonicNs() / 1'000'000, at_.clock.wallNs()};
}

/// The neighbour's name once it is known, the address of the connection before.
std::string Node::nameOf(const Link& link) {
    const std::string& name = link.session->peer();
    return name.empty() ? "peer " + link.connection->remoteName() : name;
}

/// As nameOf(), but a stranger is the same one whatever port he comes from.
std::string Node::refusedName(const Link& link) {
    const std::string name = nameOf(link);
    return link.session->peer().empty() ? name.substr(0, name.rfind(':')) : name;
}

/// A neighbour that is down or refused is tried for ever; the log need not say it each time.
void Node::logRefusal(const std::string& who, const std::string& reason) {
    const std::int64_t nowMs = now().monotonicMs;
    if (refusalsLoggedMs_.size() >= refusalsRememberedMax) {
        refusalsLoggedMs_.clear();
    }
    const auto [logged, first] = refusalsLoggedMs_.try_emplace(who + ": " + reason, nowMs);
    if (first || nowMs - logged->second >= refusalLogIntervalMs) {
        logged->second = nowMs;
        at_.log.notice(LogLevel::warning, "link", "no link with " + who + ": " + reason);
    }
}

}  // namespace herd
