// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include "tests/support/lineclient.h"

namespace herd {

/// One connection to a node's admin port, as a program would have it: JSON objects, a line each,
/// read with Qt's own reader. Every call fails the way its return value says, never for ever.
class AdminClient {
  public:
    explicit AdminClient(quint16 port) : client_(port) {}

    bool isOpen() const { return client_.isOpen(); }

    /// Sends a request; its id is one more than that of the request before.
    bool send(const QString& kind, QJsonObject fields = {});
    /// The next line as an object; empty when none came or it is none.
    QJsonObject next(LineClient::Deadline deadline = patience);
    /// The next line of that kind, those of other kinds left out.
    QJsonObject nextOf(const QString& kind, LineClient::Deadline deadline = patience);
    /// Sends a request and reads its answer.
    QJsonObject ask(const QString& kind, const QJsonObject& fields = {});

    /// The AT lines of a `stamps` subscription up to `complete`, or those up to the one that starts
    /// with `last`.
    QStringList stamps(const QString& last = {});

    LineClient& connection() { return client_; }

  private:
    LineClient client_;
    int lastId_ = 0;
};

/// The status of one link as a node tells it; empty when the node has no such neighbour.
QJsonObject linkOf(const QJsonObject& status, const QString& peer);

}  // namespace herd
