// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAction>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>

#include "console/mapactions.h"
#include "console/maptones.h"
#include "tests/gui/mapscene.h"

namespace herd {

namespace {

constexpr GeoPoint sahara{20.5, 10.7};
constexpr GeoPoint atlantic{25, -40};

double distance(QPointF a, QPointF b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

void turnWheel(QWidget& widget, QPointF at, int angle) {
    QWheelEvent event(at, widget.mapToGlobal(at), QPoint(), QPoint(0, angle), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
}

QPalette darkPalette() {
    QPalette palette(QColor(45, 48, 52), QColor(32, 34, 37));
    palette.setColor(QPalette::Base, QColor(28, 30, 33));
    palette.setColor(QPalette::Text, QColor(228, 230, 233));
    palette.setColor(QPalette::WindowText, QColor(228, 230, 233));
    return palette;
}

}  // namespace

class TestMapView : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void wheelZoomsToTheCursor();
    void smallTurnsOfTheWheelAddUp();
    void fitsItselfToTheFirstSnapshot();
    void keysZoomAndMove();
    void draggingMovesTheMap();
    void clickChoosesAClient();
    void clickOpensACluster();
    void returnChoosesUnderTheCrosshair();
    void followingKeepsTheClientInTheMiddle();
    void followingEndsWhenTheMapIsMoved();
    void nobodyCannotBeFollowed();
    void chosenClientsComeIntoView();
    void theSnapshotIsFitted();
    void aMovedMapStaysWhereItIs();
    void pickingGivesAPosition();
    void pickingIsGivenUp();
    void landAndSeaAreDrawn_data();
    void landAndSeaAreDrawn();
    void theAntimeridianHasNoSeam();
    void clientsAreDrawnWhereTheyAre();
    void trailsAreDrawn();
    void offlinePlacesAreDrawn();
    void actionsWork();
    void theMapIsDescribed();
};

void TestMapView::wheelZoomsToTheCursor() {
    MapScene scene;
    scene.look({48, 9}, 24);
    const QPointF cursor(200, 450);
    const WorldPoint under = scene.map.camera().toWorld(cursor);
    turnWheel(scene.map, cursor, 120);
    QCOMPARE(scene.map.camera().zoom(), 26);
    QVERIFY(distance(scene.map.camera().toPixel(under), cursor) < 1.5);
    turnWheel(scene.map, cursor, -360);
    QCOMPARE(scene.map.camera().zoom(), 20);
    QVERIFY(distance(scene.map.camera().toPixel(under), cursor) < 1.5);
}

void TestMapView::smallTurnsOfTheWheelAddUp() {
    MapScene scene;
    scene.look({48, 9}, 24);
    for (int turn = 0; turn < 3; ++turn) {
        turnWheel(scene.map, {400, 300}, 15);
        QCOMPARE(scene.map.camera().zoom(), 24);
    }
    turnWheel(scene.map, {400, 300}, 15);
    QCOMPARE(scene.map.camera().zoom(), 25);
}

/// And not to a client that was alone in the world when the window changed.
void TestMapView::fitsItselfToTheFirstSnapshot() {
    MapScene some({atLine("kiwi", 10, 10), atLine("emu", 11, 11)});
    some.stamps.setComplete(true);
    const int near = some.map.camera().zoom();
    some.map.resize(810, 600);
    QCOMPARE(some.map.camera().zoom(), near);
    MapScene none;
    none.stamps.setComplete(true);
    const int world = none.map.camera().zoom();
    QVERIFY(world < near);
    none.stamps.apply({atLine("kiwi", 10, 10)});
    none.map.resize(810, 600);
    QCOMPARE(none.map.camera().zoom(), world);
    none.map.fitFleet();
    QVERIFY(none.map.camera().zoom() > world);
}

void TestMapView::keysZoomAndMove() {
    MapScene scene;
    scene.look({0, 0}, 24);
    QTest::keyClick(&scene.map, Qt::Key_Plus);
    QCOMPARE(scene.map.camera().zoom(), 26);
    QTest::keyClick(&scene.map, Qt::Key_Minus);
    QCOMPARE(scene.map.camera().zoom(), 24);
    const double step = 160.0 / scene.map.camera().worldSize();
    QTest::keyClick(&scene.map, Qt::Key_Right);
    QVERIFY(std::abs(scene.map.camera().centre().x - 0.5 - step) < 1e-9);
    QTest::keyClick(&scene.map, Qt::Key_Left);
    QVERIFY(std::abs(scene.map.camera().centre().x - 0.5) < 1e-9);
    QTest::keyClick(&scene.map, Qt::Key_Up);
    QVERIFY(scene.map.camera().centre().y < 0.5);
    QTest::keyClick(&scene.map, Qt::Key_Down);
    QVERIFY(std::abs(scene.map.camera().centre().y - 0.5) < 1e-9);
    QTest::keyClick(&scene.map, Qt::Key_Home);
    QVERIFY(scene.map.camera().worldSize() <= 800);
    // Wherever people live.
    QVERIFY(scene.pixelOf({78, 0}).y() >= 0);
    QVERIFY(scene.pixelOf({-56, 0}).y() < 600);
}

void TestMapView::draggingMovesTheMap() {
    MapScene scene({atLine("kiwi", 10, 10)});
    scene.look({10, 10}, 24);
    const QPoint before = scene.pixelOf({10, 10});
    QTest::mousePress(&scene.map, Qt::LeftButton, {}, before);
    QTest::mouseMove(&scene.map, before + QPoint(60, 20));
    QTest::mouseMove(&scene.map, before + QPoint(100, -50));
    QTest::mouseRelease(&scene.map, Qt::LeftButton, {}, before + QPoint(100, -50));
    QVERIFY(distance(scene.pixelOf({10, 10}), before + QPoint(100, -50)) < 1.5);
    // What is let go over a client chooses nobody.
    QVERIFY(scene.selection.client().isEmpty());
}

void TestMapView::clickChoosesAClient() {
    MapScene scene({atLine("kiwi", 10, 10), atLine("\xFFmango", 12, 12)});
    scene.look({11, 11}, 26);
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, scene.pixelOf({12, 12}) + QPoint(2, -3));
    QCOMPARE(scene.selection.client(), QByteArray("\xFFmango"));
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, scene.pixelOf({10, 10}));
    QCOMPARE(scene.selection.client(), QByteArray("kiwi"));
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, QPoint(40, 40));
    QCOMPARE(scene.selection.client(), QByteArray("kiwi"));
}

