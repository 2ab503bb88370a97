// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "console/projection.h"

namespace herd {

/// Where clients have been since the console looks on: the newest moves of all clients together in
/// a ring, chained by client. Memory is bounded whatever the herd does; a herd that moves fast has
/// short trails. Knows no time of its own. Owned by a FleetPoints.
class Trails {
  public:
    /// Points of all clients together, 24 bytes each.
    static constexpr std::size_t pointsMax = 500'000;
    /// Points of one client that a trail shows.
    static constexpr int pointsPerClientMax = 1'000;

    explicit Trails(std::size_t capacity = pointsMax) : capacity_(capacity) {}

    /// The client in `row` went from one point to another. `nowMs` never goes back.
    void move(int row, PackedPoint from, PackedPoint to, qint64 nowMs);

    /// The points of that client since `sinceMs`, the newest first, at most `pointsPerClientMax`,
    /// and where it came from into that time. Empty if it has not moved since.
    [[nodiscard]] std::vector<PackedPoint> trail(int row, qint64 sinceMs) const;

    void clear();

    std::size_t size() const { return points_.size(); }

  private:
    struct Point {
        PackedPoint at;
        qint64 timeMs = 0;
        std::uint64_t before = none;  ///< the same client's point before this one
    };

    /// Points are numbered from 1 in the order they came.
    static constexpr std::uint64_t none = 0;

    bool isKept(std::uint64_t number) const { return number != none && number + capacity_ > last_; }
    const Point& point(std::uint64_t number) const { return points_[(number - 1) % capacity_]; }
    std::uint64_t append(const Point& point);

    std::size_t capacity_;
    std::vector<Point> points_;
    std::uint64_t last_ = none;
    std::vector<std::uint64_t> newest_;  ///< by row
};

}  // namespace herd
