// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "common/position.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

class PositionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void position_data();
    void position();
    void noPosition_data();
    void noPosition();
    void anyPosition();
};

void PositionTest::position_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("latitude");
    QTest::addColumn<qint64>("longitude");
    const auto row = [](const QByteArray& text, qint64 latitude, qint64 longitude) {
        QTest::newRow(text.constData()) << text << latitude << longitude;
    };
    row("+34.068930-118.445127", 34'068'930'000, -118'445'127'000);
    row("+27.5916+086.5640", 27'591'600'000, 86'564'000'000);
    row("+34-118", 34'000'000'000, -118'000'000'000);
    row("-0.0+0.0", 0, 0);
    row("+0-0", 0, 0);
    row("-0-0", 0, 0);
    row("+90+180", 90'000'000'000, 180'000'000'000);
    row("+90-180", 90'000'000'000, -180'000'000'000);
    row("-90+180", -90'000'000'000, 180'000'000'000);
    row("-90.000000000-180.000000000", -90'000'000'000, -180'000'000'000);
    row("+90.00000000000000000000+180.00000000000000000000", 90'000'000'000, 180'000'000'000);
    row("+89.999999999-179.999999999", 89'999'999'999, -179'999'999'999);
    row("+89.9999999999-179.9999999999", 89'999'999'999, -179'999'999'999);
    row("+0.000000001-0.000000001", 1, -1);
    row("+0.0000000019-0.0000000019", 1, -1);
    row("+0090+00180", 90'000'000'000, 180'000'000'000);
    row("+5+5", 5'000'000'000, 5'000'000'000);
    // 64 bytes.
    row("+34.06893-118.445127" + QByteArray(44, '0'), 34'068'930'000, -118'445'127'000);
    row("+" + QByteArray(61, '0') + "+1", 0, 1'000'000'000);
}

void PositionTest::position() {
    QFETCH(QByteArray, text);
    QFETCH(qint64, latitude);
    QFETCH(qint64, longitude);
    const auto read = parsePosition(viewOf(text));
    QVERIFY(read);
    QCOMPARE(qint64{read->latitudeNanodegrees}, latitude);
    QCOMPARE(qint64{read->longitudeNanodegrees}, longitude);
}

void PositionTest::noPosition_data() {
    QTest::addColumn<QByteArray>("text");
    const auto rows = {"+90.000000001+0",
                       "-90.000000001+0",
                       "+90.0000000000000001+0",
                       "-90.0000000000000001+0",
                       "+0+180.000000001",
                       "+0-180.000000001",
                       "+0+180.0000000000000001",
                       "+0-180.0000000000000001",
                       "+91+0",
                       "+90.1-180",
                       "+0+181",
                       "+0-1000",
                       "+99999999999999999999+0",
                       "+0-99999999999999999999",
                       "34-118",
                       "34+118",
                       "+34 -118",
                       "+34118",
                       "+34",
                       "-118.5",
                       "+",
                       "+-",
                       "++34-118",
                       "+-34-118",
                       "+34--118",
                       "+34+-118",
                       "+34-118+5",
                       "+34-118/",
                       "/+34-118",
                       "+34,-118",
                       "+34-118 ",
                       " +34-118",
                       "+34-118\r",
                       "+1.+2",
                       "+1+2.",
                       "+.5+2",
                       "+1+.5",
                       "+1.-2.",
                       "+1.2.3+4",
                       "+1+2.3.4",
                       "+1e1+2",
                       "+1+2e1",
                       "+0x1+2",
                       "+nan+nan",
                       "+inf-inf",
                       "+1_0+2",
                       "+1,5+2",
                       "+34N-118W",
                       "+34-118CRSWGS_84/"};
    for (const char* text : rows) {
        QTest::newRow(text) << QByteArray(text);
    }
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("NUL at the end") << QByteArray("+1+2\0", 5);
    QTest::newRow("NUL inside") << QByteArray("+1\0+2", 5);
    QTest::newRow("minus sign U+2212") << QByteArray(
        "+34\xe2\x88\x92"
        "118");
    QTest::newRow("U+00A0") << QByteArray("+34-118\xc2\xa0");
    QTest::newRow("Arabic digit") << QByteArray("+\xd9\xa1+2");
    QTest::newRow("65 bytes") << "+34.06893-118.445127" + QByteArray(45, '0');
    QTest::newRow("65 bytes before the point") << "+" + QByteArray(62, '0') + "+1";
}

void PositionTest::noPosition() {
    QFETCH(QByteArray, text);
    QVERIFY(!parsePosition(viewOf(text)));
}

void PositionTest::anyPosition() {
    Dice dice(1);
    for (int round = 0; round < 20'000; ++round) {
        const auto latitude = static_cast<qint64>(dice.below(90'000'000'000 + 1));
        const auto longitude = static_cast<qint64>(dice.below(180'000'000'000 + 1));
        const bool south = dice.below(2) == 0;
        const bool west = dice.below(2) == 0;
        const QString text = QStringLiteral("%1%2.%3%4%5.%6")
                                 .arg(south ? QLatin1Char('-') : QLatin1Char('+'))
                                 .arg(latitude / nanodegreesPerDegree)
                                 .arg(latitude % nanodegreesPerDegree, 9, 10, QLatin1Char('0'))
                                 .arg(west ? QLatin1Char('-') : QLatin1Char('+'))
                                 .arg(longitude / nanodegreesPerDegree)
                                 .arg(longitude % nanodegreesPerDegree, 9, 10, QLatin1Char('0'));
        const Position position{south ? -latitude : latitude, west ? -longitude : longitude};
        QVERIFY2(parsePosition(text.toStdString()) == position, qPrintable(text));
    }
}

QTEST_GUILESS_MAIN(PositionTest)
#include "tst_position.moc"
