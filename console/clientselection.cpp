// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clientselection.h"

namespace herd {

ClientSelection::ClientSelection(QObject* parent) : QObject(parent) {}

void ClientSelection::choose(const QByteArray& client) {
    if (client != client_) {
        client_ = client;
        Q_EMIT changed(client_);
    }
}

}  // namespace herd
