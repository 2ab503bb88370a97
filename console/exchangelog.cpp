// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/exchangelog.h"

#include <QGuiApplication>
#include <QPalette>
#include <algorithm>

#include "common/check.h"
#include "console/plaintooltip.h"
#include "console/plural.h"
#include "console/tone.h"

namespace herd {

namespace {

struct Tally {
    int failed = 0;
    int refused = 0;
    int differing = 0;
    bool each = false;  ///< every node heard it for itself, so the answers differ by nature
};

Tally tallyOf(const Exchange& exchange) {
    Tally tally;
    const NodeAnswer* const reference = exchange.reference();
    for (const NodeAnswer& answer : exchange.answers) {
        if (!answer.done) {
            continue;
        }
        if (!answer.error.isEmpty()) {
            ++tally.failed;
            continue;
        }
        tally.refused += answer.answer.kind == Answer::Kind::refused ? 1 : 0;
        tally.differing += answer.bytes != reference->bytes ? 1 : 0;
        tally.each = tally.each || answer.answer.kind == Answer::Kind::taken;
    }
    return tally;
}

Tone toneOf(const Exchange& exchange) {
    if (exchange.doneCount() < static_cast<int>(exchange.answers.size())) {
        return Tone::quiet;
    }
    const Tally tally = tallyOf(exchange);
    if (tally.failed > 0 || tally.refused > 0) {
        return Tone::bad;
    }
    return tally.differing > 0 && !tally.each ? Tone::attention : Tone::good;
}

}  // namespace

ExchangeLog::ExchangeLog(QObject* parent) : QAbstractTableModel(parent) {}

qint64 ExchangeLog::begin(const QByteArray& line, const QStringList& nodes) {
    if (exchanges_.size() == exchangesMax) {
        beginRemoveRows({}, 0, 0);
        exchanges_.pop_front();
        endRemoveRows();
    }
    Exchange exchange;
    exchange.number = nextNumber_++;
    exchange.sentAt = QDateTime::currentDateTime();
    exchange.line = line;
    for (const QString& node : nodes) {
        NodeAnswer answer;
        answer.node = node;
        exchange.answers.push_back(answer);
    }
    const int row = rowCount();
    beginInsertRows({}, row, row);
    exchanges_.push_back(std::move(exchange));
    endInsertRows();
    return nextNumber_ - 1;
}

void ExchangeLog::note(qint64 number, int position, const NodeAnswer& answer) {
    if (exchanges_.empty() || number < exchanges_.front().number) {
        return;
    }
    const auto row = static_cast<std::size_t>(number - exchanges_.front().number);
    HERD_CHECK(row < exchanges_.size());
    NodeAnswer& own = exchanges_[row].answers[static_cast<std::size_t>(position)];
    const QString node = own.node;
    own = answer;
    own.node = node;
    own.done = true;
    own.answer = Answer::read(own.bytes);
    Q_EMIT dataChanged(index(static_cast<int>(row), 0),
                       index(static_cast<int>(row), columnsCount - 1));
    Q_EMIT changed(number);
}

const Exchange* ExchangeLog::find(qint64 number) const {
    if (exchanges_.empty() || number < exchanges_.front().number ||
        number > exchanges_.back().number) {
        return nullptr;
    }
    return &exchanges_[static_cast<std::size_t>(number - exchanges_.front().number)];
}

const Exchange& ExchangeLog::at(int row) const {
    return exchanges_[static_cast<std::size_t>(row)];
}

int ExchangeLog::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(exchanges_.size());
}

int ExchangeLog::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnsCount;
}

QString ExchangeLog::outcomeOf(const Exchange& exchange) {
    const int waiting = static_cast<int>(exchange.answers.size()) - exchange.doneCount();
    const Tally tally = tallyOf(exchange);
    const int answered = exchange.doneCount() - tally.failed;
    QStringList parts;
    if (waiting > 0) {
        parts.append(tr("waiting for %1").arg(nodesText(waiting)));
    }
    if (tally.failed > 0) {
        parts.append(tr("no answer from %1").arg(nodesText(tally.failed)));
    }
    if (tally.refused > 0) {
        parts.append(tr("refused by %1").arg(nodesText(tally.refused)));
    }
    if (answered > 0 && tally.refused < answered) {
        if (tally.each) {
            parts.append(tr("taken by %1").arg(nodesText(answered - tally.refused)));
        } else if (tally.differing > 0) {
            parts.append(tally.differing == 1
                             ? tr("one answer differs from the first")
                             : tr("%1 answers differ from the first").arg(tally.differing));
        } else {
            parts.append(answered > 1 ? tr("the same from %1").arg(nodesText(answered))
                                      : tr("answered"));
        }
    }
    return parts.join(QStringLiteral(", "));
}

QVariant ExchangeLog::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Exchange& exchange = at(index.row());
    if (role == Qt::ForegroundRole && index.column() == outcomeColumn) {
        return toneInk(toneOf(exchange), QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole) {
        return plainToolTip(data(index, Qt::DisplayRole).toString());
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
        case timeColumn:
            return exchange.sentAt.toString(QStringLiteral("HH:mm:ss.zzz"));
        case lineColumn:
            return QString::fromUtf8(exchange.line);
        case nodesColumn: {
            QStringList names;
            for (const NodeAnswer& answer : exchange.answers) {
                names.append(answer.node);
            }
            return names.join(QStringLiteral(", "));
        }
        default:
            return outcomeOf(exchange);
    }
}

QVariant ExchangeLog::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case timeColumn:
            return tr("Sent");
        case lineColumn:
            return tr("Line");
        case nodesColumn:
            return tr("To");
        default:
            return tr("Outcome");
    }
}

}  // namespace herd
