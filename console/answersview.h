// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>
#include <vector>

#include "console/answerpane.h"

class QComboBox;
class QLabel;
class QScrollArea;
class QSplitter;
class QTableView;

namespace herd {

class ExchangeLog;

/// The lines that were sent, and under them the answers to the chosen one side by side. Owned by
/// the command panel; the log must outlive it.
class AnswersView : public QWidget {
    Q_OBJECT

  public:
    explicit AnswersView(ExchangeLog& exchanges, QWidget* parent = nullptr);

    /// Shows that exchange and follows it while its answers come in.
    void choose(qint64 number);
    [[nodiscard]] AnswerForm form() const;
    void setForm(AnswerForm form);
    [[nodiscard]] QSplitter* splitter() const { return splitter_; }
    QTableView* table() const { return table_; }

  Q_SIGNALS:
    /// The user wants to send this line again.
    void lineActivated(const QString& line);

  private:
    void onRowChosen();
    void onChanged(qint64 number);
    void refresh();
    void fitPanes(std::size_t count);

    ExchangeLog& exchanges_;
    qint64 shown_ = 0;
    QTableView* table_;
    QComboBox* form_;
    QLabel* empty_;
    QScrollArea* scroll_;
    QSplitter* columns_;
    QSplitter* splitter_;
    std::vector<AnswerPane*> panes_;
};

}  // namespace herd
