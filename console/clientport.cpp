// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clientport.h"

#include <utility>

#include "common/wire.h"

namespace herd {

namespace {

std::string_view bytesOf(const QByteArray& text) {
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

}  // namespace

ClientPort::ClientPort(NodeAddress node, QObject* parent)
    : QObject(parent), node_(std::move(node)) {
    socket_.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    redial_.setSingleShot(true);
    deadline_.setSingleShot(true);
    connect(&redial_, &QTimer::timeout, this, &ClientPort::dial);
    connect(&deadline_, &QTimer::timeout, this, &ClientPort::onDeadline);
    connect(&socket_, &QTcpSocket::connected, this, &ClientPort::onConnected);
    connect(&socket_, &QTcpSocket::readyRead, this, &ClientPort::onReadyRead);
    connect(&socket_, &QTcpSocket::disconnected, this, &ClientPort::onClosed);
    connect(&socket_, &QTcpSocket::errorOccurred, this, &ClientPort::onClosed);
}

ClientPort::~ClientPort() {
    socket_.disconnect(this);  // its end is no news any more
}

void ClientPort::start() {
    dial();
}

bool ClientPort::connected() const {
    return socket_.state() == QAbstractSocket::ConnectedState;
}

bool ClientPort::send(const QByteArray& line) {
    if (!connected() || std::holds_alternative<Blank>(wire::parseClientLine(bytesOf(line)))) {
        return false;
    }
    Pending pending{line, {}};
    pending.since.start();
    pending_.enqueue(pending);
    socket_.write(line + '\n');
    if (!deadline_.isActive()) {
        deadline_.start(answerMsMax);
    }
    return true;
}

void ClientPort::dial() {
    socket_.connectToHost(node_.host, node_.clientPort);
}

void ClientPort::onConnected() {
    Q_EMIT stateChanged(true, QString());
}

void ClientPort::onReadyRead() {
    received_ += socket_.readAll();
    while (!pending_.isEmpty()) {
        const qsizetype length = answerLength(pending_.head().command);
        if (length == 0) {
            break;
        }
        const Pending done = pending_.dequeue();
        const QByteArray answer = received_.left(length);
        received_.remove(0, length);
        deadline_.stop();
        Q_EMIT answered(done.command, answer, done.since.nsecsElapsed() / 1'000);
    }
    if (pending_.isEmpty() ? !received_.isEmpty() : received_.size() > answerBytesMax) {
        giveUp(tr("what the node sends is no answer"));
        return;
    }
    if (!pending_.isEmpty() && !deadline_.isActive()) {
        deadline_.start(answerMsMax);
    }
}

/// Bytes of the first whole answer in what was received; 0 while it is not whole. Only an accepted
/// WHATSAT has more than one line: it ends with two LF.
qsizetype ClientPort::answerLength(const QByteArray& command) const {
    const bool places = std::holds_alternative<Whatsat>(wire::parseClientLine(bytesOf(command))) &&
                        !received_.startsWith('?');
    const qsizetype end = places ? received_.indexOf("\n\n") : received_.indexOf('\n');
    return end < 0 ? 0 : end + (places ? 2 : 1);
}

void ClientPort::onClosed() {
    if (redial_.isActive()) {
        return;
    }
    const QString reason = socket_.errorString();
    redial_.start(redialMs);
    received_.clear();
    deadline_.stop();
    for (const Pending& pending : std::exchange(pending_, {})) {
        Q_EMIT unanswered(pending.command, reason);
    }
    Q_EMIT stateChanged(false, reason);
}

void ClientPort::onDeadline() {
    giveUp(tr("no answer within %1 s").arg(answerMsMax / 1'000));
}

/// The stream can no longer be matched with the commands: begin anew.
void ClientPort::giveUp(const QString& reason) {
    for (const Pending& pending : std::exchange(pending_, {})) {
        Q_EMIT unanswered(pending.command, reason);
    }
    socket_.abort();
    onClosed();
}

}  // namespace herd
