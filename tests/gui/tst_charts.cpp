// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDateTime>
#include <QTest>
#include <cmath>

#include "console/chartview.h"
#include "console/herdstate.h"
#include "console/linechart.h"
#include "tests/gui/scriptedadmin.h"

namespace herd {

namespace {

const double noNumber = std::nan("");
const QRectF frame(10, 20, 100, 50);

ChartSeries series(const char* name, std::vector<QPointF> points) {
    return {QString::fromLatin1(name), QColor(200, 0, 0), Qt::SolidLine, std::move(points)};
}

}  // namespace

class TestCharts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void valuesBecomePixels();
    void gapsAreLeftOpen_data();
    void gapsAreLeftOpen();
    void columnsKeepTheirExtremes();
    void pointsOutsideAreLeftOut();
    void timeTicksAreRound_data();
    void timeTicksAreRound();
    void valuesAreToldByTime();
    void linesAreDrawn();
    void aViewHasALineForEachNode();
};

void TestCharts::valuesBecomePixels() {
    const auto lines = chartLines({{1'000, 0}, {2'000, 10}, {3'000, 5}}, frame, 1'000, 3'000, 10);
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(lines[0], QPolygonF({{10, 70}, {60, 20}, {110, 45}}));
}

void TestCharts::gapsAreLeftOpen_data() {
    QTest::addColumn<std::vector<QPointF>>("points");
    QTest::addColumn<int>("lines");
    using Points = std::vector<QPointF>;
    QTest::newRow("none") << Points{} << 0;
    QTest::newRow("one point") << Points{{1'000, 1}} << 1;
    QTest::newRow("together") << Points{{1'000, 1}, {2'000, 1}, {3'000, 1}} << 1;
    QTest::newRow("no number between") << Points{{1'000, 1}, {2'000, noNumber}, {3'000, 1}} << 2;
    QTest::newRow("no numbers at all") << Points{{1'000, noNumber}, {2'000, noNumber}} << 0;
    QTest::newRow("as far apart as may be") << Points{{1'000, 1}, {1'000 + chartGapMs, 1}} << 1;
    QTest::newRow("too far apart") << Points{{1'000, 1}, {1'001 + chartGapMs, 1}} << 2;
}

void TestCharts::gapsAreLeftOpen() {
    QFETCH(std::vector<QPointF>, points);
    QFETCH(int, lines);
    QCOMPARE(chartLines(points, frame, 0, 10'000, 1).size(), static_cast<std::size_t>(lines));
}

void TestCharts::columnsKeepTheirExtremes() {
    std::vector<QPointF> points;
    for (int second = 0; second <= 3'600; ++second) {
        points.emplace_back(second * 1'000.0, second == 1'801 ? 100 : (second == 2'701 ? 25 : 50));
    }
    const auto lines = chartLines(points, frame, 0, 3'600'000, 100);
    QCOMPARE(lines.size(), std::size_t{1});
    QVERIFY(lines[0].size() <= 4 * 101);
    QCOMPARE(lines[0].boundingRect().top(), frame.top());
    QCOMPARE(lines[0].boundingRect().bottom(), frame.bottom() - frame.height() / 4);
}

void TestCharts::pointsOutsideAreLeftOut() {
    const auto lines =
        chartLines({{0, 1}, {1'000, 1}, {2'000, 1}, {3'000, 1}}, frame, 1'000, 2'000, 1);
    QCOMPARE(lines.size(), std::size_t{1});
    QCOMPARE(lines[0].size(), 2);
}

void TestCharts::timeTicksAreRound_data() {
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<qint64>("step");
    QTest::newRow("an hour") << qint64{3'600'000} << 4 << qint64{900'000};
    QTest::newRow("a quarter") << qint64{900'000} << 4 << qint64{300'000};
    QTest::newRow("five minutes") << qint64{300'000} << 3 << qint64{120'000};
    QTest::newRow("a minute") << qint64{60'000} << 3 << qint64{30'000};
    QTest::newRow("half a minute") << qint64{30'000} << 3 << qint64{10'000};
    QTest::newRow("a day") << qint64{86'400'000} << 1 << qint64{3'600'000};
}

void TestCharts::timeTicksAreRound() {
    QFETCH(qint64, span);
    QFETCH(int, wanted);
    QFETCH(qint64, step);
    const QDateTime begin(QDate(2026, 3, 5), QTime(14, 7, 23, 456));
    const std::vector<qint64> ticks =
        timeTicks(begin.toMSecsSinceEpoch(), begin.toMSecsSinceEpoch() + span, wanted);
    QVERIFY(!ticks.empty());
    for (std::size_t index = 0; index < ticks.size(); ++index) {
        QVERIFY(ticks[index] >= begin.toMSecsSinceEpoch());
        QVERIFY(ticks[index] <= begin.toMSecsSinceEpoch() + span);
        const QTime time = QDateTime::fromMSecsSinceEpoch(ticks[index]).time();
        QCOMPARE(time.msecsSinceStartOfDay() % step, 0);
        if (index > 0) {
            QCOMPARE(ticks[index] - ticks[index - 1], step);
        }
    }
}

void TestCharts::valuesAreToldByTime() {
    LineChart chart(QStringLiteral("Speed"), QStringLiteral("m/s"));
    chart.show({series("Hands", {{1'000, 3}, {2'000, 4}, {3'000, noNumber}}),
                series("Welsh", {{2'100, 1'500}})},
               0, 10'000);
    QCOMPARE(chart.valuesAt(2'000),
             (QStringList{QStringLiteral("Hands: 4 m/s"), QStringLiteral("Welsh: 1.5 k m/s")}));
    QCOMPARE(chart.valuesAt(1'400)[0], QStringLiteral("Hands: 3 m/s"));
    QCOMPARE(chart.valuesAt(9'000)[0], QStringLiteral("Hands: not known"));
    QCOMPARE(chart.valuesAt(-9'000)[1], QStringLiteral("Welsh: not known"));
}

void TestCharts::linesAreDrawn() {
    LineChart chart(QStringLiteral("Speed"), QStringLiteral("m/s"));
    chart.resize(400, 200);
    chart.show({series("Hands", {{0, 1}, {3'000, 1}, {6'000, 1}, {9'000, 1}})}, 0, 9'000);
    const QImage image = chart.grab().toImage();
    const QRectF inside = chart.frame();
    // The axis goes to 1, so the line lies along its top.
    const QPoint on(static_cast<int>(inside.center().x()), static_cast<int>(inside.top()));
    const QColor drawn = image.pixelColor(on);
    QVERIFY2(drawn.red() > 150 && drawn.green() < 120, qPrintable(drawn.name()));
    QCOMPARE(image.pixelColor(on + QPoint(3, 8)), chart.palette().color(QPalette::Base));
}

void TestCharts::aViewHasALineForEachNode() {
    ScriptedAdmin hands("Hands");
    ScriptedAdmin welsh("Welsh");
    hands.status.clientConnections = 7;
    welsh.status.clientConnections = 9;
    HerdState herd;
    ChartView view(herd);
    view.resize(700, 500);
    view.show();
    herd.open(QStringLiteral("herd"), {hands.address(), welsh.address()}, {});
    QCOMPARE(view.charts().size(), std::size_t{4});
    const auto now = [] { return static_cast<double>(QDateTime::currentMSecsSinceEpoch()); };
    const LineChart& connections = *view.charts()[3];
    QTRY_COMPARE(connections.valuesAt(now()),
                 (QStringList{QStringLiteral("Hands: 7"), QStringLiteral("Welsh: 9")}));
    QVERIFY(ChartView::lineColour(0, false) != ChartView::lineColour(1, false));
    QVERIFY(ChartView::lineColour(0, false) == ChartView::lineColour(8, false));
    QVERIFY(ChartView::lineStyle(0) != ChartView::lineStyle(8));
}

}  // namespace herd

QTEST_MAIN(herd::TestCharts)
#include "tst_charts.moc"
