// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodesmodel.h"

#include <QGuiApplication>
#include <QLocale>
#include <QPalette>
#include <algorithm>

#include "console/herdstate.h"
#include "console/stamptexts.h"

namespace herd {

namespace {

int linksUp(const NodeStatus& status) {
    return static_cast<int>(std::count_if(status.links.begin(), status.links.end(),
                                          [](const LinkStatus& link) { return isUp(link.state); }));
}

qint64 lagMs(const NodeStatus& status) {
    qint64 most = 0;
    for (const LinkStatus& link : status.links) {
        most = std::max<qint64>(most, link.lagMs);
    }
    return most;
}

quint64 lagChanges(const NodeStatus& status) {
    quint64 most = 0;
    for (const LinkStatus& link : status.links) {
        most = std::max<quint64>(most, link.lagChanges);
    }
    return most;
}

QString durabilityText(const NodeStatus& status) {
    switch (status.durability) {
        case DurabilityState::memory:
            return NodesModel::tr("memory only");
        case DurabilityState::ok:
            break;
        case DurabilityState::degraded:
            return NodesModel::tr("degraded");
        case DurabilityState::lost:
            return NodesModel::tr("lost");
    }
    switch (status.journalMode) {
        case JournalMode::memory:
            return NodesModel::tr("memory only");
        case JournalMode::everySecond:
            return NodesModel::tr("synced each second");
        case JournalMode::always:
            return NodesModel::tr("synced always");
        case JournalMode::off:
            break;
    }
    return NodesModel::tr("not synced");
}

}  // namespace

NodesModel::NodesModel(HerdState& herd, QObject* parent)
    : QAbstractTableModel(parent), herd_(herd) {
    connect(&herd, &HerdState::nodesReset, this, [this] {
        beginResetModel();
        endResetModel();
    });
    connect(&herd, &HerdState::nodeChanged, this, [this](int node) {
        Q_EMIT dataChanged(index(node, 0), index(node, columnsCount - 1));
    });
    connect(&herd, &HerdState::stampsSourceChanged, this, [this] {
        if (rowCount() > 0) {
            Q_EMIT dataChanged(index(0, nameColumn), index(rowCount() - 1, nameColumn));
        }
    });
}

int NodesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(herd_.nodes().size());
}

int NodesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnsCount;
}

QString NodesModel::stateText(const NodeView& node) const {
    switch (node.client->state()) {
        case NodeClient::State::connecting:
            return tr("connecting…");
        case NodeClient::State::waiting:
            return tr("not reached, again in %1 s").arg(node.client->retryInSeconds());
        case NodeClient::State::unavailable:
            return tr("no admin port: %1").arg(node.client->reason());
        case NodeClient::State::connected:
            break;
    }
    if (!node.status) {
        return tr("connected");
    }
    if (!node.live) {
        return tr("silent");
    }
    if (node.status->stopping) {
        return tr("stopping");
    }
    return node.status->alarms.empty() ? tr("running") : tr("running, with an alarm");
}

Tone NodesModel::stateTone(const NodeView& node) {
    switch (node.client->state()) {
        case NodeClient::State::connecting:
            return Tone::quiet;
        case NodeClient::State::waiting:
        case NodeClient::State::unavailable:
            return Tone::bad;
        case NodeClient::State::connected:
            break;
    }
    if (!node.status) {
        return Tone::quiet;
    }
    if (!node.live) {
        return Tone::bad;
    }
    return node.status->stopping || !node.status->alarms.empty() ? Tone::attention : Tone::good;
}

QVariant NodesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const NodeView& node = herd_.nodes()[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return text(node, index.row(), index.column());
        case Qt::ToolTipRole:
            return toolTip(node, index.row(), index.column());
        case Qt::ForegroundRole:
            return ink(node, index.column());
        case Qt::TextAlignmentRole:
            return index.column() >= clientsColumn && index.column() <= answersColumn
                       ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                       : QVariant();
        case sortRole:
            return sortValue(node, index.row(), index.column());
        default:
            return {};
    }
}

QString NodesModel::text(const NodeView& node, int row, int column) const {
    switch (column) {
        case nameColumn:
            return row == herd_.stampsSource() ? tr("%1 ◂ stamps").arg(node.client->name())
                                               : node.client->name();
        case stateColumn:
            return QStringLiteral("● ") + stateText(node);
        case addressColumn:
            return tr("%1:%2").arg(node.client->address().host).arg(node.client->address().port);
        default:
            return node.status ? statusText(node, column) : QString();
    }
}

