// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/placelabels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace herd {

namespace {

constexpr double gapPixels = 5;
constexpr double paddingPixels = 3;
/// Found around a tile; airports and towns beyond its corners fall out again.
constexpr int foundMax = 40;
constexpr std::uint32_t largePopulation = 1'000'000;
/// By doublings of the world's size from `zoomMin` on.
constexpr std::array<std::uint32_t, 9> populationsMin{
    3'000'000, 1'000'000, 400'000, 120'000, 40'000, 12'000, 4'000, 1'500, 0};

/// Distance on the earth (haversine).
double metresBetween(GeoPoint a, GeoPoint b) {
    const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
    const auto squaredSine = [](double angle) { return std::sin(angle / 2) * std::sin(angle / 2); };
    const double chord = squaredSine(radians(b.latitude - a.latitude)) +
                         std::cos(radians(a.latitude)) * std::cos(radians(b.latitude)) *
                             squaredSine(radians(b.longitude - a.longitude));
    return 2 * earthRadiusMetres * std::asin(std::min(1.0, std::sqrt(chord)));
}

Position positionOf(GeoPoint place) {
    return {static_cast<std::int64_t>(place.latitude * nanodegreesPerDegree),
            static_cast<std::int64_t>(place.longitude * nanodegreesPerDegree)};
}

GeoPoint placeOf(Position position) {
    return {static_cast<double>(position.latitudeNanodegrees) / nanodegreesPerDegree,
            static_cast<double>(position.longitudeNanodegrees) / nanodegreesPerDegree};
}

bool touchesAny(const QRectF& box, const std::vector<PlaceLabel>& labels) {
    return std::any_of(labels.begin(), labels.end(), [&box](const PlaceLabel& label) {
        return label.box.intersects(box) || box.contains(label.at);
    });
}

}  // namespace

std::uint32_t PlaceLabels::populationMin(int zoom) {
    const auto doubling = static_cast<std::size_t>(std::max(zoom - zoomMin, 0) / 4);
    return populationsMin[std::min(doubling, populationsMin.size() - 1)];
}

const std::vector<PlaceLabel>& PlaceLabels::place(const MapCamera& camera,
                                                  const QFontMetricsF& metrics) {
    if (!gazetteer_ || camera.zoom() < zoomMin) {
        labels_.clear();
        scope_ = {};
        return labels_;
    }
    const int side = tilePixels(camera.zoom());
    const int count = 1 << (camera.zoom() / 4);
    const QPointF origin = camera.origin();
    const auto tileAt = [side](double pixel) { return static_cast<int>(std::floor(pixel / side)); };
    // One more tile all around: its names reach into the view and keep others away.
    Scope scope;
    scope.zoom = camera.zoom();
    scope.left = tileAt(origin.x()) - 1;
    scope.right = tileAt(origin.x() + camera.size().width()) + 1;
    scope.top = std::max(tileAt(origin.y()) - 1, 0);
    scope.bottom = std::min(tileAt(origin.y() + camera.size().height()) + 1, count - 1);
    scope.lineHeight = metrics.height();
    if (scope != scope_) {
        scope_ = scope;
        choose(scope, metrics);
    }
    return labels_;
}

void PlaceLabels::choose(const Scope& scope, const QFontMetricsF& metrics) {
    const int count = 1 << (scope.zoom / 4);
    std::vector<Town> candidates;
    for (int y = scope.top; y <= scope.bottom; ++y) {
        for (int x = scope.left; x <= scope.right; ++x) {
            const int inWorld = ((x % count) + count) % count;
            const double shift = static_cast<double>(x - inWorld) * tilePixels(scope.zoom);
            for (Town town : towns({scope.zoom, inWorld, y})) {
                town.at.rx() += shift;
                candidates.push_back(std::move(town));
            }
        }
    }
    std::sort(candidates.begin(), candidates.end(), [](const Town& a, const Town& b) {
        return std::tuple(b.population, a.id, a.at.x()) < std::tuple(a.population, b.id, b.at.x());
    });
    labels_.clear();
    for (const Town& town : candidates) {
        const double width = metrics.horizontalAdvance(town.name);
        const double height = metrics.height();
        const double top = town.at.y() - height / 2;
        for (const double left : {town.at.x() + gapPixels, town.at.x() - gapPixels - width}) {
            const QRectF box(left, top, width, height);
            if (!touchesAny(box.adjusted(-paddingPixels, -1, paddingPixels, 1), labels_)) {
                labels_.push_back({town.name, town.at, box, town.population >= largePopulation});
                break;
            }
        }
    }
}

const std::vector<PlaceLabels::Town>& PlaceLabels::towns(const TileKey& key) {
    if (const std::vector<Town>* const kept = tiles_.object(key)) {
        return *kept;
    }
    auto* const found = new std::vector<Town>(findTowns(key));
    tiles_.insert(key, found);
    return *found;
}

std::vector<PlaceLabels::Town> PlaceLabels::findTowns(const TileKey& key) const {
    const double count = 1 << (key.zoom / 4);
    const auto corner = [&key, count](double right, double down) {
        return unproject({(key.x + right) / count, (key.y + down) / count});
    };
    const GeoPoint centre = corner(0.5, 0.5);
    double radius = 0;
    for (const GeoPoint end : {corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)}) {
        radius = std::max(radius, metresBetween(centre, end));
    }
    const QRectF tile(key.x / count, key.y / count, 1 / count, 1 / count);
    std::vector<Town> towns;
    for (const std::uint32_t index : gazetteer_->find(
             positionOf(centre), static_cast<std::int64_t>(radius * 1'000), foundMax)) {
        const Place place = gazetteer_->place(index);
        const WorldPoint at = project(placeOf(place.position));
        if (place.kind != PlaceKind::Locality || place.population < populationMin(key.zoom) ||
            at.x < tile.left() || at.x >= tile.right() || at.y < tile.top() ||
            at.y >= tile.bottom()) {
            continue;
        }
        const double worldSize = worldPixels(key.zoom);
        towns.push_back({QString::fromUtf8(place.name.data(), qsizetype(place.name.size())),
                         QPointF(at.x * worldSize, at.y * worldSize), place.population,
                         place.geonameId});
        if (towns.size() == namesPerTileMax) {
            break;
        }
    }
    return towns;
}

}  // namespace herd
