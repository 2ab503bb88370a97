// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/faultynet.h"

#include <QHostAddress>

#include "tests/support/faultyconnection.h"

namespace herd {

FaultyNet::FaultyNet() : server_(this) {
    connect(&server_, &QTcpServer::newConnection, this, &FaultyNet::onConnection);
}

FaultyNet::~FaultyNet() {
    // Before the faults that they look at.
    qDeleteAll(findChildren<FaultyConnection*>());
}

void FaultyNet::inject(Way way, const QByteArray& bytes) {
    for (FaultyConnection* const connection : findChildren<FaultyConnection*>()) {
        connection->inject(way, bytes);
    }
}

void FaultyNet::setOpen(bool open) {
    if (!open) {
        server_.close();
    } else if (!server_.isListening()) {
        if (!server_.listen(QHostAddress::LocalHost, port_)) {
            qFatal("no port for a proxy: %s", qPrintable(server_.errorString()));
        }
        port_ = server_.serverPort();
    }
}

void FaultyNet::onConnection() {
    while (QTcpSocket* const socket = server_.nextPendingConnection()) {
        ++connectionCount_;
        if (hangsUp_) {
            socket->abort();
            socket->deleteLater();
        } else {
            new FaultyConnection(*this, socket, target_);
        }
    }
}

}  // namespace herd
