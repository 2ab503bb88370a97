// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <algorithm>

#include "console/outlineshapes.h"
#include "console/worldoutline.h"
#include "resources/world/embeddedoutline.h"
#include "tests/unit/outlinefile.h"

namespace herd {

namespace {

const GridPath westHalf{{10, 100}, {10, 200}, {20, 200}};
const GridPath eastHalf{{10, 100}, {20, 100}, {20, 200}};

/// A square of two lines, and a border through it.
OutlineBuilder square() {
    OutlineBuilder builder;
    builder.line(westHalf).line(eastHalf).line({{15, 100}, {15, 200}}, true).ring({0, ~1});
    return builder;
}

/// The outline of bytes that are right.
WorldOutline read(const OutlineBytes& bytes) {
    const Result<WorldOutline> outline = readWorldOutline(bytes);
    if (!outline) {
        qFatal("%s", qPrintable(outline.error().message));
    }
    return outline.value();
}

bool isSame(const OutlineLine& a, const OutlineLine& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](GeoPoint one, GeoPoint other) {
        return std::abs(one.latitude - other.latitude) < 1e-9 &&
               std::abs(one.longitude - other.longitude) < 1e-9;
    });
}

}  // namespace

class TestWorldOutline : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void linesAndRingsAreReadBack();
    void linesGoOnBeyondTheAntimeridian();
    void ringsAroundAPoleAreClosedAlongIt();
    void cutsAreNoCoast();
    void damageIsNamed_data();
    void damageIsNamed();
    void wrongReferencesAreNamed_data();
    void wrongReferencesAreNamed();
    void truncatedFilesAreRefused();
    void flippedBitsAreRefused();
    void embeddedOutlineIsWhole();
    void ringsAreClipped();
    void linesAreClipped();
    void thinningKeepsEnds();
};

void TestWorldOutline::linesAndRingsAreReadBack() {
    const WorldOutline outline = read(square().bytes());
    QCOMPARE(outline.coasts.size(), std::size_t{2});
    QCOMPARE(outline.coasts[0].front(), (GeoPoint{-40, -170}));
    QCOMPARE(outline.coasts[0].back(), (GeoPoint{10, -160}));
    QCOMPARE(outline.borders.size(), std::size_t{1});
    QCOMPARE(outline.land.size(), std::size_t{1});
    const OutlineLine ring{{-40, -170}, {10, -170}, {10, -160}, {-40, -160}, {-40, -170}};
    QVERIFY(isSame(outline.land[0], ring));
}

void TestWorldOutline::linesGoOnBeyondTheAntimeridian() {
    OutlineBuilder builder;
    builder.line({{350, 100}, {10, 100}, {10, 110}, {350, 110}, {350, 100}}).ring({0});
    const WorldOutline outline = read(builder.bytes());
    const OutlineLine ring{{-40, 170}, {-40, 190}, {-35, 190}, {-35, 170}, {-40, 170}};
    QVERIFY(isSame(outline.land[0], ring));
    QVERIFY(isSame(outline.coasts[0], ring));
}

void TestWorldOutline::ringsAroundAPoleAreClosedAlongIt() {
    OutlineBuilder builder;
    builder.line({{0, 30}, {120, 30}, {240, 30}, {0, 30}});
    builder.line({{0, 330}, {240, 330}, {120, 330}, {0, 330}});
    builder.ring({0}).ring({1});
    const WorldOutline outline = read(builder.bytes());
    const OutlineLine ring{{-75, -180}, {-75, -60},  {-75, 60},  {-75, 180},
                           {-90, 180},  {-90, -180}, {-75, -180}};
    QVERIFY(isSame(outline.land[0], ring));
    const OutlineLine northern{{75, -180}, {75, -300}, {75, -420}, {75, -540},
                               {90, -540}, {90, -180}, {75, -180}};
    QVERIFY(isSame(outline.land[1], northern));
}

