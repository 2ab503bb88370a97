// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QJsonDocument>
#include <QTemporaryDir>
#include <optional>
#include <string>
#include <vector>

#include "common/pointfeatures.h"
#include "common/userpoints.h"

using namespace herd;

namespace {

using Points = std::vector<UserPoint>;

/// A FeatureCollection on one line, around these features.
QByteArray collection(const QByteArray& features) {
    return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

/// A feature at longitude 2, latitude 1.
QByteArray feature(const QByteArray& properties, const QByteArray& members = {}) {
    return R"({"type":"Feature",)" + members +
           R"("geometry":{"type":"Point","coordinates":[2,1]},"properties":{)" + properties + "}}";
}

}  // namespace

class UserPointsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void points_data();
    void points();
    void errors_data();
    void errors();
    void limits_data();
    void limits();
    void severalFiles();
    void missingFile();
    void featureLines_data();
    void featureLines();

  private:
    QString write(const QString& name, const QByteArray& text);

    QTemporaryDir directory_;
};

QString UserPointsTest::write(const QString& name, const QByteArray& text) {
    QFile file(directory_.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
        qFatal("cannot write %s", qPrintable(file.fileName()));
    }
    return file.fileName();
}

void UserPointsTest::points_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Points>("expected");
    const auto csv = [](const char* name, const QByteArray& text, const Points& expected) {
        QTest::newRow(name) << QStringLiteral("p.csv") << text << expected;
    };
    const auto json = [](const char* name, const QByteArray& text, const Points& expected) {
        QTest::newRow(name) << QStringLiteral("p.geojson") << text << expected;
    };
    const Position here{1'000'000'000, 2'000'000'000};
    csv("header only", "name,latitude,longitude", {});
    csv("one", "name,latitude,longitude\nDepot,1,2\n", {{here, {}, "p.csv/1", "Depot", "", ""}});
    csv("no line end at the end", "name,latitude,longitude\nDepot,1,2",
        {{here, {}, "p.csv/1", "Depot", "", ""}});
    csv("CRLF and blank lines", "\r\nname,latitude,longitude\r\n\r\nDepot,1,2\r\n\r\n",
        {{here, {}, "p.csv/1", "Depot", "", ""}});
    csv("byte order mark", "\xEF\xBB\xBFname,latitude,longitude\nDepot,1,2",
        {{here, {}, "p.csv/1", "Depot", "", ""}});
    csv("all columns in another order",
        "population,id,vicinity,type,longitude,latitude,name,colour\n"
        "4000000000,d1,Main St,depot,-180,+90.000,Depot,red\n"
        "0,,,,180,-90,Dépôt,\n",
        {{{90'000'000'000, -180'000'000'000}, 4'000'000'000U, "d1", "Depot", "depot", "Main St"},
         {{-90'000'000'000, 180'000'000'000}, 0U, "p.csv/2", "Dépôt", "", ""}});
    csv("quotes", "name,latitude,longitude\n\"A \"\"b\"\", c\nd\r\n\",\"1\",2\n\"\"\"\",1,2",
        {{here, {}, "p.csv/1", "A \"b\", c\nd\r\n", "", ""}, {here, {}, "p.csv/2", "\"", "", ""}});
    csv("digits past the ninth", "name,latitude,longitude\nX,-0.0000000019,0.1234567891",
        {{{-1, 123'456'789}, {}, "p.csv/1", "X", "", ""}});
    csv("empty last field", "name,latitude,longitude,type\nX,1,2,",
        {{here, {}, "p.csv/1", "X", "", ""}});
    json("no features", collection({}), {});
    json("one", collection(feature(R"("name":"Depot")")),
         {{here, {}, "p.geojson/1", "Depot", "", ""}});
    json("byte order mark", "\xEF\xBB\xBF" + collection(feature(R"("name":"Depot")")),
         {{here, {}, "p.geojson/1", "Depot", "", ""}});
    json("altitude and all digits",
         collection(R"({"type":"Feature","geometry":{"type":"Point","coordinates":)"
                    R"([-118.445127123,34.0689301,120.5]},"properties":{"name":"X"}})"),
         {{{34'068'930'100, -118'445'127'123}, {}, "p.geojson/1", "X", "", ""}});
    json("edges of the earth",
         collection(R"({"type":"Feature","geometry":{"type":"Point","coordinates":)"
                    R"([-180,90]},"properties":{"name":"X"}})"),
         {{{90'000'000'000, -180'000'000'000}, {}, "p.geojson/1", "X", "", ""}});
    json("everything",
         collection(feature(R"("name":"X","type":"t","amenity":"a","vicinity":"v","population":7)",
                            R"("id":"n1",)")),
         {{here, 7U, "n1", "X", "t", "v"}});
    json("number as id, text as population",
         collection(feature(R"("name":"X","population":"12")", R"("id":42,)")),
         {{here, 12U, "42", "X", "", ""}});
    json("nulls", collection(feature(R"("name":"X","population":null)", R"("id":null,)")),
         {{here, {}, "p.geojson/1", "X", "", ""}});
    json("amenity", collection(feature(R"("name":"X","amenity":"cafe","shop":"coffee")")),
         {{here, {}, "p.geojson/1", "X", "cafe", ""}});
    json("called by its type", collection(feature(R"("amenity":"bench")")),
         {{here, {}, "p.geojson/1", "bench", "bench", ""}});
    json("shop", collection(feature(R"("name":"X","shop":"yes")")),
         {{here, {}, "p.geojson/1", "X", "shop", ""}});
}

