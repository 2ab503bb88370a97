// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/chartview.h"

#include <QComboBox>
#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <array>

#include "console/herdstate.h"
#include "console/tone.h"

namespace herd {

namespace {

constexpr int refreshMs = 1'000;
const QString spanKey = QStringLiteral("charts/minutes");
constexpr qint64 msPerMinute = 60'000;
constexpr double usPerMs = 1'000;
constexpr double sampleLine = 22;

/// One quantity of a sample, in the unit of its chart.
struct Quantity {
    double HistorySample::*value;
    double divisor;
};

constexpr std::array<Quantity, 4> quantities{{
    {&HistorySample::updatesPerS, 1},
    {&HistorySample::answersPerS, 1},
    {&HistorySample::roundTripUs, usPerMs},
    {&HistorySample::clientConnections, 1},
}};

// Told apart also by most who do not see all colours.
constexpr std::array<QRgb, 8> lightColours{0xff0072b2, 0xffd55e00, 0xff009e73, 0xffa63d84,
                                           0xff8a6d00, 0xff4b4b4b, 0xff2aa0d8, 0xff6a3fb5};
constexpr std::array<QRgb, 8> darkColours{0xff56b4e9, 0xffff9d45, 0xff3fd2a2, 0xffe58fc4,
                                          0xfff0e442, 0xffc8c8c8, 0xff7fd0ff, 0xffb49cf0};

}  // namespace

/// The nodes' names, each with a piece of its line, in as many rows as they need.
class ChartView::Legend : public QWidget {
  public:
    using QWidget::QWidget;

    void show(QStringList names) {
        if (names != names_) {
            names_ = std::move(names);
            setAccessibleName(ChartView::tr("Lines: %1").arg(names_.join(QStringLiteral(", "))));
            updateGeometry();
            update();
        }
    }

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override {
        return static_cast<int>(layOut(width, [](int, QPointF) {}));
    }
    QSize sizeHint() const override { return {300, heightForWidth(300)}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QFontMetricsF metrics(font());
        layOut(width(), [&](int node, QPointF at) {
            painter.setPen(QPen(lineColour(node, isDark(palette())), 2.4, lineStyle(node)));
            const double y = at.y() + metrics.height() / 2;
            painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + sampleLine, y));
            painter.setPen(palette().color(QPalette::WindowText));
            painter.drawText(QPointF(at.x() + sampleLine + 5, at.y() + metrics.ascent()),
                             names_.at(node));
        });
    }

  private:
    /// Calls `place` with the corner of each name; returns the height.
    template <typename Place>
    double layOut(double width, Place place) const {
        const QFontMetricsF metrics(font());
        QPointF at(0, 2);
        for (qsizetype node = 0; node < names_.size(); ++node) {
            const double needed = sampleLine + 21 + metrics.horizontalAdvance(names_.at(node));
            if (at.x() > 0 && at.x() + needed > width) {
                at = QPointF(0, at.y() + metrics.height() + 2);
            }
            place(static_cast<int>(node), at);
            at.rx() += needed;
        }
        return at.y() + metrics.height() + 2;
    }

    QStringList names_;
};

ChartView::ChartView(HerdState& herd, QWidget* parent)
    : QWidget(parent), herd_(herd), legend_(new Legend(this)), span_(new QComboBox) {
    setObjectName(QStringLiteral("charts"));
    charts_ = {new LineChart(tr("Updates taken"), tr("a second")),
               new LineChart(tr("Answers sent"), tr("a second")),
               new LineChart(tr("Round trip of a status"), tr("ms")),
               new LineChart(tr("Client connections"), QString())};
    for (const int span : minutes) {
        span_->addItem(tr("%1 minutes").arg(span), span);
    }
    span_->setCurrentIndex(1);
    span_->setAccessibleName(tr("Time shown"));
    auto* const label = new QLabel(tr("&Last:"));
    label->setBuddy(span_);
    auto* const head = new QHBoxLayout;
    head->addWidget(legend_, 1);
    head->addWidget(label);
    head->addWidget(span_);
    auto* const grid = new QGridLayout(this);
    grid->addLayout(head, 0, 0, 1, 2);
    for (std::size_t index = 0; index < charts_.size(); ++index) {
        grid->addWidget(charts_[index], 1 + static_cast<int>(index) / 2,
                        static_cast<int>(index) % 2);
    }
    grid->setRowStretch(1, 1);
    grid->setRowStretch(2, 1);
    connect(span_, &QComboBox::currentIndexChanged, this, &ChartView::refresh);
    connect(&herd, &HerdState::nodesReset, this, &ChartView::refresh);
    connect(&second_, &QTimer::timeout, this, &ChartView::refresh);
    refresh();
}

QColor ChartView::lineColour(int node, bool dark) {
    const auto index = static_cast<std::size_t>(node) % lightColours.size();
    return QColor(dark ? darkColours[index] : lightColours[index]);
}

Qt::PenStyle ChartView::lineStyle(int node) {
    constexpr std::array<Qt::PenStyle, 4> styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine,
                                                 Qt::DashDotLine};
    return styles[static_cast<std::size_t>(node) / lightColours.size() % styles.size()];
}

void ChartView::refresh() {
    const qint64 endMs = QDateTime::currentMSecsSinceEpoch();
    const qint64 beginMs = endMs - span_->currentData().toInt() * msPerMinute;
    const bool dark = isDark(palette());
    QStringList names;
    std::array<std::vector<ChartSeries>, quantities.size()> series;
    for (std::size_t node = 0; node < herd_.nodes().size(); ++node) {
        const NodeView& view = herd_.nodes()[node];
        const auto number = static_cast<int>(node);
        names.append(view.client->name());
        for (std::size_t index = 0; index < quantities.size(); ++index) {
            ChartSeries line{names.constLast(), lineColour(number, dark), lineStyle(number), {}};
            for (int at = 0; at < view.history.size(); ++at) {
                const HistorySample& sample = view.history.at(at);
                if (sample.wallMs >= beginMs) {
                    line.points.emplace_back(
                        static_cast<double>(sample.wallMs),
                        sample.*quantities[index].value / quantities[index].divisor);
                }
            }
            series[index].push_back(std::move(line));
        }
    }
    for (std::size_t index = 0; index < quantities.size(); ++index) {
        charts_[index]->show(std::move(series[index]), beginMs, endMs);
    }
    legend_->show(names);
}

void ChartView::saveTo(QSettings& settings) const {
    settings.setValue(spanKey, span_->currentData());
}

void ChartView::restoreFrom(const QSettings& settings) {
    const int span = span_->findData(settings.value(spanKey).toInt());
    if (span >= 0) {
        span_->setCurrentIndex(span);
    }
}

void ChartView::showEvent(QShowEvent* event) {
    refresh();
    second_.start(refreshMs);
    QWidget::showEvent(event);
}

void ChartView::hideEvent(QHideEvent* event) {
    second_.stop();
    QWidget::hideEvent(event);
}

void ChartView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        refresh();
    }
    QWidget::changeEvent(event);
}

}  // namespace herd
