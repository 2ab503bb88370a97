// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/adminsession.h"

#include <QTcpSocket>
#include <utility>

#include "common/check.h"
#include "server/tcp/lingeringclose.h"
#include "server/tcp/readscratch.h"
#include "server/tcp/socketstream.h"

namespace herd {

AdminSession::AdminSession(const Shared& shared, std::string who, int descriptor, QObject* parent)
    : QObject(parent),
      shared_(shared),
      who_(std::move(who)),
      socket_(new QTcpSocket(this)),
      framer_(adminRequestBytesMax),
      conversation_(shared.conversation, who_, [this] { queueTurn(); }) {
    const bool adopted = socket_->setSocketDescriptor(descriptor);
    HERD_CHECK(adopted);  // a connected descriptor that we own cannot be refused
    socket_->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket_->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    socket_->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, int{sendBufferBytesMax});
    stream_ = new SocketStream(socket_, this);
    connect(stream_, &SocketStream::readable, this, &AdminSession::onReadable);
    connect(socket_, &QTcpSocket::bytesWritten, this, &AdminSession::onBytesWritten);
    connect(socket_, &QTcpSocket::disconnected, this, &AdminSession::onDisconnected);
}

AdminSession::~AdminSession() {
    socket_->disconnect(this);
}

void AdminSession::onTick() {
    if (state_ == State::closed || state_ == State::lingering) {
        return;
    }
    if (unsentBytes() > 0 && shared_.time.elapsed() - progressMs_ >= stallMsMax) {
        ++shared_.conversation.counters.connectionsStalled;
        reason_ = "unsent-stalled";
        socket_->abort();
        return;
    }
    conversation_.onTick(shared_.time.elapsed());
    if (mayFill()) {
        queueTurn();
    }
}

/// Said again and again until it is read; so not again until then.
void AdminSession::onReadable() {
    readable_ = true;
    stream_->setReading(false);
    queueTurn();
}

void AdminSession::onBytesWritten() {
    progressMs_ = shared_.time.elapsed();
    if (state_ == State::finishing || mayFill() ||
        (state_ == State::reading && mayRead() && hasInput())) {
        queueTurn();
    }
}

void AdminSession::onDisconnected() {
    state_ = State::closed;
    Q_EMIT ended();
}

void AdminSession::queueTurn() {
    if (!turnQueued_) {
        turnQueued_ = true;
        QMetaObject::invokeMethod(this, &AdminSession::takeTurn, Qt::QueuedConnection);
    }
}

void AdminSession::takeTurn() {
    turnQueued_ = false;
    if (state_ == State::reading && mayRead()) {
        handLines();
    }
    if (state_ == State::lingering || state_ == State::closed) {
        return;
    }
    if (mayFill()) {
        conversation_.fill();
    }
    write();
    if (state_ == State::finishing) {
        closeWhenWritten();
    }
    if (mayFill() || (state_ == State::reading && mayRead() && hasInput())) {
        queueTurn();
    }
}

void AdminSession::handLines() {
    ReadScratch& scratch = ReadScratch::ofThread();
    if (readable_ && !framer_.ready()) {
        readable_ = false;
        framer_.feed(stream_->read(scratch.bytes));
        stream_->setReading(true);
    }
    const std::int64_t nowMs = shared_.time.elapsed();
    LineFramer::Status status = LineFramer::Status::line;
    std::string_view line;
    for (int lines = 0; state_ == State::reading && lines < linesPerTurnMax && mayRead() &&
                        (status = framer_.next(line)) == LineFramer::Status::line;
         ++lines) {
        if (!conversation_.onLine(line, nowMs)) {
            stopReading("no-request");
        }
    }
    const bool atEnd =
        state_ == State::reading && status == LineFramer::Status::incomplete && stream_->hasEnded();
    if (status == LineFramer::Status::tooLong) {
        conversation_.onLineTooLong();
        stopReading("line-too-long");
    } else if (atEnd) {
        const bool good = framer_.rest().empty() || conversation_.onLine(framer_.rest(), nowMs);
        conversation_.onInputEnded();
        stopReading(good ? "closed-by-console" : "no-request");
    }
    framer_.keepRest();
}

void AdminSession::stopReading(std::string_view reason) {
    reason_ = reason;
    state_ = State::finishing;
    stream_->setReading(false);
}

void AdminSession::write() {
    std::string& output = conversation_.output();
    if (output.empty()) {
        return;
    }
    if (socket_->bytesToWrite() == 0) {
        progressMs_ = shared_.time.elapsed();
    }
    // At once: a stop of the node must not overtake its answer.
    stream_->write(output);
    output.clear();
}

void AdminSession::closeWhenWritten() {
    if (unsentBytes() > 0 || conversation_.owesAnswers()) {
        return;
    }
    if (stream_->hasEnded()) {
        socket_->disconnectFromHost();
        return;
    }
    state_ = State::lingering;
    stream_->disconnect(this);
    socket_->disconnect(this);
    connect(socket_, &QTcpSocket::disconnected, this, &AdminSession::onDisconnected);
    new LingeringClose(socket_, stream_, this);
}

std::int64_t AdminSession::unsentBytes() const {
    return socket_->bytesToWrite() + static_cast<std::int64_t>(conversation_.outputBytes());
}

bool AdminSession::mayRead() const {
    return unsentBytes() < readUnsentBytesMax && conversation_.mayAsk();
}

bool AdminSession::mayFill() const {
    return (state_ == State::reading || state_ == State::finishing) &&
           unsentBytes() < fillUnsentBytesMax && conversation_.wantsFill();
}

bool AdminSession::hasInput() const {
    return readable_ || framer_.ready() || stream_->hasEnded();
}

}  // namespace herd
