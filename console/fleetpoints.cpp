// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/fleetpoints.h"

#include "console/stampstore.h"

namespace herd {

FleetPoints::FleetPoints(const StampStore& stamps, QObject* parent)
    : QObject(parent), stamps_(stamps) {
    clock_.start();
    connect(&stamps, &StampStore::cleared, this, &FleetPoints::onCleared);
    connect(&stamps, &StampStore::rowsAdded, this, &FleetPoints::onRowsAdded);
    connect(&stamps, &StampStore::rowsChanged, this, &FleetPoints::onRowsChanged);
    onRowsAdded(0, stamps.size());
}

std::vector<PackedPoint> FleetPoints::trail(int row, int seconds) const {
    return trails_.trail(row, clock_.elapsed() - qint64{1'000} * seconds);
}

void FleetPoints::onCleared() {
    points_.clear();
    trails_.clear();
    Q_EMIT changed();
}

void FleetPoints::onRowsAdded(int first, int count) {
    points_.resize(static_cast<std::size_t>(first + count));
    for (int row = first; row < first + count; ++row) {
        points_[static_cast<std::size_t>(row)] = pointOf(row);
    }
    Q_EMIT changed();
}

void FleetPoints::onRowsChanged(const std::vector<int>& rows) {
    const qint64 nowMs = clock_.elapsed();
    for (const int row : rows) {
        PackedPoint& point = points_[static_cast<std::size_t>(row)];
        const PackedPoint before = point;
        point = pointOf(row);
        trails_.move(row, before, point, nowMs);
    }
    Q_EMIT changed();
}

PackedPoint FleetPoints::pointOf(int row) const {
    const StampStore::Row& stamp = stamps_.row(row);
    return packed(project({stamp.latitude, stamp.longitude}));
}

}  // namespace herd
