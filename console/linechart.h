// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QPolygonF>
#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

namespace herd {

/// One line of a chart. A point's x is a wall clock's milliseconds; a y that is no number is a gap.
struct ChartSeries {
    QString name;
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
    std::vector<QPointF> points;  ///< by x, ascending
};

/// Points further apart than this are not joined.
inline constexpr double chartGapMs = 3'500;

/// The series between two times, in pixels of `frame`, where `greatest` is at its top and 0 at its
/// bottom. Where several points fall on one column of pixels, the extremes stand for them.
[[nodiscard]] std::vector<QPolygonF> chartLines(const std::vector<QPointF>& points,
                                                const QRectF& frame, double beginMs, double endMs,
                                                double greatest);

/// Where the time axis has its ticks: at round times of the clock, about `wanted` of them.
[[nodiscard]] std::vector<qint64> timeTicks(qint64 beginMs, qint64 endMs, int wanted);

/// A quantity over time, a line for each series, with axes, and the values under the mouse. Shows
/// what it is given. Owned by a ChartView.
class LineChart : public QWidget {
    Q_OBJECT

  public:
    LineChart(const QString& title, const QString& unit, QWidget* parent = nullptr);

    void show(std::vector<ChartSeries> series, qint64 beginMs, qint64 endMs);

    /// `Hands: 12 k`, …: the values of all series at that time.
    [[nodiscard]] QStringList valuesAt(double ms) const;
    QRectF frame() const;

    QSize sizeHint() const override { return {320, 180}; }
    QSize minimumSizeHint() const override { return {160, 100}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void paintAxes(QPainter& painter, const QRectF& frame, const std::vector<double>& ticks) const;
    void paintHover(QPainter& painter, const QRectF& frame, double greatest) const;
    double greatestValue() const;

    QString title_;
    QString unit_;
    std::vector<ChartSeries> series_;
    qint64 beginMs_ = 0;
    qint64 endMs_ = 1;
    std::optional<QPointF> hover_;
};

}  // namespace herd
