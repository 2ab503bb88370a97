// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/messagelog.h"

#include <QGuiApplication>
#include <QPalette>

#include "console/plaintooltip.h"
#include "console/tone.h"

namespace herd {

namespace {

Tone toneOf(Severity severity) {
    switch (severity) {
        case Severity::info:
            return Tone::quiet;
        case Severity::warning:
            return Tone::attention;
        case Severity::error:
            break;
    }
    return Tone::bad;
}

}  // namespace

MessageLog::MessageLog(QObject* parent) : QAbstractTableModel(parent) {}

void MessageLog::add(const QString& text, Severity severity) {
    if (messages_.size() == messagesMax) {
        beginRemoveRows({}, 0, 0);
        messages_.pop_front();
        endRemoveRows();
    }
    const int row = rowCount();
    beginInsertRows({}, row, row);
    messages_.push_back({QDateTime::currentDateTime(), severity, text});
    endInsertRows();
    Q_EMIT added(text, severity);
}

int MessageLog::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(messages_.size());
}

int MessageLog::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnsCount;
}

QVariant MessageLog::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Message& message = messages_[static_cast<std::size_t>(index.row())];
    if (role == severityRole) {
        return static_cast<int>(message.severity);
    }
    if (role == Qt::ForegroundRole && index.column() == severityColumn) {
        return toneInk(toneOf(message.severity), QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole && index.column() == textColumn) {
        return plainToolTip(message.text);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
        case timeColumn:
            return message.time.toString(QStringLiteral("HH:mm:ss"));
        case severityColumn:
            return message.severity == Severity::info      ? tr("info")
                   : message.severity == Severity::warning ? tr("warning")
                                                           : tr("error");
        default:
            return message.text;
    }
}

QVariant MessageLog::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case timeColumn:
            return tr("Time");
        case severityColumn:
            return tr("Severity");
        default:
            return tr("Message");
    }
}

}  // namespace herd
