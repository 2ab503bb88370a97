// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QHostInfo>
#include <QSocketNotifier>
#include <cerrno>
#include <utility>

namespace herd {

namespace {

/// The first address of `host`; null when there is none. Only at start may this take its time.
QHostAddress addressOf(const QString& host) {
    QHostAddress address;
    if (address.setAddress(host)) {
        return address;
    }
    const QList<QHostAddress> found = QHostInfo::fromName(host).addresses();
    return found.isEmpty() ? QHostAddress() : found.first();
}

/// accept4() with the address, -1 and errno when there is no connection.
Acceptor::Accepted accepted(int listening) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    Acceptor::Accepted connection;
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    connection.descriptor = ::accept4(listening, address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection.descriptor < 0) {
        return connection;
    }
    connection.address.setAddress(address);
    bool isIpv4 = false;
    const quint32 ipv4 = connection.address.toIPv4Address(&isIpv4);
    if (isIpv4) {
        connection.address.setAddress(ipv4);
    }
    // The port stands at the same place in both families.
    connection.port = ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
    return connection;
}

}  // namespace

std::string socketName(const QHostAddress& address, quint16 port) {
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        // Without QString, since each connection has a name.
        const quint32 ipv4 = address.toIPv4Address();
        std::string name;
        for (const unsigned shift : {24, 16, 8, 0}) {
            name.append(std::to_string(ipv4 >> shift & 255)).append(1, shift > 0 ? '.' : ':');
        }
        return name.append(std::to_string(port));
    }
    const std::string text = address.toString().toStdString();
    const bool bracketed = address.protocol() == QAbstractSocket::IPv6Protocol;
    return (bracketed ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

Acceptor::Acceptor(std::function<void(const Accepted&)> onAccepted, QObject* parent)
    : QObject(parent), onAccepted_(std::move(onAccepted)) {
    resting_.setSingleShot(true);
    resting_.setInterval(restMs);
    connect(&resting_, &QTimer::timeout, this, [this] {
        if (notifier_ != nullptr) {
            notifier_->setEnabled(true);
        }
    });
}

Acceptor::~Acceptor() {
    stop();
    if (spare_ >= 0) {
        ::close(spare_);
    }
}

Result<quint16> Acceptor::listen(const QString& purpose, const QString& host, quint16 port) {
    const auto error = [&](const QString& reason) {
        return Error{QStringLiteral("cannot listen for %1 on %2 port %3: %4")
                         .arg(purpose, host, QString::number(port), reason)};
    };
    const QHostAddress address = addressOf(host);
    if (address.isNull()) {
        return error(QStringLiteral("the host name has no address"));
    }
    server_.setListenBacklogSize(backlogMax);
    if (!server_.listen(address, port)) {
        return error(server_.errorString());
    }
    server_.pauseAccepting();
    setOptions(static_cast<int>(server_.socketDescriptor()));
    mayBeEarlier_ = true;
    openSpare();
    notifier_ = new QSocketNotifier(server_.socketDescriptor(), QSocketNotifier::Read, this);
    connect(notifier_, &QSocketNotifier::activated, this, &Acceptor::onReadable);
    return server_.serverPort();
}

void Acceptor::stop() {
    resting_.stop();
    if (notifier_ != nullptr) {
        notifier_->setEnabled(false);
        notifier_->deleteLater();
        notifier_ = nullptr;
    }
    server_.close();
}

void Acceptor::onReadable() {
    for (int count = 0; count < perTurnMax && notifier_ != nullptr; ++count) {
        switch (acceptOne()) {
            case Outcome::taken:
                break;
            case Outcome::none:
                return;
            case Outcome::noDescriptor:
                shedSome();
                rest();
                return;
            case Outcome::failed:
                rest();
                return;
        }
    }
}

Acceptor::Outcome Acceptor::acceptOne() {
    const Accepted connection = accepted(static_cast<int>(server_.socketDescriptor()));
    if (connection.descriptor >= 0) {
        openSpare();
        if (mayBeEarlier_) {
            setOptions(connection.descriptor);
        }
        onAccepted_(connection);
        return Outcome::taken;
    }
    switch (errno) {
        case EAGAIN:
            mayBeEarlier_ = false;
            return Outcome::none;
        case EMFILE:
        case ENFILE:
            return Outcome::noDescriptor;
        case EBADF:
        case EINVAL:
        case ENOTSOCK:
        case ENOBUFS:
        case ENOMEM:
            return Outcome::failed;
        default:
            return Outcome::taken;  // that one connection failed (accept(2)); the next may not
    }
}

void Acceptor::setOptions(int descriptor) const {
    if (sendBufferBytes_ > 0) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &sendBufferBytes_, sizeof sendBufferBytes_);
    }
}

void Acceptor::shedSome() {
    openSpare();
    for (int count = 0; count < perTurnMax && spare_ >= 0; ++count) {
        ::close(std::exchange(spare_, -1));
        const Accepted connection = accepted(static_cast<int>(server_.socketDescriptor()));
        if (connection.descriptor >= 0) {
            ::close(connection.descriptor);
        }
        openSpare();
        if (connection.descriptor < 0) {
            return;
        }
        Q_EMIT shed(connection.address);
    }
}

void Acceptor::openSpare() {
    if (spare_ < 0) {
        spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    }
}

void Acceptor::rest() {
    if (notifier_ != nullptr) {
        notifier_->setEnabled(false);
        resting_.start();
    }
}

}  // namespace herd
