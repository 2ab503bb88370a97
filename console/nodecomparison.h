// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QDialog>
#include <QString>
#include <optional>
#include <vector>

#include "console/herdstate.h"

class QLabel;
class QTableWidget;

namespace herd {

/// What every node knows of one client, side by side, with what differs marked. Asks anew when it
/// is told to. Owned by the stamps view.
class NodeComparison : public QDialog {
    Q_OBJECT

  public:
    explicit NodeComparison(const HerdState& state, QWidget* parent = nullptr);

    void compare(const QByteArray& client, bool utc);

  private:
    struct Answer {
        QString node;
        bool isThere = false;
        NodeClient::RunResult result;
    };

    void ask();
    void onAnswer(int round, std::size_t node, const NodeClient::RunResult& result);
    void refresh();
    QString summary(int same, int answered) const;
    void showRow(int row, const Answer& answer, const Answer* newest);

    const HerdState& state_;
    QByteArray client_;
    bool utc_ = true;
    std::vector<Answer> answers_;
    int round_ = 0;
    QLabel* summary_;
    QTableWidget* table_;
};

}  // namespace herd
