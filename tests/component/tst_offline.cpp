// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <memory>
#include <string>

#include "server/places/offline.h"

using namespace herd;

namespace {

constexpr std::int64_t kilometre = 1'000'000;

std::shared_ptr<const Gazetteer> world() {
    static const Result<std::shared_ptr<const Gazetteer>> loaded = loadGazetteer({});
    HERD_CHECK(loaded.ok());
    return loaded.value();
}

PlacesQuery query(double latitude, double longitude, std::int64_t radiusMillimetres, int bound) {
    return {qRound64(latitude * 1e9), qRound64(longitude * 1e9), radiusMillimetres, bound};
}

QByteArray answer(const OfflinePlaces& places, const PlacesQuery& asked) {
    return QByteArray::fromStdString(places.answer(asked));
}

/// A place in the middle of the Pacific, where there is nothing else.
OfflinePlaces pacificPlaces(const UserPoint& point) {
    return OfflinePlaces(std::make_shared<const Gazetteer>(world()->withUserPoints({point})));
}

}  // namespace

class OfflineTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void answersOnceAndAtOnce();
    void bytes_data();
    void bytes();
    void geometry_data();
    void geometry();
    void texts_data();
    void texts();
    void attributions_data();
    void attributions();
    void bounds_data();
    void bounds();
    void answersAnywhere();
    void userFiles();
};

void OfflineTest::answersOnceAndAtOnce() {
    OfflinePlaces places(world());
    PlacesProvider& provider = places;
    int answers = 0;
    std::string json;
    provider.find(query(34.06893, -118.445127, 10 * kilometre, 5), [&](const std::string& text) {
        ++answers;
        json = text;
    });
    QCOMPARE(answers, 1);
    QCOMPARE(json, places.answer(query(34.06893, -118.445127, 10 * kilometre, 5)));
    provider.cancelAll();
    QCOMPARE(answers, 1);
}

void OfflineTest::bytes_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("nothing") << -20.0 << -130.0
                             << QByteArray(R"({"html_attributions":[],"results":[],)"
                                           R"("status":"ZERO_RESULTS"})");
    QTest::newRow("a town and an airport")
        << -16.45 << 179.35
        << QByteArray(
               R"({"html_attributions":["Places: <a href=\"https://www.geonames.org/\">GeoNames)"
               R"(</a>, <a href=\"https://creativecommons.org/licenses/by/4.0/\">CC BY 4.0</a>, )"
               R"(adapted","Airports: <a href=\"https://ourairports.com/\">OurAirports</a>, )"
               R"(public domain"],"results":[)"
               R"({"geometry":{"location":{"lat":-16.4332,"lng":179.36451},"viewport":)"
               R"({"northeast":{"lat":-16.4232,"lng":179.37451},)"
               R"("southwest":{"lat":-16.4432,"lng":179.35451}}},"name":"Labasa",)"
               R"("place_id":"geonames:2204582","types":["locality","political"],)"
               R"("vicinity":"Fiji"},)"
               R"({"geometry":{"location":{"lat":-16.4667,"lng":179.339996},"viewport":)"
               R"({"northeast":{"lat":-16.4567,"lng":179.349996},)"
               R"("southwest":{"lat":-16.4767,"lng":179.329996}}},"name":"Labasa Airport",)"
               R"("place_id":"ourairports:NFNL","types":["airport"],)"
               R"("vicinity":"Northern Division, Fiji"}],"status":"OK"})");
}

void OfflineTest::bytes() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(QByteArray, expected);
    QCOMPARE(answer(OfflinePlaces(world()), query(latitude, longitude, 10 * kilometre, 20)),
             expected);
}

