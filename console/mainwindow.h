// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QMainWindow>
#include <QPointer>
#include <vector>

#include "common/config.h"

class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace herd {

class ClientPort;

/// The console's window: the nodes of one herd with the state of their client ports, a line to send
/// to those that are ticked, and their answers under each other. It speaks to nodes only as any
/// client does. Owns its connections.
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    /// Lines kept to be sent again.
    static constexpr int historyMax = 200;
    /// Answers kept in the list; the oldest go first.
    static constexpr int answersMax = 1'000;

    explicit MainWindow(const HerdConfig& config, QWidget* parent = nullptr);
    ~MainWindow() override;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void addNode(const NodeAddress& node);
    QWidget* makeCommandRow();
    void onStateChanged(ClientPort* client, bool connected, const QString& reason);
    void onAnswered(ClientPort* client, const QByteArray& command, const QByteArray& answer,
                    qint64 elapsedUs);
    void onUnanswered(ClientPort* client, const QByteArray& command, const QString& reason);
    void onSend();
    void onAnswerChosen();
    void recall(int step);
    QTreeWidgetItem* addAnswer(const ClientPort* client, const QByteArray& command);
    void say(const QString& message);

    struct Row {
        ClientPort* client;
        QTreeWidgetItem* item;
    };
    std::vector<Row> rows_;
    QTreeWidget* nodes_;
    QTreeWidget* answers_;
    QPlainTextEdit* answerText_;
    QLineEdit* line_;
    QPushButton* send_;
    QStringList history_;
    qsizetype historyAt_ = 0;
};

}  // namespace herd
