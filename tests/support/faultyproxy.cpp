// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/faultyproxy.h"

#include <QHostAddress>
#include <QtGlobal>
#include <utility>

#include "tests/support/faultyconnection.h"

namespace herd {

FaultyProxy::FaultyProxy(std::function<quint16()> target, QObject* parent)
    : QObject(parent), target_(std::move(target)) {
    connect(&server_, &QTcpServer::newConnection, this, &FaultyProxy::onConnection);
    setOpen(true);
}

FaultyProxy::~FaultyProxy() {
    // Before the faults that they look at.
    qDeleteAll(findChildren<FaultyConnection*>());
}

void FaultyProxy::setSilent(Way way, bool silent) {
    at(way).silent = silent;
    Q_EMIT changed();
}

void FaultyProxy::setDelay(Way way, std::chrono::milliseconds delay) {
    at(way).delay = delay;
    Q_EMIT changed();
}

void FaultyProxy::setBytesPerSecond(Way way, int bytes) {
    at(way).bytesPerSecond = bytes;
    Q_EMIT changed();
}

void FaultyProxy::cutInside(Way way, const QByteArray& text) {
    at(way).cutText = text;
}

void FaultyProxy::inject(Way way, const QByteArray& bytes) {
    for (FaultyConnection* const connection : findChildren<FaultyConnection*>()) {
        connection->inject(way, bytes);
    }
}

void FaultyProxy::cut() {
    Q_EMIT cutAll();
}

void FaultyProxy::setOpen(bool open) {
    if (!open) {
        server_.close();
    } else if (!server_.isListening()) {
        if (!server_.listen(QHostAddress::LocalHost, port_)) {
            qFatal("no port for a proxy: %s", qPrintable(server_.errorString()));
        }
        port_ = server_.serverPort();
    }
}

void FaultyProxy::onConnection() {
    while (QTcpSocket* const socket = server_.nextPendingConnection()) {
        ++connectionCount_;
        new FaultyConnection(*this, socket, target_());
        Q_EMIT connectionTaken();
    }
}

}  // namespace herd
