// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/outlineshapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "console/projection.h"

namespace herd {

namespace {

std::vector<OutlineShape> projected(const std::vector<OutlineLine>& lines) {
    std::vector<OutlineShape> shapes;
    shapes.reserve(lines.size());
    for (const OutlineLine& line : lines) {
        OutlineShape shape;
        shape.points.reserve(static_cast<qsizetype>(line.size()));
        for (const GeoPoint place : line) {
            const WorldPoint point = project(place);
            shape.points.append(QPointF(point.x, point.y));
        }
        const double west = shape.points.boundingRect().left();
        shape.points.translate(wrapped(west) - west, 0);
        shape.bounds = shape.points.boundingRect();
        shapes.push_back(std::move(shape));
    }
    return shapes;
}

std::vector<OutlineShape> thinnedShapes(const std::vector<OutlineShape>& shapes, double tolerance) {
    std::vector<OutlineShape> result;
    for (const OutlineShape& shape : shapes) {
        if (std::max(shape.bounds.width(), shape.bounds.height()) < tolerance) {
            continue;
        }
        OutlineShape thin;
        thin.bounds = shape.bounds;
        for (const QPointF& point : shape.points) {
            const QPointF step =
                thin.points.isEmpty() ? QPointF(1, 1) : point - thin.points.constLast();
            if (std::abs(step.x()) + std::abs(step.y()) >= tolerance) {
                thin.points.append(point);
            }
        }
        // The ends stay, so that lines still meet and rings still close.
        thin.points.append(shape.points.constLast());
        result.push_back(std::move(thin));
    }
    return result;
}

/// One side of a frame, as the half plane it bounds.
struct Side {
    bool isVertical;
    double at;
    double sign;  ///< +1: inside is what is greater

    double depth(const QPointF& point) const {
        return sign * ((isVertical ? point.x() : point.y()) - at);
    }
};

std::array<Side, 4> sidesOf(const QRectF& frame) {
    return {Side{true, frame.left(), 1}, Side{true, frame.right(), -1}, Side{false, frame.top(), 1},
            Side{false, frame.bottom(), -1}};
}

QPolygonF clippedAt(const Side& side, const QPolygonF& ring) {
    QPolygonF result;
    result.reserve(ring.size());
    for (qsizetype index = 0; index < ring.size(); ++index) {
        const QPointF& from = ring.at(index == 0 ? ring.size() - 1 : index - 1);
        const QPointF& to = ring.at(index);
        const double depthFrom = side.depth(from);
        const double depthTo = side.depth(to);
        if ((depthFrom < 0) != (depthTo < 0)) {
            result.append(from + (to - from) * (depthFrom / (depthFrom - depthTo)));
        }
        if (depthTo >= 0) {
            result.append(to);
        }
    }
    return result;
}

/// The part of a segment within the frame; nothing when there is none.
std::optional<std::pair<QPointF, QPointF>> clippedSegment(const QPointF& from, const QPointF& to,
                                                          const std::array<Side, 4>& sides) {
    double begin = 0;
    double end = 1;
    for (const Side& side : sides) {
        const double depthFrom = side.depth(from);
        const double depthTo = side.depth(to);
        if (depthFrom < 0 && depthTo < 0) {
            return std::nullopt;
        }
        if (depthFrom < 0) {
            begin = std::max(begin, depthFrom / (depthFrom - depthTo));
        } else if (depthTo < 0) {
            end = std::min(end, depthFrom / (depthFrom - depthTo));
        }
    }
    if (begin > end) {
        return std::nullopt;
    }
    const QPointF step = to - from;
    return std::pair(begin == 0 ? from : from + step * begin, end == 1 ? to : from + step * end);
}

}  // namespace

OutlineShapes projectedShapes(const WorldOutline& outline) {
    return {projected(outline.land), projected(outline.coasts), projected(outline.borders)};
}

OutlineShapes thinned(const OutlineShapes& shapes, double tolerance) {
    return {thinnedShapes(shapes.land, tolerance), thinnedShapes(shapes.coasts, tolerance),
            thinnedShapes(shapes.borders, tolerance)};
}

QPolygonF clippedRing(const QPolygonF& ring, const QRectF& frame) {
    QPolygonF result = ring;
    for (const Side& side : sidesOf(frame)) {
        result = clippedAt(side, result);
    }
    return result;
}

std::vector<QPolygonF> clippedLine(const QPolygonF& line, const QRectF& frame) {
    const std::array<Side, 4> sides = sidesOf(frame);
    std::vector<QPolygonF> pieces;
    for (qsizetype index = 1; index < line.size(); ++index) {
        const auto segment = clippedSegment(line.at(index - 1), line.at(index), sides);
        if (!segment) {
            continue;
        }
        if (pieces.empty() || pieces.back().constLast() != segment->first) {
            pieces.push_back({segment->first});
        }
        pieces.back().append(segment->second);
    }
    return pieces;
}

}  // namespace herd
