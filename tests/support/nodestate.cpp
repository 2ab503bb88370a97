// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/nodestate.h"

#include <QJsonArray>

#include "tests/support/adminclient.h"

namespace herd {

NodeState::NodeState(const HerdFixture& herd, const QString& node)
    : status_(AdminClient(herd.adminPort(node)).ask(QStringLiteral("status"))) {}

QJsonObject NodeState::object(const char* name) const {
    return status_[QLatin1String(name)].toObject();
}

QJsonObject NodeState::link(const QString& peer) const {
    return linkOf(status_, peer);
}

quint64 NodeState::seq() const {
    return object("node")[QLatin1String("seq")].toString().toULongLong();
}

QString NodeState::epoch() const {
    return object("node")[QLatin1String("epoch")].toString();
}

qint64 NodeState::clients() const {
    return object("table")[QLatin1String("clients")].toInteger(-1);
}

qint64 NodeState::tombstones() const {
    return object("table")[QLatin1String("tombstones")].toInteger(-1);
}

QString NodeState::root() const {
    return object("table")[QLatin1String("root")].toString();
}

qint64 NodeState::counter(const char* name) const {
    return object("counters")[QLatin1String(name)].toInteger(-1);
}

QString NodeState::durability() const {
    return object("durability")[QLatin1String("state")].toString();
}

QStringList NodeState::alarms() const {
    QStringList names;
    for (const QJsonValue& alarm : status_[QLatin1String("alarms")].toArray()) {
        names += alarm[QLatin1String("name")].toString();
    }
    return names;
}

QString NodeState::alarmText(const QString& name) const {
    for (const QJsonValue& alarm : status_[QLatin1String("alarms")].toArray()) {
        if (alarm[QLatin1String("name")] == name) {
            return alarm[QLatin1String("text")].toString();
        }
    }
    return {};
}

QString NodeState::linkState(const QString& peer) const {
    return link(peer)[QLatin1String("state")].toString();
}

qint64 NodeState::unsentBytes(const QString& peer) const {
    return link(peer)[QLatin1String("unsent_bytes")].toInteger(-1);
}

qint64 NodeState::lagChanges(const QString& peer) const {
    return link(peer)[QLatin1String("lag_changes")].toInteger(-1);
}

QString waitUntilEqual(HerdFixture& herd, const QStringList& nodes,
                       std::chrono::milliseconds deadline) {
    QString wrong;
    const bool equal = until(deadline, [&] {
        QString root;
        for (const QString& name : nodes) {
            const NodeState state(herd, name);
            root = root.isEmpty() ? state.root() : root;
            if (!state.answered() || state.root() != root) {
                wrong = QStringLiteral("%1 holds %2 clients and another table than %3")
                            .arg(name)
                            .arg(state.clients())
                            .arg(nodes.first());
                return false;
            }
            for (const QString& peer : herd.layout().neighbours(name)) {
                if (nodes.contains(peer) && state.lagChanges(peer) != 0) {
                    wrong = QStringLiteral("%1 lacks %2 changes of %3")
                                .arg(peer)
                                .arg(state.lagChanges(peer))
                                .arg(name);
                    return false;
                }
            }
        }
        return true;
    });
    return equal ? QString() : wrong;
}

}  // namespace herd
