// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/clientlistener.h"

#include <unistd.h>

#include <algorithm>

#include "server/net/clientservice.h"
#include "server/net/clientsession.h"
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

ClientListener::ClientListener(ClientService& service, const Limits& limits, QObject* parent)
    : QObject(parent),
      service_(service),
      limits_(limits),
      wheel_(tickMsFor(limits), 0),
      acceptor_([this](const Acceptor::Accepted& accepted) { onAccepted(accepted); }, nullptr) {
    time_.start();
    acceptor_.setSendBuffer(ClientSession::sendBufferBytesMax);
    tick_.setInterval(static_cast<int>(wheel_.tickMs()));
    connect(&tick_, &QTimer::timeout, this, [this] { wheel_.advance(time_.elapsed()); });
    connect(&acceptor_, &Acceptor::shed, this, [this](const QHostAddress& address) {
        service_.onClientRefused(address.toString().toStdString(), ClientRefusal::descriptors);
    });
}

ClientListener::~ClientListener() {
    acceptor_.stop();
    // Those that ended and wait for deleteLater() too: all of them know the wheel.
    qDeleteAll(findChildren<ClientSession*>());
}

Result<quint16> ClientListener::listen(const QString& host, quint16 port) {
    return acceptor_.listen(QStringLiteral("clients"), host, port);
}

void ClientListener::finish() {
    if (finishing_) {
        return;
    }
    finishing_ = true;
    acceptor_.stop();
    for (ClientSession* session : sessions_) {
        session->finish();
    }
    if (sessions_.empty()) {
        QMetaObject::invokeMethod(this, &ClientListener::finished, Qt::QueuedConnection);
    }
}

std::int64_t ClientListener::perAddressMax(const QHostAddress& address) const {
    if (limits_.connectionsPerAddressMax > 0) {
        return limits_.connectionsPerAddressMax;
    }
    return address.isLoopback() ? 0 : connectionsPerAddressDefaultMax;
}

void ClientListener::onAccepted(const Acceptor::Accepted& accepted) {
    const auto refuse = [&](ClientRefusal refusal) {
        ::close(accepted.descriptor);
        service_.onClientRefused(accepted.address.toString().toStdString(), refusal);
    };
    if (limits_.connectionsMax > 0 && connectionCount() >= limits_.connectionsMax) {
        refuse(ClientRefusal::connectionsMax);
        return;
    }
    const std::int64_t addressMax = perAddressMax(accepted.address);
    if (addressMax > 0 && countByAddress_.value(accepted.address) >= addressMax) {
        refuse(ClientRefusal::connectionsPerAddressMax);
        return;
    }
    if (sessions_.empty()) {
        wheel_.advance(time_.elapsed());  // it stood still
        tick_.start();
    }
    ++countByAddress_[accepted.address];
    EpollDispatcher* const dispatcher = EpollDispatcher::ofThread();
    const ClientSession::Shared shared{
        service_, limits_, wheel_,
        time_,    rooms_,  dispatcher != nullptr ? &dispatcher->roundTasks() : nullptr};
    auto* const session =
        new ClientSession(shared, {++lastNumber_, socketName(accepted.address, accepted.port)},
                          accepted.descriptor, this);
    sessions_.insert(session);
    connect(session, &ClientSession::ended, this,
            [this, session, address = accepted.address] { onEnded(session, address); });
}

void ClientListener::onEnded(ClientSession* session, const QHostAddress& address) {
    sessions_.erase(session);
    if (--countByAddress_[address] == 0) {
        countByAddress_.remove(address);
    }
    session->deleteLater();
    if (sessions_.empty()) {
        tick_.stop();
        if (finishing_) {
            Q_EMIT finished();
        }
    }
}

}  // namespace herd
