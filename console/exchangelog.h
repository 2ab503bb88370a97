// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <deque>

#include "console/answer.h"

namespace herd {

/// The lines that were sent and what came back, oldest first; bounded. Owned by the command panel.
class ExchangeLog : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { timeColumn, outcomeColumn, lineColumn, nodesColumn, columnsCount };
    /// The oldest go first.
    static constexpr int exchangesMax = 200;

    explicit ExchangeLog(QObject* parent = nullptr);

    /// Begins an exchange and returns its number.
    qint64 begin(const QByteArray& line, const QStringList& nodes);
    /// Notes the answer of the node at `position` among those of the exchange.
    void note(qint64 number, int position, const NodeAnswer& answer);

    /// Null when it is no longer kept.
    [[nodiscard]] const Exchange* find(qint64 number) const;
    [[nodiscard]] const Exchange& at(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

    /// "same answer from 5 nodes", "2 answers differ", "refused" …
    [[nodiscard]] static QString outcomeOf(const Exchange& exchange);

  Q_SIGNALS:
    void changed(qint64 number);

  private:
    std::deque<Exchange> exchanges_;
    qint64 nextNumber_ = 1;
};

}  // namespace herd
