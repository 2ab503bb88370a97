// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <cmath>

#include "console/projection.h"

namespace herd {

namespace {

constexpr double tiny = 1e-9;

bool isNear(QPointF a, QPointF b, double distance) {
    return std::hypot(a.x() - b.x(), a.y() - b.y()) <= distance;
}

MapCamera cameraAt(GeoPoint place, int zoom, QSize size = {800, 600}) {
    MapCamera camera;
    camera.resize(size);
    camera.zoomTo(zoom, {});
    camera.setCentre(project(place));
    return camera;
}

std::vector<PackedPoint> packedPlaces(const std::vector<GeoPoint>& places) {
    std::vector<PackedPoint> points;
    for (const GeoPoint place : places) {
        points.push_back(packed(project(place)));
    }
    return points;
}

}  // namespace

class TestProjection : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void places_data();
    void places();
    void wrapping_data();
    void wrapping();
    void packingIsExactToACentimetre();
    void zoomStepsAreWholePixels();
    void scales_data();
    void scales();
    void bounds_data();
    void bounds();
    void pixelsGoThereAndBack_data();
    void pixelsGoThereAndBack();
    void zoomKeepsThePointUnderTheCursor_data();
    void zoomKeepsThePointUnderTheCursor();
    void zoomStaysWithinItsLimits();
    void panningGoesRoundTheWorldAndStopsAtThePoles();
    void theNearestCopyIsShown();
    void fittingShowsAll();
    void originsLieOnScreenPixels();
};

void TestProjection::places_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("y");
    QTest::newRow("null island") << 0.0 << 0.0 << 0.5 << 0.5;
    QTest::newRow("west edge") << 0.0 << -180.0 << 0.0 << 0.5;
    QTest::newRow("east edge") << 0.0 << 180.0 << 1.0 << 0.5;
    QTest::newRow("beyond the east edge") << 0.0 << 190.0 << 1.0 + 10.0 / 360 << 0.5;
    QTest::newRow("north edge") << mercatorLatitudeMax << 0.0 << 0.5 << 0.0;
    QTest::newRow("north pole") << 90.0 << 0.0 << 0.5 << 0.0;
    QTest::newRow("south edge") << -mercatorLatitudeMax << 0.0 << 0.5 << 1.0;
    QTest::newRow("south pole") << -90.0 << 0.0 << 0.5 << 1.0;
    // EPSG 3857 of 60° N: y = R ln tan(75°) = 8,399,737.89 m.
    QTest::newRow("sixty north") << 60.0 << 30.0 << 0.5 + 30.0 / 360
                                 << 0.5 - 8'399'737.889818 / equatorMetres;
}

void TestProjection::places() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(double, x);
    QFETCH(double, y);
    const WorldPoint point = project({latitude, longitude});
    QVERIFY2(std::abs(point.x - x) < tiny, qPrintable(QString::number(point.x, 'g', 12)));
    QVERIFY2(std::abs(point.y - y) < tiny, qPrintable(QString::number(point.y, 'g', 12)));
    const GeoPoint back = unproject(point);
    QVERIFY(std::abs(back.latitude - std::min(std::abs(latitude), mercatorLatitudeMax) *
                                         (latitude < 0 ? -1 : 1)) < 1e-7);
    QVERIFY(std::abs(std::remainder(back.longitude - longitude, 360)) < 1e-7);
    QVERIFY(back.longitude >= -180 && back.longitude < 180);
}

void TestProjection::wrapping_data() {
    QTest::addColumn<double>("x");
    QTest::addColumn<double>("inWorld");
    QTest::newRow("inside") << 0.25 << 0.25;
    QTest::newRow("west edge") << 0.0 << 0.0;
    QTest::newRow("east edge") << 1.0 << 0.0;
    QTest::newRow("next world") << 1.25 << 0.25;
    QTest::newRow("world before") << -0.25 << 0.75;
    QTest::newRow("a hair before the west edge") << -1e-18 << 0.0;
    QTest::newRow("far away") << -7.75 << 0.25;
}

void TestProjection::wrapping() {
    QFETCH(double, x);
    QFETCH(double, inWorld);
    QCOMPARE(wrapped(x), inWorld);
}

