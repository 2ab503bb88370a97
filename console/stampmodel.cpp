// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampmodel.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

#include "console/plaintooltip.h"
#include "console/stamptexts.h"

namespace herd {

namespace {

/// What is worth showing again when a second has passed.
constexpr int ageColumn = static_cast<int>(StampColumn::age);

QString text(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

bool isNumber(StampColumn column) {
    return column == StampColumn::age || column == StampColumn::difference ||
           column == StampColumn::moved;
}

}  // namespace

StampModel::StampModel(const StampStore& store, QObject* parent)
    : QAbstractTableModel(parent), store_(store), filter_(store) {
    arrange_.setSingleShot(true);
    repaint_.setSingleShot(true);
    repaint_.setInterval(repaintMs);
    second_.setInterval(1'000);
    connect(&arrange_, &QTimer::timeout, this, &StampModel::onArrange);
    connect(&repaint_, &QTimer::timeout, this, &StampModel::onRepaint);
    connect(&second_, &QTimer::timeout, this, &StampModel::onSecond);
    connect(&store_, &StampStore::rowsAdded, this, &StampModel::onRowsAdded);
    connect(&store_, &StampStore::rowsChanged, this, &StampModel::onRowsChanged);
    connect(&store_, &StampStore::cleared, this, &StampModel::onCleared);
    second_.start();
    if (store_.size() > 0) {
        onRowsAdded(0, store_.size());
        arrangeNow();
    }
}

int StampModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int StampModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : stampColumnCount;
}

QString StampModel::cell(int row, StampColumn column) const {
    const int stored = storeRow(row);
    const StampStore::Row& stamp = store_.row(stored);
    switch (column) {
        case StampColumn::client:
            return wholeClientText(store_.client(stored));
        case StampColumn::position:
            return text(store_.position(stored));
        case StampColumn::time:
            return timeText(stamp.timeNs, utc_);
        case StampColumn::age:
            return elapsedText(QDateTime::currentMSecsSinceEpoch() - stamp.rxNs / 1'000'000);
        case StampColumn::node:
            return text(store_.origin(stored));
        case StampColumn::difference:
            return differenceText(stamp.rxNs - stamp.timeNs);
        case StampColumn::moved:
            break;
    }
    return movedText(stamp.movedMetres);
}

QVariant StampModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const auto column = static_cast<StampColumn>(index.column());
    if (role == Qt::DisplayRole) {
        return cell(index.row(), column);
    }
    if (role == Qt::ToolTipRole) {
        return plainToolTip(cell(index.row(), column));
    }
    if (role == Qt::TextAlignmentRole && isNumber(column)) {
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    }
    return {};
}

QVariant StampModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= stampColumnCount ||
        (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const bool isName = role == Qt::DisplayRole;
    switch (static_cast<StampColumn>(section)) {
        case StampColumn::client:
            return isName ? tr("Client") : tr("The client's name, escaped where it is no text");
        case StampColumn::position:
            return isName ? tr("Position") : tr("Latitude and longitude as the client wrote them");
        case StampColumn::time:
            return !isName ? tr("The client's own time")
                   : utc_  ? tr("Time (UTC)")
                           : tr("Time (local)");
        case StampColumn::age:
            return isName ? tr("Age") : tr("How long ago a node heard it");
        case StampColumn::node:
            return isName ? tr("Node") : tr("The node that heard it");
        case StampColumn::difference:
            return isName ? tr("Difference") : tr("When the node heard it, less the client's time");
        case StampColumn::moved:
            break;
    }
    return isName ? tr("Moved") : tr("Distance between the last two reports");
}

void StampModel::sort(int column, Qt::SortOrder order) {
    if (column >= 0 && column < stampColumnCount) {
        filter_.sortBy(static_cast<StampColumn>(column), order);
        arrangeNow();
    }
}

void StampModel::setCriteria(const StampCriteria& criteria) {
    filter_.setCriteria(criteria);
    if (fault().isEmpty()) {
        arrangeNow();
    }
}

void StampModel::setUtc(bool utc) {
    utc_ = utc;
    Q_EMIT headerDataChanged(Qt::Horizontal, static_cast<int>(StampColumn::time),
                             static_cast<int>(StampColumn::time));
    onRepaint();
}

int StampModel::rowOf(std::string_view client) const {
    const int stored = store_.find(client);
    const auto at =
        stored < 0 ? shown_.end()
                   : std::find(shown_.begin(), shown_.end(), static_cast<std::uint32_t>(stored));
    return at == shown_.end() ? -1 : static_cast<int>(at - shown_.begin());
}

void StampModel::onRowsAdded(int first, int count) {
    filter_.addRows(first, count);
    arrangeSoon();
}

void StampModel::onRowsChanged(const std::vector<int>& rows) {
    filter_.changeRows(rows);
    arrangeSoon();
    if (!repaint_.isActive()) {
        repaint_.start();
    }
}

void StampModel::onCleared() {
    Q_EMIT arranging();
    beginResetModel();
    shown_ = {};
    filter_.clear();
    endResetModel();
    Q_EMIT arranged();
}

void StampModel::onRepaint() {
    if (!shown_.empty()) {
        // Views draw what they show of it.
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, stampColumnCount - 1));
    }
}