void OfflineTest::geometry_data() {
    QTest::addColumn<qint64>("latitude");
    QTest::addColumn<qint64>("longitude");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, qint64 latitude, qint64 longitude, const char* location,
                        const char* northeast, const char* southwest) {
        QTest::newRow(name) << latitude << longitude
                            << QByteArray(R"("geometry":{"location":)") + location +
                                   R"(,"viewport":{"northeast":)" + northeast + R"(,"southwest":)" +
                                   southwest + "}}";
    };
    row("zero", 0, 0, R"({"lat":0,"lng":0})", R"({"lat":0.01,"lng":0.01})",
        R"({"lat":-0.01,"lng":-0.01})");
    row("a nanodegree", 1, -1, R"({"lat":0.000000001,"lng":-0.000000001})",
        R"({"lat":0.010000001,"lng":0.009999999})", R"({"lat":-0.009999999,"lng":-0.010000001})");
    row("whole degrees", 10'000'000'000, -100'000'000'000, R"({"lat":10,"lng":-100})",
        R"({"lat":10.01,"lng":-99.99})", R"({"lat":9.99,"lng":-100.01})");
    row("all digits", 12'345'678'912, 123'456'789'123,
        R"({"lat":12.345678912,"lng":123.456789123})",
        R"({"lat":12.355678912,"lng":123.466789123})",
        R"({"lat":12.335678912,"lng":123.446789123})");
    row("north pole", 90'000'000'000, 0, R"({"lat":90,"lng":0})", R"({"lat":90,"lng":0.01})",
        R"({"lat":89.99,"lng":-0.01})");
    row("near the south pole", -89'999'000'000, 0, R"({"lat":-89.999,"lng":0})",
        R"({"lat":-89.989,"lng":0.01})", R"({"lat":-90,"lng":-0.01})");
    row("antimeridian, east", 5'000'000'000, 180'000'000'000, R"({"lat":5,"lng":180})",
        R"({"lat":5.01,"lng":-179.99})", R"({"lat":4.99,"lng":179.99})");
    row("antimeridian, west", 5'000'000'000, -179'995'000'000, R"({"lat":5,"lng":-179.995})",
        R"({"lat":5.01,"lng":-179.985})", R"({"lat":4.99,"lng":179.995})");
}

void OfflineTest::geometry() {
    QFETCH(qint64, latitude);
    QFETCH(qint64, longitude);
    QFETCH(QByteArray, expected);
    const OfflinePlaces places = pacificPlaces({{latitude, longitude}, {}, "x", "X", "", ""});
    const QByteArray json = answer(places, {latitude, longitude, 1, 1});
    QVERIFY2(json.contains('{' + expected + ','), json.constData());
    QVERIFY(QJsonDocument::fromJson(json).isObject());
}

void OfflineTest::texts_data() {
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("vicinity");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("least") << QByteArray("d.csv/1") << QByteArray("Depot") << QByteArray()
                           << QByteArray()
                           << QByteArray(R"("name":"Depot","place_id":"user:d.csv/1",)"
                                         R"("types":["point_of_interest"]}],"status":"OK"})");
    QTest::newRow("all") << QByteArray("d1") << QByteArray("Depot") << QByteArray("depot")
                         << QByteArray("Main Street")
                         << QByteArray(R"("name":"Depot","place_id":"user:d1","types":["depot",)"
                                       R"("point_of_interest"],"vicinity":"Main Street"}],)"
                                       R"("status":"OK"})");
    QTest::newRow("hostile") << QByteArray("\"\n") << QByteArray("a\n\nb\0\x1B\xFF", 7)
                             << QByteArray("\\") << QByteArray("\r\n\r\n\x7F")
                             << QByteArray(
                                    "\"name\":\"a\\n\\nb\\u0000\\u001b\xEF\xBF\xBD\","
                                    R"("place_id":"user:\"\n","types":["\\",)"
                                    R"("point_of_interest"],"vicinity":)"
                                    R"("\r\n\r\n\u007f"}],"status":"OK"})");
}

void OfflineTest::texts() {
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, vicinity);
    QFETCH(QByteArray, expected);
    const OfflinePlaces places = pacificPlaces({{-20'000'000'000, -130'000'000'000},
                                                {},
                                                id.toStdString(),
                                                name.toStdString(),
                                                type.toStdString(),
                                                vicinity.toStdString()});
    const QByteArray json = answer(places, query(-20, -130, 1, 1));
    QVERIFY2(json.endsWith(',' + expected), json.constData());
    QVERIFY(!json.contains('\n'));
    QVERIFY(QJsonDocument::fromJson(json).isObject());
}

void OfflineTest::attributions_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<QStringList>("expected");
    const QString geonames = QStringLiteral("GeoNames");
    const QString ourAirports = QStringLiteral("OurAirports");
    QTest::newRow("nothing") << 90.0 << 0.0 << QStringList{};
    QTest::newRow("places only") << 47.37 << 8.54 << QStringList{geonames};
    QTest::newRow("airport only") << -90.0 << 0.0 << QStringList{ourAirports};
    QTest::newRow("both") << -16.45 << 179.35 << QStringList{geonames, ourAirports};
    QTest::newRow("user's point only") << -20.0 << -130.0 << QStringList{};
}