void TestWorldOutline::cutsAreNoCoast() {
    OutlineBuilder builder;
    builder.line({{350, 10}, {360, 10}, {360, 20}, {350, 20}, {350, 10}});
    builder.line({{100, 10}, {100, 0}, {120, 0}, {120, 10}});
    const WorldOutline outline = read(builder.bytes());
    QCOMPARE(outline.coasts.size(), std::size_t{4});
    QCOMPARE(outline.coasts[0].back().longitude, 180.0);
    QCOMPARE(outline.coasts[1].front().longitude, 180.0);
    QCOMPARE(outline.coasts[2].back().latitude, -90.0);
    QCOMPARE(outline.coasts[3].front().latitude, -90.0);
}

void TestWorldOutline::damageIsNamed_data() {
    QTest::addColumn<int>("offset");
    QTest::addColumn<quint32>("number");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, int offset, quint32 number, const char* message) {
        QTest::newRow(name) << offset << number << QString::fromLatin1(message);
    };
    row("magic", 0, 0, "not an outline");
    row("older version", 8, 0, "version 0 is unknown");
    row("newer version", 8, 2, "version 2 is unknown");
    row("one line fewer", 12, 2, "announces");
    row("one line more", 12, 4, "line 3 is damaged");
    row("most lines", 12, 0xFFFFFFFF, "line 3 is damaged");
    row("no ring", 16, 0, "3 bytes too many");
    row("one ring more", 16, 2, "ring 1 is damaged");
    row("most rings", 16, 0xFFFFFFFF, "ring 1 is damaged");
    row("one point more", 20, 9, "8 points where its header announces 9");
    row("no steps", 28, 0, "the grid is damaged");
    row("too many steps", 28, 1'000'001, "the grid is damaged");
    row("steps fewer than used", 28, 199, "line 0 is damaged");
    row("west past -180", 32, static_cast<quint32>(-1'800'000'001), "the grid is damaged");
    row("south past -90", 36, static_cast<quint32>(-900'000'001), "the grid is damaged");
    row("east past 180", 40, 1'800'000'001, "the grid is damaged");
    row("east before west", 40, static_cast<quint32>(-1'800'000'000), "the grid is damaged");
    row("north past 90", 44, 900'000'001, "the grid is damaged");
}

void TestWorldOutline::damageIsNamed() {
    QFETCH(int, offset);
    QFETCH(quint32, number);
    QFETCH(QString, message);
    OutlineBytes bytes = square().bytes();
    writeU32(bytes, static_cast<std::size_t>(offset), number);
    sealOutline(bytes);
    bytes.shrink_to_fit();  // so that a sanitizer sees any look past its end
    const Result<WorldOutline> outline = readWorldOutline(bytes);
    QVERIFY(!outline);
    QVERIFY2(outline.error().message.contains(message), qPrintable(outline.error().message));
}

void TestWorldOutline::wrongReferencesAreNamed_data() {
    QTest::addColumn<std::vector<int>>("references");
    QTest::newRow("no line") << std::vector<int>{};
    QTest::newRow("one past the last line") << std::vector<int>{0, ~3};
    QTest::newRow("a border") << std::vector<int>{2};
    QTest::newRow("not closed") << std::vector<int>{0};
    QTest::newRow("ends that do not meet") << std::vector<int>{0, 1};
    QTest::newRow("a line twice") << std::vector<int>{0, ~0};
}

void TestWorldOutline::wrongReferencesAreNamed() {
    QFETCH(std::vector<int>, references);
    OutlineBuilder builder;
    builder.line(westHalf).line(eastHalf).line({{15, 100}, {15, 200}}, true).ring(references);
    const Result<WorldOutline> outline = readWorldOutline(builder.bytes());
    QVERIFY(!outline);
    QCOMPARE(outline.error().message, QStringLiteral("ring 0 is damaged"));
}

void TestWorldOutline::truncatedFilesAreRefused() {
    const OutlineBytes whole = square().bytes();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        OutlineBytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        QVERIFY(!readWorldOutline(part));
        if (length >= outlineHeaderBytes) {
            sealOutline(part);
            QVERIFY(!readWorldOutline(part));
        }
    }
    OutlineBytes longer = whole;
    longer.push_back(std::byte{0});
    sealOutline(longer);
    QVERIFY(!readWorldOutline(longer));
}

void TestWorldOutline::flippedBitsAreRefused() {
    const OutlineBytes whole = square().bytes();
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        OutlineBytes bytes = whole;
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
        QVERIFY2(!readWorldOutline(bytes), qPrintable(QString::number(bit)));
        // Under a right checksum, it is refused or harmless: a sanitizer would tell.
        sealOutline(bytes);
        (void)readWorldOutline(bytes).ok();
    }
}

void TestWorldOutline::embeddedOutlineIsWhole() {
    const Result<WorldOutline> result = readWorldOutline(embeddedOutline());
    QVERIFY2(result.ok(), result ? "" : qPrintable(result.error().message));
    const WorldOutline& outline = result.value();
    QCOMPARE(outline.land.size(), std::size_t{1'429});
    QCOMPARE(outline.borders.size(), std::size_t{362});
    QVERIFY(outline.coasts.size() > 1'500);
    QVERIFY(embeddedOutline().size() < 250'000);
    for (const OutlineLine& ring : outline.land) {
        QCOMPARE(ring.front(), ring.back());
        for (std::size_t index = 1; index < ring.size(); ++index) {
            const bool isAtPole = ring[index].latitude == -90;
            QVERIFY(isAtPole || std::abs(ring[index].longitude - ring[index - 1].longitude) < 180);
        }
    }
}

void TestWorldOutline::ringsAreClipped() {
    const QPolygonF ring({{-1, 1}, {3, 1}, {3, 5}, {-1, 5}, {-1, 1}});
    const QPolygonF inside = clippedRing(ring, QRectF(0, 0, 2, 2));
    QCOMPARE(inside.boundingRect(), QRectF(0, 1, 2, 1));
    QVERIFY(clippedRing(ring, QRectF(10, 10, 2, 2)).isEmpty());
    QCOMPARE(clippedRing(ring, QRectF(0, 2, 1, 1)).boundingRect(), QRectF(0, 2, 1, 1));
}

void TestWorldOutline::linesAreClipped() {
    const QPolygonF line({{-1, 1}, {1, 1}, {1, 5}, {3, 5}, {1.5, 1.5}});
    const std::vector<QPolygonF> pieces = clippedLine(line, QRectF(0, 0, 2, 2));
    QCOMPARE(pieces.size(), std::size_t{2});
    QCOMPARE(pieces[0], QPolygonF({{0, 1}, {1, 1}, {1, 2}}));
    QCOMPARE(pieces[1].constLast(), QPointF(1.5, 1.5));
    QCOMPARE(pieces[1].constFirst().y(), 2.0);
    QVERIFY(clippedLine(QPolygonF(QList<QPointF>{{-1, 1}, {1, -1.5}}), QRectF(0, 0, 2, 2)).empty());
}

void TestWorldOutline::thinningKeepsEnds() {
    const OutlineShapes shapes = projectedShapes(read(square().bytes()));
    const OutlineShapes same = thinned(shapes, 1e-9);
    QCOMPARE(same.coasts.size(), std::size_t{2});
    const OutlineShapes thin = thinned(shapes, 0.1);
    QCOMPARE(thin.coasts.size(), std::size_t{2});
    QCOMPARE(thin.coasts[0].points.constFirst(), shapes.coasts[0].points.constFirst());
    QCOMPARE(thin.coasts[0].points.constLast(), shapes.coasts[0].points.constLast());
    QVERIFY(thinned(shapes, 0.9).coasts.empty());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestWorldOutline)
#include "tst_worldoutline.moc"
