// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QLocale>
#include <QTest>
#include <cmath>
#include <limits>

#include "console/clienttext.h"
#include "console/ticks.h"

namespace herd {

class TestTicks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }
    void rounding_data();
    void rounding();
    void axes_data();
    void axes();
    void numbers_data();
    void numbers();
    void scaleBars_data();
    void scaleBars();
    void graticules_data();
    void graticules();
    void degrees_data();
    void degrees();
    void clients_data();
    void clients();
    void ages_data();
    void ages();
};

void TestTicks::rounding_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("down");
    QTest::addColumn<double>("up");
    QTest::newRow("1") << 1.0 << 1.0 << 1.0;
    QTest::newRow("1.1") << 1.1 << 1.0 << 2.0;
    QTest::newRow("4.9") << 4.9 << 2.0 << 5.0;
    QTest::newRow("5") << 5.0 << 5.0 << 5.0;
    QTest::newRow("7") << 7.0 << 5.0 << 10.0;
    QTest::newRow("1000") << 1000.0 << 1000.0 << 1000.0;
    QTest::newRow("1999") << 1999.0 << 1000.0 << 2000.0;
    QTest::newRow("0.3") << 0.3 << 0.2 << 0.5;
    QTest::newRow("0.001") << 0.001 << 0.001 << 0.001;
}

void TestTicks::rounding() {
    QFETCH(double, value);
    QFETCH(double, down);
    QFETCH(double, up);
    QCOMPARE(roundedDown(value), down);
    QCOMPARE(roundedUp(value), up);
}

void TestTicks::axes_data() {
    QTest::addColumn<double>("greatest");
    QTest::addColumn<int>("wanted");
    QTest::addColumn<std::vector<double>>("ticks");
    using Ticks = std::vector<double>;
    QTest::newRow("nothing") << 0.0 << 4 << Ticks{0, 0.5, 1};
    QTest::newRow("no number") << std::nan("") << 2 << Ticks{0, 0.5, 1};
    QTest::newRow("no end") << std::numeric_limits<double>::infinity() << 1 << Ticks{0, 1};
    QTest::newRow("below nothing") << -3.0 << 1 << Ticks{0, 1};
    QTest::newRow("ten") << 10.0 << 5 << Ticks{0, 2, 4, 6, 8, 10};
    QTest::newRow("a hair above") << 10.001 << 5 << Ticks{0, 5, 10, 15};
    QTest::newRow("thousands") << 1'234.0 << 4 << Ticks{0, 500, 1000, 1500};
    QTest::newRow("parts") << 0.07 << 4 << Ticks{0, 0.02, 0.04, 0.06, 0.08};
}

void TestTicks::axes() {
    QFETCH(double, greatest);
    QFETCH(int, wanted);
    QFETCH(std::vector<double>, ticks);
    const std::vector<double> found = axisTicks(greatest, wanted);
    QCOMPARE(found.size(), ticks.size());
    for (std::size_t index = 0; index < ticks.size(); ++index) {
        QVERIFY(std::abs(found[index] - ticks[index]) < 1e-12);
    }
}