QString NodesModel::statusText(const NodeView& node, int column) const {
    const NodeStatus& status = *node.status;
    const QLocale locale;
    switch (column) {
        case clientsColumn:
            return locale.toString(qulonglong(status.clients));
        case updatesColumn:
            return node.live ? locale.toString(node.updatesPerS, 'f', 0) : QString();
        case answersColumn:
            return node.live ? locale.toString(node.answersPerS, 'f', 0) : QString();
        case linksColumn:
            return tr("%1 of %2").arg(linksUp(status)).arg(status.links.size());
        case lagColumn:
            if (lagMs(status) == 0 && lagChanges(status) == 0) {
                return tr("none");
            }
            return tr("%1 s, %2 changes")
                .arg(locale.toString(static_cast<double>(lagMs(status)) / 1'000, 'f', 1),
                     locale.toString(qulonglong(lagChanges(status))));
        case digestColumn:
            return QStringLiteral("%1").arg(status.root, 16, 16, QLatin1Char('0')).left(8);
        case durabilityColumn:
            return durabilityText(status);
        case uptimeColumn:
            return elapsedText(status.uptimeMs);
        case alarmsColumn: {
            QStringList names;
            for (const Alarm& alarm : status.alarms) {
                names.append(QString::fromStdString(alarm.name));
            }
            return names.isEmpty() ? tr("none") : names.join(QStringLiteral(", "));
        }
        default:
            return {};
    }
}

QString NodesModel::toolTip(const NodeView& node, int row, int column) const {
    switch (column) {
        case nameColumn:
            return row == herd_.stampsSource() ? tr("The stamps on display come from this node.")
                                               : QString();
        case stateColumn:
            return node.client->state() == NodeClient::State::connected ? stateText(node)
                                                                        : node.client->reason();
        case digestColumn:
            return node.status
                       ? tr("Digest of the whole table: %1. Equal tables have equal digests.")
                             .arg(node.status->root, 16, 16, QLatin1Char('0'))
                       : QString();
        case linksColumn: {
            QStringList links;
            for (const LinkStatus& link :
                 node.status ? node.status->links : std::vector<LinkStatus>()) {
                const std::string_view word = wordOf(link.state);
                links.append(tr("%1: %2").arg(
                    QString::fromStdString(link.peer),
                    QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()))));
            }
            return links.join(QLatin1Char('\n'));
        }
        case alarmsColumn: {
            QStringList alarms;
            for (const Alarm& alarm : node.status ? node.status->alarms : std::vector<Alarm>()) {
                alarms.append(
                    tr("%1, for %2")
                        .arg(QString::fromStdString(alarm.text), elapsedText(alarm.sinceMs)));
            }
            return alarms.join(QLatin1Char('\n'));
        }
        default:
            return text(node, row, column);
    }
}

QVariant NodesModel::sortValue(const NodeView& node, int row, int column) const {
    switch (column) {
        case stateColumn:
            return static_cast<int>(stateTone(node));
        case clientsColumn:
            return node.status ? qulonglong(node.status->clients) : 0;
        case updatesColumn:
            return node.updatesPerS;
        case answersColumn:
            return node.answersPerS;
        case linksColumn:
            return node.status ? linksUp(*node.status) : -1;
        case lagColumn:
            return node.status ? qlonglong(lagMs(*node.status)) : -1;
        case uptimeColumn:
            return node.status ? qlonglong(node.status->uptimeMs) : -1;
        case alarmsColumn:
            return node.status ? static_cast<int>(node.status->alarms.size()) : -1;
        default:
            return text(node, row, column);
    }
}

QVariant NodesModel::ink(const NodeView& node, int column) const {
    const QPalette palette = QGuiApplication::palette();
    if (column == stateColumn) {
        return toneInk(stateTone(node), palette);
    }
    if (column == nameColumn || column == addressColumn || !node.status) {
        return {};
    }
    if (!node.live) {
        return toneInk(Tone::quiet, palette);
    }
    const NodeStatus& status = *node.status;
    const bool bad = (column == alarmsColumn && !status.alarms.empty()) ||
                     (column == durabilityColumn && status.durability == DurabilityState::lost) ||
                     (column == linksColumn && linksUp(status) == 0 && !status.links.empty());
    const bool attention =
        (column == lagColumn && (lagMs(status) > 0 || lagChanges(status) > 0)) ||
        (column == durabilityColumn && status.durability == DurabilityState::degraded) ||
        (column == linksColumn && linksUp(status) < static_cast<int>(status.links.size()));
    return bad         ? QVariant(toneInk(Tone::bad, palette))
           : attention ? QVariant(toneInk(Tone::attention, palette))
                       : QVariant();
}

QVariant NodesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
        case nameColumn:
            return tr("Node");
        case stateColumn:
            return tr("State");
        case clientsColumn:
            return tip ? tr("Clients this node knows") : tr("Clients");
        case updatesColumn:
            return tip ? tr("Newer positions a second, heard and learnt") : tr("Updates/s");
        case answersColumn:
            return tip ? tr("Lines answered a second") : tr("Answers/s");
        case linksColumn:
            return tip ? tr("Links that are up, of those configured") : tr("Links up");
        case lagColumn:
            return tip ? tr("How far the slowest neighbour is behind this node") : tr("Lag");
        case digestColumn:
            return tip ? tr("Equal tables have equal digests") : tr("Digest");
        case durabilityColumn:
            return tip ? tr("Whether positions survive when all nodes stop") : tr("Durability");
        case uptimeColumn:
            return tr("Uptime");
        case alarmsColumn:
            return tr("Alarms");
        default:
            return tip ? tr("Of the admin port") : tr("Address");
    }
}

}  // namespace herd