void TestMapView::clickOpensACluster() {
    std::vector<std::string> lines;
    for (int number = 0; number < 30; ++number) {
        lines.push_back(atLine(qPrintable(QString::number(number)), 10, 10 + number * 1e-4));
    }
    MapScene scene(lines);
    scene.look({10, 10}, 20);
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, scene.pixelOf({10, 10}));
    QCOMPARE(scene.map.camera().zoom(), 24);
    QVERIFY(scene.selection.client().isEmpty());
}

void TestMapView::returnChoosesUnderTheCrosshair() {
    MapScene scene({atLine("kiwi", 10, 10)});
    scene.look({10, 10}, 26);
    QTest::keyClick(&scene.map, Qt::Key_Return);
    QCOMPARE(scene.selection.client(), QByteArray("kiwi"));
}

void TestMapView::followingKeepsTheClientInTheMiddle() {
    MapScene scene({atLine("kiwi", 10, 10), atLine("mango", 12, 12)});
    scene.look({10, 10}, 40);
    scene.selection.choose("kiwi");
    QSignalSpy following(&scene.map, &MapView::followingChanged);
    scene.map.setFollowing(true);
    QCOMPARE(following.size(), 1);
    scene.stamps.apply({atLine("kiwi", 20, 179.9, 1'700'000'001)});
    QVERIFY(distance(scene.pixelOf({20, 179.9}), {400, 300}) <= 1.5);
    scene.stamps.apply({atLine("kiwi", 20, -179.9, 1'700'000'002)});
    QVERIFY(distance(scene.pixelOf({20, -179.9}), {400, 300}) <= 1.5);
    // Zooming goes on following, and so does the choice of another client.
    turnWheel(scene.map, {10, 10}, 120);
    QVERIFY(scene.map.isFollowing());
    QVERIFY(distance(scene.pixelOf({20, -179.9}), {400, 300}) <= 1.5);
    scene.selection.choose("mango");
    QVERIFY(distance(scene.pixelOf({12, 12}), {400, 300}) <= 1.5);
    scene.selection.choose({});
    QVERIFY(!scene.map.isFollowing());
}

void TestMapView::followingEndsWhenTheMapIsMoved() {
    MapScene scene({atLine("kiwi", 10, 10)});
    scene.selection.choose("kiwi");
    scene.map.setFollowing(true);
    QVERIFY(scene.map.isFollowing());
    QTest::keyClick(&scene.map, Qt::Key_Left);
    QVERIFY(!scene.map.isFollowing());
    const WorldPoint centre = scene.map.camera().centre();
    scene.stamps.apply({atLine("kiwi", 20, 20, 1'700'000'001)});
    QCOMPARE(scene.map.camera().centre().x, centre.x);
}

void TestMapView::nobodyCannotBeFollowed() {
    MapScene scene({atLine("kiwi", 10, 10)});
    QSignalSpy following(&scene.map, &MapView::followingChanged);
    scene.map.setFollowing(true);
    QVERIFY(!scene.map.isFollowing());
    QCOMPARE(following.size(), 1);
    QCOMPARE(following[0][0].toBool(), false);
    scene.selection.choose("nobody");
    scene.map.setFollowing(true);
    QVERIFY(!scene.map.isFollowing());
}

void TestMapView::chosenClientsComeIntoView() {
    MapScene scene({atLine("kiwi", 10, 10), atLine("mango", -30, 150)});
    scene.look({10, 10}, 30);
    const WorldPoint centre = scene.map.camera().centre();
    scene.selection.choose("kiwi");
    QCOMPARE(scene.map.camera().centre().x, centre.x);
    scene.selection.choose("mango");
    QCOMPARE(scene.map.camera().zoom(), 30);
    QVERIFY(scene.map.rect().contains(scene.pixelOf({-30, 150})));
}

void TestMapView::theSnapshotIsFitted() {
    MapScene scene;
    scene.stamps.apply({atLine("kiwi", -17, 178), atLine("mango", -14, -171)});
    scene.stamps.setComplete(true);
    QVERIFY(scene.map.camera().zoom() > 12);
    for (const GeoPoint place : {GeoPoint{-17, 178}, GeoPoint{-14, -171}}) {
        QVERIFY(scene.map.rect().contains(scene.pixelOf(place)));
    }
}

void TestMapView::aMovedMapStaysWhereItIs() {
    MapScene scene;
    scene.look({50, 10}, 30);
    scene.stamps.apply({atLine("kiwi", -17, 178)});
    scene.stamps.setComplete(true);
    QCOMPARE(scene.map.camera().zoom(), 30);
    scene.map.fitFleet();
    QVERIFY(scene.map.rect().contains(scene.pixelOf({-17, 178})));
}

void TestMapView::pickingGivesAPosition() {
    MapScene scene({atLine("kiwi", 10, 10)});
    scene.look({10, 10}, 30);
    QSignalSpy picked(&scene.map, &MapView::positionPicked);
    scene.map.setPicking(true);
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, scene.pixelOf({10, 10}));
    QCOMPARE(picked.size(), 1);
    QVERIFY(std::abs(picked[0][0].toDouble() - 10) < 0.01);
    QVERIFY(std::abs(picked[0][1].toDouble() - 10) < 0.01);
    QVERIFY(!scene.map.isPicking());
    QVERIFY(scene.selection.client().isEmpty());
    scene.map.setPicking(true);
    QTest::keyClick(&scene.map, Qt::Key_Return);
    QCOMPARE(picked.size(), 2);
    QVERIFY(std::abs(picked[1][0].toDouble() - 10) < 0.01);
    // Beside the map there is no position.
    scene.look({0, 0}, 0);
    scene.map.setPicking(true);
    QTest::mouseClick(&scene.map, Qt::LeftButton, {}, QPoint(400, 10));
    QCOMPARE(picked.size(), 2);
    QVERIFY(scene.map.isPicking());
}

void TestMapView::pickingIsGivenUp() {
    MapScene scene;
    QSignalSpy picking(&scene.map, &MapView::pickingChanged);
    scene.map.setPicking(true);
    QTest::keyClick(&scene.map, Qt::Key_Escape);
    QVERIFY(!scene.map.isPicking());
    QCOMPARE(picking.size(), 2);
}

void TestMapView::landAndSeaAreDrawn_data() {
    QTest::addColumn<QPalette>("palette");
    QTest::newRow("light") << QPalette(QColor(239, 239, 239), QColor(239, 239, 239));
    QTest::newRow("dark") << darkPalette();
}

void TestMapView::landAndSeaAreDrawn() {
    QFETCH(QPalette, palette);
    MapScene scene;
    scene.map.setPalette(palette);
    scene.map.setTownsShown(false);
    scene.look({24, -15}, 14);
    const MapTones tones = mapTones(palette);
    QCOMPARE(scene.colourAt(sahara).rgb(), tones.land.rgb());
    QCOMPARE(scene.colourAt(atlantic).rgb(), tones.sea.rgb());
}

void TestMapView::theAntimeridianHasNoSeam() {
    MapScene scene;
    scene.map.setTownsShown(false);
    // Antarctica and Chukotka: land on either side.
    for (const GeoPoint place : {GeoPoint{-84.8, 178.5}, GeoPoint{67.5, 178.5}}) {
        scene.look({place.latitude, 180}, 28);
        const QImage image = scene.map.image();
        const QRgb land = mapTones(scene.map.palette()).land.rgb();
        const GeoPoint east{place.latitude, 181.5};
        const int ratio = static_cast<int>(image.devicePixelRatio());
        const int y = scene.pixelOf(place).y() * ratio + 4;
        const int from = scene.pixelOf(place).x() * ratio;
        const int to = scene.pixelOf(east).x() * ratio;
        int lines = 0;
        for (int x = from; x <= to; ++x) {
            lines += image.pixel(x, y) == land ? 0 : 1;
        }
        QVERIFY(from >= 0 && to - from > 400 && to < image.width());
        // The grid's meridians alone.
        QVERIFY2(lines <= 6, qPrintable(QString::number(lines)));
    }
}

void TestMapView::clientsAreDrawnWhereTheyAre() {
    MapScene scene;
    scene.map.setTownsShown(false);
    scene.look({21, 12}, 26);
    const QColor before = scene.colourAt(sahara);
    scene.stamps.apply({atLine("kiwi", sahara.latitude, sahara.longitude)});
    QCOMPARE(scene.colourAt(sahara).rgb(), mapTones(scene.map.palette()).old.rgb());
    QVERIFY(before != scene.colourAt(sahara));
}

void TestMapView::trailsAreDrawn() {
    MapScene scene({atLine("kiwi", 20.5, 10)});
    scene.map.setTownsShown(false);
    scene.look({20.5, 11}, 26);
    scene.stamps.apply({atLine("kiwi", 20.5, 12, 1'700'000'001)});
    const QImage before = scene.map.image();
    scene.map.setTrailsShown(true);
    const QImage after = scene.map.image();
    const QPoint between = scene.pixelOf({20.5, 11.2}) * 2;
    QVERIFY(before.pixel(between) != after.pixel(between));
    // The chosen client's trail shows in any case.
    scene.map.setTrailsShown(false);
    QCOMPARE(scene.map.image().pixel(between), before.pixel(between));
    scene.selection.choose("kiwi");
    QCOMPARE(scene.map.image().pixel(between), mapTones(scene.map.palette()).chosen.rgb());
}

void TestMapView::offlinePlacesAreDrawn() {
    MapScene scene;
    scene.map.setTownsShown(false);
    scene.look({21, 12}, 26);
    const QImage before = scene.map.image();
    PlottablePlaces places;
    places.places.push_back({sahara, QStringLiteral("Dune")});
    places.attributions.append(QStringLiteral("by the wind"));
    scene.map.setPlaces(places);
    QCOMPARE(scene.colourAt(sahara).rgb(), mapTones(scene.map.palette()).place.rgb());
    scene.map.setPlaces({});
    QCOMPARE(scene.map.image(), before);
}

void TestMapView::actionsWork() {
    MapScene scene({atLine("kiwi", 10, 10)});
    const auto* const actions = new MapActions(scene.map);
    scene.look({0, 0}, 24);
    actions->zoomIn()->trigger();
    QCOMPARE(scene.map.camera().zoom(), 26);
    actions->zoomOut()->trigger();
    QCOMPARE(scene.map.camera().zoom(), 24);
    actions->showTrails()->trigger();
    QVERIFY(scene.map.contents().showsTrails);
    actions->showTowns()->trigger();
    QVERIFY(!scene.map.contents().showsTowns);
    actions->follow()->trigger();
    QVERIFY(!actions->follow()->isChecked());
    scene.selection.choose("kiwi");
    actions->follow()->trigger();
    QVERIFY(actions->follow()->isChecked());
    QVERIFY(scene.map.isFollowing());
    QTest::keyClick(&scene.map, Qt::Key_Left);
    QVERIFY(!actions->follow()->isChecked());
    actions->fitFleet()->trigger();
    QVERIFY(distance(scene.pixelOf({10, 10}), {400, 300}) <= 1.5);
    actions->showWorld()->trigger();
    QVERIFY(scene.map.camera().worldSize() <= 800);
}

void TestMapView::theMapIsDescribed() {
    MapScene scene({atLine("kiwi", 10, 10), atLine("mango", 11, 11)});
    scene.look({10, 10}, 30);
    QVERIFY(!scene.map.accessibleName().isEmpty());
    QVERIFY2(scene.map.accessibleDescription().contains(QStringLiteral("Clients: 2.")),
             qPrintable(scene.map.accessibleDescription()));
    scene.selection.choose("kiwi");
    QVERIFY(scene.map.accessibleDescription().contains(QStringLiteral("Chosen: kiwi.")));
    QVERIFY(scene.map.accessibleDescription().contains(QStringLiteral("10.0")));
}

}  // namespace herd

QTEST_MAIN(herd::TestMapView)
#include "tst_mapview.moc"
