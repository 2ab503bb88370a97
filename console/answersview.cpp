// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/answersview.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "console/exchangelog.h"
#include "console/tables.h"

namespace herd {

namespace {
/// Of the list at first: a few lines, so that most room is for the answers.
constexpr int exchangesHeight = 66;
}  // namespace

AnswersView::AnswersView(ExchangeLog& exchanges, QWidget* parent)
    : QWidget(parent),
      exchanges_(exchanges),
      table_(new QTableView),
      form_(new QComboBox),
      empty_(new QLabel),
      scroll_(new QScrollArea),
      columns_(new QSplitter(Qt::Horizontal)),
      splitter_(new QSplitter(Qt::Vertical)) {
    table_->setObjectName(QStringLiteral("exchanges"));
    table_->setAccessibleName(tr("Lines sent"));
    prepareTable(*table_);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setModel(&exchanges);
    table_->setColumnWidth(ExchangeLog::timeColumn, 95);
    table_->setColumnWidth(ExchangeLog::outcomeColumn, 190);
    table_->setColumnWidth(ExchangeLog::lineColumn, 230);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setMinimumHeight(48);
    followEnd(*table_);
    addCopyAction(*table_);

    form_->setObjectName(QStringLiteral("answerForm"));
    form_->addItems({tr("Places as a tree"), tr("Places as text"), tr("As received")});
    form_->setAccessibleName(tr("How answers are shown"));
    empty_->setText(tr("Answers appear here, those of several nodes side by side."));
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setWordWrap(true);
    empty_->setEnabled(false);
    columns_->setChildrenCollapsible(false);
    columns_->setObjectName(QStringLiteral("answerColumns"));
    scroll_->setWidget(columns_);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->hide();

    auto* const lower = new QWidget;
    auto* const lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    auto* const row = new QHBoxLayout;
    auto* const label = new QLabel(tr("Sho&w:"));
    label->setBuddy(form_);
    row->addWidget(label);
    row->addWidget(form_);
    row->addStretch();
    lowerLayout->addLayout(row);
    lowerLayout->addWidget(empty_, 1);
    lowerLayout->addWidget(scroll_, 1);
    splitter_->addWidget(table_);
    splitter_->addWidget(lower);
    splitter_->setStretchFactor(0, 0);
    splitter_->setStretchFactor(1, 1);
    splitter_->setSizes({exchangesHeight, 4 * exchangesHeight});
    splitter_->setChildrenCollapsible(false);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter_);

    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &AnswersView::onRowChosen);
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT lineActivated(QString::fromUtf8(exchanges_.at(index.row()).line));
    });
    connect(&exchanges, &ExchangeLog::changed, this, &AnswersView::onChanged);
    connect(form_, &QComboBox::currentIndexChanged, this, [this] {
        for (AnswerPane* const pane : panes_) {
            pane->setForm(form());
        }
    });
}

AnswerForm AnswersView::form() const {
    return static_cast<AnswerForm>(form_->currentIndex());
}

void AnswersView::setForm(AnswerForm form) {
    form_->setCurrentIndex(static_cast<int>(form));
}

void AnswersView::choose(qint64 number) {
    for (int row = exchanges_.rowCount() - 1; row >= 0; --row) {
        if (exchanges_.at(row).number == number) {
            table_->selectRow(row);
            table_->scrollToBottom();
            return;
        }
    }
}

void AnswersView::onRowChosen() {
    const QModelIndex current = table_->currentIndex();
    shown_ = current.isValid() ? exchanges_.at(current.row()).number : 0;
    refresh();
}

void AnswersView::onChanged(qint64 number) {
    if (number == shown_) {
        refresh();
    }
}

void AnswersView::fitPanes(std::size_t count) {
    while (panes_.size() > count) {
        delete panes_.back();
        panes_.pop_back();
    }
    while (panes_.size() < count) {
        auto* const pane = new AnswerPane;
        pane->setObjectName(QStringLiteral("answerPane%1").arg(panes_.size()));
        pane->setForm(form());
        columns_->addWidget(pane);
        panes_.push_back(pane);
    }
}

void AnswersView::refresh() {
    const Exchange* const exchange = exchanges_.find(shown_);
    const std::size_t count = exchange == nullptr ? 0 : exchange->answers.size();
    empty_->setVisible(count == 0);
    scroll_->setVisible(count > 0);
    fitPanes(count);
    for (std::size_t i = 0; i < count; ++i) {
        panes_[i]->show(exchange->answers[i], exchange->reference());
    }
}

}  // namespace herd
