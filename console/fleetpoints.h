// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <span>
#include <vector>

#include "console/projection.h"
#include "console/trails.h"

namespace herd {

class StampStore;

/// The clients of a StampStore as points on the map, row by row, and their trails. Says once a
/// batch that something moved. The store must outlive it. Owned by a MapView.
class FleetPoints : public QObject {
    Q_OBJECT

  public:
    explicit FleetPoints(const StampStore& stamps, QObject* parent = nullptr);

    std::span<const PackedPoint> points() const { return points_; }

    /// Where that client went in the last `seconds`, the newest point first.
    [[nodiscard]] std::vector<PackedPoint> trail(int row, int seconds) const;

  Q_SIGNALS:
    void changed();

  private:
    void onCleared();
    void onRowsAdded(int first, int count);
    void onRowsChanged(const std::vector<int>& rows);
    PackedPoint pointOf(int row) const;

    const StampStore& stamps_;
    std::vector<PackedPoint> points_;
    Trails trails_;
    QElapsedTimer clock_;
};

}  // namespace herd
