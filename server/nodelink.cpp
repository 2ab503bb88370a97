// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/nodelink.h"

#include <string_view>
#include <utility>

namespace herd {

namespace {

/// A log goes on so much higher after a restart, so that a difference this large counts no changes.
constexpr std::uint64_t countableMax = std::uint64_t{1} << 32;

/// How a connection ends whose other side has paused the link.
constexpr std::string_view pausedThere = "bye-paused";

}  // namespace

NodeLink::NodeLink(std::string peer, bool dials, const Instant& now) : sinceMs_(now.monotonicMs) {
    status_.peer = std::move(peer);
    status_.dials = dials;
}

void NodeLink::observe(const PeerSession* session, std::int64_t unsentBytes, const LogPosition& log,
                       const Instant& now) {
    if (lagEpoch_ != log.epoch) {
        lagEpoch_ = log.epoch;
        lag_ = LagClock();
    }
    lag_.note(log.seq, now.monotonicMs);
    if (session != nullptr) {
        if (session->peerHolds().epoch == log.epoch) {
            holds_ = session->peerHolds();
            lag_.acknowledge(holds_.seq);
        }
        if (session->clockDifferenceNs()) {
            status_.clockDifferenceNs = session->clockDifferenceNs();
        }
    }
    const bool up = session != nullptr && session->proven();
    if (up_ && !up) {
        downSinceMs_ = now.monotonicMs;
    }
    up_ = up;
    status_.learnt = learntBefore_ + (session != nullptr ? session->learnt() : 0);
    status_.unsentBytes = unsentBytes;
    const LinkState state = stateWith(session);
    if (state != status_.state) {
        status_.state = state;
        sinceMs_ = state == LinkState::down && timesUp_ > 0 ? downSinceMs_ : now.monotonicMs;
    }
}

LinkState NodeLink::stateWith(const PeerSession* session) const {
    if (paused_) {
        return LinkState::paused;
    }
    // Each attempt is refused until the neighbour resumes the link: nothing is about to come up.
    if (status_.lastEnd == pausedThere && (session == nullptr || !session->proven())) {
        return LinkState::down;
    }
    if (session == nullptr) {
        return timesUp_ > 0 ? LinkState::down : LinkState::connecting;
    }
    switch (session->phase()) {
        case PeerSession::Phase::handshaking:
            return LinkState::handshaking;
        case PeerSession::Phase::comparing:
            return LinkState::comparing;
        case PeerSession::Phase::lagging:
            return LinkState::lagging;
        case PeerSession::Phase::flowing:
            break;
    }
    return LinkState::flowing;
}

void NodeLink::onProven() {
    ++timesUp_;
    status_.reconnects = timesUp_ - 1;
}

void NodeLink::onEnded(const PeerSession& session, const std::string& reason) {
    learntBefore_ += session.learnt();
    status_.lastEnd = reason;
}

void NodeLink::onUnreachable(const std::string& reason) {
    // How a link that was up went down says more than that nobody answers now.
    if (timesUp_ == 0) {
        status_.lastEnd = reason;
    }
}

LinkStatus NodeLink::status(const LogPosition& log, std::uint64_t clients,
                            const Instant& now) const {
    LinkStatus status = status_;
    status.sinceMs = now.monotonicMs - sinceMs_;
    const bool isKnown = holds_.epoch == log.epoch && log.seq - holds_.seq < countableMax;
    status.lagChanges = isKnown ? log.seq - holds_.seq : clients;
    status.lagMs = status.lagChanges > 0 ? lag_.lagMs(now.monotonicMs) : 0;
    return status;
}

}  // namespace herd
