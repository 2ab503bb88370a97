// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/peerdialer.h"

#include <QNetworkProxy>
#include <QTcpSocket>
#include <utility>

#include "server/net/peerconnection.h"
#include "server/net/peerservice.h"
#include "server/tcp/acceptor.h"

namespace herd {

PeerDialer::PeerDialer(PeerService& service, Target target, std::function<double()> dice,
                       QObject* parent)
    : QObject(parent), service_(service), target_(std::move(target)), backoff_(std::move(dice)) {
    waiting_.setSingleShot(true);
    attempt_.setSingleShot(true);
    attempt_.setInterval(attemptMsMax);
    connect(&waiting_, &QTimer::timeout, this, &PeerDialer::dial);
    connect(&attempt_, &QTimer::timeout, this,
            [this] { onFailed(QStringLiteral("no answer within %1 ms").arg(attemptMsMax)); });
}

PeerDialer::~PeerDialer() = default;

void PeerDialer::start() {
    if (!running_) {
        running_ = true;
        if (connection_ == nullptr) {
            waiting_.start(0);
        }
    }
}

void PeerDialer::stop() {
    running_ = false;
    waiting_.stop();
    dropSocket();
}

void PeerDialer::established() {
    backoff_.reset();
}

void PeerDialer::hold() {
    backoff_.hold();
}

void PeerDialer::dial() {
    socket_ = new QTcpSocket(this);
    socket_->setProxy(QNetworkProxy::NoProxy);
    connect(socket_, &QTcpSocket::connected, this, &PeerDialer::onConnected);
    connect(socket_, &QTcpSocket::errorOccurred, this,
            [this] { onFailed(socket_->errorString()); });
    attempt_.start();
    socket_->connectToHost(target_.host, target_.port);
}

void PeerDialer::onConnected() {
    attempt_.stop();
    QTcpSocket* const socket = std::exchange(socket_, nullptr);
    socket->disconnect(this);
    const std::string remote = socketName(socket->peerAddress(), socket->peerPort());
    connection_ = new PeerConnection(service_, socket, {target_.name, remote}, this);
    connect(connection_, &PeerConnection::closed, this, &PeerDialer::onClosed);
    connection_->start();
}

void PeerDialer::onFailed(const QString& reason) {
    dropSocket();
    wait();
    service_.onPeerUnreachable(target_.name, reason.toStdString());
}

void PeerDialer::onClosed() {
    connection_->deleteLater();
    connection_ = nullptr;
    if (running_) {
        wait();
    }
}

void PeerDialer::wait() {
    waiting_.start(backoff_.nextMs());
}

void PeerDialer::dropSocket() {
    attempt_.stop();
    if (socket_ != nullptr) {
        socket_->disconnect(this);
        socket_->deleteLater();
        socket_ = nullptr;
    }
}

}  // namespace herd
