// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linktable.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QSortFilterProxyModel>
#include <algorithm>

#include "console/herdstate.h"
#include "console/linkcontrol.h"
#include "console/tables.h"

namespace herd {

namespace {

constexpr double nsPerMs = 1e6;
constexpr int columnPadding = 24;
constexpr int columnWidthMin = 80;

}  // namespace

LinkTableModel::LinkTableModel(HerdState& herd, QObject* parent)
    : QAbstractTableModel(parent),
      herd_(herd),
      links_(herdLinks(herd.topology(), nodeSights(herd))) {
    connect(&herd, &HerdState::nodesReset, this, &LinkTableModel::onNodesReset);
    connect(&herd, &HerdState::nodeChanged, this, &LinkTableModel::onNodeChanged);
}

const LinkEnd& LinkTableModel::end(int row) const {
    return links_[static_cast<std::size_t>(row / 2)].ends[static_cast<std::size_t>(row % 2)];
}

int LinkTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 2 * static_cast<int>(links_.size());
}

int LinkTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : columns;
}

QVariant LinkTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const LinkEnd& linkEnd = end(index.row());
    switch (role) {
        case Qt::DisplayRole:
            return text(linkEnd, index.column());
        case sortRole:
            return sortValue(linkEnd, index.column());
        case Qt::ToolTipRole:
            return index.column() == lastEnd ? text(linkEnd, lastEnd) : QString();
        case Qt::ForegroundRole:
            return index.column() == state ? QVariant(toneInk(linkEnd.tone(), QPalette()))
                                           : QVariant();
        case Qt::TextAlignmentRole:
            return index.column() >= since && index.column() <= clock
                       ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                       : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
        default:
            return {};
    }
}

QVariant LinkTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return QAbstractTableModel::headerData(section, orientation, role);
    }
    switch (section) {
        case node:
            return tr("Node");
        case peer:
            return tr("Link with");
        case state:
            return tr("State there");
        case since:
            return tr("For");
        case changes:
            return tr("Changes behind");
        case behind:
            return tr("Time behind");
        case unsent:
            return tr("Waiting");
        case reconnects:
            return tr("Reconnects");
        case clock:
            return tr("Clock difference");
        case lastEnd:
            return tr("Last end");
        default:
            return {};
    }
}

QString LinkTableModel::text(const LinkEnd& linkEnd, int column) const {
    switch (column) {
        case node:
            return linkEnd.node;
        case peer:
            return linkEnd.peer;
        case state:
            return linkEnd.stateText();
        default:
            break;
    }
    if (!linkEnd.isReached || !linkEnd.status) {
        return {};
    }
    const LinkStatus& status = *linkEnd.status;
    switch (column) {
        case since:
            return spanText(status.sinceMs);
        case changes:
            return QLocale().toString(static_cast<qulonglong>(status.lagChanges));
        case behind:
            return status.lagMs > 0 ? spanText(status.lagMs) : tr("none");
        case unsent:
            return bytesText(status.unsentBytes);
        case reconnects:
            return QLocale().toString(static_cast<qulonglong>(status.reconnects));
        case clock:
            return status.clockDifferenceNs
                       ? tr("%1 ms").arg(QLocale().toString(
                             static_cast<double>(*status.clockDifferenceNs) / nsPerMs, 'f', 1))
                       : QString();
        default:
            return QString::fromStdString(status.lastEnd);
    }
}

QVariant LinkTableModel::sortValue(const LinkEnd& linkEnd, int column) const {
    if (column <= state || column == lastEnd || !linkEnd.isReached || !linkEnd.status) {
        return text(linkEnd, column);
    }
    const LinkStatus& status = *linkEnd.status;
    switch (column) {
        case since:
            return static_cast<qlonglong>(status.sinceMs);
        case changes:
            return static_cast<qulonglong>(status.lagChanges);
        case behind:
            return static_cast<qlonglong>(status.lagMs);
        case unsent:
            return static_cast<qlonglong>(status.unsentBytes);
        case reconnects:
            return static_cast<qulonglong>(status.reconnects);
        default:
            return static_cast<qlonglong>(status.clockDifferenceNs.value_or(0));
    }
}

void LinkTableModel::onNodesReset() {
    beginResetModel();
    links_ = herdLinks(herd_.topology(), nodeSights(herd_));
    endResetModel();
}

void LinkTableModel::onNodeChanged() {
    std::vector<HerdLink> links = herdLinks(herd_.topology(), nodeSights(herd_));
    if (links.size() != links_.size()) {
        onNodesReset();
        return;
    }
    links_ = std::move(links);
    if (!links_.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
    }
}

LinkTable::LinkTable(HerdState& herd, QWidget* parent)
    : QTableView(parent),
      model_(new LinkTableModel(herd, this)),
      control_(new LinkControl(herd, *this)) {
    setObjectName(QStringLiteral("links"));
    setAccessibleName(tr("Links between nodes"));
    auto* const sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(model_);
    sorted->setSortRole(LinkTableModel::sortRole);
    setModel(sorted);
    setSortingEnabled(true);
    sortByColumn(-1, Qt::AscendingOrder);
    prepareTable(*this);
    setSelectionMode(SingleSelection);
    addCopyAction(*this);
    horizontalHeader()->setStretchLastSection(true);
    for (int column = 0; column < LinkTableModel::columns; ++column) {
        const QFontMetrics metrics(font());
        const QString widest = column == LinkTableModel::state
                                   ? linkStateText(LinkState::handshaking)
                                   : model_->headerData(column, Qt::Horizontal).toString();
        setColumnWidth(column,
                       std::max(metrics.horizontalAdvance(widest) + columnPadding, columnWidthMin));
    }
    auto* const action = new QAction(tr("&Pause or Resume from This Side…"), this);
    action->setObjectName(QStringLiteral("pauseLink"));
    addAction(action);
    connect(action, &QAction::triggered, this, [this] { onActivated(currentIndex()); });
    connect(this, &QTableView::doubleClicked, this, &LinkTable::onActivated);
}

void LinkTable::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        onActivated(currentIndex());
        return;
    }
    QTableView::keyPressEvent(event);
}

void LinkTable::onActivated(const QModelIndex& index) {
    const auto* const sorted = qobject_cast<const QSortFilterProxyModel*>(model());
    const QModelIndex source = sorted->mapToSource(index);
    if (source.isValid()) {
        const LinkEnd& linkEnd = model_->end(source.row());
        control_->ask(linkEnd.node, linkEnd.peer);
    }
}

}  // namespace herd
