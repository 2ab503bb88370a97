// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/lingeringclose.h"

#include <sys/socket.h>

#include <QTcpSocket>

#include "server/tcp/readscratch.h"
#include "server/tcp/socketstream.h"

namespace herd {

LingeringClose::LingeringClose(QTcpSocket* socket, SocketStream* stream, QObject* parent)
    : QObject(parent), socket_(socket), stream_(stream) {
    connect(socket_, &QTcpSocket::bytesWritten, this, &LingeringClose::onBytesWritten);
    connect(stream_, &SocketStream::readable, this, &LingeringClose::onReadable);
    connect(&deadline_, &QTimer::timeout, socket_, &QTcpSocket::abort);
    deadline_.setSingleShot(true);
    deadline_.start(msMax);
    stream_->setReading(true);
    // Queued: what is at the other end of a signal must not end its sender within it.
    QMetaObject::invokeMethod(this, &LingeringClose::onBytesWritten, Qt::QueuedConnection);
}

void LingeringClose::onBytesWritten() {
    if (!shutDown_ && socket_->bytesToWrite() == 0 &&
        socket_->state() == QAbstractSocket::ConnectedState) {
        shutDown_ = true;
        ::shutdown(static_cast<int>(socket_->socketDescriptor()), SHUT_WR);
    }
}

void LingeringClose::onReadable() {
    dropped_ += static_cast<std::int64_t>(stream_->read(ReadScratch::ofThread().bytes).size());
    if (dropped_ > bytesMax) {
        socket_->abort();
    } else if (stream_->hasEnded()) {
        // Queued: not within the event of its own notifier.
        QMetaObject::invokeMethod(socket_, &QTcpSocket::disconnectFromHost, Qt::QueuedConnection);
    }
}

}  // namespace herd
