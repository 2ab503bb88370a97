// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

class QWidget;

namespace herd {

class HerdState;

/// Saves a picture of a window once every node that can be reached has told its state and the
/// stamps are there, or a bounded time is over. Owned by main().
class Screenshot : public QObject {
    Q_OBJECT

  public:
    static constexpr int waitMsMax = 10'000;
    /// For views that show what came with a delay.
    static constexpr int settleMs = 1'200;

    Screenshot(QWidget& window, HerdState& herd, const QString& path, QObject* parent = nullptr);

  Q_SIGNALS:
    /// An empty reason: it is saved.
    void finished(const QString& reason);

  private:
    void onNews();
    void settle();
    void save();
    [[nodiscard]] bool isDataThere() const;

    QWidget& window_;
    HerdState& herd_;
    QString path_;
    QTimer deadline_;
    QTimer settle_;
};

}  // namespace herd
