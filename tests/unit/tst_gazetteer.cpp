// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "common/gazetteer.h"
#include "tests/unit/gazetteerfile.h"

using namespace herd;

namespace {

QStringList names(const Gazetteer& gazetteer, const std::vector<std::uint32_t>& indices) {
    QStringList result;
    for (const std::uint32_t index : indices) {
        const std::string_view name = gazetteer.place(index).name;
        result.append(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    }
    return result;
}

/// The haversine formula, as textbooks have it.
double distanceMetres(Position from, Position to) {
    constexpr double radians = std::numbers::pi / 180e9;
    const double fromLatitude = static_cast<double>(from.latitudeNanodegrees) * radians;
    const double toLatitude = static_cast<double>(to.latitudeNanodegrees) * radians;
    const double longitudeStep =
        static_cast<double>(to.longitudeNanodegrees - from.longitudeNanodegrees) * radians;
    const double halfLatitude = std::sin((toLatitude - fromLatitude) / 2);
    const double halfLongitude = std::sin(longitudeStep / 2);
    const double haversine = halfLatitude * halfLatitude + std::cos(fromLatitude) *
                                                               std::cos(toLatitude) *
                                                               halfLongitude * halfLongitude;
    return 2 * earthRadiusMetres * std::asin(std::sqrt(std::min(1.0, haversine)));
}

std::uint32_t prominence(const Place& place) {
    switch (place.kind) {
        case PlaceKind::LargeAirport:
            return largeAirportProminence;
        case PlaceKind::MediumAirport:
            return mediumAirportProminence;
        default:
            return place.population;
    }
}

/// What `find` promises, by looking at every place. Nothing when a place is so close to the edge
/// of the circle that rounding decides.
std::optional<std::vector<std::uint32_t>> findByScan(const std::vector<Place>& places,
                                                     Position centre,
                                                     std::int64_t radiusMillimetres,
                                                     std::size_t bound) {
    constexpr double edgeMetres = 1e-4;
    constexpr double metresPerNanodegree = earthRadiusMetres * std::numbers::pi / 180e9;
    const double radiusMetres = static_cast<double>(radiusMillimetres) / 1000;
    using Row = std::tuple<std::int64_t, double, std::uint32_t>;
    std::vector<Row> rows;
    for (std::size_t index = 0; index < places.size(); ++index) {
        const Place& place = places[index];
        // Two points are at least as far apart as their parallels.
        const double latitudeStep =
            static_cast<double>(place.position.latitudeNanodegrees - centre.latitudeNanodegrees);
        if (std::abs(latitudeStep) * metresPerNanodegree > radiusMetres + 1) {
            continue;
        }
        const double distance = distanceMetres(centre, place.position);
        if (std::abs(distance - radiusMetres) < edgeMetres) {
            return std::nullopt;
        }
        if (distance < radiusMetres) {
            rows.emplace_back(-std::int64_t{prominence(place)}, distance,
                              static_cast<std::uint32_t>(index));
        }
    }
    std::sort(rows.begin(), rows.end());
    rows.resize(std::min(rows.size(), bound));
    std::vector<std::uint32_t> indices;
    for (const Row& row : rows) {
        indices.push_back(std::get<2>(row));
    }
    return indices;
}

Position degrees(double latitude, double longitude) {
    return {std::llround(latitude * 1e9), std::llround(longitude * 1e9)};
}

}  // namespace

class GazetteerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void knownPlaces_data();
    void knownPlaces();
    void agreesWithScan_data();
    void agreesWithScan();
    void radiusEdges_data();
    void radiusEdges();
    void boundEdges_data();
    void boundEdges();
    void order();
    void tieAcrossLeaves();
    void userPoints();
    void crowdOfEqualPoints();
};

