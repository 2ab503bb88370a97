// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QTimer>
#include <QWidget>
#include <array>
#include <vector>

#include "console/linechart.h"

class QComboBox;
class QSettings;

namespace herd {

class HerdState;

/// The last hour, or less of it, as four charts: updates, answers, the time a status takes to come,
/// and connections, with a line for each node. Reads the state once a second while it is seen.
class ChartView : public QWidget {
    Q_OBJECT

  public:
    explicit ChartView(HerdState& herd, QWidget* parent = nullptr);

    /// The times that can be chosen.
    static constexpr std::array<int, 3> minutes{5, 15, 60};

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

    const std::vector<LineChart*>& charts() const { return charts_; }

    /// Of the node's line, in all charts and the legend.
    static QColor lineColour(int node, bool dark);
    static Qt::PenStyle lineStyle(int node);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    class Legend;

    void refresh();

    HerdState& herd_;
    std::vector<LineChart*> charts_;
    Legend* legend_;
    QComboBox* span_;
    QTimer second_;
};

}  // namespace herd
