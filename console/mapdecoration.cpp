// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mapdecoration.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "console/haloedtexts.h"
#include "console/projection.h"
#include "console/ticks.h"

namespace herd {

namespace {

constexpr double edge = 8;
constexpr double cardPadding = 7;
constexpr double cardOffset = 14;
constexpr double cardWidthMax = 340;
constexpr double scaleBarPixelsMax = 130;
constexpr double scaleBarTick = 5;
constexpr double graticulePixelsMin = 110;

void paintPanel(QPainter& painter, const QRectF& box, const MapTones& tones) {
    painter.setPen(QPen(tones.cardFrame, 1));
    painter.setBrush(tones.card);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

/// The lines of the grid between two degrees.
std::vector<double> gridDegrees(double from, double to, double step) {
    std::vector<double> degrees;
    for (double line = std::ceil(from / step); line * step <= to; ++line) {
        degrees.push_back(line * step);
    }
    return degrees;
}

void paintEdgeText(QPainter& painter, const QPointF& corner, const QString& text,
                   const MapTones& tones, HaloedTexts& texts) {
    QColor ink = tones.text;
    ink.setAlphaF(0.62F);
    painter.drawPixmap(corner, texts.image(text, painter.font(), ink, tones.halo,
                                           painter.device()->devicePixelRatioF()));
}

}  // namespace

void paintGraticule(QPainter& painter, const MapCamera& camera, const MapTones& tones,
                    HaloedTexts& texts) {
    const double width = camera.size().width();
    const double height = camera.size().height();
    const QPointF origin = camera.origin();
    const double worldSize = camera.worldSize();
    const double degreesPerPixel = 360 / worldSize;
    const double step = graticuleStep(degreesPerPixel, graticulePixelsMin);
    const QFontMetricsF metrics(painter.font());
    const double top = std::max(0.0, -origin.y());
    const double bottom = std::min(height, worldSize - origin.y());

    painter.setPen(QPen(tones.graticule, 1));
    const double west = origin.x() * degreesPerPixel - 180;
    const auto meridians = gridDegrees(west, west + width * degreesPerPixel, step);
    const auto pixelOf = [&](double longitude) {
        return std::floor((longitude + 180) / degreesPerPixel - origin.x()) + 0.5;
    };
    for (const double longitude : meridians) {
        painter.drawLine(QPointF(pixelOf(longitude), top), QPointF(pixelOf(longitude), bottom));
    }
    const double north = unproject(camera.toWorld(QPointF(0, top))).latitude;
    const double south = unproject(camera.toWorld(QPointF(0, bottom))).latitude;
    const auto parallels = gridDegrees(south, north, step);
    const auto rowOf = [&](double latitude) {
        return std::floor(project({latitude, 0}).y * worldSize - origin.y()) + 0.5;
    };
    for (const double latitude : parallels) {
        painter.drawLine(QPointF(0, rowOf(latitude)), QPointF(width, rowOf(latitude)));
    }
    // Texts keep clear of each other, and of the corner where the two edges meet.
    double taken = metrics.horizontalAdvance(longitudeText(-100, step)) + edge;
    for (const double longitude : meridians) {
        const double normal = wrapped((longitude + 180) / 360) * 360 - 180;
        if (pixelOf(longitude) > taken) {
            const QString text = longitudeText(normal, step);
            paintEdgeText(painter, {pixelOf(longitude) + 2, top + 1}, text, tones, texts);
            taken = pixelOf(longitude) + metrics.horizontalAdvance(text) + edge;
        }
    }
    for (const double latitude : parallels) {
        const double y = rowOf(latitude) - metrics.height() - 2;
        if (y > top + metrics.height() && y < bottom - 4 * metrics.height()) {
            paintEdgeText(painter, {2, y}, latitudeText(latitude, step), tones, texts);
        }
    }
}

void paintScaleBar(QPainter& painter, const MapCamera& camera, const MapTones& tones,
                   HaloedTexts& texts) {
    const double latitude = unproject(camera.centre()).latitude;
    const ScaleBar bar = scaleBar(metresPerPixel(latitude, camera.zoom()), scaleBarPixelsMax);
    const QFontMetricsF metrics(painter.font());
    const double y = camera.size().height() - edge - 0.5;
    QPainterPath path(QPointF(edge + 0.5, y - scaleBarTick));
    path.lineTo(edge + 0.5, y);
    path.lineTo(edge + 0.5 + std::round(bar.pixels), y);
    path.lineTo(edge + 0.5 + std::round(bar.pixels), y - scaleBarTick);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(tones.halo, 4, Qt::SolidLine, Qt::SquareCap));
    painter.drawPath(path);
    painter.setPen(QPen(tones.text, 1.5, Qt::SolidLine, Qt::SquareCap));
    painter.drawPath(path);
    const QPixmap& text = texts.image(bar.text, painter.font(), tones.text, tones.halo,
                                      painter.device()->devicePixelRatioF());
    const double middle = (bar.pixels - text.deviceIndependentSize().width()) / 2;
    painter.drawPixmap(QPointF(edge + std::max(middle, 0.0), y - metrics.height() - 5), text);
}

QRectF paintAttribution(QPainter& painter, const QRectF& view, const QString& text,
                        const MapTones& tones) {
    const QFontMetricsF metrics(painter.font());
    const QString shown = metrics.elidedText(text, Qt::ElideRight, view.width() * 0.7);
    const QSizeF size(metrics.horizontalAdvance(shown) + 8, metrics.height() + 2);
    const QRectF box(view.bottomRight() - QPointF(size.width(), size.height()), size);
    QColor ground = tones.card;
    ground.setAlphaF(0.72F);
    painter.fillRect(box, ground);
    QColor ink = tones.cardText;
    ink.setAlphaF(0.75F);
    painter.setPen(ink);
    painter.drawText(box, Qt::AlignCenter, shown);
    return box;
}

void paintReadout(QPainter& painter, const QRectF& view, const QString& text, const MapTones& tones,
                  HaloedTexts& texts) {
    const QFontMetricsF metrics(painter.font());
    const QPixmap& image = texts.image(text, painter.font(), tones.text, tones.halo,
                                       painter.device()->devicePixelRatioF());
    painter.drawPixmap(QPointF(edge, view.bottom() - edge - 2.4 * metrics.height() - 6), image);
}

void paintCard(QPainter& painter, const QRectF& view, QPointF at, const QStringList& lines,
               const MapTones& tones) {
    const QFont plain = painter.font();
    QFont bold = plain;
    bold.setBold(true);
    const double lineHeight = QFontMetricsF(bold).height();
    QStringList shown;
    double width = 0;
    for (qsizetype index = 0; index < lines.size(); ++index) {
        const QFontMetricsF metrics(index == 0 ? bold : plain);
        shown.append(metrics.elidedText(lines.at(index), Qt::ElideMiddle, cardWidthMax));
        width = std::max(width, metrics.horizontalAdvance(shown.constLast()));
    }
    QRectF box(at + QPointF(cardOffset, cardOffset),
               QSizeF(width + 2 * cardPadding,
                      lineHeight * static_cast<double>(shown.size()) + 2 * cardPadding));
    if (box.right() > view.right()) {
        box.moveRight(at.x() - cardOffset);
    }
    if (box.bottom() > view.bottom()) {
        box.moveBottom(at.y() - cardOffset);
    }
    box.moveLeft(std::max(box.left(), view.left()));
    box.moveTop(std::max(box.top(), view.top()));
    paintPanel(painter, box, tones);
    painter.setPen(tones.cardText);
    QRectF line(box.left() + cardPadding, box.top() + cardPadding, width + 1, lineHeight);
    for (qsizetype index = 0; index < shown.size(); ++index) {
        painter.setFont(index == 0 ? bold : plain);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         shown.at(index));
        line.translate(0, lineHeight);
    }
    painter.setFont(plain);
}

void paintBanner(QPainter& painter, const QRectF& view, const QString& text,
                 const MapTones& tones) {
    const QFontMetricsF metrics(painter.font());
    const QString shown = metrics.elidedText(text, Qt::ElideRight, view.width() - 4 * edge);
    QRectF box(0, 0, metrics.horizontalAdvance(shown) + 2 * edge, metrics.height() + edge);
    box.moveCenter(QPointF(view.center().x(), 0));
    box.moveTop(view.top() + 3 * edge);
    paintPanel(painter, box, tones);
    painter.setPen(tones.cardText);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, shown);
}

void paintCrosshair(QPainter& painter, const QRectF& view, const MapTones& tones) {
    const QPointF centre(std::floor(view.center().x()) + 0.5, std::floor(view.center().y()) + 0.5);
    for (const auto& [colour, width] : {std::pair(tones.halo, 3.0), std::pair(tones.text, 1.0)}) {
        painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
        for (const QPointF arm : {QPointF(1, 0), QPointF(0, 1)}) {
            painter.drawLine(centre - arm * 11, centre - arm * 4);
            painter.drawLine(centre + arm * 4, centre + arm * 11);
        }
    }
}

}  // namespace herd
