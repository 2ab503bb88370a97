// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/basemap.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "console/projection.h"
#include "resources/world/embeddedoutline.h"

namespace herd {

namespace {

/// Points nearer than this are one, in pixels.
constexpr double thinPixels = 0.6;
/// What is drawn around a tile, so that lines end outside of it, in pixels.
constexpr double tileMargin = 4;
constexpr double coastWidth = 1.0;
constexpr double borderWidth = 0.8;

/// Draws outlines into one tile, wherever in the row of worlds it lies.
class TilePainter {
  public:
    TilePainter(QPainter& painter, double worldSize, QPointF origin, double side)
        : painter_(painter),
          worldSize_(worldSize),
          origin_(origin),
          frame_(
              QRectF(0, 0, side, side).adjusted(-tileMargin, -tileMargin, tileMargin, tileMargin)) {
    }

    void fill(const std::vector<OutlineShape>& rings, const QColor& colour) {
        QPainterPath path;
        path.setFillRule(Qt::OddEvenFill);
        forEachInFrame(rings, [&path, this](const QPolygonF& ring) {
            const QPolygonF inside = clippedRing(ring, frame_);
            if (inside.size() > 2) {
                path.addPolygon(inside);
                path.closeSubpath();
            }
        });
        painter_.fillPath(path, colour);
    }

    void draw(const std::vector<OutlineShape>& lines, const QColor& colour, double width) {
        painter_.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        painter_.setBrush(Qt::NoBrush);
        forEachInFrame(lines, [this](const QPolygonF& line) {
            for (const QPolygonF& piece : clippedLine(line, frame_)) {
                painter_.drawPolyline(piece);
            }
        });
    }

  private:
    /// Calls `use` with the pixels of each shape that may show, the neighbour worlds' among them.
    template <typename Use>
    void forEachInFrame(const std::vector<OutlineShape>& shapes, Use use) const {
        const QRectF frame(frame_.topLeft() + origin_, frame_.size());
        for (const OutlineShape& shape : shapes) {
            for (const int world : {-1, 0, 1}) {
                const QRectF bounds(
                    (shape.bounds.x() + world) * worldSize_, shape.bounds.y() * worldSize_,
                    shape.bounds.width() * worldSize_, shape.bounds.height() * worldSize_);
                if (bounds.right() < frame.left() || bounds.left() > frame.right() ||
                    bounds.bottom() < frame.top() || bounds.top() > frame.bottom()) {
                    continue;
                }
                QPolygonF pixels;
                pixels.reserve(shape.points.size());
                for (const QPointF& point : shape.points) {
                    pixels.append(QPointF((point.x() + world) * worldSize_ - origin_.x(),
                                          point.y() * worldSize_ - origin_.y()));
                }
                use(pixels);
            }
        }
    }

    QPainter& painter_;
    double worldSize_;
    QPointF origin_;
    QRectF frame_;
};

}  // namespace

BaseMap::BaseMap() : tones_(mapTones(QPalette())) {
    const Result<WorldOutline> outline = readWorldOutline(embeddedOutline());
    if (!outline) {
        fault_ = outline.error().message;
        return;
    }
    all_ = projectedShapes(outline.value());
}

void BaseMap::setTones(const MapTones& tones) {
    if (tones != tones_) {
        tones_ = tones;
        tiles_.clear();
    }
}

void BaseMap::paint(QPainter& painter, const MapCamera& camera, double pixelRatio) {
    const QRectF view(QPointF(0, 0), QSizeF(camera.size()));
    const int side = tilePixels(camera.zoom());
    const int count = 1 << (camera.zoom() / 4);
    const QPointF origin = camera.origin();
    if (origin.y() < 0) {
        painter.fillRect(view, tones_.outside);
    }
    const auto first = [side](double at) { return static_cast<int>(std::floor(at / side)); };
    const int top = std::max(0, first(origin.y()));
    const int bottom = std::min(count - 1, first(origin.y() + view.height()));
    for (int y = top; y <= bottom; ++y) {
        for (int x = first(origin.x()); x <= first(origin.x() + view.width()); ++x) {
            const int inWorld = ((x % count) + count) % count;
            const QPointF corner(x * static_cast<double>(side), y * static_cast<double>(side));
            painter.drawPixmap(corner - origin, tile({camera.zoom(), inWorld, y, pixelRatio}));
        }
    }
}

const QPixmap& BaseMap::tile(const TileKey& key) {
    if (const QPixmap* const kept = tiles_.object(key)) {
        return *kept;
    }
    auto* const made = new QPixmap(render(key));
    const qsizetype bytes = qsizetype{4} * made->width() * made->height();
    tiles_.insert(key, made, bytes);
    return *made;
}

QPixmap BaseMap::render(const TileKey& key) {
    const int side = tilePixels(key.zoom);
    const int pixels = static_cast<int>(std::ceil(side * key.pixelRatio));
    QImage image(pixels, pixels, QImage::Format_RGB32);
    image.setDevicePixelRatio(key.pixelRatio);
    image.fill(tones_.sea);
    const OutlineShapes& outlines = shapes(key.zoom);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF origin(key.x * static_cast<double>(side), key.y * static_cast<double>(side));
    TilePainter tilePainter(painter, worldPixels(key.zoom), origin, side);
    tilePainter.fill(outlines.land, tones_.land);
    tilePainter.draw(outlines.borders, tones_.border, borderWidth);
    tilePainter.draw(outlines.coasts, tones_.coast, coastWidth);
    painter.end();
    return QPixmap::fromImage(image);
}

const OutlineShapes& BaseMap::shapes(int zoom) {
    const int octave = zoom / 4;
    if (octave != thinOctave_) {
        thinOctave_ = octave;
        thin_ = thinned(
            all_, thinPixels / worldPixels(4 * octave + 3 > zoomMax ? zoomMax : 4 * octave + 3));
    }
    return thin_;
}

}  // namespace herd
