// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linechart.h"

#include <QDateTime>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "console/mapdecoration.h"
#include "console/maptones.h"
#include "console/ticks.h"

namespace herd {

namespace {

constexpr double edge = 6;
constexpr double labelGap = 5;
constexpr double linePixels = 70;   // between ticks of the value axis, as a wish
constexpr double timePixels = 110;  // between ticks of the time axis, likewise
constexpr qint64 secondMs = 1'000;
constexpr qint64 minuteMs = 60 * secondMs;
constexpr std::array<qint64, 9> timeSteps{10 * secondMs, 30 * secondMs, minuteMs,
                                          2 * minuteMs,  5 * minuteMs,  10 * minuteMs,
                                          15 * minuteMs, 30 * minuteMs, 60 * minuteMs};

/// The points of one column of pixels: where the line comes in, its extremes, where it goes out.
struct Column {
    double x = 0;
    double first = 0;
    double least = 0;
    double greatest = 0;
    double last = 0;

    void appendTo(QPolygonF& line) const {
        double before = first;
        line.append(QPointF(x, first));
        for (const double y : {least, greatest, last}) {
            if (y != before) {
                line.append(QPointF(x, y));
                before = y;
            }
        }
    }
};

/// The point of the series that is nearest in time; null if none is near.
const QPointF* pointAt(const ChartSeries& series, double ms) {
    const auto after =
        std::lower_bound(series.points.begin(), series.points.end(), ms,
                         [](const QPointF& point, double time) { return point.x() < time; });
    const QPointF* nearest = nullptr;
    for (auto point = after == series.points.begin() ? after : after - 1;
         point != series.points.end() && point <= after; ++point) {
        const double distance = std::abs(point->x() - ms);
        if (distance <= chartGapMs / 2 && std::isfinite(point->y()) &&
            (nearest == nullptr || distance < std::abs(nearest->x() - ms))) {
            nearest = &*point;
        }
    }
    return nearest;
}

}  // namespace

std::vector<QPolygonF> chartLines(const std::vector<QPointF>& points, const QRectF& frame,
                                  double beginMs, double endMs, double greatest) {
    std::vector<QPolygonF> lines;
    QPolygonF line;
    std::optional<Column> column;
    const auto finish = [&lines, &line, &column] {
        if (column) {
            column->appendTo(line);
            column.reset();
        }
        if (!line.isEmpty()) {
            lines.push_back(line);
            line.clear();
        }
    };
    double beforeMs = beginMs;
    for (const QPointF& point : points) {
        if (point.x() < beginMs || point.x() > endMs) {
            continue;
        }
        if (!std::isfinite(point.y()) || point.x() - beforeMs > chartGapMs) {
            finish();
        }
        beforeMs = point.x();
        if (!std::isfinite(point.y())) {
            continue;
        }
        const double x =
            frame.left() + std::round((point.x() - beginMs) / (endMs - beginMs) * frame.width());
        const double y = frame.bottom() - point.y() / greatest * frame.height();
        if (column && column->x == x) {
            column->least = std::min(column->least, y);
            column->greatest = std::max(column->greatest, y);
            column->last = y;
            continue;
        }
        if (column) {
            column->appendTo(line);
        }
        column = Column{x, y, y, y, y};
    }
    finish();
    return lines;
}

std::vector<qint64> timeTicks(qint64 beginMs, qint64 endMs, int wanted) {
    const qint64 least = (endMs - beginMs) / std::max(wanted, 1);
    const auto* found = std::find_if(timeSteps.begin(), timeSteps.end(),
                                     [least](qint64 step) { return step >= least; });
    const qint64 step = found == timeSteps.end() ? timeSteps.back() : *found;
    // Round times of the local clock: zones are off by whole quarters of an hour.
    const qint64 offset =
        qint64{QDateTime::fromMSecsSinceEpoch(beginMs).offsetFromUtc()} * secondMs;
    std::vector<qint64> ticks;
    for (qint64 tick = (beginMs + offset + step - 1) / step * step - offset; tick <= endMs;
         tick += step) {
        ticks.push_back(tick);
    }
    return ticks;
}

LineChart::LineChart(const QString& title, const QString& unit, QWidget* parent)
    : QWidget(parent), title_(title), unit_(unit) {
    setMouseTracking(true);
    setAccessibleName(title);
}

void LineChart::show(std::vector<ChartSeries> series, qint64 beginMs, qint64 endMs) {
    series_ = std::move(series);
    beginMs_ = beginMs;
    endMs_ = std::max(endMs, beginMs + 1);
    setAccessibleDescription(valuesAt(static_cast<double>(endMs)).join(QStringLiteral(", ")));
    update();
}

QStringList LineChart::valuesAt(double ms) const {
    QStringList values;
    for (const ChartSeries& series : series_) {
        const QPointF* const point = pointAt(series, ms);
        values.append(point == nullptr ? tr("%1: not known").arg(series.name)
                                       : QStringLiteral("%1: %2 %3")
                                             .arg(series.name, shortNumber(point->y()), unit_)
                                             .trimmed());
    }
    return values;
}

double LineChart::greatestValue() const {
    double greatest = 0;
    for (const ChartSeries& series : series_) {
        for (const QPointF& point : series.points) {
            if (point.x() >= static_cast<double>(beginMs_) && point.y() > greatest) {
                greatest = point.y();
            }
        }
    }
    return greatest;
}

QRectF LineChart::frame() const {
    const QFontMetricsF metrics(font());
    const double left = metrics.horizontalAdvance(QStringLiteral("999 k")) + labelGap + edge;
    return QRectF(rect()).adjusted(left, 1.5 * metrics.height() + 2 * edge, -2 * edge,
                                   -metrics.height() - labelGap - 2);
}

void LineChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    const QRectF frame = this->frame();
    const int wanted = std::max(1, static_cast<int>(frame.height() / linePixels * 2));
    const std::vector<double> ticks = axisTicks(greatestValue(), wanted);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QPointF(edge, edge + QFontMetricsF(bold).ascent()),
                     unit_.isEmpty() ? title_ : tr("%1 (%2)").arg(title_, unit_));
    painter.setFont(font());
    paintAxes(painter, frame, ticks);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(frame.adjusted(0, -2, 1, 2));
    for (const ChartSeries& series : series_) {
        painter.setPen(QPen(series.colour, 1.6, series.style, Qt::RoundCap, Qt::RoundJoin));
        for (const QPolygonF& line : chartLines(series.points, frame, static_cast<double>(beginMs_),
                                                static_cast<double>(endMs_), ticks.back())) {
            if (line.size() == 1) {
                painter.drawPoint(line.constFirst());
            } else {
                painter.drawPolyline(line);
            }
        }
    }
    painter.setClipping(false);
    paintHover(painter, frame, ticks.back());
}

