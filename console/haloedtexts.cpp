// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/haloedtexts.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

namespace herd {

namespace {

QPixmap rendered(const QString& text, const QFont& font, const QColor& ink, const QColor& halo,
                 double pixelRatio) {
    const QFontMetricsF metrics(font);
    const QSizeF size(metrics.horizontalAdvance(text) + 2 * HaloedTexts::haloPixels,
                      metrics.height() + 2 * HaloedTexts::haloPixels);
    QPixmap image((size * pixelRatio).toSize() + QSize(1, 1));
    image.setDevicePixelRatio(pixelRatio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPointF baseline(HaloedTexts::haloPixels, HaloedTexts::haloPixels + metrics.ascent());
    QPainterPath path;
    path.addText(baseline, font, text);
    painter.strokePath(
        path, QPen(halo, HaloedTexts::haloPixels, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(baseline, text);
    return image;
}

}  // namespace

const QPixmap& HaloedTexts::image(const QString& text, const QFont& font, const QColor& ink,
                                  const QColor& halo, double pixelRatio) {
    const QString key = text + QLatin1Char('\n') + font.key() + ink.name(QColor::HexArgb) +
                        halo.name(QColor::HexArgb) + QString::number(pixelRatio);
    if (const QPixmap* const kept = images_.object(key)) {
        return *kept;
    }
    auto* const made = new QPixmap(rendered(text, font, ink, halo, pixelRatio));
    images_.insert(key, made);
    return *made;
}

}  // namespace herd
