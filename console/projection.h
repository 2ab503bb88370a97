// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QSize>
#include <cstdint>
#include <span>

namespace herd {

/// A point on the earth (WGS 84) in degrees, for drawing: north and east are positive.
struct GeoPoint {
    double latitude = 0;
    double longitude = 0;

    bool operator==(const GeoPoint&) const = default;
};

/// Where the Mercator map is as high as it is wide; places nearer to a pole lie on its edge.
inline constexpr double mercatorLatitudeMax = 85.051128779806604;

/// The earth's equator in Web Mercator (EPSG 3857).
inline constexpr double equatorMetres = 40'075'016.685578488;

/// A point on the whole map as a unit square: x from 180° west to the east, y from the northern
/// edge to the south. An x beyond 0 to 1 lies on the next copy of the world.
struct WorldPoint {
    double x = 0;
    double y = 0;
};

/// Web Mercator. The latitude is clamped to the map's edges, the longitude may be any.
[[nodiscard]] WorldPoint project(GeoPoint place);

/// The longitude comes back from -180 (inclusive) to 180 (exclusive).
[[nodiscard]] GeoPoint unproject(WorldPoint point);

/// `x` on the first copy of the world: from 0 (inclusive) to 1 (exclusive).
[[nodiscard]] double wrapped(double x);

/// A world point in eight bytes, exact to a centimetre. Unsigned arithmetic on x wraps around the
/// world by itself.
struct PackedPoint {
    std::uint32_t x = 0;
    std::uint32_t y = 0;

    bool operator==(const PackedPoint&) const = default;
};

[[nodiscard]] PackedPoint packed(WorldPoint point);
[[nodiscard]] WorldPoint unpacked(PackedPoint point);

/// An upright part of the map. `west` is on the first copy of the world; with a width that reaches
/// beyond 1 it crosses the antimeridian.
struct WorldBounds {
    double west = 0;
    double north = 0;
    double width = 0;
    double height = 0;
};

/// The part of the map that holds all points: the narrowest, within a tenth of a degree, also where
/// that means crossing the antimeridian. Empty when there are none.
[[nodiscard]] WorldBounds boundsOf(std::span<const PackedPoint> points);

/// Zoom goes by steps, four of them doubling the scale. Each step's whole world is a whole number
/// of pixels, so that tiles meet without seams.
inline constexpr int zoomMax = 72;

/// Width and height of the world in pixels; `zoom` from 0 to `zoomMax`.
[[nodiscard]] int worldPixels(int zoom);

/// Width and height of a tile in pixels: a power of two of them fill the world, and it divides by
/// four, so that screens with scales of 1.25, 1.5 and 1.75 have whole pixels too.
[[nodiscard]] int tilePixels(int zoom);

/// The metres that one pixel stands for at this latitude.
[[nodiscard]] double metresPerPixel(double latitude, int zoom);

/// What part of the world a view of some size shows: a centre and a zoom. World to pixel and back.
/// A plain value that clamps itself: the view never leaves the map to the north or south, and goes
/// round the world to the east and west.
class MapCamera {
  public:
    QSize size() const { return size_; }
    int zoom() const { return zoom_; }
    WorldPoint centre() const { return centre_; }
    int worldSize() const { return worldPixels(zoom_); }

    void resize(QSize size);
    void setCentre(WorldPoint centre);

    /// The finest position that the screen can show; 1 unless it has more pixels than points.
    void setPixelRatio(double ratio) { pixelRatio_ = ratio; }

    /// Zooms so that what is under `anchor` stays there.
    void zoomTo(int zoom, QPointF anchor);

    /// Moves what is shown by so many pixels.
    void panBy(QPointF pixels);

    /// The closest zoom that shows all of it, up to `closest`, with `margin` pixels around it.
    void fit(const WorldBounds& bounds, int margin, int closest);

    /// The world's pixel in the view's corner at the top left, on a pixel of the screen.
    QPointF origin() const;

    /// The point on that copy of the world that is nearest to the centre of the view.
    QPointF toPixel(WorldPoint point) const;
    WorldPoint toWorld(QPointF pixel) const;

    /// Whether the pixel is on the map; above and below a small one there is nothing.
    bool isOnMap(QPointF pixel) const;

  private:
    void clamp();

    QSize size_{1, 1};
    int zoom_ = 0;
    WorldPoint centre_{0.5, 0.5};
    double pixelRatio_ = 1;
};

}  // namespace herd
