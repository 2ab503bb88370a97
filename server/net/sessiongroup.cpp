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

RoundTasks* roundTasksOfThread() {
    EpollDispatcher* const dispatcher = EpollDispatcher::ofThread();
    return dispatcher != nullptr ? &dispatcher->roundTasks() : nullptr;
}

}  // namespace

SessionGroup::SessionGroup(ClientService& service, const Limits& limits,
                           std::shared_ptr<Mailbox> mailbox, QObject* parent)
    : QObject(parent),
      limits_(limits),
      mailbox_(std::move(mailbox)),
      wheel_(tickMsFor(limits), 0),
      shared_{service, limits_, wheel_, time_, rooms_, roundTasksOfThread(), mailbox_.get()} {
    time_.start();
    tick_.setInterval(static_cast<int>(wheel_.tickMs()));
    connect(&tick_, &QTimer::timeout, this, [this] { wheel_.advance(time_.elapsed()); });
}

SessionGroup::~SessionGroup() {
    // Those that ended and wait for deleteLater() too: all of them know the wheel.
    qDeleteAll(findChildren<ClientSession*>());
}

void SessionGroup::open(ClientConnection connection) {
    if (sessions_.empty()) {
        wheel_.advance(time_.elapsed());  // it stood still
        tick_.start();
    }
    auto* const session =
        new ClientSession(shared_, std::move(connection.peer), connection.descriptor, this);
    sessions_.insert(session);
    connect(session, &ClientSession::ended, this,
            [this, session, address = connection.address] { onEnded(session, address); });
}

void SessionGroup::finish() {
    for (ClientSession* session : sessions_) {
        session->finish();
    }
}

void SessionGroup::onEnded(ClientSession* session, const QHostAddress& address) {
    sessions_.erase(session);
    session->deleteLater();
    if (sessions_.empty()) {
        tick_.stop();
    }
    Q_EMIT ended(address);
}

}  // namespace herd
