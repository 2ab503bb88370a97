// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>

class QAbstractItemView;

namespace herd {

/// Says in the middle of a table why it is empty, while it is. Owned by the table.
class EmptyHint : public QLabel {
    Q_OBJECT

  public:
    /// The table must have its model.
    EmptyHint(QAbstractItemView& table, const QString& text);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void refresh();

    QAbstractItemView& table_;
};

}  // namespace herd
