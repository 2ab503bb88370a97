// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/messageview.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "console/messagelog.h"
#include "console/tables.h"

namespace herd {

namespace {

/// Lets messages of at least one severity through.
class SeverityFilter : public QSortFilterProxyModel {
  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setLeast(int severity) {
        least_ = severity;
        invalidateFilter();
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        return sourceModel()->index(row, 0, parent).data(MessageLog::severityRole).toInt() >=
               least_;
    }

  private:
    int least_ = 0;
};

}  // namespace

MessageView::MessageView(MessageLog& messages, QWidget* parent)
    : QWidget(parent),
      severity_(new QComboBox),
      table_(new QTableView),
      shown_(new SeverityFilter(this)) {
    shown_->setSourceModel(&messages);
    severity_->addItems({tr("All messages"), tr("Warnings and errors"), tr("Errors only")});
    severity_->setObjectName(QStringLiteral("messageSeverity"));
    severity_->setAccessibleName(tr("Least severity of the messages shown"));
    table_->setObjectName(QStringLiteral("messageTable"));
    table_->setAccessibleName(tr("Messages"));
    prepareTable(*table_);
    table_->setModel(shown_);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setColumnWidth(MessageLog::timeColumn, 80);
    table_->setColumnWidth(MessageLog::severityColumn, 80);
    followEnd(*table_);
    addCopyAction(*table_);

    auto* const row = new QHBoxLayout;
    auto* const label = new QLabel(tr("Sho&w:"));
    label->setBuddy(severity_);
    row->addWidget(label);
    row->addWidget(severity_);
    row->addStretch();
    auto* const layout = new QVBoxLayout(this);
    layout->addLayout(row);
    layout->addWidget(table_);
    connect(severity_, &QComboBox::currentIndexChanged, this, &MessageView::onSeverityChosen);
}

void MessageView::onSeverityChosen() {
    static_cast<SeverityFilter*>(shown_)->setLeast(severity_->currentIndex());
}

void MessageView::focusFilter() {
    severity_->setFocus(Qt::ShortcutFocusReason);
}

void MessageView::saveTo(QSettings& settings) const {
    saveColumns(settings, QStringLiteral("messages/columns"), *table_->horizontalHeader());
    settings.setValue(QStringLiteral("messages/severity"), severity_->currentIndex());
}

void MessageView::restoreFrom(const QSettings& settings) {
    restoreColumns(settings, QStringLiteral("messages/columns"), *table_->horizontalHeader());
    const int index = settings.value(QStringLiteral("messages/severity")).toInt();
    severity_->setCurrentIndex(qBound(0, index, severity_->count() - 1));
}

}  // namespace herd
