// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <cmath>
#include <numeric>
#include <set>

#include "console/clientmarks.h"
#include "console/trails.h"

namespace herd {

namespace {

PackedPoint pointOf(double latitude, double longitude) {
    return packed(project({latitude, longitude}));
}

MapCamera cameraAt(GeoPoint place, int zoom, QSize size = {800, 600}) {
    MapCamera camera;
    camera.resize(size);
    camera.zoomTo(zoom, {});
    camera.setCentre(project(place));
    return camera;
}

int clientsIn(const std::vector<ClientMark>& marks) {
    return std::accumulate(marks.begin(), marks.end(), 0,
                           [](int sum, const ClientMark& mark) { return sum + mark.count; });
}

PackedPoint step(std::uint32_t number) {
    return {number, 1};
}

}  // namespace

/// Clients as dots and clusters, and where they came from.
class TestMapMarks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fewClientsAreDots();
    void oneTooManyIsACluster();
    void everyClientInViewIsCountedOnce_data();
    void everyClientInViewIsCountedOnce();
    void clustersStayWhenTheMapMoves();
    void clustersKeepApart();
    void marksAreFoundByPixel();
    void narrowWorldsShowClientsAgain();
    void trailsShowMoves();
    void trailsHaveATimeWindow();
    void trailsForgetTheOldest();
    void trailsOfOneClientAreBounded();
    void standingStillLeavesNoTrail();
};

void TestMapMarks::fewClientsAreDots() {
    const MapCamera camera = cameraAt({10, 10}, 30);
    const std::vector<PackedPoint> clients(ClientMarks::singlesMax, pointOf(10, 10));
    ClientMarks marks;
    const std::vector<ClientMark> placed = marks.place(clients, camera);
    QCOMPARE(placed.size(), std::size_t{ClientMarks::singlesMax});
    std::set<int> rows;
    for (const ClientMark& mark : placed) {
        QVERIFY(!mark.isCluster());
        QVERIFY(std::hypot(mark.at.x() - 400, mark.at.y() - 300) <= 1);
        rows.insert(mark.row);
    }
    QCOMPARE(rows.size(), std::size_t{ClientMarks::singlesMax});
}

void TestMapMarks::oneTooManyIsACluster() {
    const MapCamera camera = cameraAt({10, 10}, 30);
    const std::vector<PackedPoint> clients(ClientMarks::singlesMax + 1, pointOf(10, 10));
    ClientMarks marks;
    const std::vector<ClientMark> placed = marks.place(clients, camera);
    QCOMPARE(placed.size(), std::size_t{1});
    QVERIFY(placed[0].isCluster());
    QCOMPARE(placed[0].count, static_cast<int>(ClientMarks::singlesMax + 1));
}

void TestMapMarks::everyClientInViewIsCountedOnce_data() {
    QTest::addColumn<double>("longitude");
    QTest::addColumn<int>("zoom");
    for (const double longitude : {0.0, 100.5, 179.99, -179.99}) {
        for (const int zoom : {12, 17, 24, 50, zoomMax}) {
            QTest::addRow("%g at %d", longitude, zoom) << longitude << zoom;
        }
    }
}

void TestMapMarks::everyClientInViewIsCountedOnce() {
    QFETCH(double, longitude);
    QFETCH(int, zoom);
    const MapCamera camera = cameraAt({30, longitude}, zoom);
    std::vector<PackedPoint> clients;
    // A lattice over the view, and as far away as the world goes.
    for (int x = 5; x < 800; x += 13) {
        for (int y = 5; y < 600; y += 17) {
            clients.push_back(packed(camera.toWorld(QPointF(x, y))));
        }
    }
    const auto inView = static_cast<int>(clients.size());
    const WorldPoint antipode{camera.centre().x + 0.5, camera.centre().y};
    const bool antipodeIsFar = camera.worldSize() > 2 * 900;
    for (int copies = 0; copies < 100 && antipodeIsFar; ++copies) {
        clients.push_back(packed(antipode));
    }
    ClientMarks marks;
    const std::vector<ClientMark> placed = marks.place(clients, camera);
    QCOMPARE(clientsIn(placed), inView);
    for (const ClientMark& mark : placed) {
        QVERIFY(mark.at.x() > -60 && mark.at.x() < 860 && mark.at.y() > -60 && mark.at.y() < 660);
    }
}

void TestMapMarks::clustersStayWhenTheMapMoves() {
    MapCamera camera = cameraAt({48, 11}, 28);
    std::vector<PackedPoint> clients;
    for (int x = 200; x < 600; x += 3) {
        clients.push_back(packed(camera.toWorld(QPointF(x, 300 + x % 50))));
    }
    ClientMarks marks;
    const std::vector<ClientMark> before = marks.place(clients, camera);
    camera.panBy({37, -12});
    const std::vector<ClientMark> after = marks.place(clients, camera);
    QCOMPARE(after.size(), before.size());
    for (const ClientMark& mark : before) {
        const ClientMark* const same = marks.at(mark.at + QPointF(37, -12));
        QVERIFY(same != nullptr);
        QCOMPARE(same->count, mark.count);
    }
}

