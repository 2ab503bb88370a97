// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/socketstream.h"

#include <sys/socket.h>

#include <QEvent>
#include <QTcpSocket>
#include <cerrno>

#include "common/check.h"

namespace herd {

SocketStream::SocketStream(QTcpSocket* socket, QObject* parent) : QObject(parent), socket_(socket) {
    restart();
}

void SocketStream::restart() {
    descriptor_ = static_cast<int>(socket_->socketDescriptor());
    error_ = 0;
    ended_ = false;
    notifier_ = nullptr;
    const QList<QSocketNotifier*> notifiers = socket_->findChildren<QSocketNotifier*>();
    for (QSocketNotifier* notifier : notifiers) {
        if (notifier->type() == QSocketNotifier::Read) {
            notifier_ = notifier;
        }
    }
    HERD_CHECK(notifier_ != nullptr);
    notifier_->installEventFilter(this);
}

std::string_view SocketStream::read(std::span<char> room) {
    const ssize_t count = ::recv(descriptor_, room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0) {
        return {room.data(), static_cast<std::size_t>(count)};
    }
    if (count == 0) {
        // The notifier stays: most close now, and then epoll need not be told. Else it comes again.
        ended_ = true;
    } else if (errno != EAGAIN && errno != EINTR) {
        error_ = errno;
        setReading(false);
        QMetaObject::invokeMethod(socket_, &QTcpSocket::abort, Qt::QueuedConnection);
    }
    return {};
}

bool SocketStream::inputWaits() const {
    char byte = 0;
    return ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void SocketStream::setReading(bool reading) {
    if (notifier_ != nullptr) {
        notifier_->setEnabled(reading && !ended_);
    }
}

void SocketStream::write(std::string_view bytes) {
    if (socket_->bytesToWrite() == 0) {
        const ssize_t count =
            ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        // An error comes up again when the socket sends the rest.
        bytes.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
    if (!bytes.empty()) {
        socket_->write(bytes.data(), static_cast<qint64>(bytes.size()));
    }
}

bool SocketStream::eventFilter(QObject*, QEvent* event) {
    if (event->type() != QEvent::SockAct) {
        return false;
    }
    if (ended_) {
        setReading(false);
    } else {
        Q_EMIT readable();
    }
    return true;
}

}  // namespace herd
