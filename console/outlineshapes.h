// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <vector>

#include "console/worldoutline.h"

namespace herd {

/// A line or ring of the outline on the map, as a unit square. Its western end is on the first copy
/// of the world; it may reach into the next one.
struct OutlineShape {
    QPolygonF points;
    QRectF bounds;
};

/// The outline projected, ready to be drawn at a scale. A plain value.
struct OutlineShapes {
    std::vector<OutlineShape> land;
    std::vector<OutlineShape> coasts;
    std::vector<OutlineShape> borders;
};

[[nodiscard]] OutlineShapes projectedShapes(const WorldOutline& outline);

/// The same with what cannot be seen left out: points nearer than `tolerance` to the one before,
/// and shapes that are smaller. `tolerance` is a part of the world's width.
[[nodiscard]] OutlineShapes thinned(const OutlineShapes& shapes, double tolerance);

/// The part of a closed ring within `frame`. Pieces hang together by lines along the frame.
[[nodiscard]] QPolygonF clippedRing(const QPolygonF& ring, const QRectF& frame);

/// The parts of a line within `frame`, in order.
[[nodiscard]] std::vector<QPolygonF> clippedLine(const QPolygonF& line, const QRectF& frame);

}  // namespace herd
