// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/peerlistener.h"

#include <unistd.h>

#include <QTcpSocket>

#include "common/check.h"
#include "server/net/peerconnection.h"
#include "server/net/peerservice.h"

namespace herd {

PeerListener::PeerListener(PeerService& service, QObject* parent)
    : QObject(parent),
      service_(service),
      acceptor_([this](const Acceptor::Accepted& accepted) { onAccepted(accepted); }, nullptr) {
    connect(&acceptor_, &Acceptor::shed, this, [this](const QHostAddress& address) {
        service_.onPeerRefused(address.toString().toStdString());
    });
}

PeerListener::~PeerListener() = default;

Result<quint16> PeerListener::listen(const QString& host, quint16 port) {
    return acceptor_.listen(QStringLiteral("peers"), host, port);
}

void PeerListener::stop() {
    acceptor_.stop();
}

void PeerListener::onAccepted(const Acceptor::Accepted& accepted) {
    if (unproven_ >= unprovenMax) {
        ::close(accepted.descriptor);
        service_.onPeerRefused(accepted.address.toString().toStdString());
        return;
    }
    auto* const socket = new QTcpSocket;
    const bool adopted = socket->setSocketDescriptor(accepted.descriptor);
    HERD_CHECK(adopted);  // a connected descriptor that we own cannot be refused
    const std::string remote = socketName(accepted.address, accepted.port);
    auto* const connection = new PeerConnection(service_, socket, {{}, remote}, this);
    ++unproven_;
    connect(connection, &PeerConnection::proven, this, [this] { --unproven_; });
    connect(connection, &PeerConnection::closed, this, [this, connection] {
        unproven_ -= connection->isProven() ? 0 : 1;
        connection->deleteLater();
    });
    connection->start();
}

}  // namespace herd