void GazetteerTest::knownPlaces_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<qint64>("radiusMillimetres");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char* name, double latitude, double longitude, qint64 radius,
                        const QStringList& expected) {
        QTest::newRow(name) << latitude << longitude << radius << expected;
    };
    const auto text = [](const char* utf8) { return QString::fromUtf8(utf8); };
    row("Los Angeles", 34.06893, -118.445127, 10'000'000,
        {text("Santa Monica"), text("Sherman Oaks"), text("Venice"), text("Culver City"),
         text("West Hollywood"), text("Beverly Hills"), text("Studio City"),
         text("Santa Monica Municipal Airport")});
    row("beside a large airport", 33.9425, -118.408, 5'000'000,
        {text("Los Angeles International Airport"), text("El Segundo"), text("Del Aire")});
    row("Zürich", 47.37, 8.54, 3'000'000, {text("Zürich")});
    row("Taveuni, west of the antimeridian", -16.8, 179.9, 50'000'000, {});
    row("Vanua Levu", -16.43, 179.36, 10'000'000, {text("Labasa"), text("Labasa Airport")});
    row("over the antimeridian eastwards", 66.32166, 179.99, 50'000'000, {text("Egvekinot")});
    row("over the antimeridian, 180", 66.32166, 180, 50'000'000, {text("Egvekinot")});
    row("over the antimeridian, -180", 66.32166, -180, 50'000'000, {text("Egvekinot")});
    row("south pole", -90, 0, 1, {text("South Pole Station Airport")});
    row("south pole on another meridian", -90, 123.456, 1, {text("South Pole Station Airport")});
    row("beyond the south pole", -89.6, 123.456, 50'000'000, {text("South Pole Station Airport")});
    row("north pole", 90, 0, 50'000'000, {});
    row("middle of the Pacific", -20, -130, 50'000'000, {});
}

void GazetteerTest::knownPlaces() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(qint64, radiusMillimetres);
    QFETCH(QStringList, expected);
    const std::vector<std::uint32_t> found =
        world().find(degrees(latitude, longitude), radiusMillimetres, 20);
    const QStringList all = names(world(), found);
    QCOMPARE(all.mid(0, expected.size()), expected);
    QCOMPARE(found.empty(), expected.empty());
}

void GazetteerTest::agreesWithScan_data() {
    QTest::addColumn<bool>("nearPlaces");
    QTest::newRow("near places") << true;
    QTest::newRow("anywhere") << false;
}

void GazetteerTest::agreesWithScan() {
    QFETCH(bool, nearPlaces);
    constexpr int rounds = 250;
    std::vector<Place> places;
    for (std::uint32_t index = 0; index < world().size(); ++index) {
        places.push_back(world().place(index));
    }
    std::mt19937_64 dice(20'260'101);
    const auto random = [&dice](std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(high - low + 1));
    };
    int compared = 0;
    int hits = 0;
    for (int round = 0; round < rounds; ++round) {
        Position centre{random(-90'000'000'000, 90'000'000'000),
                        random(-180'000'000'000, 180'000'000'000)};
        if (nearPlaces) {
            centre = places[dice() % places.size()].position;
            centre.latitudeNanodegrees += random(-200'000'000, 200'000'000);
            centre.longitudeNanodegrees += random(-200'000'000, 200'000'000);
        }
        const std::int64_t radius = random(nearPlaces ? 5'000'000 : 49'000'000, 50'000'000);
        const int bound = static_cast<int>(random(1, 20));
        const auto expected = findByScan(places, centre, radius, static_cast<std::size_t>(bound));
        if (!expected) {
            continue;
        }
        ++compared;
        hits += static_cast<int>(expected->size());
        QCOMPARE(world().find(centre, radius, bound), *expected);
    }
    QVERIFY(compared > rounds * 9 / 10);
    QVERIFY(hits > (nearPlaces ? rounds : 0));
}

void GazetteerTest::radiusEdges_data() {
    QTest::addColumn<int>("placeLatitude");
    QTest::addColumn<int>("placeLongitude");
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<qint64>("outsideMillimetres");
    // A degree is 2 pi R / 360 = 111,195.0802 m with the radius that placetree.h gives.
    QTest::newRow("itself") << 123'456'789 << 987'654'321 << 12.3456789 << 98.7654321 << qint64{0};
    QTest::newRow("1e-7 degrees") << 0 << 0 << 0.0000001 << 0.0 << qint64{11};
    QTest::newRow("equator") << 0 << 1'000'000 << 0.0 << 0.0 << qint64{11'119'508};
    QTest::newRow("meridian") << 1'000'000 << 0 << 0.0 << 0.0 << qint64{11'119'508};
    QTest::newRow("antimeridian") << 0 << -1'799'500'000 << 0.0 << 179.95 << qint64{11'119'508};
    QTest::newRow("north pole") << 899'500'000 << 0 << 89.95 << 180.0 << qint64{11'119'508};
    QTest::newRow("south pole") << -899'500'000 << 900'000'000 << -89.95 << -90.0
                                << qint64{11'119'508};
    QTest::newRow("50 km") << 0 << 4'496'601 << 0.0 << 0.0 << qint64{49'999'990};
}