void UserPointsTest::points() {
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(Points, expected);
    const Result<Points> result = readUserPoints({write(file, text)});
    QVERIFY2(result.ok(), result ? "" : qPrintable(result.error().message));
    QCOMPARE(result.value().size(), expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
        const UserPoint& point = result.value()[index];
        QCOMPARE(point.position, expected[index].position);
        QCOMPARE(point.population, expected[index].population);
        QCOMPARE(point.id, expected[index].id);
        QCOMPARE(point.name, expected[index].name);
        QCOMPARE(point.type, expected[index].type);
        QCOMPARE(point.vicinity, expected[index].vicinity);
    }
}

void UserPointsTest::errors_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("start");  ///< what follows the path
    const auto csv = [](const char* name, const QByteArray& text, const char* start) {
        QTest::newRow(name) << QStringLiteral("p.csv") << text << QString::fromLatin1(start);
    };
    const auto json = [](const char* name, const QByteArray& text, const char* start) {
        QTest::newRow(name) << QStringLiteral("p.geojson") << text << QString::fromLatin1(start);
    };
    QTest::newRow("other name") << QStringLiteral("p.txt") << QByteArray()
                                << QStringLiteral(": the name");
    csv("empty file", "", ":1: the header line is missing");
    csv("no name column", "latitude,longitude\n", ":1: no column is called \"name\"");
    csv("no latitude column", "\nname,Latitude,longitude\n",
        ":2: no column is called \"latitude\"");
    csv("no longitude column", "name,latitude\n", ":1: no column is called \"longitude\"");
    csv("column twice", "name,latitude,longitude,name\n", ":1: two columns are called \"name\"");
    const QByteArray header = "name,latitude,longitude,population,id\n";
    csv("field missing", header + "a,1,2,,\nb,1,2,\n", ":3: 4 fields where the header has 5");
    csv("field too many", header + "a,1,2,,,\n", ":2: 6 fields where");
    csv("empty name", header + "a,1,2,,\n,1,2,,\n", ":3: the point has no name");
    csv("latitude missing", header + "a,,2,,\n", ":2: the latitude \"\" is not");
    csv("latitude past 90", header + "a,90.0000000001,2,,\n", ":2: the latitude");
    csv("latitude past -90", header + "a,-91,2,,\n", ":2: the latitude");
    csv("latitude with exponent", header + "a,1e1,2,,\n", ":2: the latitude");
    csv("latitude not a number", header + "a,nan,2,,\n", ":2: the latitude");
    csv("latitude with blank", header + "a, 1,2,,\n", ":2: the latitude");
    csv("two signs", header + "a,+-1,2,,\n", ":2: the latitude");
    csv("longitude past 180", header + "a,1,180.000000001,,\n", ":2: the longitude");
    csv("decimal comma", header + "a,1,\"2,5\",,\n", ":2: the longitude \"2,5\" is not");
    csv("population too large", header + "a,1,2,4000000001,\n", ":2: the population");
    csv("population negative", header + "a,1,2,-1,\n", ":2: the population");
    csv("population with fraction", header + "a,1,2,1.5,\n", ":2: the population");
    csv("id twice", header + "a,1,2,,x\nb,1,2,,x\n", ":3: another point has the id \"x\"");
    csv("quote inside", header + "a\"b,1,2,,\n", ":2: a quote inside");
    csv("text after quote", header + "\"a\"b,1,2,,\n", ":2: text between");
    csv("quote never ends", header + "a,1,2,,\nb,1,2,,\"x\ny\n", ":3: a quoted field starts here");
    csv("line after a long record", header + "\"a\n\nb\",1,2,,\nc,1,x,,\n", ":5: the longitude");
    csv("not UTF-8", header + "a,1,2,,\n\xFF,1,2,,\n", ":3: the text is not UTF-8");
    json("empty file", "", ":1: ");
    json("not JSON", "{\n\n\"type\": nonsense}", ":3: ");
    json("not UTF-8", "{\n\"\xC3\": 1}", ":2: the text is not UTF-8");
    json("not an object", "[]", ":1: this is not a GeoJSON FeatureCollection");
    json("one feature alone", feature(R"("name":"x")"), ":1: this is not a GeoJSON");
    json("features no array", R"({"type":"FeatureCollection","features":{}})", ":1: this is not");
    json("no name", collection("\n" + feature({}) + "\n"), ":2: feature 1: the point has no name");
    json("name is a number", collection(feature(R"("name":1)")), ":1: feature 1: the point has no");
    json("second feature", collection("\n" + feature(R"("name":"]}")") + ",\n\n" + feature({})),
         ":4: feature 2: the point has no name");
    json("feature is null", collection("null"), ":1: feature 1: its geometry is not a Point");
    json("geometry is null", collection(R"({"geometry":null})"), ":1: feature 1: its geometry");
    json("polygon", collection(R"({"geometry":{"type":"Polygon","coordinates":[]}})"),
         ":1: feature 1: its geometry is not a Point");
    const auto at = [](const QByteArray& coordinates) {
        return collection(R"({"geometry":{"type":"Point","coordinates":)" + coordinates +
                          R"(},"properties":{"name":"x"}})");
    };
    json("one coordinate", at("[1]"), ":1: feature 1: its coordinates");
    json("texts as coordinates", at(R"(["1","2"])"), ":1: feature 1: its coordinates");
    json("latitude past 90", at("[1,90.000000001]"), ":1: feature 1: its coordinates");
    json("longitude past 180", at("[-180.000000001,1]"), ":1: feature 1: its coordinates");
    json("endless", at("[1e300,1]"), ":1: feature 1: its coordinates");
    json("id is an object", collection(feature(R"("name":"x")", R"("id":{},)")),
         ":1: feature 1: its id");
    json("id with fraction", collection(feature(R"("name":"x")", R"("id":1.5,)")),
         ":1: feature 1: its id");
    json("population with fraction", collection(feature(R"("name":"x","population":1.5)")),
         ":1: feature 1: its population");
    json("population too large", collection(feature(R"("name":"x","population":4000000001)")),
         ":1: feature 1: its population");
    json("population in words", collection(feature(R"("name":"x","population":"many")")),
         ":1: feature 1: its population");
    json("id twice",
         collection(feature(R"("name":"x")", R"("id":7,)") + ",\n" +
                    feature(R"("name":"y")", R"("id":"7",)")),
         ":2: feature 2: another point has the id \"7\" already");
}