void LineChart::paintAxes(QPainter& painter, const QRectF& frame,
                          const std::vector<double>& ticks) const {
    const QColor text =
        mixed(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.7);
    const QColor grid =
        mixed(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.12);
    const QFontMetricsF metrics(font());
    for (const double tick : ticks) {
        const double y = std::round(frame.bottom() - tick / ticks.back() * frame.height());
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y));
        painter.setPen(text);
        painter.drawText(
            QRectF(0, y - metrics.height() / 2, frame.left() - labelGap, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, shortNumber(tick));
    }
    const int wanted = std::max(1, static_cast<int>(frame.width() / timePixels));
    for (const qint64 tick : timeTicks(beginMs_, endMs_, wanted)) {
        const double share =
            static_cast<double>(tick - beginMs_) / static_cast<double>(endMs_ - beginMs_);
        const double x = std::round(frame.left() + share * frame.width());
        const QTime time = QDateTime::fromMSecsSinceEpoch(tick).time();
        const QString label = QLocale().toString(
            time, time.second() == 0 ? QStringLiteral("HH:mm") : QStringLiteral("HH:mm:ss"));
        painter.setPen(QPen(grid, 1));
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom() + 3));
        const double half = metrics.horizontalAdvance(label) / 2;
        if (x - half >= 0 && x + half <= width()) {
            painter.setPen(text);
            painter.drawText(QPointF(x - half, frame.bottom() + labelGap + metrics.ascent()),
                             label);
        }
    }
}

void LineChart::paintHover(QPainter& painter, const QRectF& frame, double greatest) const {
    if (!hover_ || !frame.contains(*hover_)) {
        return;
    }
    const double span = static_cast<double>(endMs_ - beginMs_);
    const double ms =
        static_cast<double>(beginMs_) + (hover_->x() - frame.left()) / frame.width() * span;
    painter.setPen(QPen(palette().color(QPalette::PlaceholderText), 1));
    painter.drawLine(QPointF(hover_->x(), frame.top()), QPointF(hover_->x(), frame.bottom()));
    for (const ChartSeries& series : series_) {
        if (const QPointF* const point = pointAt(series, ms)) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(series.colour);
            painter.drawEllipse(
                QPointF(hover_->x(), frame.bottom() - point->y() / greatest * frame.height()), 3,
                3);
        }
    }
    const QTime time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(ms)).time();
    QStringList lines{QLocale().toString(time, QStringLiteral("HH:mm:ss"))};
    lines.append(valuesAt(ms));
    paintCard(painter, rect(), *hover_, lines, mapTones(palette()));
}

void LineChart::mouseMoveEvent(QMouseEvent* event) {
    hover_ = event->position();
    update();
}

void LineChart::leaveEvent(QEvent* event) {
    hover_.reset();
    update();
    QWidget::leaveEvent(event);
}

}  // namespace herd
