// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/logmodel.h"

#include <QGuiApplication>
#include <QPalette>
#include <algorithm>
#include <iterator>
#include <utility>

#include "console/plaintooltip.h"
#include "console/tone.h"

namespace herd {

namespace {

LogLevel levelOf(QByteArrayView word) {
    for (const LogLevel level : {LogLevel::error, LogLevel::warning, LogLevel::debug}) {
        const std::string_view known = wordOf(level);
        if (word == QByteArrayView(known.data(), static_cast<qsizetype>(known.size()))) {
            return level;
        }
    }
    return LogLevel::info;
}

bool isEarlier(const LogModel::Record& a, const LogModel::Record& b) {
    return a.time().compare(b.time()) < 0;
}

}  // namespace

QString wordFor(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return LogModel::tr("error");
        case LogLevel::warning:
            return LogModel::tr("warning");
        case LogLevel::debug:
            return LogModel::tr("debug");
        case LogLevel::info:
            break;
    }
    return LogModel::tr("info");
}

LogModel::Record LogModel::Record::read(const QByteArray& bytes, int node) {
    Record record;
    record.bytes = bytes;
    record.node = node;
    const qsizetype level = bytes.indexOf(' ') + 1;
    const qsizetype who = level > 0 ? bytes.indexOf(' ', level) + 1 : 0;
    const qsizetype text = who > 0 ? bytes.indexOf(' ', who) + 1 : 0;
    if (text > 0) {
        record.levelStart = level;
        record.whoStart = who;
        record.textStart = text;
        record.level = levelOf(QByteArrayView(bytes).sliced(level, who - 1 - level));
    }
    return record;
}

LogModel::Record LogModel::Record::gap(const QByteArray& time, const QString& text, int node) {
    Record record = read(time + " warning console " + text.toUtf8(), node);
    record.isGap = true;
    return record;
}

QByteArrayView LogModel::Record::time() const {
    return QByteArrayView(bytes).first(std::max<qsizetype>(0, levelStart - 1));
}

QByteArrayView LogModel::Record::who() const {
    return textStart > 0 ? QByteArrayView(bytes).sliced(whoStart, textStart - 1 - whoStart)
                         : QByteArrayView();
}

QByteArrayView LogModel::Record::text() const {
    return QByteArrayView(bytes).sliced(textStart);
}

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {
    takeInTimer_.setSingleShot(true);
    takeInTimer_.setInterval(takeInMs);
    connect(&takeInTimer_, &QTimer::timeout, this, &LogModel::takeIn);
}

void LogModel::reset(const QStringList& nodes) {
    beginResetModel();
    nodes_ = nodes;
    records_.clear();
    pending_.clear();
    pendingBytes_ = 0;
    droppedTimes_.clear();
    seams_.clear();
    bytes_ = 0;
    endResetModel();
    Q_EMIT pendingChanged();
}

void LogModel::beginTail(int node) {
    seams_[node].begin();
}

void LogModel::completeTail(int node) {
    takeNews(node, seams_[node].complete());
    takeInSoon();
}

void LogModel::add(int node, const QList<QByteArray>& records, quint64 leftOut) {
    takeNews(node, seams_[node].add(records));
    if (leftOut > 0) {
        // As old as what came with it, so that it stands where the gap is.
        const QByteArray time = records.isEmpty()
                                    ? QByteArray()
                                    : Record::read(records.constLast(), node).time().toByteArray();
        append(Record::gap(
            time,
            tr("records missing here: %1; they came faster than they could be sent").arg(leftOut),
            node));
    }
    takeInSoon();
}

void LogModel::takeNews(int node, const LogSeam::News& news) {
    if (news.isTorn) {
        append(Record::gap(Record::read(news.lastBefore, node).time().toByteArray(),
                           tr("records may be missing here: the node was not listened to for a "
                              "while, and told only what it still had"),
                           node));
    }
    for (const QByteArray& record : news.records) {
        append(Record::read(record, node));
    }
}

void LogModel::append(Record record) {
    pendingBytes_ += record.bytes.size();
    pending_.push_back(std::move(record));
}

void LogModel::takeInSoon() {
    if (paused_) {
        while (pending_.size() > pendingMax || pendingBytes_ > pendingBytesMax) {
            dropFirstPending();
        }
        Q_EMIT pendingChanged();
    } else if (!takeInTimer_.isActive()) {
        takeInTimer_.start();
    }
}

