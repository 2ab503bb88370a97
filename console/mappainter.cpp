// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mappainter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <utility>

#include "console/fleetpoints.h"
#include "console/mapdecoration.h"
#include "console/projection.h"
#include "console/stampstore.h"
#include "resources/gazetteer/embeddedgazetteer.h"

namespace herd {

namespace {

constexpr double townDotRadius = 1.6;
constexpr double placeRadius = 4.5;
constexpr double trailWidth = 1.8;
constexpr double chosenRadius = 9;
/// Where scale bar and position stand, at the bottom left.
constexpr QPointF cornerRoom(150, 52);
constexpr double packedRange = 4'294'967'296.0;  // 2^32

std::optional<Gazetteer> embeddedTowns() {
    Result<Gazetteer> gazetteer =
        Gazetteer::fromBytes(embeddedGazetteer(), QStringLiteral("places.bin"));
    return gazetteer ? std::optional(std::move(gazetteer).value()) : std::nullopt;
}

QPolygonF diamond(QPointF at, double radius) {
    return QPolygonF({at - QPointF(0, radius), at + QPointF(radius, 0), at + QPointF(0, radius),
                      at - QPointF(radius, 0)});
}

}  // namespace

MapPainter::MapPainter(const FleetPoints& fleet, const StampStore& stamps)
    : fleet_(fleet), stamps_(stamps), tones_(mapTones(QPalette())), labels_(embeddedTowns()) {}

void MapPainter::setStyle(const QPalette& palette, const QFont& font, double pixelRatio) {
    tones_ = mapTones(palette);
    font_ = font;
    pixelRatio_ = pixelRatio;
    baseMap_.setTones(tones_);
    markPainter_.setStyle(tones_, font, pixelRatio);
}

const ClientMarks& MapPainter::marks(const MapCamera& camera) {
    if (!marksAreValid_) {
        marks_.place(fleet_.points(), camera);
        marksAreValid_ = true;
    }
    return marks_;
}

void MapPainter::paint(QPainter& painter, const MapCamera& camera, const MapContents& contents,
                       qint64 nowNs) {
    baseMap_.paint(painter, camera, pixelRatio_);
    QFont small = font_;
    small.setPointSizeF(font_.pointSizeF() * 0.85);
    painter.setFont(small);
    paintGraticule(painter, camera, tones_, texts_);
    painter.setRenderHint(QPainter::Antialiasing);
    if (contents.showsTowns) {
        paintTowns(painter, camera);
    }
    painter.setFont(font_);
    paintPlaces(painter, camera, contents.places);
    paintTrails(painter, camera, contents);
    markPainter_.paint(painter, marks(camera).marks(), stamps_, nowNs);
    paintChosen(painter, camera, contents);
    painter.setFont(small);
    paintScaleBar(painter, camera, tones_, texts_);
}

void MapPainter::paintTowns(QPainter& painter, const MapCamera& camera) {
    const QFont font = painter.font();
    const QFontMetricsF metrics(font);
    const QPointF origin = camera.origin();
    QColor faint = tones_.text;
    faint.setAlphaF(0.8F);
    const QRectF view(QPointF(0, 0), QSizeF(camera.size()));
    const QRectF corner(view.bottomLeft() - cornerRoom, view.bottomLeft() + cornerRoom);
    for (const PlaceLabel& label : labels_.place(camera, metrics)) {
        const QPointF at = label.at - origin;
        const QRectF box = label.box.translated(-origin);
        if (!view.intersects(box) || corner.intersects(box) || isUnderCluster(box, camera)) {
            continue;
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(faint);
        painter.drawEllipse(at, townDotRadius, townDotRadius);
        painter.drawPixmap(
            box.topLeft() - QPointF(HaloedTexts::haloPixels, HaloedTexts::haloPixels),
            texts_.image(label.name, font, label.isLarge ? tones_.text : faint, tones_.halo,
                         pixelRatio_));
    }
}

bool MapPainter::isUnderCluster(const QRectF& box, const MapCamera& camera) {
    const std::vector<ClientMark>& marks = this->marks(camera).marks();
    return std::any_of(marks.begin(), marks.end(), [&box](const ClientMark& mark) {
        const double reach = ClientMarks::radius(mark.count);
        return mark.isCluster() && box.adjusted(-reach, -reach, reach, reach).contains(mark.at);
    });
}

void MapPainter::paintPlaces(QPainter& painter, const MapCamera& camera,
                             const PlottablePlaces& places) {
    const QFontMetricsF metrics(painter.font());
    std::vector<QRectF> taken;
    for (const PlottablePlace& place : places.places) {
        const QPointF at = camera.toPixel(project(place.at));
        painter.setPen(QPen(tones_.rim, 1.25));
        painter.setBrush(tones_.place);
        painter.drawPolygon(diamond(at, placeRadius));
        const QRectF box(at + QPointF(placeRadius + 2, -metrics.height() / 2),
                         QSizeF(metrics.horizontalAdvance(place.name), metrics.height()));
        const auto touches = [&box](const QRectF& other) { return other.intersects(box); };
        if (std::none_of(taken.begin(), taken.end(), touches)) {
            taken.push_back(box);
            painter.drawPixmap(
                box.topLeft() - QPointF(HaloedTexts::haloPixels, HaloedTexts::haloPixels),
                texts_.image(place.name, painter.font(), tones_.place, tones_.halo, pixelRatio_));
        }
    }
}

void MapPainter::paintTrails(QPainter& painter, const MapCamera& camera,
                             const MapContents& contents) {
    painter.setBrush(Qt::NoBrush);
    if (contents.showsTrails) {
        QColor colour = tones_.fresh;
        colour.setAlphaF(0.55F);
        painter.setPen(QPen(colour, trailWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        int drawn = 1;
        for (const ClientMark& mark : marks(camera).marks()) {
            if (!mark.isCluster() && mark.row != contents.chosenRow && drawn < trailsMax) {
                paintTrail(painter, camera, mark.row, mark.at, contents.trailSeconds);
                ++drawn;
            }
        }
    }
    if (contents.chosenRow >= 0) {
        const PackedPoint point = fleet_.points()[static_cast<std::size_t>(contents.chosenRow)];
        painter.setPen(
            QPen(tones_.chosen, trailWidth + 0.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        paintTrail(painter, camera, contents.chosenRow, camera.toPixel(unpacked(point)),
                   contents.trailSeconds);
    }
}

void MapPainter::paintTrail(QPainter& painter, const MapCamera& camera, int row, QPointF at,
                            int seconds) {
    const std::vector<PackedPoint> trail = fleet_.trail(row, seconds);
    if (trail.size() < 2) {
        return;
    }
    const double pixelsPerUnit = camera.worldSize() / packedRange;
    QPolygonF line{at};
    for (std::size_t index = 1; index < trail.size(); ++index) {
        // The signed difference goes the short way round the world.
        const auto dx = static_cast<std::int32_t>(trail[index].x - trail[index - 1].x);
        const auto dy = static_cast<double>(trail[index].y) - trail[index - 1].y;
        line.append(line.constLast() + QPointF(dx * pixelsPerUnit, dy * pixelsPerUnit));
    }
    const QRectF view(QPointF(0, 0), QSizeF(camera.size()));
    for (const QPolygonF& piece : clippedLine(line, view.adjusted(-8, -8, 8, 8))) {
        painter.drawPolyline(piece);
    }
}

void MapPainter::paintChosen(QPainter& painter, const MapCamera& camera,
                             const MapContents& contents) {
    if (contents.chosenRow < 0) {
        return;
    }
    const PackedPoint point = fleet_.points()[static_cast<std::size_t>(contents.chosenRow)];
    const QPointF at = camera.toPixel(unpacked(point));
    painter.setBrush(Qt::NoBrush);
    for (const auto& [colour, width] :
         {std::pair(tones_.rim, 5.0), std::pair(tones_.chosen, 2.5)}) {
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(at, chosenRadius, chosenRadius);
    }
    QFont bold = font_;
    bold.setBold(true);
    const QFontMetricsF metrics(bold);
    painter.drawPixmap(
        at + QPointF(chosenRadius + 3, -metrics.height() / 2 - HaloedTexts::haloPixels),
        texts_.image(contents.chosenName, bold, tones_.chosen, tones_.halo, pixelRatio_));
}

}  // namespace herd
