// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mainwindow.h"

#include <QDateTime>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStatusBar>
#include <QTreeWidget>

#include "console/clientport.h"

namespace herd {

namespace {

enum NodeColumn { nodeName, nodeAddress, nodeState };
enum AnswerColumn { answerTime, answerNode, answerCommand, answerTook, answerLine };
constexpr int wholeAnswerRole = Qt::UserRole;

QTreeWidget* makeList(const QStringList& headers, const QString& accessibleName) {
    auto* const list = new QTreeWidget;
    list->setHeaderLabels(headers);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setAlternatingRowColors(true);
    list->setAccessibleName(accessibleName);
    return list;
}

}  // namespace

MainWindow::MainWindow(const HerdConfig& config, QWidget* parent)
    : QMainWindow(parent),
      nodes_(makeList({tr("Node"), tr("Client port"), tr("State")}, tr("Nodes"))),
      answers_(
          makeList({tr("Time"), tr("Node"), tr("Sent"), tr("Took"), tr("Answer")}, tr("Answers"))),
      answerText_(new QPlainTextEdit),
      line_(new QLineEdit),
      send_(new QPushButton(tr("&Send"))) {
    setWindowTitle(tr("%1 – Herd console").arg(QString::fromStdString(config.topology.herd)));
    resize(960, 640);
    nodes_->setObjectName(QStringLiteral("nodes"));
    answers_->setObjectName(QStringLiteral("answers"));
    answerText_->setObjectName(QStringLiteral("answerText"));
    line_->setObjectName(QStringLiteral("line"));
    send_->setObjectName(QStringLiteral("send"));
    answerText_->setReadOnly(true);
    answerText_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    answerText_->setAccessibleName(tr("The whole answer"));
    answerText_->setPlaceholderText(tr("Choose an answer above to read all of it."));
    connect(answers_, &QTreeWidget::itemSelectionChanged, this, &MainWindow::onAnswerChosen);

    auto* const lower = new QWidget;
    auto* const lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    lowerLayout->addWidget(makeCommandRow());
    lowerLayout->addWidget(answers_);

    auto* const splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(nodes_);
    splitter->addWidget(lower);
    splitter->addWidget(answerText_);
    splitter->setStretchFactor(1, 2);
    splitter->setStretchFactor(2, 1);
    setCentralWidget(splitter);

    for (const NodeAddress& node : config.topology.nodes) {
        addNode(node);
    }
    nodes_->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    answers_->header()->setStretchLastSection(true);
    answers_->setColumnWidth(answerCommand, 320);
    line_->setFocus();
    say(tr("Tick the nodes to send to, type IAMAT or WHATSAT, press Enter."));
}

MainWindow::~MainWindow() = default;

QWidget* MainWindow::makeCommandRow() {
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    auto* const label = new QLabel(tr("&Line:"));
    label->setBuddy(line_);
    line_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    line_->setPlaceholderText(
        tr("IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1520023934.918963997"));
    line_->setClearButtonEnabled(true);
    line_->installEventFilter(this);
    layout->addWidget(label);
    layout->addWidget(line_);
    layout->addWidget(send_);
    connect(send_, &QPushButton::clicked, this, &MainWindow::onSend);
    connect(line_, &QLineEdit::returnPressed, this, &MainWindow::onSend);
    connect(new QShortcut(QKeySequence(tr("Ctrl+L")), this), &QShortcut::activated, line_,
            qOverload<>(&QWidget::setFocus));
    return row;
}

void MainWindow::addNode(const NodeAddress& node) {
    auto* const client = new ClientPort(node, this);
    auto* const item = new QTreeWidgetItem(nodes_);
    item->setText(nodeName, QString::fromStdString(node.name));
    item->setText(nodeAddress, QStringLiteral("%1:%2").arg(node.host).arg(node.clientPort));
    item->setText(nodeState, tr("connecting"));
    item->setCheckState(nodeName, rows_.empty() ? Qt::Checked : Qt::Unchecked);
    rows_.push_back({client, item});
    connect(client, &ClientPort::stateChanged, this,
            [this, client](bool connected, const QString& reason) {
                onStateChanged(client, connected, reason);
            });
    connect(client, &ClientPort::answered, this,
            [this, client](const QByteArray& command, const QByteArray& answer, qint64 elapsedUs) {
                onAnswered(client, command, answer, elapsedUs);
            });
    connect(client, &ClientPort::unanswered, this,
            [this, client](const QByteArray& command, const QString& reason) {
                onUnanswered(client, command, reason);
            });
    client->start();
}

void MainWindow::onStateChanged(ClientPort* client, bool connected, const QString& reason) {
    for (const Row& row : rows_) {
        if (row.client == client) {
            row.item->setText(nodeState,
                              connected ? tr("connected") : tr("not reached: %1").arg(reason));
        }
    }
}

void MainWindow::onSend() {
    const QString text = line_->text();
    int sent = 0;
    for (const Row& row : rows_) {
        if (row.item->checkState(nodeName) == Qt::Checked && row.client->send(text.toUtf8())) {
            ++sent;
        }
    }
    if (sent == 0) {
        say(text.trimmed().isEmpty() ? tr("The line is empty: nodes do not answer that.")
                                     : tr("Not sent: no ticked node is connected."));
        return;
    }
    history_.removeAll(text);
    history_.append(text);
    if (history_.size() > historyMax) {
        history_.removeFirst();
    }
    historyAt_ = history_.size();
    line_->clear();
    say(tr("Sent to %n node(s).", nullptr, sent));
}

void MainWindow::onAnswered(ClientPort* client, const QByteArray& command, const QByteArray& answer,
                            qint64 elapsedUs) {
    QTreeWidgetItem* const item = addAnswer(client, command);
    item->setText(answerTook, tr("%1 ms").arg(static_cast<double>(elapsedUs) / 1'000, 0, 'f', 2));
    item->setText(answerLine, QString::fromUtf8(answer.left(answer.indexOf('\n'))));
    item->setData(answerLine, wholeAnswerRole, QString::fromUtf8(answer));
    answers_->setCurrentItem(item);
}

void MainWindow::onUnanswered(ClientPort* client, const QByteArray& command,
                              const QString& reason) {
    QTreeWidgetItem* const item = addAnswer(client, command);
    item->setText(answerLine, tr("no answer: %1").arg(reason));
    item->setData(answerLine, wholeAnswerRole, item->text(answerLine));
}

QTreeWidgetItem* MainWindow::addAnswer(const ClientPort* client, const QByteArray& command) {
    while (answers_->topLevelItemCount() >= answersMax) {
        delete answers_->takeTopLevelItem(0);
    }
    auto* const item = new QTreeWidgetItem(answers_);
    item->setText(answerTime,
                  QDateTime::currentDateTime().toString(QStringLiteral("HH:mm:ss.zzz")));
    item->setText(answerNode, QString::fromStdString(client->node().name));
    item->setText(answerCommand, QString::fromUtf8(command));
    return item;
}

void MainWindow::onAnswerChosen() {
    const QTreeWidgetItem* const item = answers_->currentItem();
    answerText_->setPlainText(item == nullptr ? QString()
                                              : item->data(answerLine, wholeAnswerRole).toString());
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            recall(key == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::recall(int step) {
    historyAt_ = qBound<qsizetype>(0, historyAt_ + step, history_.size());
    line_->setText(historyAt_ < history_.size() ? history_.at(historyAt_) : QString());
}

void MainWindow::say(const QString& message) {
    statusBar()->showMessage(message);
}

}  // namespace herd
