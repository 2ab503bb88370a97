// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>
#include <vector>

#include "console/replay.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSettings;
class QSpinBox;

namespace herd {

/// Chooses a file of lines and a pace, and shows how the replay goes. Owned by the command panel.
class ReplayPanel : public QWidget {
    Q_OBJECT

  public:
    explicit ReplayPanel(Replay::Send send, QWidget* parent = nullptr);

    /// Where the lines go when it starts.
    void setTargets(const std::vector<int>& targets);
    /// The nodes are others now.
    void cancel();

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

  Q_SIGNALS:
    void told(const QString& message, bool isError);

  private:
    void onBrowse();
    void onStart();
    void onPause();
    void onChanged();
    void fillProgress();
    [[nodiscard]] QString countsText() const;

    Replay replay_;
    Replay::State shownState_ = Replay::State::idle;
    std::vector<int> targets_;
    QLineEdit* path_;
    QPushButton* browse_;
    QSpinBox* pace_;
    QComboBox* spread_;
    QPushButton* start_;
    QPushButton* pause_;
    QPushButton* cancel_;
    QProgressBar* progress_;
    QLabel* counts_;
};

}  // namespace herd
