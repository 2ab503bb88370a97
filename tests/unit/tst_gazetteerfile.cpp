// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "common/gazetteer.h"
#include "tests/unit/gazetteerfile.h"

using namespace herd;

namespace {

Bytes sampleFile() {
    FileBuilder builder;
    const std::size_t region = builder.region("Utopia", "North");
    builder.locality("Ville", 485'000'000, -1'799'000'000, 4711, 99, region);
    builder.airport(PlaceKind::LargeAirport, "Field", 486'000'000, -1'798'000'000, "UTOP");
    return builder.bytes();
}

}  // namespace

class GazetteerFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void placesAreReadBack();
    void damageIsNamed_data();
    void damageIsNamed();
    void truncatedFilesAreRefused();
    void flippedBitsAreRefused();
    void flippedBitsUnderRightChecksumAreHarmless();
    void filesAreRead();
    void embeddedDataIsWhole();
};

void GazetteerFileTest::placesAreReadBack() {
    const Bytes file = sampleFile();
    const Gazetteer gazetteer = load(file);
    QCOMPARE(gazetteer.size(), std::size_t{2});
    const Place ville = gazetteer.place(0);
    QCOMPARE(ville.kind, PlaceKind::Locality);
    QCOMPARE(ville.position, (Position{48'500'000'000, -179'900'000'000}));
    QCOMPARE(ville.population, 4711U);
    QCOMPARE(ville.geonameId, 99U);
    QCOMPARE(ville.id, std::string_view());
    QCOMPARE(ville.name, std::string_view("Ville"));
    QCOMPARE(ville.region, std::string_view("North"));
    QCOMPARE(ville.country, std::string_view("Utopia"));
    const Place field = gazetteer.place(1);
    QCOMPARE(field.kind, PlaceKind::LargeAirport);
    QCOMPARE(field.population, 0U);
    QCOMPARE(field.geonameId, 0U);
    QCOMPARE(field.id, std::string_view("UTOP"));
}

void GazetteerFileTest::damageIsNamed_data() {
    // The sample has one region at 32, places at 40 and 64, and 31 bytes of texts from 88.
    constexpr std::size_t firstPlace = headerBytes + regionBytes;
    constexpr std::size_t secondPlace = firstPlace + placeBytes;
    QTest::addColumn<int>("offset");
    QTest::addColumn<quint64>("number");
    QTest::addColumn<int>("width");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, std::size_t offset, quint64 number, int width,
                        const char* message) {
        QTest::newRow(name) << static_cast<int>(offset) << number << width
                            << QString::fromLatin1(message);
    };
    const auto units = [](qint64 value) { return static_cast<quint64>(value) & 0xFFFFFFFF; };
    row("magic", 0, 'h', 1, "not a gazetteer file");
    row("older version", 8, 0, 4, "version 0 is unknown");
    row("newer version", 8, 2, 4, "version 2 is unknown");
    row("one place more", 12, 3, 4, "its header announces");
    row("most places", 12, 0xFFFFFFFF, 4, "its header announces");
    row("one region fewer", 16, 0, 4, "its header announces");
    row("longer texts", 20, 0xFFFFFFFF, 4, "its header announces");
    row("reserved", 28, 1, 4, "damaged");
    row("country just past the texts", headerBytes, 31, 4, "region 0 is damaged");
    row("country past the texts", headerBytes, 1000, 4, "region 0 is damaged");
    row("region past the texts", headerBytes + 4, 0xFFFFFFFF, 4, "region 0 is damaged");
    row("latitude past 90", firstPlace, 900'000'001, 4, "place 0 is damaged");
    row("latitude past -90", firstPlace, units(-900'000'001), 4, "place 0 is damaged");
    row("longitude past 180", firstPlace + 4, 1'800'000'001, 4, "place 0 is damaged");
    row("longitude past -180", secondPlace + 4, units(-1'800'000'001), 4, "place 1 is damaged");
    row("ident past the texts", secondPlace + 12, 1000, 4, "place 1 is damaged");
    row("name past the texts", firstPlace + 16, 1000, 4, "place 0 is damaged");
    row("no such region", firstPlace + 20, 1, 2, "place 0 is damaged");
    row("no such kind", secondPlace + 22, 3, 1, "place 1 is damaged");
    row("reserved in place", firstPlace + 23, 1, 1, "place 0 is damaged");
    row("last text one byte longer", secondPlace + placeBytes + 25, 6, 1, "place 1 is damaged");
    row("text longer than the rest", secondPlace + placeBytes + 1, 255, 1, "region 0 is damaged");
}

void GazetteerFileTest::damageIsNamed() {
    QFETCH(int, offset);
    QFETCH(quint64, number);
    QFETCH(int, width);
    QFETCH(QString, message);
    Bytes file = sampleFile();
    writeNumber(file, static_cast<std::size_t>(offset), number, static_cast<std::size_t>(width));
    seal(file);
    file.shrink_to_fit();  // so that a sanitizer sees any look past its end
    const Result<Gazetteer> result = Gazetteer::fromBytes(file, QStringLiteral("places.bin"));
    QVERIFY(!result);
    QVERIFY2(result.error().message.startsWith(QStringLiteral("places.bin: ")),
             qPrintable(result.error().message));
    QVERIFY2(result.error().message.contains(message), qPrintable(result.error().message));
}

void GazetteerFileTest::truncatedFilesAreRefused() {
    const Bytes whole = sampleFile();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        // A copy of its own, so that a sanitizer sees any look past its end.
        const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        const Result<Gazetteer> result = Gazetteer::fromBytes(part, QStringLiteral("places.bin"));
        QVERIFY2(!result, qPrintable(QString::number(length)));
        QVERIFY(result.error().message.startsWith(QStringLiteral("places.bin: ")));
    }
    Bytes longer = whole;
    longer.push_back(std::byte{0});
    seal(longer);
    QVERIFY(!Gazetteer::fromBytes(longer, QStringLiteral("places.bin")));
}

void GazetteerFileTest::flippedBitsAreRefused() {
    const Bytes whole = sampleFile();
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        Bytes file = whole;
        file[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        QVERIFY2(!Gazetteer::fromBytes(file, QStringLiteral("places.bin")),
                 qPrintable(QString::number(bit)));
    }
}

void GazetteerFileTest::flippedBitsUnderRightChecksumAreHarmless() {
    const Bytes whole = sampleFile();
    int accepted = 0;
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        Bytes file = whole;
        file[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        seal(file);
        const Result<Gazetteer> result = Gazetteer::fromBytes(file, QStringLiteral("places.bin"));
        if (!result) {
            continue;
        }
        ++accepted;
        const Gazetteer& gazetteer = result.value();
        std::size_t textBytes = 0;
        for (std::uint32_t index = 0; index < gazetteer.size(); ++index) {
            const Place place = gazetteer.place(index);
            for (const std::string_view text :
                 {place.id, place.name, place.region, place.country}) {
                textBytes += std::string(text).size();  // a copy reads every byte
            }
        }
        QVERIFY(textBytes < 2 * 4 * 256);
        QVERIFY(gazetteer.find({48'500'000'000, -179'900'000'000}, 50'000'000, 20).size() <= 2);
    }
    // A changed letter or population is a file like others.
    QVERIFY(accepted > 0);
}

void GazetteerFileTest::filesAreRead() {
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("places.bin"));
    const Result<Gazetteer> missing = Gazetteer::fromFile(path);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.startsWith(path));

