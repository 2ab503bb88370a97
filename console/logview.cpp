// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/logview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QHideEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSaveFile>
#include <QSettings>
#include <QTableView>
#include <QVBoxLayout>

#include "console/clientselection.h"
#include "console/herdstate.h"
#include "console/logfilter.h"
#include "console/logmodel.h"
#include "console/nodeticks.h"
#include "console/tables.h"

namespace herd {

LogView::LogView(HerdState& herd, ClientSelection& selection, QWidget* parent)
    : QWidget(parent),
      herd_(herd),
      selection_(selection),
      model_(new LogModel(this)),
      filter_(new LogFilter(*model_, this)),
      nodes_(new NodeTicks(herd, NodeTicks::Beginning::all)),
      level_(new QComboBox),
      client_(new QLineEdit),
      text_(new QLineEdit),
      follow_(new QCheckBox(tr("Foll&ow the chosen client"))),
      pause_(new QPushButton(tr("&Pause"))),
      end_(new QPushButton(tr("&Jump to end"))),
      save_(new QPushButton(tr("&Save…"))),
      count_(new QLabel),
      table_(new QTableView) {
    for (const LogLevel level :
         {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug}) {
        level_->addItem(level == LogLevel::error ? tr("errors only")
                                                 : tr("%1 and above").arg(wordFor(level)));
    }
    level_->setCurrentIndex(static_cast<int>(LogLevel::info));
    prepareTable(*table_);
    table_->setObjectName(QStringLiteral("logTable"));
    table_->setAccessibleName(tr("Log records"));
    table_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    table_->setModel(filter_);
    table_->setColumnWidth(LogModel::timeColumn, 130);
    table_->setColumnWidth(LogModel::levelColumn, 60);
    table_->setColumnWidth(LogModel::nodeColumn, 80);
    table_->setColumnWidth(LogModel::whoColumn, 140);
    table_->horizontalHeader()->setStretchLastSection(true);
    followEnd(*table_);
    addCopyAction(*table_);
    makeBars();
    connectParts();
    onOpened();
}

void LogView::makeBars() {
    nodes_->setObjectName(QStringLiteral("logNodes"));
    nodes_->setAccessibleName(tr("Nodes whose logs are shown"));
    level_->setObjectName(QStringLiteral("logLevel"));
    level_->setAccessibleName(tr("Least level of the records shown"));
    client_->setObjectName(QStringLiteral("logClient"));
    client_->setPlaceholderText(tr("client, whole name"));
    client_->setAccessibleName(tr("Client whose lines are shown"));
    client_->setClearButtonEnabled(true);
    text_->setObjectName(QStringLiteral("logText"));
    text_->setPlaceholderText(tr("text"));
    text_->setAccessibleName(tr("Text that the records shown contain"));
    text_->setClearButtonEnabled(true);
    follow_->setObjectName(QStringLiteral("logFollow"));
    follow_->setToolTip(tr("One client's lines on all nodes, in the order of their times"));
    pause_->setObjectName(QStringLiteral("logPause"));
    pause_->setCheckable(true);
    end_->setObjectName(QStringLiteral("logEnd"));
    end_->setToolTip(tr("Jump to the newest record and stay there"));
    save_->setObjectName(QStringLiteral("logSave"));
    save_->setToolTip(tr("Save what is shown to a file"));
    count_->setObjectName(QStringLiteral("logCount"));

    auto* const choices = new QHBoxLayout;
    auto* const label = new QLabel(tr("Sho&w:"));
    label->setBuddy(level_);
    choices->addWidget(label);
    choices->addWidget(level_);
    choices->addWidget(client_, 1);
    choices->addWidget(text_, 1);
    choices->addWidget(follow_);
    auto* const actions = new QHBoxLayout;
    actions->addWidget(nodes_, 1);
    actions->addWidget(count_);
    actions->addWidget(pause_);
    actions->addWidget(end_);
    actions->addWidget(save_);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addLayout(choices);
    layout->addLayout(actions);
    layout->addWidget(table_, 1);
}

void LogView::connectParts() {
    connect(level_, &QComboBox::currentIndexChanged, this, [this](int index) {
        filter_->setLevel(static_cast<LogLevel>(index));
        ask();
        refreshCount();
    });
    connect(client_, &QLineEdit::textChanged, this, [this](const QString& client) {
        filter_->setClient(client.toUtf8());
        refreshCount();
    });
    connect(text_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_->setText(text);
        refreshCount();
    });
    // Typing another client ends the following.
    connect(client_, &QLineEdit::textEdited, follow_, [this] { follow_->setChecked(false); });
    connect(follow_, &QCheckBox::toggled, this, &LogView::onFollowToggled);
    connect(pause_, &QPushButton::toggled, this, &LogView::onPauseToggled);
    connect(end_, &QPushButton::clicked, table_, &QTableView::scrollToBottom);
    connect(save_, &QPushButton::clicked, this, &LogView::onSave);
    connect(nodes_, &NodeTicks::changed, this, &LogView::onTicksChanged);
    connect(model_, &LogModel::pendingChanged, this, &LogView::refreshCount);
    connect(filter_, &LogFilter::rowsInserted, this, &LogView::refreshCount);
    connect(filter_, &LogFilter::rowsRemoved, this, &LogView::refreshCount);
    connect(&herd_, &HerdState::opened, this, &LogView::onOpened);
    connect(&herd_, &HerdState::nodesReset, this, &LogView::onNodesReset);
    connect(&herd_, &HerdState::nodeChanged, this, &LogView::onNodeChanged);
    connect(&herd_, &HerdState::logBegun, model_, &LogModel::beginTail);
    connect(&herd_, &HerdState::logReceived, model_, &LogModel::add);
    connect(&herd_, &HerdState::logComplete, model_, &LogModel::completeTail);
    connect(&selection_, &ClientSelection::changed, this, [this](const QByteArray& client) {
        if (follow_->isChecked()) {
            client_->setText(QString::fromUtf8(client));
        }
    });
}