void LogModel::dropFirstPending() {
    const Record& first = pending_.front();
    droppedTimes_[first.node] = first.time().toByteArray();
    pendingBytes_ -= first.bytes.size();
    pending_.pop_front();
}

void LogModel::setNodeName(int node, const QString& name) {
    if (nodes_.value(node) != name && node < nodes_.size()) {
        nodes_[node] = name;
        if (!records_.empty()) {
            Q_EMIT dataChanged(index(0, nodeColumn), index(rowCount() - 1, nodeColumn));
        }
    }
}

void LogModel::setPaused(bool paused) {
    paused_ = paused;
    if (!paused) {
        takeIn();
    }
    Q_EMIT pendingChanged();
}

void LogModel::takeIn() {
    if (paused_ || pending_.empty()) {
        return;
    }
    for (const auto& [node, time] : std::exchange(droppedTimes_, {})) {
        // In front, so that it comes before what is as old.
        pending_.push_front(Record::gap(
            time, tr("records missing here: more came during the pause than are kept then"), node));
    }
    std::stable_sort(pending_.begin(), pending_.end(), &isEarlier);
    if (pending_.size() > recordsMax) {
        pending_.erase(pending_.begin(), pending_.end() - static_cast<std::ptrdiff_t>(recordsMax));
    }
    makeRoom(pending_.size());
    for (std::size_t first = 0; first < pending_.size();) {
        const auto place =
            std::upper_bound(records_.begin(), records_.end(), pending_[first], &isEarlier);
        std::size_t next = first + 1;
        while (next < pending_.size() &&
               (place == records_.end() || isEarlier(pending_[next], *place))) {
            ++next;
        }
        insertRun(static_cast<std::size_t>(place - records_.begin()), first, next - first);
        first = next;
    }
    pending_.clear();
    pendingBytes_ = 0;
}

void LogModel::insertRun(std::size_t position, std::size_t first, std::size_t count) {
    const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    for (auto record = begin; record != end; ++record) {
        bytes_ += record->bytes.size();
    }
    beginInsertRows({}, static_cast<int>(position), static_cast<int>(position + count) - 1);
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(position),
                    std::make_move_iterator(begin), std::make_move_iterator(end));
    endInsertRows();
}

/// Removes the oldest records, more than must go, so that it is done seldom.
void LogModel::makeRoom(std::size_t records) {
    std::size_t count = 0;
    qsizetype bytes = bytes_;
    const bool tooMany = records_.size() + records > recordsMax;
    if (tooMany) {
        count = std::min(records_.size(), records_.size() + records - recordsMax + recordsMax / 16);
    }
    for (std::size_t i = 0; i < count; ++i) {
        bytes -= records_[i].bytes.size();
    }
    while (bytes > bytesMax && count < records_.size()) {
        bytes -= records_[count++].bytes.size();
    }
    if (count > 0) {
        beginRemoveRows({}, 0, static_cast<int>(count) - 1);
        records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count));
        bytes_ = bytes;
        endRemoveRows();
    }
}

int LogModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(records_.size());
}

int LogModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columnsCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Record& record = at(index.row());
    if (role == Qt::ForegroundRole &&
        (index.column() == levelColumn || record.level == LogLevel::error || record.isGap)) {
        const Tone tone = record.level == LogLevel::error     ? Tone::bad
                          : record.level == LogLevel::warning ? Tone::attention
                                                              : Tone::quiet;
        return toneInk(tone, QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole) {
        return plainToolTip(QString::fromUtf8(record.bytes));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
        case timeColumn: {
            // The day is in the tool tip.
            const QByteArrayView time = record.time();
            return QString::fromUtf8(time.sliced(time.indexOf('T') + 1));
        }
        case levelColumn:
            return wordFor(record.level);
        case nodeColumn:
            return nodes_.value(record.node);
        case whoColumn:
            return QString::fromUtf8(record.who());
        default:
            return QString::fromUtf8(record.text());
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case timeColumn:
            return tr("Time (UTC)");
        case levelColumn:
            return tr("Level");
        case nodeColumn:
            return tr("Node");
        case whoColumn:
            return tr("Who");
        default:
            return tr("Text");
    }
}

}  // namespace herd
