// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodesview.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "console/emptyhint.h"
#include "console/herdstate.h"
#include "console/nodesmodel.h"
#include "console/tables.h"

namespace herd {

namespace {

/// Enough for usual content; the user's own widths are remembered.
constexpr int columnWidths[NodesModel::columnsCount] = {120, 190, 62,  72, 74, 62,
                                                        87,  80,  130, 90, 80, 120};

}  // namespace

NodesView::NodesView(HerdState& herd, QWidget* parent)
    : QWidget(parent),
      herd_(herd),
      model_(new NodesModel(herd, this)),
      sorted_(new QSortFilterProxyModel(this)),
      table_(new QTableView),
      reconnect_(makeAction(tr("&Reconnect now"), "nodeReconnect")),
      useAsSource_(makeAction(tr("Show &stamps from this node"), "nodeUseAsSource")),
      copyAddress_(makeAction(tr("Copy &address"), "nodeCopyAddress")),
      stop_(makeAction(tr("Sto&p the node…"), "nodeStop")) {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(NodesModel::sortRole);
    sorted_->setDynamicSortFilter(true);
    prepareTable(*table_);
    table_->setObjectName(QStringLiteral("nodesTable"));
    table_->setAccessibleName(tr("Nodes"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setModel(sorted_);
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder);
    for (int column = 0; column < NodesModel::columnsCount; ++column) {
        table_->setColumnWidth(column, columnWidths[column]);
    }
    table_->horizontalHeader()->setSectionsMovable(true);
    table_->addActions({reconnect_, useAsSource_, copyAddress_, stop_});
    addCopyAction(*table_);
    new EmptyHint(*table_, tr("No nodes. Open a herd from the Herd menu."));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table_);

    connect(reconnect_, &QAction::triggered, this, &NodesView::onReconnect);
    connect(useAsSource_, &QAction::triggered, this, &NodesView::onUseAsSource);
    connect(copyAddress_, &QAction::triggered, this, &NodesView::onCopyAddress);
    connect(stop_, &QAction::triggered, this, &NodesView::onStop);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &NodesView::onChosen);
    connect(model_, &QAbstractItemModel::dataChanged, this, &NodesView::onChosen);
    connect(model_, &QAbstractItemModel::modelReset, this, &NodesView::onChosen);
    onChosen();
}

QAction* NodesView::makeAction(const QString& text, const char* name) {
    auto* const action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    return action;
}

QList<QAction*> NodesView::nodeActions() const {
    return {reconnect_, useAsSource_, copyAddress_, stop_};
}

int NodesView::chosenNode() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : sorted_->mapToSource(rows.constFirst()).row();
}

void NodesView::onChosen() {
    const int node = chosenNode();
    const bool connected =
        node >= 0 && herd_.nodes()[static_cast<std::size_t>(node)].client->state() ==
                         NodeClient::State::connected;
    reconnect_->setEnabled(node >= 0 && !connected);
    useAsSource_->setEnabled(connected && node != herd_.stampsSource());
    copyAddress_->setEnabled(node >= 0);
    const bool mayAct = node >= 0 && herd_.nodes()[static_cast<std::size_t>(node)].client->mayAct();
    stop_->setEnabled(connected && mayAct);
    // A menu shows what an action cannot do only in its text.
    stop_->setText(connected && !mayAct ? tr("Sto&p the node (the token is for looking only)")
                                        : tr("Sto&p the node…"));
}

void NodesView::onReconnect() {
    if (const int node = chosenNode(); node >= 0) {
        herd_.nodes()[static_cast<std::size_t>(node)].client->retryNow();
    }
}

void NodesView::onUseAsSource() {
    if (const int node = chosenNode(); node >= 0) {
        herd_.setStampsSource(node);
    }
}

void NodesView::onCopyAddress() {
    if (const int node = chosenNode(); node >= 0) {
        const AdminAddress& address =
            herd_.nodes()[static_cast<std::size_t>(node)].client->address();
        QGuiApplication::clipboard()->setText(
            QStringLiteral("%1:%2").arg(address.host).arg(address.port));
    }
}

void NodesView::onStop() {
    const int node = chosenNode();
    if (node < 0) {
        return;
    }
    const QString name = herd_.nodes()[static_cast<std::size_t>(node)].client->name();
    auto* const box = new QMessageBox(QMessageBox::Warning, tr("Stop %1?").arg(name),
                                      tr("Stop the node %1?").arg(name), QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("stopQuestion"));
    box->setInformativeText(
        tr("Its clients lose their connections. The console cannot start it again."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* const stopButton =
        box->addButton(tr("&Stop %1").arg(name), QMessageBox::DestructiveRole);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(stopButton, &QPushButton::clicked, this, [this, name] { stop(name); });
    box->open();
}

/// By name: the herd may be another one by the time the question is answered.
void NodesView::stop(const QString& name) {
    const int node = herd_.indexOf(name);
    if (node < 0) {
        return;
    }
    herd_.nodes()[static_cast<std::size_t>(node)].client->stopNode(
        this, [this, name](const QString& error) {
            Q_EMIT told(error.isEmpty() ? tr("%1 stops").arg(name)
                                        : tr("%1 was not stopped: %2").arg(name, error),
                        !error.isEmpty());
        });
}

void NodesView::saveTo(QSettings& settings) const {
    saveColumns(settings, QStringLiteral("nodes/columns"), *table_->horizontalHeader());
}

void NodesView::restoreFrom(const QSettings& settings) {
    restoreColumns(settings, QStringLiteral("nodes/columns"), *table_->horizontalHeader());
}

}  // namespace herd