void GazetteerTest::radiusEdges() {
    QFETCH(int, placeLatitude);
    QFETCH(int, placeLongitude);
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(qint64, outsideMillimetres);
    FileBuilder builder;
    builder.locality("Ville", placeLatitude, placeLongitude, 1);
    const Bytes file = builder.bytes();
    const Gazetteer gazetteer = load(file);
    const Position centre = degrees(latitude, longitude);
    QCOMPARE(gazetteer.find(centre, outsideMillimetres, 1).size(), std::size_t{0});
    QCOMPARE(gazetteer.find(centre, outsideMillimetres + 1, 1).size(), std::size_t{1});
    QCOMPARE(gazetteer.find(centre, -1, 1).size(), std::size_t{0});
    QCOMPARE(gazetteer.find(centre, outsideMillimetres + 1, 0).size(), std::size_t{0});
    // Nothing overflows where nobody should ask: from the other side of the earth and further.
    const Position antipode{-gazetteer.place(0).position.latitudeNanodegrees,
                            gazetteer.place(0).position.longitudeNanodegrees - 180'000'000'000};
    QCOMPARE(gazetteer.find(antipode, 20'000'000'000, 1).size(), std::size_t{0});
    for (const std::int64_t radius : {20'037'600'000, 30'000'000'000, 40'000'000'000}) {
        QCOMPARE(gazetteer.find(antipode, radius, 1).size(), std::size_t{1});
    }
    QCOMPARE(gazetteer.find(antipode, std::numeric_limits<std::int64_t>::max(), 1).size(),
             std::size_t{1});
}

void GazetteerTest::boundEdges_data() {
    QTest::addColumn<int>("bound");
    QTest::addColumn<int>("expected");
    QTest::newRow("below") << -1 << 0;
    QTest::newRow("none") << 0 << 0;
    QTest::newRow("one") << 1 << 1;
    QTest::newRow("one less") << 29 << 29;
    QTest::newRow("all") << 30 << 30;
    QTest::newRow("one more") << 31 << 30;
    QTest::newRow("many more") << std::numeric_limits<int>::max() << 30;
}

void GazetteerTest::boundEdges() {
    QFETCH(int, bound);
    QFETCH(int, expected);
    FileBuilder builder;
    for (std::uint32_t number = 0; number < 30; ++number) {
        // Populations rise and fall, so that the best stand nowhere together.
        builder.locality("Ville", static_cast<std::int32_t>(number) * 1000, 0, number * 7 % 30);
    }
    const Bytes file = builder.bytes();
    const Gazetteer gazetteer = load(file);
    const std::vector<std::uint32_t> found = gazetteer.find(degrees(0, 0), 50'000'000, bound);
    QCOMPARE(found.size(), static_cast<std::size_t>(expected));
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
        QCOMPARE(gazetteer.place(found[rank]).population, static_cast<std::uint32_t>(29 - rank));
    }
}

void GazetteerTest::order() {
    FileBuilder builder;
    builder.locality("unknown", 0, 0, 0)
        .airport(PlaceKind::MediumAirport, "medium", 0, 0, "M")
        .locality("town", 0, 0, mediumAirportProminence - 1)
        .locality("small city", 0, 0, mediumAirportProminence + 1)
        .airport(PlaceKind::LargeAirport, "large", 0, 0, "L")
        .locality("metropolis", 0, 0, largeAirportProminence + 1)
        .locality("city", 0, 0, largeAirportProminence - 1)
        .locality("twin, far", 2000, 0, 100)
        .locality("twin, near", 1000, 0, 100)
        .locality("twin, near, later", 1000, 0, 100);
    const Bytes file = builder.bytes();
    const Gazetteer gazetteer = load(file);
    QStringList expected;
    for (const char* name : {"metropolis", "large", "city", "small city", "medium", "town",
                             "twin, near", "twin, near, later", "twin, far", "unknown"}) {
        expected.append(QString::fromLatin1(name));
    }
    for (int bound = 1; bound <= expected.size(); ++bound) {
        QCOMPARE(names(gazetteer, gazetteer.find(degrees(0, 0), 1'000'000, bound)),
                 expected.mid(0, bound));
    }
}

void GazetteerTest::tieAcrossLeaves() {
    // The search enters the second eight first, for their metropolis; the twin of lower index
    // stands among the first eight.
    FileBuilder builder;
    builder.locality("twin", 0, 0, 100);
    for (int filler = 0; filler < 7; ++filler) {
        builder.locality("hamlet", 0, 0, 1);
    }
    builder.locality("later twin", 0, 0, 100).locality("metropolis", 0, 0, 1'000'000);
    const Bytes file = builder.bytes();
    const Gazetteer gazetteer = load(file);
    QCOMPARE(gazetteer.find(degrees(0, 0), 1'000'000, 2), (std::vector<std::uint32_t>{9, 0}));
}

void GazetteerTest::userPoints() {
    FileBuilder builder;
    builder.locality("metropolis", 0, 0, 20'000'000).locality("village", 0, 0, 500);
    const Bytes file = builder.bytes();
    const Gazetteer bare = load(file);
    const Gazetteer gazetteer =
        bare.withUserPoints({{{0, 2'000'000}, {}, "b", "far depot", "depot", ""},
                             {{0, 1'000'000}, {}, "a", "near depot", "depot", "Main Street"}})
            .withUserPoints({{{0, 0}, 1000, "c", "camp", "", ""}});
    QCOMPARE(bare.size(), std::size_t{2});
    QCOMPARE(gazetteer.size(), std::size_t{5});
    const std::vector<std::uint32_t> found = gazetteer.find(degrees(0, 0), 1'000'000, 20);
    QStringList expected;
    for (const char* name : {"near depot", "far depot", "metropolis", "camp", "village"}) {
        expected.append(QString::fromLatin1(name));
    }
    QCOMPARE(names(gazetteer, found), expected);
    const Place depot = gazetteer.place(found.front());
    QCOMPARE(depot.kind, PlaceKind::UserPoint);
    QCOMPARE(depot.position, (Position{0, 1'000'000}));
    QCOMPARE(depot.id, std::string_view("a"));
    QCOMPARE(depot.type, std::string_view("depot"));
    QCOMPARE(depot.vicinity, std::string_view("Main Street"));
    QCOMPARE(depot.population, 0U);
}

void GazetteerTest::crowdOfEqualPoints() {
    std::vector<UserPoint> points;
    for (std::int64_t row = 0; row < 100; ++row) {
        for (std::int64_t column = 0; column < 100; ++column) {
            points.push_back({{row * 1'000'000, column * 1'000'000},
                              {},
                              std::to_string(row * 100 + column),
                              "cafe",
                              "cafe",
                              ""});
        }
    }
    FileBuilder builder;
    builder.locality("Ville", 0, 0, 1);
    const Bytes file = builder.bytes();
    const Gazetteer gazetteer = load(file).withUserPoints(points);
    const Position centre{50'000'000, 50'000'000};
    const std::vector<std::uint32_t> found = gazetteer.find(centre, 50'000'000, 5);
    QCOMPARE(found.size(), std::size_t{5});
    QCOMPARE(gazetteer.place(found[0]).position, centre);
    for (std::size_t rank = 1; rank < 5; ++rank) {
        const Position position = gazetteer.place(found[rank]).position;
        QCOMPARE(std::abs(position.latitudeNanodegrees - centre.latitudeNanodegrees) +
                     std::abs(position.longitudeNanodegrees - centre.longitudeNanodegrees),
                 std::int64_t{1'000'000});
    }
}

QTEST_GUILESS_MAIN(GazetteerTest)
#include "tst_gazetteer.moc"