void TestTicks::numbers_data() {
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    const auto row = [](double value, const char* text) {
        QTest::newRow(text) << value << QString::fromUtf8(text);
    };
    row(0, "0");
    row(0.5, "0.5");
    row(0.25, "0.25");
    row(12, "12");
    row(12.5, "12.5");
    row(150, "150");
    row(1'000, "1 k");
    row(1'500, "1.5 k");
    row(9'994, "9,994");
    row(9'995, "10 k");
    row(12'345, "12.3 k");
    row(250'000, "250 k");
    row(999'400, "999 k");
    row(999'500, "1 M");
    row(2'500'000, "2.5 M");
}

void TestTicks::numbers() {
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(shortNumber(value), text);
}

void TestTicks::scaleBars_data() {
    QTest::addColumn<double>("metresPerPixel");
    QTest::addColumn<double>("pixels");
    QTest::addColumn<QString>("text");
    QTest::newRow("streets") << 0.5 << 100.0 << QStringLiteral("50 m");
    QTest::newRow("just below a kilometre") << 9.99 << 50.0 / 0.999 << QStringLiteral("500 m");
    QTest::newRow("a kilometre") << 10.0 << 100.0 << QStringLiteral("1 km");
    QTest::newRow("a town") << 25.0 << 80.0 << QStringLiteral("2 km");
    QTest::newRow("the world") << 156'543.0 << 1e7 / 156'543.0 << QStringLiteral("10,000 km");
    QTest::newRow("tiny") << 0.005 << 100.0 << QStringLiteral("0.5 m");
}

void TestTicks::scaleBars() {
    QFETCH(double, metresPerPixel);
    QFETCH(double, pixels);
    QFETCH(QString, text);
    const ScaleBar bar = scaleBar(metresPerPixel, 100);
    QCOMPARE(bar.text, text);
    QVERIFY(bar.pixels <= 100 + 1e-6);
    QVERIFY(std::abs(bar.pixels - pixels) < 1e-6);
}

void TestTicks::graticules_data() {
    QTest::addColumn<double>("degreesPerPixel");
    QTest::addColumn<double>("step");
    QTest::newRow("the world") << 360.0 / 256 << 45.0;
    QTest::newRow("exactly thirty") << 0.3 << 30.0;
    QTest::newRow("a bit more") << 0.301 << 45.0;
    QTest::newRow("fifteen") << 0.11 << 15.0;
    QTest::newRow("one") << 0.01 << 1.0;
    QTest::newRow("half") << 0.0049 << 0.5;
    QTest::newRow("above half") << 0.006 << 1.0;
    QTest::newRow("streets") << 0.000005 << 0.0005;
}

void TestTicks::graticules() {
    QFETCH(double, degreesPerPixel);
    QFETCH(double, step);
    QVERIFY(std::abs(graticuleStep(degreesPerPixel, 100) - step) < 1e-12);
}

void TestTicks::degrees_data() {
    QTest::addColumn<double>("degrees");
    QTest::addColumn<double>("degreesPerPixel");
    QTest::addColumn<QString>("latitude");
    QTest::addColumn<QString>("longitude");
    const auto row = [](double degrees, double perPixel, const char* latitude,
                        const char* longitude) {
        QTest::addRow("%s at %g", latitude, perPixel)
            << degrees << perPixel << QString::fromUtf8(latitude) << QString::fromUtf8(longitude);
    };
    row(45, 5, "45° N", "45° E");
    row(-45, 5, "45° S", "45° W");
    row(51.507, 0.1, "51.5° N", "51.5° E");
    row(-0.1278, 0.001, "0.128° S", "0.128° W");
    row(0, 1, "0°", "0°");
    row(-0.001, 0.1, "0°", "0°");
    row(12.3456789, 1e-9, "12.345679° N", "12.345679° E");
    QTest::newRow("antimeridian") << -180.0 << 1.0 << QStringLiteral("180° S")
                                  << QStringLiteral("180°");
}

void TestTicks::degrees() {
    QFETCH(double, degrees);
    QFETCH(double, degreesPerPixel);
    QFETCH(QString, latitude);
    QFETCH(QString, longitude);
    QCOMPARE(latitudeText(degrees, degreesPerPixel), latitude);
    QCOMPARE(longitudeText(degrees, degreesPerPixel), longitude);
}

void TestTicks::clients_data() {
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArray("bike-42") << QStringLiteral("bike-42");
    QTest::newRow("another script")
        << QByteArray("\xD0\xB2\xD0\xB5\xD0\xBB\xD0\xBE") << QStringLiteral("вело");
    QTest::newRow("control character") << QByteArray("a\x1b[1m") << QStringLiteral("a\\x1b[1m");
    QTest::newRow("no UTF-8") << QByteArray("a\xFFz") << QStringLiteral("a\\xffz");
    QTest::newRow("as long as may be") << QByteArray(20, 'x') << QString(20, QLatin1Char('x'));
    QTest::newRow("one longer") << QByteArray("abcdefghijklmnopqrstu")
                                << QStringLiteral("abcdefghij…mnopqrstu");
}

void TestTicks::clients() {
    QFETCH(QByteArray, client);
    QFETCH(QString, text);
    const QString found =
        clientText({client.constData(), static_cast<std::size_t>(client.size())}, 20);
    QCOMPARE(found.toLower(), text);
    QVERIFY(found.size() <= 20);
}

void TestTicks::ages_data() {
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("text");
    const auto row = [](qint64 ms, const char* text) {
        QTest::addRow("%lld ms", static_cast<long long>(ms)) << ms << QString::fromLatin1(text);
    };
    row(-5'000, "just now");
    row(999, "just now");
    row(1'000, "1 s ago");
    row(59'999, "59 s ago");
    row(60'000, "1 min ago");
    row(3'599'999, "59 min ago");
    row(3'600'000, "1 h ago");
    row(172'799'999, "47 h ago");
    row(172'800'000, "2 d ago");
}

void TestTicks::ages() {
    QFETCH(qint64, ms);
    QFETCH(QString, text);
    QCOMPARE(ageText(ms), text);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestTicks)
#include "tst_ticks.moc"
