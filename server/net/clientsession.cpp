// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/clientsession.h"

#include <QTcpSocket>
#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "common/check.h"
#include "server/tcp/epolldispatcher.h"
#include "server/tcp/lingeringclose.h"
#include "server/tcp/readscratch.h"
#include "server/tcp/socketstream.h"

namespace herd {

namespace {
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
}

ClientSession::ClientSession(const Shared& shared, QObject* parent)
    : QObject(parent),
      shared_(shared),
      socket_(new QTcpSocket(this)),
      framer_(static_cast<std::size_t>(shared.limits.lineBytesMax)),
      replies_([this] { queueTurn(); }, shared.mailbox) {
    connect(socket_, &QTcpSocket::bytesWritten, this, &ClientSession::onBytesWritten);
    connect(socket_, &QTcpSocket::disconnected, this, &ClientSession::onDisconnected);
}

ClientSession::~ClientSession() {
    if (state_ != State::closed) {
        socket_->disconnect(this);
        shared_.wheel.clear(*this);
        shared_.service.onClientClosed(peer_, ClientEnd::stopping);
    }
}

void ClientSession::open(ClientPeer peer, int descriptor) {
    HERD_CHECK(state_ == State::closed);
    peer_ = std::move(peer);
    const bool adopted = socket_->setSocketDescriptor(descriptor);
    HERD_CHECK(adopted);  // a connected descriptor that we own cannot be refused
    if (stream_ == nullptr) {
        stream_ = new SocketStream(socket_, this);
        connect(stream_, &SocketStream::readable, this, &ClientSession::onReadable);
    } else {
        stream_->restart();
        replies_.restart();
    }
    state_ = State::reading;
    end_ = ClientEnd::lost;
    readable_ = false;
    paused_ = false;
    hadLine_ = false;
    openedMs_ = shared_.time.elapsed();
    shared_.service.onClientOpened(peer_);
    setDeadline();
}

bool ClientSession::mayOpenAgain() const {
    return state_ == State::closed && end_ == ClientEnd::closedByClient && !turnQueued_ &&
           framer_.rest().empty();
}

void ClientSession::finish() {
    if (state_ == State::reading) {
        stopReading(ClientEnd::stopping);
        queueTurn();
    }
}

void ClientSession::onReadable() {
    readable_ = true;
    // A queued turn is this session's place in the round; to take another one now would be unfair.
    if (!turnQueued_) {
        takeTurn();
    }
}

void ClientSession::onBytesWritten() {
    lastProgressMs_ = shared_.wheel.latestMs();
    if (state_ == State::finishing ||
        (state_ == State::reading && lineBudget() > 0 && (paused_ || hasInput()))) {
        queueTurn();
    }
    if (state_ == State::reading) {
        setDeadline();
    }
}

void ClientSession::onDisconnected() {
    state_ = State::closed;
    shared_.wheel.clear(*this);
    shared_.service.onClientClosed(peer_, end_);
    Q_EMIT ended();
}

void ClientSession::queueTurn() {
    if (!turnQueued_) {
        turnQueued_ = true;
        QMetaObject::invokeMethod(this, &ClientSession::takeTurn, Qt::QueuedConnection);
    }
}

void ClientSession::takeTurn() {
    turnQueued_ = false;
    if (state_ == State::reading) {
        handLines(lineBudget());
    }
    if (state_ == State::reading || state_ == State::finishing) {
        leaveReplies();
    }
    if (state_ == State::finishing) {
        closeWhenWritten();
    }
    if (state_ != State::reading) {
        return;
    }
    const bool mayRead = lineBudget() > 0;
    if (paused_ == mayRead) {
        paused_ = !mayRead;
        stream_->setReading(mayRead);
    }
    if (mayRead && hasInput()) {
        queueTurn();
    }
}

void ClientSession::handLines(std::size_t budget) {
    if (budget == 0) {
        return;
    }
    ReadScratch& scratch = ReadScratch::ofThread();
    if (readable_ && !framer_.ready()) {
        readable_ = false;
        framer_.feed(stream_->read(std::span(scratch.bytes).first(readBytesMax)));
    }
    std::vector<std::string_view>& lines = scratch.lines;
    lines.clear();
    LineFramer::Status status = LineFramer::Status::line;
    std::string_view line;
    while (lines.size() < budget && (status = framer_.next(line)) == LineFramer::Status::line) {
        lines.push_back(line);
    }
    const bool atEnd = status == LineFramer::Status::incomplete && stream_->hasEnded();
    if (atEnd && !framer_.rest().empty()) {
        lines.push_back(framer_.rest());
    }
    if (!lines.empty()) {
        hadLine_ = true;
        lastLineMs_ = shared_.wheel.latestMs();
        replies_.useRoom(shared_.rooms);
        shared_.service.onClientLines(peer_, lines, replies_);
    }
    if (status == LineFramer::Status::tooLong) {
        replies_.append(lineTooLongAnswer);
        const auto limit = static_cast<std::size_t>(shared_.limits.lineBytesMax);
        shared_.service.onClientLineTooLong(peer_, framer_.rest().substr(0, limit));
        stopReading(ClientEnd::lineTooLong);
    } else if (atEnd) {
        stopReading(ClientEnd::closedByClient);
    }
    framer_.keepRest();
}

void ClientSession::stopReading(ClientEnd end) {
    finishEnd_ = end;
    state_ = State::finishing;
    if (!stream_->hasEnded()) {
        stream_->setReading(false);
    }
}

/// For the end of the round; or at once, when there is no such thing, when it is the last, and when
/// it is so much that the next look at the budget should see what the system did not take.
void ClientSession::leaveReplies() {
    if (shared_.dispatcher != nullptr && state_ == State::reading &&
        unsentBytes() < shared_.limits.unsentBytesMax) {
        shared_.dispatcher->roundTasks().add(*this);
    } else {
        sendReplies();
    }
}

void ClientSession::onRoundEnd() {
    if (state_ == State::reading) {
        sendReplies();
    }
}

void ClientSession::sendReplies() {
    const std::string_view ready = replies_.ready();
    if (!ready.empty()) {
        if (socket_->bytesToWrite() == 0) {
            lastProgressMs_ = shared_.wheel.latestMs();
        }
        stream_->write(ready);
    }
    replies_.clearReady(shared_.rooms);
    if (unsentBytes() > unsentCloseBytesMax) {
        cut(ClientEnd::unsentTooMuch);
        return;
    }
    setDeadline();
}

void ClientSession::closeWhenWritten() {
    if (unsentBytes() > 0 || replies_.pendingCount() > 0) {
        return;
    }
    end_ = finishEnd_;
    if (stream_->hasEnded() || (end_ != ClientEnd::lineTooLong && !stream_->inputWaits())) {
        if (shared_.dispatcher != nullptr) {
            shared_.dispatcher->expectClose(static_cast<int>(socket_->socketDescriptor()));
        }
        socket_->disconnectFromHost();
        return;
    }
    state_ = State::lingering;
    shared_.wheel.clear(*this);
    stream_->disconnect(this);
    socket_->disconnect(this);
    connect(socket_, &QTcpSocket::disconnected, this, &ClientSession::onDisconnected);
    new LingeringClose(socket_, stream_, this);
}

void ClientSession::cut(ClientEnd end) {
    end_ = end;
    socket_->abort();
}

std::size_t ClientSession::lineBudget() const {
    if (unsentBytes() >= shared_.limits.unsentBytesMax) {
        return 0;
    }
    const std::int64_t places =
        shared_.limits.pendingAnswersMax - static_cast<std::int64_t>(replies_.pendingCount());
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(places, 0, shared_.limits.linesPerTurnMax));
}

