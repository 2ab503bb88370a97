// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/trails.h"

#include "common/check.h"

namespace herd {

void Trails::move(int row, PackedPoint from, PackedPoint to, qint64 nowMs) {
    HERD_CHECK(row >= 0);
    if (from == to) {
        return;
    }
    const auto index = static_cast<std::size_t>(row);
    if (index >= newest_.size()) {
        newest_.resize(index + 1, none);
    }
    std::uint64_t& newest = newest_[index];
    if (!isKept(newest)) {
        newest = append({from, nowMs, none});
    }
    newest = append({to, nowMs, newest});
}

std::uint64_t Trails::append(const Point& point) {
    if (points_.size() < capacity_) {
        points_.push_back(point);
    } else {
        points_[last_ % capacity_] = point;
    }
    return ++last_;
}

std::vector<PackedPoint> Trails::trail(int row, qint64 sinceMs) const {
    const auto index = static_cast<std::size_t>(row);
    std::vector<PackedPoint> points;
    if (row < 0 || index >= newest_.size()) {
        return points;
    }
    for (std::uint64_t number = newest_[index]; isKept(number); number = point(number).before) {
        const bool isBeforeWindow = point(number).timeMs < sinceMs;
        if (isBeforeWindow && points.empty()) {
            break;
        }
        points.push_back(point(number).at);
        if (isBeforeWindow || points.size() == std::size_t{pointsPerClientMax}) {
            break;
        }
    }
    return points;
}

void Trails::clear() {
    points_.clear();
    newest_.clear();
    last_ = none;
}

}  // namespace herd