void StampModel::onSecond() {
    if (!shown_.empty()) {
        Q_EMIT dataChanged(index(0, ageColumn), index(rowCount() - 1, ageColumn));
    }
    if (filter_.dependsOnAge()) {
        arrangeSoon();
    }
}

void StampModel::arrangeSoon() {
    if (!arrange_.isActive()) {
        arrange_.start(store_.size() < largeRows ? arrangeMs : 2 * arrangeMs);
    }
}

void StampModel::arrangeNow() {
    isUrgent_ = true;
    arrange_.start(0);
}

void StampModel::onArrange() {
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    if (!filter_.prepare(nowMs, QDeadlineTimer(turnMsMax))) {
        arrange_.start(0);
        return;
    }
    isUrgent_ = false;
    Q_EMIT arranging();
    show(filter_.arrange(shown_));
    Q_EMIT arranged();
}

/// In three lawful steps: new rows at the end, everything into its place, old rows from the end.
void StampModel::show(std::vector<std::uint32_t> arranged) {
    if (arranged == shown_) {
        return;
    }
    std::vector<bool> isWanted(static_cast<std::size_t>(store_.size()));
    std::vector<bool> isShown(static_cast<std::size_t>(store_.size()));
    for (const std::uint32_t row : arranged) {
        isWanted[row] = true;
    }
    std::vector<std::uint32_t> leaving;
    for (const std::uint32_t row : shown_) {
        isShown[row] = true;
        if (!isWanted[row]) {
            leaving.push_back(row);
        }
    }
    std::vector<std::uint32_t> coming;
    for (const std::uint32_t row : arranged) {
        if (!isShown[row]) {
            coming.push_back(row);
        }
    }
    if (!coming.empty()) {
        const int first = rowCount();
        beginInsertRows({}, first, first + static_cast<int>(coming.size()) - 1);
        shown_.insert(shown_.end(), coming.begin(), coming.end());
        endInsertRows();
    }
    const int remaining = static_cast<int>(arranged.size());
    arranged.insert(arranged.end(), leaving.begin(), leaving.end());
    reorder(std::move(arranged));
    if (!leaving.empty()) {
        beginRemoveRows({}, remaining, rowCount() - 1);
        shown_.resize(static_cast<std::size_t>(remaining));
        endRemoveRows();
    }
}

void StampModel::reorder(std::vector<std::uint32_t> arranged) {
    if (arranged == shown_) {
        return;
    }
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after = before;
    if (!before.isEmpty()) {
        std::vector<int> places(static_cast<std::size_t>(store_.size()), -1);
        for (std::size_t place = 0; place < arranged.size(); ++place) {
            places[arranged[place]] = static_cast<int>(place);
        }
        for (QModelIndex& moved : after) {
            const auto stored = static_cast<std::size_t>(storeRow(moved.row()));
            moved = index(places[stored], moved.column());
        }
    }
    shown_ = std::move(arranged);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

}  // namespace herd
