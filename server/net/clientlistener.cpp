// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/clientlistener.h"

#include <unistd.h>

#include <utility>

#include "server/net/clientservice.h"
#include "server/net/clientsession.h"
#include "server/net/sessiongroup.h"

namespace herd {

ClientListener::ClientListener(ClientService& service, const Limits& limits, QObject* parent)
    : QObject(parent),
      service_(service),
      limits_(limits),
      acceptor_([this](const Acceptor::Accepted& accepted) { onAccepted(accepted); }, nullptr),
      group_(new SessionGroup(service, limits, nullptr, this)) {
    connect(group_, &SessionGroup::ended, this, &ClientListener::onEnded);
    prepareAcceptor();
}

ClientListener::ClientListener(ClientService& service, const Limits& limits,
                               const SessionThreads::Settings& threads, QObject* parent)
    : QObject(parent),
      service_(service),
      limits_(limits),
      acceptor_([this](const Acceptor::Accepted& accepted) { onAccepted(accepted); }, nullptr),
      threads_(std::make_unique<SessionThreads>(
          service, limits, threads, [this](const QHostAddress& address) { onEnded(address); })) {
    prepareAcceptor();
}

ClientListener::~ClientListener() = default;

void ClientListener::prepareAcceptor() {
    acceptor_.setSendBuffer(ClientSession::sendBufferBytesMax);
    connect(&acceptor_, &Acceptor::shed, this, [this](const QHostAddress& address) {
        service_.onClientRefused(address.toString().toStdString(), ClientRefusal::descriptors);
    });
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
    if (threads_) {
        threads_->finish();
    } else {
        group_->finish();
    }
    if (connections_ == 0) {
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
    if (limits_.connectionsMax > 0 && connections_ >= limits_.connectionsMax) {
        refuse(ClientRefusal::connectionsMax);
        return;
    }
    const std::int64_t addressMax = perAddressMax(accepted.address);
    if (addressMax > 0 && countByAddress_.value(accepted.address) >= addressMax) {
        refuse(ClientRefusal::connectionsPerAddressMax);
        return;
    }
    ++connections_;
    ++countByAddress_[accepted.address];
    ClientConnection connection{accepted.descriptor,
                                {++lastNumber_, socketName(accepted.address, accepted.port)},
                                accepted.address};
    if (threads_) {
        threads_->open(connection);
    } else {
        group_->open(std::move(connection));
    }
}

void ClientListener::onEnded(const QHostAddress& address) {
    --connections_;
    if (--countByAddress_[address] == 0) {
        countByAddress_.remove(address);
    }
    if (finishing_ && connections_ == 0) {
        Q_EMIT finished();
    }
}

}  // namespace herd
