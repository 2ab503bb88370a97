// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/sessiongroup.h"

#include <algorithm>
#include <utility>

#include "server/tcp/epolldispatcher.h"

namespace herd {

namespace {

/// Fine enough for the shortest deadline, and not finer than a second for the usual ones.
std::int64_t tickMsFor(const Limits& limits) {
    std::int64_t shortest = std::min(limits.firstLineMsMax, limits.unsentStallMsMax);
    if (limits.idleMsMax > 0) {
        shortest = std::min(shortest, limits.idleMsMax);
    }
    return std::clamp<std::int64_t>(shortest / 8, 10, 1'000);
}

}  // namespace

SessionGroup::SessionGroup(ClientService& service, const Limits& limits,
                           std::shared_ptr<Mailbox> mailbox, QObject* parent)
    : QObject(parent),
      limits_(limits),
      mailbox_(std::move(mailbox)),
      wheel_(tickMsFor(limits), 0),
      shared_{service,       limits_, wheel_, time_, rooms_, EpollDispatcher::ofThread(),
              mailbox_.get()} {
    time_.start();
    tick_.setInterval(static_cast<int>(wheel_.tickMs()));
    connect(&tick_, &QTimer::timeout, this, &SessionGroup::onTick);
}

SessionGroup::~SessionGroup() {
    // Those that ended and wait for deleteLater() too: all of them know the wheel.
    qDeleteAll(findChildren<ClientSession*>());
}

void SessionGroup::open(ClientConnection connection) {
    if (!tick_.isActive()) {
        wheel_.advance(time_.elapsed());  // it stood still
        tick_.start();
    }
    ClientSession* const session = unusedSession();
    sessions_.emplace(session, connection.address);
    session->open(std::move(connection.peer), connection.descriptor);
}

/// A spare one has ended in an event that is over: this is called in that of a new connection.
ClientSession* SessionGroup::unusedSession() {
    if (!spare_.empty()) {
        ClientSession* const session = spare_.back();
        spare_.pop_back();
        return session;
    }
    auto* const session = new ClientSession(shared_, this);
    connect(session, &ClientSession::ended, this, [this, session] { onEnded(session); });
    return session;
}

void SessionGroup::finish() {
    for (const auto& [session, address] : sessions_) {
        session->finish();
    }
}

void SessionGroup::onTick() {
    qDeleteAll(std::exchange(spare_, {}));
    wheel_.advance(time_.elapsed());
    if (sessions_.empty() && spare_.empty()) {
        tick_.stop();
    }
}

void SessionGroup::onEnded(ClientSession* session) {
    const auto ended = sessions_.extract(session);
    if (session->mayOpenAgain() && spare_.size() < spareMax) {
        spare_.push_back(session);
    } else {
        session->deleteLater();
    }
    Q_EMIT this->ended(ended.mapped());
}

}  // namespace herd
