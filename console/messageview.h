// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QComboBox;
class QSettings;
class QSortFilterProxyModel;
class QTableView;

namespace herd {

class MessageLog;

/// The message history as a table that follows its end, with a filter by severity. Owned by the
/// main window; the log must outlive it.
class MessageView : public QWidget {
    Q_OBJECT

  public:
    explicit MessageView(MessageLog& messages, QWidget* parent = nullptr);

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);
    void focusFilter();

  private:
    void onSeverityChosen();

    QComboBox* severity_;
    QTableView* table_;
    QSortFilterProxyModel* shown_;
};

}  // namespace herd