void TestProjection::packingIsExactToACentimetre() {
    for (const WorldPoint point : {WorldPoint{0, 0}, WorldPoint{0.123456789, 0.987654321},
                                   WorldPoint{0.9999999999, 0.9999999999}, WorldPoint{1, 1}}) {
        const WorldPoint back = unpacked(packed(point));
        QVERIFY(std::abs(std::remainder(back.x - point.x, 1)) * equatorMetres < 0.01);
        QVERIFY(std::abs(back.y - point.y) * equatorMetres < 0.01);
    }
    QCOMPARE(packed({1.25, 2}), (PackedPoint{1U << 30, UINT32_MAX}));
    QCOMPARE(packed({-0.75, -1}), (PackedPoint{1U << 30, 0}));
}

void TestProjection::zoomStepsAreWholePixels() {
    for (int zoom = 0; zoom <= zoomMax; ++zoom) {
        QCOMPARE(tilePixels(zoom) % 4, 0);
        QCOMPARE(worldPixels(zoom) % tilePixels(zoom), 0);
        if (zoom > 0) {
            const double step = static_cast<double>(worldPixels(zoom)) / worldPixels(zoom - 1);
            QVERIFY(step > 1.17 && step < 1.21);
        }
        if (zoom >= 4) {
            QCOMPARE(worldPixels(zoom), 2 * worldPixels(zoom - 4));
        }
    }
}

void TestProjection::scales_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("share");
    QTest::newRow("equator") << 0.0 << 1.0;
    QTest::newRow("sixty north") << 60.0 << 0.5;
    QTest::newRow("sixty south") << -60.0 << 0.5;
    QTest::newRow("pole as the edge") << 90.0 << std::cos(mercatorLatitudeMax * M_PI / 180);
}

void TestProjection::scales() {
    QFETCH(double, latitude);
    QFETCH(double, share);
    QVERIFY(std::abs(metresPerPixel(latitude, 0) - share * equatorMetres / 256) < 1e-6);
    QVERIFY(std::abs(metresPerPixel(latitude, 40) - share * equatorMetres / 262'144) < 1e-6);
}

void TestProjection::bounds_data() {
    QTest::addColumn<std::vector<GeoPoint>>("places");
    QTest::addColumn<double>("westDegrees");
    QTest::addColumn<double>("widthDegrees");
    QTest::newRow("one") << std::vector<GeoPoint>{{10, 20}} << 20.0 << 0.0;
    QTest::newRow("two") << std::vector<GeoPoint>{{10, 20}, {-5, 40}} << 20.0 << 20.0;
    QTest::newRow("across the antimeridian")
        << std::vector<GeoPoint>{{0, 170}, {0, -160}, {0, 175}} << 170.0 << 30.0;
    QTest::newRow("across the prime meridian")
        << std::vector<GeoPoint>{{0, -10}, {0, 15}} << -10.0 << 25.0;
    QTest::newRow("all around") << std::vector<GeoPoint>{{0, -180}, {0, -60}, {0, 70}} << 70.0
                                << 230.0;
    QTest::newRow("a gap across the antimeridian, others inside")
        << std::vector<GeoPoint>{{0, -150}, {0, -50}, {0, 10}} << -150.0 << 160.0;
    QTest::newRow("at the edge itself")
        << std::vector<GeoPoint>{{0, 180}, {0, -180}, {0, 179}} << 179.0 << 1.0;
}

void TestProjection::bounds() {
    QFETCH(std::vector<GeoPoint>, places);
    QFETCH(double, westDegrees);
    QFETCH(double, widthDegrees);
    const WorldBounds found = boundsOf(packedPlaces(places));
    QVERIFY(std::abs(found.west * 360 - 180 - westDegrees) < 1e-6);
    QVERIFY(std::abs(found.width * 360 - widthDegrees) < 1e-6);
    QCOMPARE(boundsOf({}).width, 0.0);
}

void TestProjection::pixelsGoThereAndBack_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<int>("zoom");
    for (const int zoom : {0, 5, 30, zoomMax}) {
        QTest::addRow("equator at %d", zoom) << 0.0 << 0.0 << zoom;
        QTest::addRow("London at %d", zoom) << 51.5 << -0.1 << zoom;
        QTest::addRow("Fiji at %d", zoom) << -17.8 << 179.99 << zoom;
        QTest::addRow("Svalbard at %d", zoom) << 78.2 << 15.6 << zoom;
    }
}

void TestProjection::pixelsGoThereAndBack() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(int, zoom);
    const MapCamera camera = cameraAt({latitude, longitude}, zoom);
    for (const QPointF pixel : {QPointF(400, 300), QPointF(390.5, 310.25)}) {
        QVERIFY(camera.isOnMap(pixel));
        QVERIFY(isNear(camera.toPixel(camera.toWorld(pixel)), pixel, 1e-5));
    }
    const QPointF at = camera.toPixel(project({latitude, longitude}));
    QVERIFY(std::abs(at.x() - 400) <= 0.5);
}