void TestMapMarks::clustersKeepApart() {
    const MapCamera camera = cameraAt({0, 0}, 20);
    std::vector<PackedPoint> clients;
    for (int x = 0; x < 800; ++x) {
        for (int y = 0; y < 600; y += 4) {
            clients.push_back(packed(camera.toWorld(QPointF(x, y))));
        }
    }
    ClientMarks marks;
    const std::vector<ClientMark> placed = marks.place(clients, camera);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        for (std::size_t j = i + 1; j < placed.size(); ++j) {
            if (placed[i].isCluster() && placed[j].isCluster()) {
                const QPointF apart = placed[i].at - placed[j].at;
                QVERIFY(std::hypot(apart.x(), apart.y()) >=
                        ClientMarks::radius(placed[i].count) +
                            ClientMarks::radius(placed[j].count) - 1e-6);
            }
        }
    }
    QVERIFY(2 * ClientMarks::radius(100'000'000) <= ClientMarks::cellPixels);
}

void TestMapMarks::marksAreFoundByPixel() {
    const MapCamera camera = cameraAt({0, 0}, 30);
    const std::vector<PackedPoint> clients{packed(camera.toWorld(QPointF(100, 100))),
                                           packed(camera.toWorld(QPointF(108, 100)))};
    ClientMarks marks;
    marks.place(clients, camera);
    QCOMPARE(marks.at({101, 100})->row, 0);
    QCOMPARE(marks.at({107, 100})->row, 1);
    QVERIFY(marks.at({100, 106}) != nullptr);
    QVERIFY(marks.at({100, 109}) == nullptr);
}

void TestMapMarks::narrowWorldsShowClientsAgain() {
    const MapCamera camera = cameraAt({0, 0}, 0);
    const std::vector<PackedPoint> clients{pointOf(0, 0)};
    ClientMarks marks;
    const std::vector<ClientMark> placed = marks.place(clients, camera);
    int inView = 0;
    for (const ClientMark& mark : placed) {
        inView += mark.at.x() >= 0 && mark.at.x() < 800 ? 1 : 0;
    }
    QCOMPARE(inView, 3);
    QVERIFY(marks.at({400, 300}) != nullptr);
    QVERIFY(marks.at({400 - 256, 300}) != nullptr);
    QVERIFY(marks.at({400 + 256, 300}) != nullptr);
}

void TestMapMarks::trailsShowMoves() {
    Trails trails;
    trails.move(3, step(1), step(2), 1'000);
    trails.move(5, step(50), step(51), 1'500);
    trails.move(3, step(2), step(3), 2'000);
    QCOMPARE(trails.trail(3, 0), (std::vector<PackedPoint>{step(3), step(2), step(1)}));
    QCOMPARE(trails.trail(5, 0), (std::vector<PackedPoint>{step(51), step(50)}));
    QVERIFY(trails.trail(4, 0).empty());
    QVERIFY(trails.trail(99, 0).empty());
    QVERIFY(trails.trail(-1, 0).empty());
    trails.clear();
    QVERIFY(trails.trail(3, 0).empty());
    QCOMPARE(trails.size(), std::size_t{0});
}

void TestMapMarks::trailsHaveATimeWindow() {
    Trails trails;
    trails.move(0, step(1), step(2), 1'000);
    trails.move(0, step(2), step(3), 2'000);
    trails.move(0, step(3), step(4), 3'000);
    // The point before the window is where it came from.
    QCOMPARE(trails.trail(0, 2'000), (std::vector<PackedPoint>{step(4), step(3), step(2)}));
    QCOMPARE(trails.trail(0, 2'001), (std::vector<PackedPoint>{step(4), step(3)}));
    QVERIFY(trails.trail(0, 3'001).empty());
}

void TestMapMarks::trailsForgetTheOldest() {
    Trails trails(4);
    trails.move(0, step(1), step(2), 0);
    trails.move(0, step(2), step(3), 1);
    trails.move(0, step(3), step(4), 2);
    QCOMPARE(trails.trail(0, 0).size(), std::size_t{4});
    trails.move(0, step(4), step(5), 3);
    QCOMPARE(trails.trail(0, 0), (std::vector<PackedPoint>{step(5), step(4), step(3), step(2)}));
    trails.move(1, step(10), step(11), 4);
    trails.move(1, step(11), step(12), 5);
    trails.move(1, step(12), step(13), 6);
    QVERIFY(trails.trail(0, 0).empty());
    QCOMPARE(trails.trail(1, 0).size(), std::size_t{4});
    QCOMPARE(trails.size(), std::size_t{4});
    // One that was forgotten begins anew.
    trails.move(0, step(7), step(8), 7);
    QCOMPARE(trails.trail(0, 0), (std::vector<PackedPoint>{step(8), step(7)}));
}

void TestMapMarks::trailsOfOneClientAreBounded() {
    Trails trails;
    for (std::uint32_t move = 0; move < Trails::pointsPerClientMax + 10; ++move) {
        trails.move(0, step(move), step(move + 1), move);
    }
    QCOMPARE(trails.trail(0, 0).size(), std::size_t{Trails::pointsPerClientMax});
    QCOMPARE(trails.trail(0, 0).front(), step(Trails::pointsPerClientMax + 10));
}

void TestMapMarks::standingStillLeavesNoTrail() {
    Trails trails;
    trails.move(0, step(1), step(1), 1'000);
    QVERIFY(trails.trail(0, 0).empty());
    QCOMPARE(trails.size(), std::size_t{0});
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestMapMarks)
#include "tst_mapmarks.moc"
