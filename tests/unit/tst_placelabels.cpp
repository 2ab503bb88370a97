// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QGuiApplication>
#include <QTest>
#include <algorithm>

#include "console/placelabels.h"
#include "tests/unit/gazetteerfile.h"

namespace herd {

namespace {

MapCamera cameraAt(GeoPoint place, int zoom) {
    MapCamera camera;
    camera.resize({1'000, 700});
    camera.zoomTo(zoom, {});
    camera.setCentre(project(place));
    return camera;
}

bool names(const std::vector<PlaceLabel>& labels, const QString& town) {
    return std::any_of(labels.begin(), labels.end(),
                       [&town](const PlaceLabel& label) { return label.name == town; });
}

}  // namespace

/// Which towns a map names, and where.
class TestPlaceLabels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namesKeepApart_data();
    void namesKeepApart();
    void largerTownsComeFirst();
    void farAwayThereAreNone();
    void choicesHoldWhileTheMapMoves();
    void withoutAGazetteerThereAreNone();
    void fewerPeopleAreNeededCloser();
};

void TestPlaceLabels::namesKeepApart_data() {
    QTest::addColumn<double>("longitude");
    QTest::addColumn<int>("zoom");
    for (const int zoom : {PlaceLabels::zoomMin, 20, 30, 44, zoomMax}) {
        QTest::addRow("Europe at %d", zoom) << 7.0 << zoom;
        QTest::addRow("the antimeridian at %d", zoom) << 179.9 << zoom;
    }
}

void TestPlaceLabels::namesKeepApart() {
    QFETCH(double, longitude);
    QFETCH(int, zoom);
    PlaceLabels labels(world());
    const auto placed =
        labels.place(cameraAt({51, longitude}, zoom), QFontMetricsF(QGuiApplication::font()));
    for (std::size_t a = 0; a < placed.size(); ++a) {
        for (std::size_t b = a + 1; b < placed.size(); ++b) {
            QVERIFY2(!placed[a].box.intersects(placed[b].box),
                     qPrintable(placed[a].name + QLatin1Char('/') + placed[b].name));
        }
    }
}

void TestPlaceLabels::largerTownsComeFirst() {
    PlaceLabels labels(world());
    const QFontMetricsF metrics(QGuiApplication::font());
    const auto country = labels.place(cameraAt({48.5, 2.5}, 22), metrics);
    QVERIFY(names(country, QStringLiteral("Paris")));
    QVERIFY(country.size() > 5);
    QVERIFY(!names(country, QStringLiteral("Versailles")));
    const auto suburbs = labels.place(cameraAt({48.8, 2.13}, 48), metrics);
    QVERIFY(names(suburbs, QStringLiteral("Versailles")));
}

void TestPlaceLabels::farAwayThereAreNone() {
    PlaceLabels labels(world());
    const QFontMetricsF metrics(QGuiApplication::font());
    QVERIFY(labels.place(cameraAt({48, 2}, PlaceLabels::zoomMin - 1), metrics).empty());
    QVERIFY(!labels.place(cameraAt({48, 2}, PlaceLabels::zoomMin), metrics).empty());
    QVERIFY(labels.place(cameraAt({48, 2}, PlaceLabels::zoomMin - 1), metrics).empty());
}

void TestPlaceLabels::choicesHoldWhileTheMapMoves() {
    PlaceLabels labels(world());
    const QFontMetricsF metrics(QGuiApplication::font());
    MapCamera camera = cameraAt({48.5, 2.5}, 22);
    const auto before = labels.place(camera, metrics);
    camera.panBy({3, 2});
    const auto after = labels.place(camera, metrics);
    QCOMPARE(after.size(), before.size());
    for (std::size_t index = 0; index < before.size(); ++index) {
        QCOMPARE(after[index].name, before[index].name);
        QCOMPARE(after[index].box, before[index].box);
    }
}

void TestPlaceLabels::withoutAGazetteerThereAreNone() {
    PlaceLabels labels(std::nullopt);
    QVERIFY(labels.place(cameraAt({48, 2}, 30), QFontMetricsF(QGuiApplication::font())).empty());
}

void TestPlaceLabels::fewerPeopleAreNeededCloser() {
    for (int zoom = 1; zoom <= zoomMax; ++zoom) {
        QVERIFY(PlaceLabels::populationMin(zoom) <= PlaceLabels::populationMin(zoom - 1));
    }
    QVERIFY(PlaceLabels::populationMin(PlaceLabels::zoomMin) >= 1'000'000);
    QCOMPARE(PlaceLabels::populationMin(zoomMax), 0U);
}

}  // namespace herd

QTEST_MAIN(herd::TestPlaceLabels)
#include "tst_placelabels.moc"
