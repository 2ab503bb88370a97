// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <limits>

#include "common/timestamp.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {
constexpr qint64 timeMax = std::numeric_limits<qint64>::max();
}

class TimestampTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void time_data();
    void time();
    void noTime_data();
    void noTime();
    void diff_data();
    void diff();
    void noDiff_data();
    void noDiff();
    void smallestDiff();
    void anyDiff();
    void anyTime();
};

void TimestampTest::time_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("nanoseconds");
    const auto row = [](const char* text, qint64 nanoseconds) {
        QTest::newRow(text) << QByteArray(text) << nanoseconds;
    };
    row("0", 0);
    row("0.0", 0);
    row("0.000000000", 0);
    row("1", 1'000'000'000);
    row("5.5", 5'500'000'000);
    row("0.1", 100'000'000);
    row("0.000000001", 1);
    row("0.123456789", 123'456'789);
    row("1400794645.392014450", 1'400'794'645'392'014'450);
    row("1400794645.39201445", 1'400'794'645'392'014'450);
    row("1400794699.108893381", 1'400'794'699'108'893'381);
    row("007", 7'000'000'000);
    row("9223372036", 9'223'372'036'000'000'000);
    row("9223372036.854775807", timeMax);
    row("9223372036.85477580", timeMax - 7);
    // 32 bytes, with and without a fraction.
    row("00000000000000000000000000000012", 12'000'000'000);
    row("0000000000000000000012.000000003", 12'000'000'003);
    row("0000000000009223372036.854775807", timeMax);
}

void TimestampTest::time() {
    QFETCH(QByteArray, text);
    QFETCH(qint64, nanoseconds);
    const auto read = parseTime(viewOf(text));
    QVERIFY(read);
    QCOMPARE(qint64{*read}, nanoseconds);
}

void TimestampTest::noTime_data() {
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* name, const QByteArray& text) { QTest::newRow(name) << text; };
    const auto rows = {"5.",
                       ".5",
                       ".",
                       "+5",
                       "-5",
                       "-0",
                       "+0",
                       "1e9",
                       "1E9",
                       "1.5e3",
                       "0x10",
                       "1f",
                       "nan",
                       "NaN",
                       "inf",
                       "Infinity",
                       "1_000",
                       "1,5",
                       "1.5.5",
                       "1..5",
                       "1.-5",
                       "1.+5",
                       "1 2",
                       " 1",
                       "1 ",
                       "1.5 ",
                       "abc",
                       "1a",
                       "1.a",
                       "1.5a",
                       "0.1234567890",
                       "0.0000000001",
                       "1.0000000000",
                       "9223372036.854775808",
                       "9223372036.854775810",
                       "9223372036.86",
                       "9223372036.9",
                       "9223372037",
                       "18446744073709551616",
                       "99999999999999999999",
                       "18446744073.709551617",
                       "000000000000000000000000000000012",
                       "00000000000000000000012.000000003"};
    for (const char* text : rows) {
        row(text, text);
    }
    row("empty", "");
    row("LF", "1\n");
    row("CR", "1\r");
    row("NUL", QByteArray("1\0", 2));
    row("NUL in the fraction", QByteArray("1.5\0", 4));
    row("U+00A0", "1\xc2\xa0");
    row("Arabic digits", "\xd9\xa1\xd9\xa2");
    row("full-width digit", "\xef\xbc\x91");
    row("superscript two", "\xb2");
    row("10,000 digits", QByteArray(10'000, '0'));
}

void TimestampTest::noTime() {
    QFETCH(QByteArray, text);
    QVERIFY(!parseTime(viewOf(text)));
}

void TimestampTest::diff_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("nanoseconds");
    const auto row = [](const char* text, qint64 nanoseconds) {
        QTest::newRow(text) << QByteArray(text) << nanoseconds;
    };
    row("+0.000000000", 0);
    row("+0.000000001", 1);
    row("-0.000000001", -1);
    row("+0.263873386", 263'873'386);
    row("-3600.000012345", -3'600'000'012'345);
    row("+0.999999999", 999'999'999);
    row("+1.000000000", 1'000'000'000);
    row("-1.000000000", -1'000'000'000);
    row("-0.999999999", -999'999'999);
    row("+9.999999999", 9'999'999'999);
    row("+10.000000000", 10'000'000'000);
    row("+9223372036.854775806", timeMax - 1);
    row("+9223372036.854775807", timeMax);
    row("-9223372036.854775806", -timeMax + 1);
    row("-9223372036.854775807", -timeMax);
}

void TimestampTest::diff() {
    QFETCH(QByteArray, text);
    QFETCH(qint64, nanoseconds);
    std::string written = "before";
    appendDiff(written, nanoseconds);
    QCOMPARE(bytesOf(written), "before" + text);
    const auto read = parseDiff(viewOf(text));
    QVERIFY(read);
    QCOMPARE(qint64{*read}, nanoseconds);
}

void TimestampTest::noDiff_data() {
    QTest::addColumn<QByteArray>("text");
    const auto rows = {"-0.000000000",
                       "0.000000000",
                       "00.000000000",
                       "+",
                       "-",
                       "+0",
                       "+0.",
                       "+.000000000",
                       "+.0000000000",
                       "+0.00000000",
                       "+0.0000000000",
                       "+00.000000000",
                       "+01.000000000",
                       "-01.500000000",
                       "+1.00000000a",
                       "+a.000000000",
                       "+1a.000000000",
                       "+1.2.000000000",
                       "+1,000000000",
                       "+1 000000000",
                       "++1.000000000",
                       "+-1.000000000",
                       "--1.000000000",
                       " +1.000000000",
                       "+1.000000000 ",
                       "+1.000000000\r",
                       "+1e3.000000000",
                       "+1.0000e0000",
                       "+9223372036.854775808",
                       "-9223372036.854775808",
                       "+9223372037.000000000",
                       "+12345678901.000000000",
                       "+99999999999999999999.000000000",
                       "+nan.000000000"};
    for (const char* text : rows) {
        QTest::newRow(text) << QByteArray(text);
    }
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("NUL") << QByteArray("+1.00000000\0", 12);
    QTest::newRow("minus sign U+2212") << QByteArray(
        "\xe2\x88\x92"
        "1.000000000");
}

void TimestampTest::noDiff() {
    QFETCH(QByteArray, text);
    QVERIFY(!parseDiff(viewOf(text)));
}

void TimestampTest::smallestDiff() {
    std::string written;
    appendDiff(written, std::numeric_limits<qint64>::min());
    QCOMPARE(bytesOf(written), QByteArray("-9223372036.854775808"));
}

void TimestampTest::anyDiff() {
    Dice dice(1);
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t nanoseconds = dice.below(2) == 0 ? dice.time() : -dice.time();
        std::string written;
        appendDiff(written, nanoseconds);
        QVERIFY2(parseDiff(written) == nanoseconds, written.c_str());
    }
}

void TimestampTest::anyTime() {
    Dice dice(2);
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t nanoseconds = dice.time();
        // A difference to zero is a time with a sign before it.
        std::string written;
        appendDiff(written, nanoseconds);
        QVERIFY2(parseTime(std::string_view(written).substr(1)) == nanoseconds, written.c_str());
    }
}

QTEST_GUILESS_MAIN(TimestampTest)
#include "tst_timestamp.moc"
