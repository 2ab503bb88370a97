// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include "tests/support/herdfixture.h"

namespace herd {

/// What a node says of itself at its admin port, at the moment it was asked. A node that does not
/// answer says nothing of anything.
class NodeState {
  public:
    NodeState(const HerdFixture& herd, const QString& node);

    bool answered() const { return !status_.isEmpty(); }
    quint64 seq() const;
    QString epoch() const;
    qint64 clients() const;
    qint64 tombstones() const;
    QString root() const;
    qint64 counter(const char* name) const;
    QString durability() const;
    QStringList alarms() const;
    QString alarmText(const QString& name) const;

    QString linkState(const QString& peer) const;
    qint64 unsentBytes(const QString& peer) const;
    qint64 lagChanges(const QString& peer) const;

  private:
    QJsonObject object(const char* name) const;
    QJsonObject link(const QString& peer) const;

    QJsonObject status_;
};

/// Waits until the nodes' tables have one digest and every link between two of them has nothing
/// left to tell. Says what differs, or nothing.
[[nodiscard]] QString waitUntilEqual(HerdFixture& herd, const QStringList& nodes,
                                     std::chrono::milliseconds deadline = patience);

}  // namespace herd
