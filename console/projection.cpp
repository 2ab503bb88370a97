// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/projection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "common/check.h"

namespace herd {

namespace {

using std::numbers::pi;

constexpr double packedRange = 4'294'967'296.0;  // 2^32
constexpr std::array<int, 4> tileSides{256, 304, 364, 432};
constexpr std::size_t bucketCount = 3'600;

double radians(double degrees) {
    return degrees * pi / 180;
}

/// Longitudes of a fleet in buckets around the world. The narrowest part of the map that holds all
/// of them is what the widest run of empty buckets leaves.
struct Buckets {
    std::array<bool, bucketCount> used{};

    /// First bucket behind the widest gap, and how many there are until that gap begins.
    std::pair<std::size_t, std::size_t> narrowest() const {
        std::size_t gap = 0;
        std::size_t widest = 0;
        std::size_t first = 0;
        for (std::size_t index = 0; index < 2 * bucketCount; ++index) {
            if (!used[index % bucketCount]) {
                ++gap;
                continue;
            }
            if (gap > widest && gap < bucketCount) {
                widest = gap;
                first = index % bucketCount;
            }
            gap = 0;
        }
        return {first, bucketCount - widest};
    }
};

}  // namespace

WorldPoint project(GeoPoint place) {
    const double latitude = std::clamp(place.latitude, -mercatorLatitudeMax, mercatorLatitudeMax);
    const double y = 0.5 - std::asinh(std::tan(radians(latitude))) / (2 * pi);
    return {place.longitude / 360 + 0.5, std::clamp(y, 0.0, 1.0)};
}

GeoPoint unproject(WorldPoint point) {
    const double latitude = std::atan(std::sinh(2 * pi * (0.5 - point.y))) * 180 / pi;
    return {latitude, wrapped(point.x) * 360 - 180};
}

double wrapped(double x) {
    const double rest = x - std::floor(x);
    return rest < 1 ? rest : 0;
}

PackedPoint packed(WorldPoint point) {
    const auto pack = [](double share) {
        return static_cast<std::uint32_t>(
            std::min(std::floor(share * packedRange), packedRange - 1));
    };
    return {pack(wrapped(point.x)), pack(std::clamp(point.y, 0.0, 1.0))};
}

WorldPoint unpacked(PackedPoint point) {
    return {point.x / packedRange, point.y / packedRange};
}

WorldBounds boundsOf(std::span<const PackedPoint> points) {
    if (points.empty()) {
        return {};
    }
    Buckets buckets;
    std::uint32_t north = UINT32_MAX;
    std::uint32_t south = 0;
    for (const PackedPoint point : points) {
        buckets.used[std::size_t{point.x} * bucketCount >> 32] = true;
        north = std::min(north, point.y);
        south = std::max(south, point.y);
    }
    const auto [first, count] = buckets.narrowest();
    const auto begin = static_cast<std::uint32_t>((first << 32) / bucketCount);
    std::uint32_t nearest = UINT32_MAX;
    std::uint32_t farthest = 0;
    for (const PackedPoint point : points) {
        const std::uint32_t distance = point.x - begin;
        nearest = std::min(nearest, distance);
        farthest = std::max(farthest, distance);
    }
    return {unpacked({begin + nearest, 0}).x, north / packedRange,
            (farthest - nearest) / packedRange, (south - north) / packedRange};
}

int worldPixels(int zoom) {
    return tilePixels(zoom) << (zoom / 4);
}

int tilePixels(int zoom) {
    HERD_CHECK(zoom >= 0 && zoom <= zoomMax);
    return tileSides[static_cast<std::size_t>(zoom % 4)];
}

double metresPerPixel(double latitude, int zoom) {
    const double inside = std::clamp(latitude, -mercatorLatitudeMax, mercatorLatitudeMax);
    return equatorMetres * std::cos(radians(inside)) / worldPixels(zoom);
}

void MapCamera::resize(QSize size) {
    size_ = size.expandedTo(QSize(1, 1));
    clamp();
}

void MapCamera::setCentre(WorldPoint centre) {
    centre_ = centre;
    clamp();
}

void MapCamera::zoomTo(int zoom, QPointF anchor) {
    // What is seen there, not what would be without rounding: zooming in would magnify the
    // difference.
    const QPointF under = (anchor + origin()) / worldSize();
    const QPointF fromCentre = anchor - QPointF(size_.width() / 2.0, size_.height() / 2.0);
    zoom_ = std::clamp(zoom, 0, zoomMax);
    const QPointF centre = under - fromCentre / worldSize();
    centre_ = {centre.x(), centre.y()};
    clamp();
}

void MapCamera::panBy(QPointF pixels) {
    centre_.x -= pixels.x() / worldSize();
    centre_.y -= pixels.y() / worldSize();
    clamp();
}

void MapCamera::fit(const WorldBounds& bounds, int margin, int closest) {
    const double width = std::max(size_.width() - 2 * margin, 1);
    const double height = std::max(size_.height() - 2 * margin, 1);
    int zoom = std::clamp(closest, 0, zoomMax);
    while (zoom > 0 && (bounds.width * worldPixels(zoom) > width ||
                        bounds.height * worldPixels(zoom) > height)) {
        --zoom;
    }
    zoom_ = zoom;
    setCentre({bounds.west + bounds.width / 2, bounds.north + bounds.height / 2});
}

QPointF MapCamera::origin() const {
    const auto onScreenPixel = [this](double value) {
        return std::round(value * pixelRatio_) / pixelRatio_;
    };
    return {onScreenPixel(centre_.x * worldSize() - size_.width() / 2.0),
            onScreenPixel(centre_.y * worldSize() - size_.height() / 2.0)};
}

QPointF MapCamera::toPixel(WorldPoint point) const {
    const double fromCentre = wrapped(point.x - centre_.x + 0.5) - 0.5;
    return QPointF((centre_.x + fromCentre) * worldSize(), point.y * worldSize()) - origin();
}

WorldPoint MapCamera::toWorld(QPointF pixel) const {
    const QPointF inWorld = pixel + origin();
    return {inWorld.x() / worldSize(), std::clamp(inWorld.y() / worldSize(), 0.0, 1.0)};
}

bool MapCamera::isOnMap(QPointF pixel) const {
    const double y = pixel.y() + origin().y();
    return y >= 0 && y < worldSize();
}

void MapCamera::clamp() {
    centre_.x = wrapped(centre_.x);
    const double half = size_.height() / 2.0 / worldSize();
    centre_.y = half >= 0.5 ? 0.5 : std::clamp(centre_.y, half, 1 - half);
}

}  // namespace herd