void LogView::onOpened() {
    QStringList names;
    for (const NodeView& node : herd_.nodes()) {
        names.append(node.client->name());
    }
    model_->reset(names);
    onTicksChanged();
}

void LogView::onNodesReset() {
    for (int node = 0; node < static_cast<int>(herd_.nodes().size()); ++node) {
        onNodeChanged(node);
    }
}

void LogView::onNodeChanged(int node) {
    model_->setNodeName(node, herd_.nodes()[static_cast<std::size_t>(node)].client->name());
}

void LogView::onTicksChanged() {
    QSet<int> ticked;
    for (const int node : nodes_->ticked()) {
        ticked.insert(node);
    }
    filter_->setNodes(ticked);
    ask();
    refreshCount();
}

/// Asks the ticked nodes for their logs, and only them.
void LogView::ask() {
    const LogLevel level = level_->currentIndex() == static_cast<int>(LogLevel::debug)
                               ? LogLevel::debug
                               : LogLevel::info;
    const std::vector<int> ticked = nodes_->ticked();
    const QSet<int> chosen(ticked.begin(), ticked.end());
    for (std::size_t node = 0; node < herd_.nodes().size(); ++node) {
        const bool wanted = asking_ && chosen.contains(static_cast<int>(node));
        herd_.nodes()[node].client->followLog(wanted, level);
    }
}

void LogView::onFollowToggled(bool follow) {
    if (follow) {
        nodes_->setAll(true);
    }
    client_->setText(follow ? QString::fromUtf8(selection_.client()) : QString());
}

void LogView::followClient(const QByteArray& client) {
    selection_.choose(client);
    follow_->setChecked(true);
}

void LogView::onPauseToggled(bool paused) {
    model_->setPaused(paused);
    pause_->setText(paused ? tr("&Continue") : tr("&Pause"));
}

void LogView::refreshCount() {
    const QLocale locale;
    const int shown = filter_->rowCount();
    const int kept = model_->rowCount();
    QString text = shown == kept
                       ? tr("%1 records").arg(locale.toString(kept))
                       : tr("%1 of %2 records").arg(locale.toString(shown), locale.toString(kept));
    if (model_->isPaused()) {
        text += tr(", %1 waiting").arg(locale.toString(qulonglong(model_->pendingCount())));
    }
    count_->setText(text);
}

void LogView::onSave() {
    auto* const dialog = new QFileDialog(this, tr("Save the log records shown"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("log"));
    connect(dialog, &QFileDialog::fileSelected, this, &LogView::saveLines);
    dialog->open();
}

void LogView::saveLines(const QString& path) {
    QSaveFile file(path);
    bool written = file.open(QIODevice::WriteOnly);
    for (int row = 0; written && row < filter_->rowCount(); ++row) {
        const LogModel::Record& record =
            model_->at(filter_->mapToSource(filter_->index(row, 0)).row());
        const QByteArray line = model_->nodeName(record.node).toUtf8() + ' ' + record.bytes + '\n';
        written = file.write(line) == line.size();
    }
    if (!written || !file.commit()) {
        Q_EMIT told(tr("The log could not be saved to %1: %2").arg(path, file.errorString()), true);
        return;
    }
    Q_EMIT told(tr("%1 log records saved to %2").arg(filter_->rowCount()).arg(path), false);
}

void LogView::focusFilter() {
    text_->setFocus(Qt::ShortcutFocusReason);
    text_->selectAll();
}

void LogView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!asking_) {
        asking_ = true;
        ask();
    }
}

void LogView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    // A minimised window hides nothing by itself; a tab behind another does.
    if (asking_ && !event->spontaneous()) {
        asking_ = false;
        ask();
    }
}

void LogView::saveTo(QSettings& settings) const {
    settings.setValue(QStringLiteral("log/level"), level_->currentIndex());
    settings.setValue(QStringLiteral("log/text"), text_->text());
    settings.setValue(QStringLiteral("log/client"), client_->text());
    nodes_->saveTo(settings, QStringLiteral("log/nodes"));
    saveColumns(settings, QStringLiteral("log/columns"), *table_->horizontalHeader());
}

void LogView::restoreFrom(const QSettings& settings) {
    const int level =
        settings.value(QStringLiteral("log/level"), static_cast<int>(LogLevel::info)).toInt();
    level_->setCurrentIndex(qBound(0, level, level_->count() - 1));
    text_->setText(settings.value(QStringLiteral("log/text")).toString());
    client_->setText(settings.value(QStringLiteral("log/client")).toString());
    nodes_->restoreFrom(settings, QStringLiteral("log/nodes"));
    restoreColumns(settings, QStringLiteral("log/columns"), *table_->horizontalHeader());
}

}  // namespace herd
