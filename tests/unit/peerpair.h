// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <QtTest>
#include <algorithm>
#include <memory>
#include <string>

#include "server/herd/herdcore.h"
#include "server/herd/peersession.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

namespace herd {

/// Two nodes that are joined by memory: alpha dials beta.
struct Pair {
    Instant now{50'000, 7'000'000'000};
    CountingDice dice;
    std::unique_ptr<HerdCore> alpha = coreOf("alpha", "beta");
    std::unique_ptr<HerdCore> beta = coreOf("beta", "alpha");
    std::unique_ptr<PeerSession> fromAlpha;
    std::unique_ptr<PeerSession> fromBeta;
    QByteArrayList told;  ///< every line, but heartbeats

    std::unique_ptr<HerdCore> coreOf(const char* self, const char* peer) {
        return std::make_unique<HerdCore>(smallSettings(self, {peer}), testIndexKey, dice);
    }

    void hear(HerdCore& core, int client, int time = 5) const {
        const std::string name = "c" + std::to_string(client);
        const std::string text = std::to_string(time);
        Stamp answer;
        QVERIFY(core.hear({name, "+1-1", text, time * nanosecondsPerSecond}, now.wallNs, answer) ==
                Offer::accepted);
    }

    void connect() {
        disconnect();
        fromAlpha = std::make_unique<PeerSession>(*alpha, PeerSession::Role::dialer, "beta", now);
        fromBeta =
            std::make_unique<PeerSession>(*beta, PeerSession::Role::acceptor, std::string(), now);
        exchange();
    }

    void disconnect() {
        fromAlpha.reset();
        fromBeta.reset();
    }

    /// Carries lines to and fro until nobody has anything to say.
    void exchange() {
        bool again = true;
        while (again) {
            fromAlpha->fill(64);
            fromBeta->fill(64);
            const bool searching = fromAlpha->wantsTurn() || fromBeta->wantsTurn();
            const bool spoke = carry(*fromAlpha, *fromBeta);
            again = carry(*fromBeta, *fromAlpha) || spoke || searching;
        }
    }

    void pass(std::int64_t ms) {
        for (; ms > 0; ms -= 100) {
            now.monotonicMs += 100;
            fromAlpha->onTick(now);
            fromBeta->onTick(now);
            exchange();
        }
    }

    bool carry(PeerSession& from, PeerSession& to) {
        QByteArrayList lines = bytesOf(from.output()).split('\n');
        from.output().clear();
        lines.removeLast();
        for (const QByteArray& line : lines) {
            if (!line.startsWith("PING") && !line.startsWith("PONG")) {
                told.append(line);
            }
            to.onLine(viewOf(line), now);
        }
        return !lines.isEmpty();
    }

    [[nodiscard]] qsizetype toldOf(const char* word) const {
        return std::count_if(told.begin(), told.end(), [word](const QByteArray& line) {
            return line.startsWith(QByteArray(word) + " ");
        });
    }

    [[nodiscard]] bool equal() const {
        return alpha->digest().root() == beta->digest().root() &&
               alpha->table().size() == beta->table().size();
    }
};

}  // namespace herd