bool ClientSession::hasInput() const {
    return readable_ || framer_.ready() || stream_->hasEnded();
}

std::int64_t ClientSession::unsentBytes() const {
    return socket_->bytesToWrite() + static_cast<std::int64_t>(replies_.unsentBytes());
}

std::int64_t ClientSession::nextDeadlineMs() const {
    const Limits& limits = shared_.limits;
    if (socket_->bytesToWrite() > 0) {
        return lastProgressMs_ + limits.unsentStallMsMax;
    }
    if (state_ != State::reading || replies_.pendingCount() > 0) {
        return never;
    }
    if (!hadLine_) {
        return openedMs_ + limits.firstLineMsMax;
    }
    return limits.idleMsMax == 0 ? never
                                 : std::max(lastLineMs_, lastProgressMs_) + limits.idleMsMax;
}

void ClientSession::setDeadline() {
    // A deadline that moved back is noticed when the old one comes, so that a busy session seldom
    // touches the wheel.
    const std::int64_t deadlineMs = nextDeadlineMs();
    if (deadlineMs != never && (!isSet() || this->deadlineMs() > deadlineMs)) {
        shared_.wheel.set(*this, deadlineMs);
    }
}

void ClientSession::onDeadline() {
    if (nextDeadlineMs() > shared_.time.elapsed()) {
        setDeadline();
    } else if (socket_->bytesToWrite() > 0) {
        cut(ClientEnd::unsentStalled);
    } else {
        cut(hadLine_ ? ClientEnd::idle : ClientEnd::firstLineLate);
    }
}

}  // namespace herd
