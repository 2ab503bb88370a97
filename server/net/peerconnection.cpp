// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/peerconnection.h"

#include <QTcpSocket>
#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include "server/net/peerservice.h"
#include "server/tcp/lingeringclose.h"
#include "server/tcp/readscratch.h"
#include "server/tcp/socketstream.h"

namespace herd {

PeerConnection::PeerConnection(PeerService& service, QTcpSocket* socket, Names names,
                               QObject* parent)
    : QObject(parent),
      service_(service),
      socket_(socket),
      stream_(new SocketStream(socket, this)),
      names_(std::move(names)),
      framer_(lineBytesMax) {
    socket_->setParent(this);
    socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket_->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, int{roomBytesMax});
    connect(stream_, &SocketStream::readable, this, &PeerConnection::onReadable);
    connect(socket_, &QTcpSocket::bytesWritten, this, &PeerConnection::onBytesWritten);
    connect(socket_, &QTcpSocket::disconnected, this, &PeerConnection::onDisconnected);
}

PeerConnection::~PeerConnection() {
    socket_->disconnect(this);
}

void PeerConnection::start() {
    service_.onPeerOpened(*this);
    queueTurn();
}

void PeerConnection::send(std::string_view lines) {
    if (isOpen()) {
        socket_->write(lines.data(), static_cast<qint64>(lines.size()));
    }
}

std::int64_t PeerConnection::bytesToWrite() const {
    return socket_->bytesToWrite();
}

std::int64_t PeerConnection::room() const {
    return isOpen() ? std::max<std::int64_t>(roomBytesMax - bytesToWrite(), 0) : 0;
}

void PeerConnection::closeAfterWriting(std::string reason) {
    if (!isOpen()) {
        abort(std::move(reason));
        return;
    }
    reason_ = std::move(reason);
    state_ = State::closing;
    stream_->disconnect(this);
    new LingeringClose(socket_, stream_, this);
}

void PeerConnection::abort(std::string reason) {
    if (state_ == State::open) {
        end(std::move(reason));
    } else if (state_ == State::closing) {
        end(std::move(reason_));
    }
}

void PeerConnection::setProven() {
    if (!proven_) {
        proven_ = true;
        Q_EMIT proven();
    }
}

bool PeerConnection::isConnected() const {
    return socket_->state() == QAbstractSocket::ConnectedState;
}

void PeerConnection::onReadable() {
    if (!turnQueued_) {
        takeTurn();
    }
}

void PeerConnection::onBytesWritten() {
    if (room() > 0) {
        service_.onPeerWritable(*this);
    }
}

void PeerConnection::onDisconnected() {
    if (state_ == State::closing) {
        end(std::move(reason_));
    } else if (state_ == State::open) {
        queueTurn();  // what came before the end is still to be read
    }
}

void PeerConnection::queueTurn() {
    if (!turnQueued_) {
        turnQueued_ = true;
        QMetaObject::invokeMethod(this, &PeerConnection::takeTurn, Qt::QueuedConnection);
    }
}

void PeerConnection::takeTurn() {
    turnQueued_ = false;
    if (state_ != State::open) {
        return;
    }
    ReadScratch& scratch = ReadScratch::ofThread();
    if (!framer_.ready() && isConnected()) {
        framer_.feed(stream_->read(std::span(scratch.bytes).first(readBytesMax)));
    }
    std::vector<std::string_view>& lines = scratch.lines;
    lines.clear();
    LineFramer::Status status = LineFramer::Status::line;
    std::string_view line;
    while (lines.size() < linesPerTurnMax &&
           (status = framer_.next(line)) == LineFramer::Status::line) {
        lines.push_back(line);
    }
    if (!lines.empty()) {
        service_.onPeerLines(*this, lines);
    }
    framer_.keepRest();
    if (state_ != State::open) {
        return;
    }
    if (status == LineFramer::Status::tooLong) {
        end("line longer than " + std::to_string(lineBytesMax) + " bytes");
    } else if (framer_.ready()) {
        queueTurn();
    } else if (stream_->hasEnded() || !isConnected()) {
        end(lossReason());
    }
}

/// Why there is nothing more to read, as far as reading or the socket's writing found out.
std::string PeerConnection::lossReason() const {
    if (stream_->hasEnded() || stream_->error() == ECONNRESET ||
        socket_->error() == QAbstractSocket::RemoteHostClosedError) {
        return "closed by the other node";
    }
    return (stream_->error() != 0 ? qt_error_string(stream_->error()) : socket_->errorString())
        .toStdString();
}

void PeerConnection::end(std::string reason) {
    state_ = State::closed;
    reason_ = std::move(reason);
    socket_->abort();
    QMetaObject::invokeMethod(this, &PeerConnection::reportClosed, Qt::QueuedConnection);
}

void PeerConnection::reportClosed() {
    service_.onPeerClosed(*this, reason_);
    Q_EMIT closed();
}

}  // namespace herd