void UserPointsTest::errors() {
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(QString, start);
    const QString path = write(file, text);
    const Result<Points> result = readUserPoints({path});
    QVERIFY(!result);
    QVERIFY2(result.error().message.startsWith(path + start), qPrintable(result.error().message));
}

void UserPointsTest::limits_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<UserPointLimits>("limits");
    QTest::addColumn<QString>("start");  ///< empty: the file is right
    const QByteArray csv = "name,latitude,longitude,id,type,vicinity\na,1,2,,,\nb,1,2,,,\n";
    const QString csvFile = QStringLiteral("p.csv");
    const QString none;
    const auto bytesMax = [](qint64 bytes) { return UserPointLimits{bytes, 100, 100}; };
    const auto pointsMax = [](std::size_t points) { return UserPointLimits{10'000, points, 100}; };
    const auto textMax = [](std::size_t bytes) { return UserPointLimits{10'000, 100, bytes}; };
    QTest::newRow("file, at") << csvFile << csv << bytesMax(csv.size()) << none;
    QTest::newRow("file, past")
        << csvFile << csv << bytesMax(csv.size() - 1)
        << QStringLiteral(": the file is larger than %1 bytes").arg(csv.size() - 1);
    QTest::newRow("points, at") << csvFile << csv << pointsMax(2) << none;
    QTest::newRow("points, past") << csvFile << csv << pointsMax(1)
                                  << QStringLiteral(":3: more than 1 points in all files");
    const QByteArray features =
        collection(feature(R"("name":"a")") + ",\n" + feature(R"("name":"b")"));
    QTest::newRow("features, at") << QStringLiteral("p.json") << features << pointsMax(2) << none;
    QTest::newRow("features, past") << QStringLiteral("p.json") << features << pointsMax(1)
                                    << QStringLiteral(":2: feature 2: more than 1 points");
    for (const char* column : {"id", "name", "type", "vicinity"}) {
        const QByteArray line = QByteArray(column) == "name" ? QByteArray("0123456789ab,1,2\n")
                                                             : QByteArray("x,1,2,0123456789ab\n");
        const QByteArray text = (QByteArray(column) == "name"
                                     ? QByteArray("name,latitude,longitude\n")
                                     : "name,latitude,longitude," + QByteArray(column) + '\n') +
                                line;
        const QString name = QString::fromLatin1(column);
        QTest::newRow(column) << csvFile << text << textMax(12) << none;
        QTest::newRow(qPrintable(name + QStringLiteral(" too long")))
            << csvFile << text << textMax(11)
            << QStringLiteral(":2: the %1 is longer than 11 bytes").arg(name);
    }
}

void UserPointsTest::limits() {
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(UserPointLimits, limits);
    QFETCH(QString, start);
    const QString path = write(file, text);
    const Result<Points> result = readUserPoints({path}, limits);
    QCOMPARE(result.ok(), start.isEmpty());
    if (!result) {
        QVERIFY2(result.error().message.startsWith(path + start),
                 qPrintable(result.error().message));
    }
}

void UserPointsTest::severalFiles() {
    const QString first = write(QStringLiteral("a.csv"), "name,latitude,longitude\nA,1,2\n");
    const QString second =
        write(QStringLiteral("b.GeoJSON"), collection(feature(R"("name":"B")", R"("id":"b",)")));
    const QString third = write(QStringLiteral("c.csv"), "name,latitude,longitude,id\nC,1,2,b\n");
    const Result<Points> two = readUserPoints({first, second});
    QVERIFY(two.ok());
    QCOMPARE(two.value().size(), std::size_t{2});
    QCOMPARE(two.value()[0].id, std::string("a.csv/1"));
    QCOMPARE(two.value()[1].id, std::string("b"));
    const Result<Points> three = readUserPoints({first, second, third});
    QVERIFY(!three);
    QVERIFY(three.error().message.startsWith(third + QStringLiteral(":2: another point")));
    // The limit is one for all files.
    const Result<Points> tooMany = readUserPoints({first, second}, {10'000, 1, 100});
    QVERIFY(!tooMany);
    QVERIFY(tooMany.error().message.startsWith(second + QStringLiteral(":1: feature 1: more")));
    QVERIFY(readUserPoints({}).ok());
}

void UserPointsTest::missingFile() {
    const QString path = directory_.filePath(QStringLiteral("nowhere.csv"));
    const Result<Points> result = readUserPoints({path});
    QVERIFY(!result);
    QVERIFY(result.error().message.startsWith(path + QStringLiteral(": ")));
    QVERIFY(result.error().message.size() > path.size() + 2);
}

void UserPointsTest::featureLines_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("index");
    QTest::addColumn<int>("line");  ///< 0: there is none
    const QByteArray text = R"({ "name" : "a \" , } ] \\",
        "crs": { "features": [1,
             2] },
        "number": -1.5e3,  "features"
          :
        [ {"a": [1, 2, {"b": "]"}]},
          null , "x,y",
          3
        ], "after": [[],
        {}]})";
    QTest::newRow("first") << text << 0 << 6;
    QTest::newRow("second") << text << 1 << 7;
    QTest::newRow("third") << text << 2 << 7;
    QTest::newRow("last") << text << 3 << 8;
    QTest::newRow("past the last") << text << 4 << 0;
    QTest::newRow("none") << QByteArray(R"({"features":[]})") << 0 << 0;
    QTest::newRow("no array") << QByteArray(R"({"features":{"a":[1]}})") << 0 << 0;
    QTest::newRow("twice") << QByteArray("{\"features\":[1],\n\"features\":[2]}") << 0 << 2;
}

void UserPointsTest::featureLines() {
    QFETCH(QByteArray, text);
    QFETCH(int, index);
    QFETCH(int, line);
    QVERIFY(!QJsonDocument::fromJson(text).isNull());
    const auto found = lineOfFeature({text.constData(), static_cast<std::size_t>(text.size())},
                                     static_cast<std::size_t>(index));
    QCOMPARE(static_cast<int>(found.value_or(0)), line);
}

QTEST_GUILESS_MAIN(UserPointsTest)
#include "tst_userpoints.moc"
