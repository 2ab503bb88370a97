// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QSet>
#include <QSortFilterProxyModel>
#include <QString>

#include "common/config.h"

namespace herd {

class LogModel;

/// Lets through the log records of some nodes, from a level on, of one client, with a text. Owned
/// by the log view.
class LogFilter : public QSortFilterProxyModel {
    Q_OBJECT

  public:
    explicit LogFilter(LogModel& model, QObject* parent = nullptr);

    void setLevel(LogLevel level);
    void setNodes(const QSet<int>& nodes);
    /// Lines in which this client is a whole field, also one with bytes that a log escapes; empty:
    /// any.
    void setClient(const QByteArray& client);
    /// Anywhere in who and text, whatever the case.
    void setText(const QString& text);

  protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    LogModel& model_;
    LogLevel level_ = LogLevel::info;
    QSet<int> nodes_;
    QByteArray client_;  ///< as it stands in a log
    QString text_;
};

}  // namespace herd
