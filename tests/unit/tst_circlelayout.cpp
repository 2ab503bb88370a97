// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <algorithm>
#include <cmath>

#include "console/circlelayout.h"

namespace herd {

class TestCircleLayout : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void crossingsAreCounted();
    void ordersCrossLittle_data();
    void ordersCrossLittle();
    void placesLieOnACircle();
    void groupsStandTogether();
};

void TestCircleLayout::crossingsAreCounted() {
    QCOMPARE(crossings({0, 1, 2, 3}, {{0, 2}, {1, 3}}), 1);
    QCOMPARE(crossings({0, 2, 1, 3}, {{0, 2}, {1, 3}}), 0);
    QCOMPARE(crossings({0, 1, 2, 3}, {{0, 2}, {2, 3}, {0, 3}}), 0);
}

void TestCircleLayout::ordersCrossLittle_data() {
    QTest::addColumn<int>("nodes");
    QTest::addColumn<std::vector<NodePair>>("links");
    QTest::addColumn<int>("crossingsMax");
    using Links = std::vector<NodePair>;
    QTest::newRow("none") << 0 << Links{} << 0;
    QTest::newRow("one") << 1 << Links{} << 0;
    QTest::newRow("two") << 2 << Links{{0, 1}} << 0;
    QTest::newRow("sample herd") << 5 << Links{{0, 1}, {0, 2}, {0, 4}, {1, 4}, {2, 3}} << 0;
    QTest::newRow("a shuffled ring of eight")
        << 8 << Links{{0, 5}, {5, 2}, {2, 7}, {7, 1}, {1, 4}, {4, 3}, {3, 6}, {6, 0}} << 0;
    QTest::newRow("all with all of five")
        << 5
        << Links{{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}}
        << 5;
    Links star;
    for (int leaf = 1; leaf < 40; ++leaf) {
        star.push_back({0, leaf});
    }
    QTest::newRow("a star of forty") << 40 << star << 0;
    Links ring;
    for (int node = 0; node < 12; ++node) {
        ring.push_back({node * 5 % 12, (node + 1) * 5 % 12});
    }
    QTest::newRow("a shuffled ring of twelve") << 12 << ring << 3;
}

void TestCircleLayout::ordersCrossLittle() {
    QFETCH(int, nodes);
    QFETCH(std::vector<NodePair>, links);
    QFETCH(int, crossingsMax);
    const std::vector<int> order = circleOrder(nodes, links);
    std::vector<int> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    QCOMPARE(sorted.size(), static_cast<std::size_t>(nodes));
    for (int node = 0; node < nodes; ++node) {
        QCOMPARE(sorted[static_cast<std::size_t>(node)], node);
    }
    QVERIFY(crossings(order, links) <= crossingsMax);
    QCOMPARE(circleOrder(nodes, links), order);
}

void TestCircleLayout::placesLieOnACircle() {
    const std::vector<QPointF> places = circlePlaces({0, 2, 1, 3}, {});
    QVERIFY(std::abs(places[0].x()) < 1e-12);
    QCOMPARE(places[0].y(), -1.0);
    QVERIFY(std::abs(places[2].x() - 1) < 1e-12);
    QVERIFY(std::abs(places[1].y() - 1) < 1e-12);
    QVERIFY(std::abs(places[3].x() + 1) < 1e-12);
    QVERIFY(circlePlaces({}, {}).empty());
}

void TestCircleLayout::groupsStandTogether() {
    const std::vector<QPointF> places = circlePlaces({0, 1, 2, 3, 4, 5}, {{0, 2, 4}, {1, 3}, {5}});
    const auto apart = [&places](std::size_t a, std::size_t b) {
        const QPointF difference = places[a] - places[b];
        return std::hypot(difference.x(), difference.y());
    };
    const double neighbours = apart(0, 2);
    QVERIFY(std::abs(apart(2, 4) - neighbours) < 1e-12);
    QVERIFY(std::abs(apart(1, 3) - neighbours) < 1e-12);
    QVERIFY(apart(4, 1) > 1.5 * neighbours);
    QVERIFY(apart(3, 5) > 1.5 * neighbours);
    QVERIFY(apart(5, 0) > 1.5 * neighbours);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestCircleLayout)
#include "tst_circlelayout.moc"
