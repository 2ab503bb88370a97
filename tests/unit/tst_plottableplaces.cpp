// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>

#include "console/plottableplaces.h"

namespace herd {

namespace {

/// `latitude` as it stands in the JSON.
QByteArray result(const QByteArray& placeId, const QByteArray& latitude = "34.5",
                  const QByteArray& name = "A place") {
    return "{\"geometry\":{\"location\":{\"lat\":" + latitude + ",\"lng\":-118.25}},\"name\":\"" +
           name + "\",\"place_id\":\"" + placeId + "\"}";
}

QByteArray answer(const QByteArrayList& results) {
    return "AT Hands +0.1 kiwi{ +34.0-118.0 1520023934.9\n"
           "{\"html_attributions\":[\"Places: <a href='x'>GeoNames</a>, &amp; co\"],"
           "\"results\":[" +
           results.join(',') + "],\"status\":\"OK\"}\n\n";
}

}  // namespace

/// Which places may be drawn: the offline provider's, and nothing of Google's.
class TestPlottablePlaces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void offlineIdsAreKnown_data();
    void offlineIdsAreKnown();
    void offlinePlacesAreDrawn();
    void googlePlacesAreNot();
    void oneOfGoogleIsEnough();
    void impossiblePositionsAreLeftOut_data();
    void impossiblePositionsAreLeftOut();
    void placesAreBounded();
    void otherAnswersHaveNone_data();
    void otherAnswersHaveNone();
};

void TestPlottablePlaces::offlineIdsAreKnown_data() {
    QTest::addColumn<QString>("placeId");
    QTest::addColumn<bool>("isOffline");
    const auto row = [](const char* placeId, bool isOffline) {
        QTest::newRow(placeId) << QString::fromLatin1(placeId) << isOffline;
    };
    row("geonames:5393212", true);
    row("ourairports:KLAX", true);
    row("user:depots.csv/3", true);
    row("ChIJN1t_tDeuEmsRUsoyG83frY4", false);
    row("", false);
    row("geonames:", false);
    row("geonames", false);
    row("Geonames:1", false);
    row(" geonames:1", false);
    row("places/geonames:1", false);
    row("username:1", false);
}

void TestPlottablePlaces::offlineIdsAreKnown() {
    QFETCH(QString, placeId);
    QFETCH(bool, isOffline);
    QCOMPARE(isOfflinePlaceId(placeId), isOffline);
}

void TestPlottablePlaces::offlinePlacesAreDrawn() {
    const PlottablePlaces places = plottablePlaces(answer(
        {result("geonames:1"), result("user:2", "-90", "S\\u00e3o"), result("ourairports:X")}));
    QCOMPARE(places.places.size(), std::size_t{3});
    QCOMPARE(places.places[0], (PlottablePlace{{34.5, -118.25}, QStringLiteral("A place")}));
    QCOMPARE(places.places[1], (PlottablePlace{{-90, -118.25}, QStringLiteral("São")}));
    QCOMPARE(places.attributions, QStringList{QStringLiteral("Places: GeoNames, & co")});
}

void TestPlottablePlaces::googlePlacesAreNot() {
    QCOMPARE(plottablePlaces(answer({result("ChIJN1t_tDeuEmsRUsoyG83frY4")})), PlottablePlaces());
}

void TestPlottablePlaces::oneOfGoogleIsEnough() {
    QCOMPARE(plottablePlaces(answer({result("geonames:1"), result("ChIJ"), result("user:2")})),
             PlottablePlaces());
    QCOMPARE(plottablePlaces(answer({result("geonames:1"), "{\"name\":\"without id\"}"})),
             PlottablePlaces());
}

void TestPlottablePlaces::impossiblePositionsAreLeftOut_data() {
    QTest::addColumn<QByteArray>("latitude");
    QTest::newRow("past the pole") << QByteArray("90.0001");
    QTest::newRow("a text") << QByteArray("\"34\"");
    QTest::newRow("huge") << QByteArray("1e300");
    QTest::newRow("null") << QByteArray("null");
}

void TestPlottablePlaces::impossiblePositionsAreLeftOut() {
    QFETCH(QByteArray, latitude);
    const PlottablePlaces places =
        plottablePlaces(answer({result("geonames:1", latitude), result("geonames:2")}));
    QCOMPARE(places.places.size(), std::size_t{1});
    QCOMPARE(places.places[0].at.latitude, 34.5);
}

void TestPlottablePlaces::placesAreBounded() {
    QByteArrayList results;
    for (int number = 0; number < plottablePlacesMax; ++number) {
        results.append(result("geonames:" + QByteArray::number(number)));
    }
    QCOMPARE(plottablePlaces(answer(results)).places.size(), std::size_t{plottablePlacesMax});
    results.append(result("geonames:99"));
    QCOMPARE(plottablePlaces(answer(results)).places.size(), std::size_t{plottablePlacesMax});
}

void TestPlottablePlaces::otherAnswersHaveNone_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("refused") << QByteArray("? WHATSAT kiwi 10 3\n");
    QTest::newRow("AT line alone") << QByteArray("AT Hands +0.1 kiwi +34.0-118.0 1520023934.9\n");
    QTest::newRow("cut JSON") << answer({result("geonames:1")}).chopped(9);
    QTest::newRow("no list") << QByteArray("AT Hands +0.1 k +3.0-1.0 15.9\n{\"results\":3}\n\n");
    QTest::newRow("no results") << answer({});
}

void TestPlottablePlaces::otherAnswersHaveNone() {
    QFETCH(QByteArray, text);
    QCOMPARE(plottablePlaces(text), PlottablePlaces());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestPlottablePlaces)
#include "tst_plottableplaces.moc"
