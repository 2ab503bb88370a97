// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/lingeringclose.h"

#include <sys/socket.h>

#include <QTcpSocket>

#include "server/tcp/readscratch.h"

namespace herd {

LingeringClose::LingeringClose(QTcpSocket* socket, QObject* parent)
    : QObject(parent), socket_(socket) {
    connect(socket_, &QTcpSocket::bytesWritten, this, &LingeringClose::onBytesWritten);
    connect(socket_, &QTcpSocket::readyRead, this, &LingeringClose::onReadyRead);
    connect(&deadline_, &QTimer::timeout, socket_, &QTcpSocket::abort);
    deadline_.setSingleShot(true);
    deadline_.start(msMax);
    // Queued: what is at the other end of a signal must not end its sender within it.
    QMetaObject::invokeMethod(this, &LingeringClose::onBytesWritten, Qt::QueuedConnection);
    QMetaObject::invokeMethod(this, &LingeringClose::onReadyRead, Qt::QueuedConnection);
}

void LingeringClose::onBytesWritten() {
    if (!shutDown_ && socket_->bytesToWrite() == 0 &&
        socket_->state() == QAbstractSocket::ConnectedState) {
        shutDown_ = true;
        ::shutdown(static_cast<int>(socket_->socketDescriptor()), SHUT_WR);
    }
}

void LingeringClose::onReadyRead() {
    if (socket_->state() != QAbstractSocket::ConnectedState) {
        return;
    }
    ReadScratch& scratch = ReadScratch::ofThread();
    // The last read, of nothing, is what makes a full socket take more in.
    qint64 count = 0;
    do {
        count = socket_->read(scratch.bytes.data(), static_cast<qint64>(scratch.bytes.size()));
        dropped_ += count > 0 ? count : 0;
    } while (count > 0 && dropped_ <= bytesMax);
    if (dropped_ > bytesMax) {
        socket_->abort();
    }
}

}  // namespace herd