void TestProjection::zoomKeepsThePointUnderTheCursor_data() {
    QTest::addColumn<QPointF>("cursor");
    QTest::newRow("middle") << QPointF(400, 300);
    QTest::newRow("corner") << QPointF(0, 0);
    QTest::newRow("anywhere") << QPointF(613, 77);
}

void TestProjection::zoomKeepsThePointUnderTheCursor() {
    QFETCH(QPointF, cursor);
    for (const double longitude : {8.5, 179.9}) {
        MapCamera camera = cameraAt({47, longitude}, 24);
        for (const int zoom : {25, 40, 31, 20, 24, 60}) {
            const WorldPoint before = camera.toWorld(cursor);
            camera.zoomTo(zoom, cursor);
            QCOMPARE(camera.zoom(), zoom);
            QVERIFY(isNear(camera.toPixel(before), cursor, 0.75));
        }
    }
}

void TestProjection::zoomStaysWithinItsLimits() {
    MapCamera camera = cameraAt({0, 0}, 10);
    camera.zoomTo(zoomMax + 1, {});
    QCOMPARE(camera.zoom(), zoomMax);
    camera.zoomTo(-1, {});
    QCOMPARE(camera.zoom(), 0);
}

void TestProjection::panningGoesRoundTheWorldAndStopsAtThePoles() {
    MapCamera camera = cameraAt({0, 170}, 16);
    camera.panBy({-camera.worldSize() * 20.0 / 360, 0});
    QVERIFY(std::abs(unproject(camera.centre()).longitude + 170) < 1e-6);
    camera.panBy({0, 1e9});
    QCOMPARE(camera.origin().y(), 0.0);
    camera.panBy({0, -1e9});
    QCOMPARE(camera.origin().y() + 600, static_cast<double>(camera.worldSize()));
    // A world that is lower than the view stays in its middle.
    MapCamera small = cameraAt({80, 0}, 0);
    small.panBy({0, 50});
    QCOMPARE(small.centre().y, 0.5);
    QVERIFY(!small.isOnMap({400, 171}));
    QVERIFY(small.isOnMap({400, 172}));
    QVERIFY(small.isOnMap({400, 427}));
    QVERIFY(!small.isOnMap({400, 428}));
}

void TestProjection::theNearestCopyIsShown() {
    const MapCamera camera = cameraAt({0, 179}, 12);
    const double perDegree = camera.worldSize() / 360.0;
    QVERIFY(std::abs(camera.toPixel(project({0, -179})).x() - 400 - 2 * perDegree) <= 0.5);
    QVERIFY(std::abs(camera.toPixel(project({0, 177})).x() - 400 + 2 * perDegree) <= 0.5);
}

void TestProjection::fittingShowsAll() {
    const std::vector<PackedPoint> points =
        packedPlaces({{-17, 178}, {-21, -175}, {-14, -171}, {-18, 168}});
    MapCamera camera = cameraAt({50, 0}, 3);
    camera.fit(boundsOf(points), 40, 52);
    QVERIFY(camera.zoom() > 12);
    QRectF inside(39.5, 39.5, 721, 521);
    for (const PackedPoint point : points) {
        QVERIFY(inside.contains(camera.toPixel(unpacked(point))));
    }
    // One place alone has no extent: as close as allowed.
    camera.fit(boundsOf(packedPlaces({{10, 10}})), 40, 52);
    QCOMPARE(camera.zoom(), 52);
    camera.fit({0, 0, 1, 1}, 0, zoomMax);
    QVERIFY(camera.worldSize() <= 600);
}

void TestProjection::originsLieOnScreenPixels() {
    for (const double ratio : {1.0, 1.25, 1.5, 2.0}) {
        MapCamera camera = cameraAt({47.123, 8.567}, 31);
        camera.setPixelRatio(ratio);
        camera.panBy({0.3, 0.7});
        QVERIFY(std::abs(std::remainder(camera.origin().x() * ratio, 1)) < 1e-6);
        QVERIFY(std::abs(std::remainder(camera.origin().y() * ratio, 1)) < 1e-6);
        QVERIFY(std::abs(std::remainder(tilePixels(31) * ratio, 1)) < 1e-9);
    }
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestProjection)
#include "tst_projection.moc"