void OfflineTest::attributions() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(QStringList, expected);
    const OfflinePlaces places =
        pacificPlaces({{-20'000'000'000, -130'000'000'000}, {}, "x", "X", "", ""});
    const QByteArray json = answer(places, query(latitude, longitude, 6 * kilometre, 20));
    const QJsonArray found =
        QJsonDocument::fromJson(json).object().value(QLatin1String("html_attributions")).toArray();
    QCOMPARE(found.size(), expected.size());
    for (qsizetype index = 0; index < expected.size(); ++index) {
        QVERIFY(found.at(index).toString().contains(expected.at(index)));
    }
    QCOMPARE(json.contains("CC BY 4.0"), expected.contains(QStringLiteral("GeoNames")));
}

void OfflineTest::bounds_data() {
    QTest::addColumn<int>("bound");
    QTest::newRow("least") << 1;
    QTest::newRow("some") << 7;
    QTest::newRow("most") << 20;
}

void OfflineTest::bounds() {
    QFETCH(int, bound);
    const QByteArray json =
        answer(OfflinePlaces(world()), query(34.06893, -118.445127, 50 * kilometre, bound));
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const QJsonArray results = object.value(QLatin1String("results")).toArray();
    QCOMPARE(results.size(), qsizetype{bound});
    QCOMPARE(results.at(0).toObject().value(QLatin1String("name")).toString(),
             QStringLiteral("Los Angeles"));
    QCOMPARE(results.at(0).toObject().value(QLatin1String("vicinity")).toString(),
             QStringLiteral("California, United States"));
    QCOMPARE(object.value(QLatin1String("status")).toString(), QStringLiteral("OK"));
}

void OfflineTest::answersAnywhere() {
    const OfflinePlaces places(world());
    const Gazetteer& gazetteer = *world();
    int withResults = 0;
    for (std::uint32_t index = 0; index < gazetteer.size(); index += 97) {
        const Position position = gazetteer.place(index).position;
        const QByteArray json = answer(
            places, {position.latitudeNanodegrees, position.longitudeNanodegrees, kilometre, 20});
        QJsonParseError problem;
        const QJsonObject object = QJsonDocument::fromJson(json, &problem).object();
        QCOMPARE(problem.error, QJsonParseError::NoError);
        QCOMPARE(object.keys().size(), qsizetype{3});
        const QJsonArray results = object.value(QLatin1String("results")).toArray();
        withResults += results.isEmpty() ? 0 : 1;
        QVERIFY(!json.contains('\n'));
        for (const QJsonValue& result : results) {
            const QJsonObject location = result.toObject()
                                             .value(QLatin1String("geometry"))
                                             .toObject()
                                             .value(QLatin1String("location"))
                                             .toObject();
            // A kilometre is at most 0.009 degrees of latitude.
            QVERIFY(std::abs(location.value(QLatin1String("lat")).toDouble() -
                             static_cast<double>(position.latitudeNanodegrees) / 1e9) < 0.0091);
        }
    }
    QCOMPARE(withResults, static_cast<int>((gazetteer.size() + 96) / 97));
}

void OfflineTest::userFiles() {
    const QTemporaryDir directory;
    QFile file(directory.filePath(QStringLiteral("depots.csv")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name,latitude,longitude,type\nDepot 1,34.07,-118.44,depot\n");
    file.close();
    const auto loaded = loadGazetteer({file.fileName()});
    QVERIFY(loaded.ok());
    const QByteArray json =
        answer(OfflinePlaces(loaded.value()), query(34.06893, -118.445127, 10 * kilometre, 1));
    QVERIFY2(json.contains(R"("name":"Depot 1","place_id":"user:depots.csv/1")"), json.constData());

    QVERIFY(file.open(QIODevice::Append));
    file.write("Depot 2,134.07,-118.44,depot\n");
    file.close();
    const auto refused = loadGazetteer({file.fileName()});
    QVERIFY(!refused);
    QVERIFY(
        refused.error().message.startsWith(file.fileName() + QStringLiteral(":3: the latitude")));
}

QTEST_GUILESS_MAIN(OfflineTest)
#include "tst_offline.moc"
