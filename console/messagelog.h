// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <QString>
#include <deque>

namespace herd {

enum class Severity { info, warning, error };

/// What the console had to say, oldest first, with its time; bounded. Non-modal: whoever has news
/// adds it here, and views show it. Owned by the main window.
class MessageLog : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { timeColumn, severityColumn, textColumn, columnsCount };
    /// int, of Severity.
    static constexpr int severityRole = Qt::UserRole;
    /// The oldest go first.
    static constexpr int messagesMax = 1'000;

    explicit MessageLog(QObject* parent = nullptr);

    void add(const QString& text, Severity severity = Severity::info);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

  Q_SIGNALS:
    void added(const QString& text, Severity severity);

  private:
    struct Message {
        QDateTime time;
        Severity severity = Severity::info;
        QString text;
    };
    std::deque<Message> messages_;
};

}  // namespace herd
