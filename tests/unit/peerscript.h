// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <QMessageAuthenticationCode>
#include <string>

#include "server/herd/herdcore.h"
#include "server/herd/peersession.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

namespace herd {

/// One session of a node, and a peer that only says what the test makes it say. The node is beta;
/// alpha dials it, and it dials gamma.
class PeerScript {
  public:
    using Role = PeerSession::Role;

    /// `role`: the session's. `core` is beta's.
    PeerScript(HerdCore& core, Role role, Instant& now)
        : role_(role),
          now_(now),
          session(core, role, role == Role::dialer ? "gamma" : std::string(), now) {
        for (const QByteArray& line : said()) {
            ownHello_ = line;
        }
    }

    [[nodiscard]] QByteArray peer() const { return role_ == Role::dialer ? "gamma" : "alpha"; }

    /// The HELLO that the node expects.
    [[nodiscard]] QByteArray hello(const QByteArray& log = "00000000000000aa 5",
                                   const QByteArray& want = "0000000000000000 0") const {
        return "HELLO herd/1-1 test " + peer() + " beta " + log + " " + want +
               " 1000 nonce future_skew_max_s=300,ttl_s=0";
    }

    /// What the session says now, line by line.
    QByteArrayList said() {
        QByteArrayList lines = bytesOf(session.output()).split('\n');
        session.output().clear();
        lines.removeLast();
        return lines;
    }

    /// The peer says a line; what the session says to it.
    QByteArrayList say(const QByteArray& line) {
        if (line.startsWith("HELLO ")) {
            peerHello_ = line;
        }
        session.onLine(viewOf(line), now_);
        const QByteArrayList lines = said();
        if (!lines.isEmpty() && lines.first().startsWith("HELLO ")) {
            ownHello_ = lines.first();
        }
        return lines;
    }

    /// What the session says at a tick so much later.
    QByteArrayList tickAfter(std::int64_t ms) {
        now_.monotonicMs += ms;
        session.onTick(now_);
        return said();
    }

    QByteArrayList fill() {
        session.fill(1 << 20);
        return said();
    }

    /// HMAC-SHA256 with `secret`, as the side in this role has to prove itself.
    [[nodiscard]] QByteArray proof(Role role, const QByteArray& secret = "sesame") const {
        const bool dials = role_ == Role::dialer;
        const QByteArray text = QByteArray(role == Role::dialer ? "dialer\n" : "acceptor\n") +
                                (dials ? ownHello_ : peerHello_) + "\n" +
                                (dials ? peerHello_ : ownHello_);
        return "PROOF " +
               QMessageAuthenticationCode::hash(text, secret, QCryptographicHash::Sha256).toHex();
    }
    [[nodiscard]] QByteArray ownProof() const { return proof(role_); }
    [[nodiscard]] QByteArray peerProof() const {
        return proof(role_ == Role::dialer ? Role::acceptor : Role::dialer);
    }

    /// The whole handshake of a peer with this log, which holds `want` of the node's.
    void prove(const QByteArray& log = "00000000000000aa 5",
               const QByteArray& want = "0000000000000000 0") {
        say(hello(log, want));
        say(peerProof());
    }

    [[nodiscard]] QByteArray endReason() const {
        return session.ended() ? bytesOf(session.ended()->reason) : QByteArray();
    }

  private:
    Role role_;
    Instant& now_;
    QByteArray ownHello_;
    QByteArray peerHello_;

  public:
    PeerSession session;
};

}  // namespace herd
