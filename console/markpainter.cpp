// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/markpainter.h"

#include <QLocale>
#include <QPainter>
#include <cmath>

#include "console/stampstore.h"

namespace herd {

namespace {

constexpr qint64 nsPerSecond = 1'000'000'000;
constexpr double rimWidth = 1.25;

QPixmap transparentImage(double side, double pixelRatio) {
    const int pixels = static_cast<int>(std::ceil(side * pixelRatio));
    QPixmap image(pixels, pixels);
    image.setDevicePixelRatio(pixelRatio);
    image.fill(Qt::transparent);
    return image;
}

void drawCentred(QPainter& painter, const QPixmap& image, const QPointF& at) {
    const QSizeF size = image.deviceIndependentSize();
    painter.drawPixmap(at - QPointF(size.width() / 2, size.height() / 2), image);
}

/// Short, so that it has room in the disc: `87`, `1.2k`, `12k`, `1.2M`.
QString discText(int count) {
    constexpr int thousand = 1'000;
    constexpr int million = 1'000'000;
    const auto scaled = [count](int unit) {
        const double value = static_cast<double>(count) / unit;
        return QLocale().toString(value, 'f', value < 9.95 ? 1 : 0);
    };
    if (count < thousand) {
        return QLocale().toString(count);
    }
    return count < million - thousand / 2 ? scaled(thousand) + QLatin1Char('k')
                                          : scaled(million) + QLatin1Char('M');
}

}  // namespace

ClientAge clientAge(qint64 rxNs, qint64 nowNs) {
    const qint64 seconds = (nowNs - rxNs) / nsPerSecond;
    if (seconds <= freshSecondsMax) {
        return ClientAge::fresh;
    }
    return seconds <= ageingSecondsMax ? ClientAge::ageing : ClientAge::old;
}

void MarkPainter::setStyle(const MapTones& tones, const QFont& font, double pixelRatio) {
    if (tones == tones_ && font == font_ && pixelRatio == pixelRatio_) {
        return;
    }
    tones_ = tones;
    font_ = font;
    pixelRatio_ = pixelRatio;
    dots_ = {renderDot(tones.fresh), renderDot(tones.ageing), renderDot(tones.old)};
    discs_.clear();
}

void MarkPainter::paint(QPainter& painter, std::span<const ClientMark> marks,
                        const StampStore& stamps, qint64 nowNs) {
    for (const ClientMark& mark : marks) {
        if (mark.isCluster()) {
            drawCentred(painter, disc(mark.count), mark.at);
            continue;
        }
        const ClientAge age = clientAge(stamps.row(mark.row).rxNs, nowNs);
        drawCentred(painter, dots_[static_cast<std::size_t>(age)], mark.at);
    }
}

const QPixmap& MarkPainter::disc(int count) {
    const QString text = discText(count);
    if (const QPixmap* const kept = discs_.object(text)) {
        return *kept;
    }
    auto* const made = new QPixmap(renderDisc(count, text));
    discs_.insert(text, made);
    return *made;
}

QPixmap MarkPainter::renderDot(const QColor& colour) const {
    const double radius = ClientMarks::radius(1);
    QPixmap image = transparentImage(2 * radius + 2, pixelRatio_);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tones_.rim, rimWidth));
    painter.setBrush(colour);
    painter.drawEllipse(QPointF(radius + 1, radius + 1), radius, radius);
    return image;
}

QPixmap MarkPainter::renderDisc(int count, const QString& text) const {
    const double radius = ClientMarks::radius(count);
    const QPointF centre(radius + 1, radius + 1);
    QPixmap image = transparentImage(2 * radius + 2, pixelRatio_);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(tones_.rim, rimWidth));
    painter.setBrush(tones_.cluster);
    painter.drawEllipse(centre, radius - rimWidth / 2, radius - rimWidth / 2);
    QFont font = font_;
    font.setBold(true);
    font.setPixelSize(text.size() > 3 ? 10 : 11);
    painter.setFont(font);
    painter.setPen(tones_.clusterText);
    painter.drawText(QRectF(0, 0, 2 * centre.x(), 2 * centre.y()), Qt::AlignCenter, text);
    return image;
}

}  // namespace herd