    const Bytes bytes = sampleFile();
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
    file.close();
    const Result<Gazetteer> result = Gazetteer::fromFile(path);
    QVERIFY(result.ok());
    QCOMPARE(result.value().place(0).name, std::string_view("Ville"));

    QVERIFY(file.resize(file.size() - 1));
    const Result<Gazetteer> shorter = Gazetteer::fromFile(path);
    QVERIFY(!shorter);
    QVERIFY(shorter.error().message.startsWith(path));
}

void GazetteerFileTest::embeddedDataIsWhole() {
    std::set<std::string> ids;
    std::size_t withRegion = 0;
    std::size_t withCountry = 0;
    for (std::uint32_t index = 0; index < world().size(); ++index) {
        const Place place = world().place(index);
        QVERIFY(!place.name.empty());
        QCOMPARE(place.kind == PlaceKind::Locality, place.id.empty());
        ids.insert(place.id.empty() ? std::to_string(place.geonameId) : std::string(place.id));
        withRegion += place.region.empty() ? 0 : 1;
        withCountry += place.country.empty() ? 0 : 1;
    }
    QCOMPARE(world().size(), std::size_t{204'734});
    QCOMPARE(ids.size(), world().size());
    QVERIFY(withRegion > 130'000);
    QVERIFY(withCountry > 204'000);
    QVERIFY(world().heapBytes() < 16'000'000);
}

QTEST_GUILESS_MAIN(GazetteerFileTest)
#include "tst_gazetteerfile.moc"
