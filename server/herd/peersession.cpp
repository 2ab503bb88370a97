// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/peersession.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <algorithm>

#include "common/constanttime.h"
#include "common/wire.h"

namespace herd {

namespace {

constexpr int protocolVersion = 1;
/// Read before the first of them is applied.
constexpr std::size_t linesPerGroupMax = 32;
/// Of the BYE on a link that an administrator has paused.
constexpr std::string_view pausedReason = "paused";

void appendNonce(std::string& out, Dice& dice) {
    for (int word = 0; word < 2; ++word) {
        std::uint64_t number = dice.roll();
        for (int digit = 0; digit < 16; ++digit, number >>= 4) {
            out += "0123456789abcdef"[number & 15];
        }
    }
}

}  // namespace

PeerSession::PeerSession(HerdCore& core, Role role, std::string peer, const Instant& now)
    : core_(core),
      role_(role),
      peer_(std::move(peer)),
      number_(core.nextSessionNumber()),
      feed_(core.table(), core.ring(), core.digest(), number_, core.settings().scanSlotsMax),
      openedMs_(now.monotonicMs),
      heardMs_(now.monotonicMs),
      pingedMs_(now.monotonicMs) {
    if (role_ == Role::dialer) {
        sayHello(now);
    }
}

PeerSession::~PeerSession() {
    core_.leave(this);
}

/// In groups, so that the rows of all their clients are on the way from memory before one is
/// needed.
std::size_t PeerSession::onLines(std::span<const std::string_view> lines, const Instant& now) {
    std::vector<PeerMessage> messages;
    std::vector<std::uint64_t> hashes;
    messages.reserve(std::min(lines.size(), linesPerGroupMax));
    hashes.reserve(messages.capacity());
    std::size_t read = 0;
    while (!ended_ && read < lines.size()) {
        messages.clear();
        hashes.clear();
        for (const std::string_view line :
             lines.subspan(read, std::min(lines.size() - read, linesPerGroupMax))) {
            const PeerMessage& message = messages.emplace_back(wire::parsePeerLine(line));
            const At* const at = std::get_if<At>(&message);
            hashes.push_back(at != nullptr ? core_.table().hashOf(at->stamp.client) : 0);
        }
        if (messages.size() > 1) {
            core_.prefetch(hashes);
        }
        for (std::size_t index = 0; index < messages.size() && !ended_; ++index, ++read) {
            atHash_ = hashes[index];
            onMessage(lines[read], messages[index], now);
        }
    }
    return read;
}

void PeerSession::onMessage(std::string_view line, const PeerMessage& message, const Instant& now) {
    heardMs_ = now.monotonicMs;
    if (rivalMs_ && now.monotonicMs - *rivalMs_ >= rivalMsMin) {
        rivalMs_.reset();
        core_.noteDuplicate(peer_);
    }
    const bool expected =
        std::holds_alternative<Bye>(message) || state_ == State::proven ||
        (state_ == State::awaitingHello && std::holds_alternative<Hello>(message)) ||
        (state_ == State::awaitingProof && std::holds_alternative<Proof>(message));
    if (!expected) {
        violate("handshake");
        return;
    }
    if (state_ == State::awaitingHello) {
        peerHello_.assign(line);
    }
    std::visit([this, &now](const auto& typed) { on(typed, now); }, message);
}

void PeerSession::onTick(const Instant& now) {
    if (ended_) {
        return;
    }
    if (state_ != State::proven) {
        if (now.monotonicMs - openedMs_ >= handshakeMsMax) {
            violate("handshake-timeout");
        }
        return;
    }
    if (now.monotonicMs - heardMs_ >= silenceMsMax) {
        violate("silent");
        return;
    }
    if (now.monotonicMs - pingedMs_ >= pingIntervalMs) {
        pingedMs_ = now.monotonicMs;
        wire::appendPing(output_, heartbeat(now));
    }
    acknowledge(now.monotonicMs);
}

void PeerSession::fill(std::size_t bytesMax) {
    if (ended_ || !proven()) {
        return;
    }
    compareIfAllowed();
    feed_.fill(output_, bytesMax);
}

void PeerSession::pause() {
    end(std::string(pausedReason));
}

PeerSession::Phase PeerSession::phase() const {
    if (!proven()) {
        return Phase::handshaking;
    }
    const bool asking = comparison_ == Comparison::due || comparison_ == Comparison::asked;
    if (asking || feed_.comparing()) {
        return Phase::comparing;
    }
    return feed_.lagging() ? Phase::lagging : Phase::flowing;
}

void PeerSession::end(std::string reason) {
    if (ended_) {
        return;
    }
    wire::appendBye(output_, reason);
    ended_ = SessionEnd{std::move(reason), true, false};
}

void PeerSession::noteChange(SlotNumber slot, SessionNumber session) {
    if (feed_.lagging() && session != number_) {
        feed_.noteChange(slot);
    }
}

void PeerSession::on(const Malformed&, const Instant&) {
    violate("malformed");
}

void PeerSession::on(const Hello& message, const Instant& now) {
    if (state_ != State::awaitingHello) {
        violate("order");
        return;
    }
    if (const std::string_view fault = faultOf(message); !fault.empty()) {
        refuse(fault);
        return;
    }
    if (role_ == Role::acceptor) {
        peer_.assign(message.from);
        sayHello(now);
    }
    compareClocks(message.wallNs, now);
    peerLog_ = message.log;
    peerWant_ = message.want;
    state_ = State::awaitingProof;
    wire::appendProof(output_, proofOf(role_, core_.settings().secrets.front()));
}

/// Why this HELLO cannot be accepted: the BYE's reason, or nothing.
std::string_view PeerSession::faultOf(const Hello& hello) const {
    const CoreSettings& settings = core_.settings();
    const bool known = std::find(settings.neighbours.begin(), settings.neighbours.end(),
                                 hello.from) != settings.neighbours.end();
    const bool called = role_ == Role::dialer ? hello.from == peer_ : hello.from < settings.self;
    if (hello.versionMin > protocolVersion || hello.versionMax < protocolVersion) {
        return "version";
    }
    if (hello.herd != settings.herd) {
        return "herd";
    }
    if (!known || !called || hello.to != settings.self || hello.log.epoch == 0) {
        return "name";
    }
    if (core_.isPaused(hello.from)) {
        return pausedReason;
    }
    return hello.rules != settings.rules ? "rules" : std::string_view();
}

void PeerSession::on(const Proof& message, const Instant& now) {
    if (state_ != State::awaitingProof) {
        violate("order");
        return;
    }
    const Role theirs = role_ == Role::dialer ? Role::acceptor : Role::dialer;
    if (!isProofOf(theirs, message.hex)) {
        refuse("proof");
        return;
    }
    if (PeerSession* const other = core_.sessionWith(peer_); other != nullptr) {
        const bool sameNode = other->peerLog_.epoch == peerLog_.epoch;
        if (!sameNode && now.monotonicMs - other->heardMs_ < silenceMsMax) {
            other->rivalMs_ = now.monotonicMs;
            refuse("duplicate");
            return;
        }
        other->end("replaced");
        core_.leave(other);
    }
    begin(now);
}

void PeerSession::on(const At& message, const Instant&) {
    onOffered(core_.learn(message.stamp, atHash_, number_));
}

void PeerSession::on(const Forget& message, const Instant&) {
    onOffered(core_.learn(message.stamp, number_));
}

void PeerSession::onOffered(Offer offer) {
    switch (offer) {
        case Offer::accepted:
            ++learnt_;
            break;
        case Offer::notNewer:
            break;
        case Offer::full:
            refuse("full");
            break;
    }
}

void PeerSession::on(const Mark& message, const Instant& now) {
    const LogPosition before = core_.got(peer_);
    if (before.epoch == peerLog_.epoch && message.seq < before.seq) {
        violate("order");
        return;
    }
    core_.setGot(peer_, {peerLog_.epoch, message.seq});
    ackDue_ = true;
    if (comparison_ == Comparison::answered) {
        comparison_ = Comparison::none;
        core_.comparisonOver(this);
        const bool nothingNew = message.seq == repairSeq_;
        if (repairing_ && nothingNew && learnt_ != learntBefore_) {
            ++core_.counters().divergences;
        }
        repairing_ = false;
    }
    acknowledge(now.monotonicMs);
}

void PeerSession::on(const Ack& message, const Instant&) {
    if (message.seq > core_.log().seq) {
        violate("order");
        return;
    }
    peerHolds_ = {core_.log().epoch, message.seq};
}

void PeerSession::on(const Ping& message, const Instant& now) {
    wire::appendPong(output_, heartbeat(now));
    compareClocks(message.wallNs, now);
    compareQuietTables(message);
}

void PeerSession::on(const Pong& message, const Instant& now) {
    compareClocks(message.wallNs, now);
}

void PeerSession::on(const DigestTop& message, const Instant&) {
    const std::optional<Need> need = feed_.compareTop(message.sums);
    if (!need) {
        violate("digest");
        return;
    }
    wire::appendNeed(output_, *need);
}

void PeerSession::on(const Need& message, const Instant&) {
    const Digest& digest = core_.digest();
    if (comparison_ != Comparison::asked || message.superBucketCount != digest.superSums().size()) {
        violate("digest");
        return;
    }
    comparison_ = Comparison::answered;
    for (const std::uint32_t superBucket : message.superBuckets) {
        wire::appendDigestDetail(output_, superBucket, digest.bucketSums(superBucket));
    }
}

void PeerSession::on(const DigestDetail& message, const Instant&) {
    if (!feed_.compareDetail(message.superBucket, message.sums)) {
        violate("digest");
    }
}

void PeerSession::on(const Bye& message, const Instant&) {
    // A node that stops or starts its log anew is back at once, and a paused link as soon as it is
    // resumed; everything else is a refusal.
    const bool backSoon =
        message.reason == "stopping" || message.reason == "epoch" || message.reason == pausedReason;
    ended_ = SessionEnd{"bye-" + std::string(message.reason), false, !backSoon};
}

void PeerSession::sayHello(const Instant& now) {
    const CoreSettings& settings = core_.settings();
    std::string nonce;
    appendNonce(nonce, core_.dice());
    Hello hello;
    hello.versionMin = protocolVersion;
    hello.versionMax = protocolVersion;
    hello.herd = settings.herd;
    hello.from = settings.self;
    hello.to = peer_;
    saidEpoch_ = core_.log().epoch;
    hello.log = core_.log();
    ownWant_ = core_.got(peer_);
    hello.want = ownWant_;
    hello.wallNs = std::max<std::int64_t>(now.wallNs, 0);
    hello.nonce = nonce;
    hello.rules = settings.rules;
    wire::appendHello(ownHello_, hello);
    output_ += ownHello_;
    ownHello_.pop_back();
}

/// What the node in this role has to send: HMAC-SHA256 over the role and both HELLO lines.
std::string PeerSession::proofOf(Role role, const std::string& secret) const {
    const std::string& first = role_ == Role::dialer ? ownHello_ : peerHello_;
    const std::string& second = role_ == Role::dialer ? peerHello_ : ownHello_;
    std::string text = role == Role::dialer ? "dialer\n" : "acceptor\n";
    text.append(first).append(1, '\n').append(second);
    return QMessageAuthenticationCode::hash(QByteArray::fromStdString(text),
                                            QByteArray::fromStdString(secret),
                                            QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

/// Whether the node in this role knows one of the secrets. All are tried, whatever the result, so
/// that the time taken tells nothing.
bool PeerSession::isProofOf(Role role, std::string_view hex) const {
    bool proven = false;
    for (const std::string& secret : core_.settings().secrets) {
        proven = equalInConstantTime(hex, proofOf(role, secret)) || proven;
    }
    return proven;
}

/// The peer is who it says: start telling it what it lacks, and find out what this node lacks.
void PeerSession::begin(const Instant& now) {
    if (saidEpoch_ != core_.log().epoch) {
        end("epoch");  // the peer would take the new log for the one it was told of
        return;
    }
    const bool mine = peerWant_.epoch == core_.log().epoch;
    if (mine && peerWant_.seq > core_.log().seq) {
        end("epoch");
        core_.renewEpoch();
        return;
    }
    state_ = State::proven;
    pingedMs_ = now.monotonicMs;
    core_.enrol(this);
    if (mine) {
        feed_.resumeAfter(peerWant_.seq);
        peerHolds_ = peerWant_;
    } else {
        feed_.awaitComparison();
    }
    if (ownWant_.epoch != peerLog_.epoch) {
        comparison_ = Comparison::due;
    }
}

void PeerSession::compareIfAllowed() {
    if (comparison_ != Comparison::due || !core_.mayCompare(this)) {
        return;
    }
    comparison_ = Comparison::asked;
    wire::appendDigestTop(output_, core_.digest().superSums());
}

/// When neither side has anything left to tell, the tables must be equal. A link that keeps saying
/// otherwise is compared bucket by bucket.
void PeerSession::compareQuietTables(const Heartbeat& peer) {
    const LogPosition got = core_.got(peer_);
    const bool quiet = comparison_ == Comparison::none && got.epoch == peerLog_.epoch &&
                       got.seq == peer.seq && peerHolds_.seq == core_.log().seq;
    if (!quiet || peer.rootDigest == core_.digest().root()) {
        mismatches_ = 0;
        return;
    }
    ++mismatches_;
    if (mismatches_ >= mismatchesMax) {
        mismatches_ = 0;
        ++core_.counters().repairs;
        comparison_ = Comparison::due;
        repairing_ = true;
        repairSeq_ = peer.seq;
        learntBefore_ = learnt_;
    }
}

void PeerSession::acknowledge(std::int64_t nowMs) {
    if (!ackDue_ || nowMs - ackedMs_ < ackIntervalMs) {
        return;
    }
    const std::uint64_t held = core_.got(peer_).seq;
    if (!confirming_) {
        confirming_ = Confirmation{held, core_.log().seq};
    }
    if (core_.mayConfirm(confirming_->ownSeq)) {
        ackedMs_ = nowMs;
        wire::appendAck(output_, confirming_->mark);
        ackDue_ = confirming_->mark != held;
        confirming_.reset();
    }
}

void PeerSession::compareClocks(std::int64_t peerWallNs, const Instant& now) {
    clockDifferenceNs_ = peerWallNs - std::max<std::int64_t>(now.wallNs, 0);
}

Heartbeat PeerSession::heartbeat(const Instant& now) const {
    Heartbeat heartbeat;
    heartbeat.wallNs = std::max<std::int64_t>(now.wallNs, 0);
    heartbeat.seq = core_.log().seq;
    heartbeat.rootDigest = core_.digest().root();
    heartbeat.clients = core_.table().clients();
    return heartbeat;
}

/// Ends with a BYE that tells the peer that trying again soon is no use.
void PeerSession::refuse(std::string_view reason) {
    end(std::string(reason));
    ended_->refused = true;
}

/// Ends without a word: what came is not the protocol.
void PeerSession::violate(std::string_view reason) {
    ended_ = SessionEnd{std::string(reason), false, false};
}

}  // namespace herd
