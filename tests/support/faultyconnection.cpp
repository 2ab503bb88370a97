// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/faultyconnection.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <algorithm>
#include <cmath>

namespace herd {

FaultyConnection::FaultyConnection(FaultyNet& net, QTcpSocket* dialler, quint16 target)
    : QObject(&net), net_(net) {
    auto* const acceptor = new QTcpSocket(this);
    dialler->setParent(this);
    prepare(dialler, Way::forth);
    prepare(acceptor, Way::back);
    at(Way::forth).to = acceptor;
    at(Way::back).to = dialler;
    turn_.setInterval(turnMs);
    connect(&turn_, &QTimer::timeout, this, &FaultyConnection::move);
    connect(&net_, &FaultyNet::changed, this, &FaultyConnection::move);
    connect(&net_, &FaultyNet::cutAll, this, &FaultyConnection::reset);
    acceptor->setProxy(QNetworkProxy::NoProxy);
    acceptor->connectToHost(QHostAddress(QHostAddress::LocalHost), target);
}

void FaultyConnection::prepare(QTcpSocket* socket, Way way) {
    at(way).from = socket;
    socket->setReadBufferSize(bufferBytes);
    socket->setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, int{bufferBytes});
    for (const auto signal : {&QTcpSocket::connected, &QTcpSocket::disconnected}) {
        connect(socket, signal, this, &FaultyConnection::move);
    }
    connect(socket, &QTcpSocket::readyRead, this, &FaultyConnection::move);
    connect(socket, &QTcpSocket::bytesWritten, this, &FaultyConnection::move);
    connect(socket, &QTcpSocket::errorOccurred, this, &FaultyConnection::move);
}

void FaultyConnection::inject(Way way, const QByteArray& bytes) {
    at(way).underWay.push_back({Clock::now(), bytes});
    move();
}

void FaultyConnection::move() {
    bool waits = false;
    for (const Way way : {Way::forth, Way::back}) {
        if (!net_.at(way).silent) {
            take(way);
            deliver(way);
            passEndOn(way);
        }
        waits = waits || !at(way).underWay.empty();
    }
    if (waits != turn_.isActive()) {
        waits ? turn_.start() : turn_.stop();
    }
}

/// A delayed pipe holds what is under way, any other one no more than its buffer.
void FaultyConnection::take(Way way) {
    Pipe& pipe = at(way);
    const FaultyNet::Fault& fault = net_.at(way);
    if (pipe.to->state() == QTcpSocket::UnconnectedState) {
        pipe.underWay.clear();
        if (pipe.from->bytesAvailable() > 0) {
            pipe.from->readAll();
        }
        return;
    }
    const bool hasRoom = fault.delay.count() > 0 || pipe.underWay.empty();
    if (hasRoom && pipe.from->bytesAvailable() > 0) {
        pipe.underWay.push_back({Clock::now() + fault.delay, pipe.from->readAll()});
    }
}

void FaultyConnection::deliver(Way way) {
    Pipe& pipe = at(way);
    FaultyNet::Fault& fault = net_.at(way);
    const Clock::time_point now = Clock::now();
    const std::chrono::duration<double> passed = now - pipe.budgetSince;
    pipe.budgetSince = now;
    // What was not used for a while is not saved up.
    pipe.budgetBytes = std::min(pipe.budgetBytes + passed.count() * fault.bytesPerSecond,
                                std::max(1.0, fault.bytesPerSecond / 10.0));
    while (!pipe.underWay.empty() && pipe.underWay.front().due <= now &&
           pipe.to->state() == QTcpSocket::ConnectedState &&
           pipe.to->bytesToWrite() < bufferBytes) {
        QByteArray& bytes = pipe.underWay.front().bytes;
        qsizetype count = bytes.size();
        if (fault.bytesPerSecond > 0) {
            count = std::min(count, static_cast<qsizetype>(std::floor(pipe.budgetBytes)));
            pipe.budgetBytes -= static_cast<double>(count);
        }
        if (count == 0) {
            return;
        }
        QByteArray carried = bytes.left(count);
        bytes.remove(0, count);
        if (bytes.isEmpty()) {
            pipe.underWay.pop_front();
        }
        const bool cuts = cutsIn(way, carried);
        pipe.to->write(carried);
        fault.carried += carried.size();
        if (cuts) {
            pipe.to->flush();
            reset();
            Q_EMIT net_.wasCut();
            return;
        }
    }
}

/// Whether the text that the connection is to be cut in ends in `bytes`; of those then remain what
/// arrives before the cut.
bool FaultyConnection::cutsIn(Way way, QByteArray& bytes) {
    QByteArray& text = net_.at(way).cutText;
    if (text.isEmpty()) {
        return false;
    }
    Pipe& pipe = at(way);
    const QByteArray both = pipe.last + bytes;
    const qsizetype found = both.indexOf(text);
    if (found < 0) {
        pipe.last = both.right(text.size() - 1);
        return false;
    }
    bytes.truncate(std::max<qsizetype>(found + text.size() / 2 - pipe.last.size(), 0));
    text.clear();
    return true;
}

/// Behind the last byte, as TCP would.
void FaultyConnection::passEndOn(Way way) {
    Pipe& pipe = at(way);
    const bool over = pipe.from->state() == QTcpSocket::UnconnectedState &&
                      pipe.from->bytesAvailable() == 0 && pipe.underWay.empty();
    if (!over) {
        return;
    }
    if (pipe.to->state() == QTcpSocket::UnconnectedState) {
        deleteLater();
    } else if (pipe.from->error() == QTcpSocket::RemoteHostClosedError) {
        pipe.to->disconnectFromHost();
    } else {
        pipe.to->abort();
    }
}

void FaultyConnection::reset() {
    for (Pipe& pipe : pipes_) {
        pipe.underWay.clear();
    }
    for (const Pipe& pipe : pipes_) {
        pipe.from->disconnect(this);
        pipe.from->abort();
    }
    deleteLater();
}

}  // namespace herd
