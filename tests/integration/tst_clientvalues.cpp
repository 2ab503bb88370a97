// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "tests/integration/wirerows.h"
#include "tests/support/answers.h"

using namespace std::string_literals;

namespace herd {

namespace {

constexpr std::size_t idBytesMax = 1024;
constexpr std::size_t positionBytesMax = 64;
constexpr std::size_t timeBytesMax = 32;

}  // namespace

/// The fields of the two commands, at and past each edge: PROTOCOL.md "IAMAT" and "WHATSAT".
class TestClientValues : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QVERIFY2(rows_.start(), qPrintable(rows_.error())); }
    void cleanupTestCase() { QVERIFY(rows_.stop()); }

    void iamat_data();
    void iamat() { checkRow(); }
    void position_data();
    void position() { checkRow(); }
    void time_data();
    void time() { checkRow(); }
    void whatsat_data();
    void whatsat() { checkRow(); }
    void radiusAndBound_data();
    void radiusAndBound() { checkRow(); }

  private:
    void checkRow() {
        const QString wrong = rows_.check();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    WireRows rows_;
};

void TestClientValues::iamat_data() {
    WireRows::columns();
    std::string longest(idBytesMax, 'i');
    longest.append(" +34-118 1");
    const std::string tooLong = "IAMAT i" + longest;
    WireRows::row(QStringLiteral("id of the longest kind"), "IAMAT " + longest + "\n",
                  answered(longest));
    WireRows::row(QStringLiteral("id one past"), tooLong + "\n", refused(tooLong));
    WireRows::row(QStringLiteral("id of one byte"), "IAMAT i +34-118 1\n", answered("i +34-118 1"));
    WireRows::row(QStringLiteral("id that looks like a position"), "IAMAT +34-118 +34-118 1\n",
                  answered("+34-118 +34-118 1"));
    WireRows::row(QStringLiteral("ids differ by case"),
                  "IAMAT {id}a +34-118 1\nWHATSAT {id}A 1 1\n",
                  answered("{id}a +34-118 1") + refused("WHATSAT {id}A 1 1"));
    WireRows::row(QStringLiteral("copies as they were"), "IAMAT {id} +034.0-118.00 0001.50\n",
                  answered("{id} +034.0-118.00 0001.50"));
    WireRows::row(QStringLiteral("alone"), "IAMAT\n", refused("IAMAT"));
    WireRows::row(QStringLiteral("id only"), "IAMAT {id}\n", refused("IAMAT {id}"));
    WireRows::row(QStringLiteral("no time"), "IAMAT {id} +34-118\n", refused("IAMAT {id} +34-118"));
    WireRows::row(QStringLiteral("no position"), "IAMAT {id} 1\n", refused("IAMAT {id} 1"));
    WireRows::row(QStringLiteral("time before position"), "IAMAT {id} 1 +34-118\n",
                  refused("IAMAT {id} 1 +34-118"));
    WireRows::row(QStringLiteral("a field too many"), "IAMAT {id} +34-118 1 2\n",
                  refused("IAMAT {id} +34-118 1 2"));
    WireRows::row(QStringLiteral("refused stores nothing"),
                  "IAMAT {id} +34-118 x\nWHATSAT {id} 1 1\n",
                  refused("IAMAT {id} +34-118 x") + refused("WHATSAT {id} 1 1"));
}

void TestClientValues::position_data() {
    WireRows::columns();
    const auto valid = [](const std::string& position) {
        const std::string rest = "{id} " + position + " 1";
        WireRows::row(readable(position), "IAMAT " + rest + '\n', answered(rest));
    };
    const auto invalid = [](const std::string& position) {
        const std::string line = "IAMAT {id} " + position + " 1";
        WireRows::row(QStringLiteral("refused: ") + readable(position), line + '\n', refused(line));
    };
    for (const char* position :
         {"+34-118", "+27.5916+086.5640", "-0.0+0.0", "+0-0", "+90+180", "-90-180", "+90.0-180.000",
          "+89.999999999999999999+179.999999999999999999", "+00034.50+000118.25"}) {
        valid(position);
    }
    valid("+1+1." + std::string(positionBytesMax - 5, '2'));
    invalid("+1+1." + std::string(positionBytesMax - 4, '2'));
    for (const char* position : {"+90.1+0",
                                 "-90.000000000000000001+0",
                                 "+91+0",
                                 "+100+0",
                                 "+0+180.0000001",
                                 "-0-181",
                                 "+0-180.00000000000000000001",
                                 "+1000+0",
                                 "34-118",
                                 "34.0-118.0",
                                 "+34118",
                                 "+34",
                                 "-118",
                                 "+34.-118.",
                                 "+34.-118",
                                 "+34-118.",
                                 "+.5+.5",
                                 "+34-.5",
                                 "+34-118x",
                                 "x+34-118",
                                 "+34,5-118",
                                 "++34-118",
                                 "+34--118",
                                 "+34+-118",
                                 "+34-118-5",
                                 "+34-118+0.5",
                                 "+34-118/",
                                 "+3e1+2e1",
                                 "+0x10+0x10",
                                 "+nan+nan",
                                 "+inf-inf",
                                 "+34.5.5-118",
                                 "+34 -118",
                                 "+-",
                                 "+",
                                 "\"+34-118\"",
                                 "+3_4-118",
                                 "+\xd9\xa3\xd9\xa4-118",
                                 "\xef\xbc\x8b"
                                 "34-118",
                                 "+34\xe2\x88\x92"
                                 "118"}) {
        invalid(position);
    }
    invalid("+34\0-118"s);
}

void TestClientValues::time_data() {
    WireRows::columns();
    const auto valid = [](const std::string& time) {
        const std::string rest = "{id} +34-118 " + time;
        WireRows::row(readable(time), "IAMAT " + rest + '\n', answered(rest));
    };
    const auto invalid = [](const std::string& time) {
        const std::string line = "IAMAT {id} +34-118 " + time;
        WireRows::row(QStringLiteral("refused: ") + readable(time), line + '\n', refused(line));
    };
    for (const char* time :
         {"0", "0.0", "1", "000", "1479413884.392014450", "1479413884.4", "0.000000001",
          "1.123456789", "9223372036", "9223372036.854775807", "00000000000.5"}) {
        valid(time);
    }
    valid(std::string(timeBytesMax - 1, '0') + '7');
    invalid(std::string(timeBytesMax, '0') + '7');
    for (const char* time : {"9223372036.854775808",
                             "9223372037",
                             "9223372036854775808",
                             "18446744074",
                             "99999999999999999999999999999999",
                             "1.0000000000",
                             "1.1234567891",
                             "-1",
                             "+1",
                             "-0",
                             "5.",
                             ".5",
                             ".",
                             "1e5",
                             "1E5",
                             "0x10",
                             "nan",
                             "NaN",
                             "inf",
                             "Infinity",
                             "1_000",
                             "1,5",
                             "1.2.3",
                             "1.5x",
                             "x1",
                             "1-",
                             "1.+5",
                             "\"1\"",
                             "1s",
                             "\xd9\xa1",
                             "\xc2\xb2"}) {
        invalid(time);
    }
    invalid("1\0"s);
}

void TestClientValues::whatsat_data() {
    WireRows::columns();
    const std::string known = "AT Solo {diff} known +0.5-30.5 1479413884.392014450\n";
    const std::string city = "AT Solo {diff} angeleno +34.068930-118.445127 1\n";
    WireRows::row(QStringLiteral("known"), "WHATSAT known 10 5\n", known + "{places:5}\n\n");
    WireRows::row(QStringLiteral("own stamp"), "IAMAT {id} +0.5-30.5 1\nWHATSAT {id} 10 5\n",
                  answered("{id} +0.5-30.5 1") + answered("{id} +0.5-30.5 1") + "{places:5}\n\n");
    WireRows::row(QStringLiteral("white of all kinds"), "\vWHATSAT\tknown\r10\f5 \r\n",
                  known + "{places:5}\n\n");
    WireRows::row(QStringLiteral("places of a city"), "WHATSAT angeleno 50 20\n",
                  city + "{places:20}\n\n");
    WireRows::row(QStringLiteral("bound of one"), "WHATSAT angeleno 50 1\n",
                  city + "{places:1}\n\n");
    WireRows::row(QStringLiteral("two in a row"), "WHATSAT angeleno 10 3\nWHATSAT known 10 5\n",
                  city + "{places:3}\n\n" + known + "{places:5}\n\n");
    for (const char* line :
         {"WHATSAT", "WHATSAT known", "WHATSAT known 10", "WHATSAT known 10 5 1",
          "WHATSAT unknown 10 5", "WHATSAT KNOWN 10 5", "WHATSAT 10 5", "WHATSAT 10 known 5"}) {
        WireRows::row(QStringLiteral("refused: ") + QString::fromLatin1(line), line + "\n"s,
                      refused(line));
    }
    const std::string longId = "WHATSAT " + std::string(idBytesMax + 1, 'i') + " 10 5";
    WireRows::row(QStringLiteral("refused: an id that is too long"), longId + '\n',
                  refused(longId));
    WireRows::row(QStringLiteral("refused and open"), "WHATSAT unknown 10 5\nWHATSAT known 10 5\n",
                  refused("WHATSAT unknown 10 5") + known + "{places:5}\n\n");
}

void TestClientValues::radiusAndBound_data() {
    WireRows::columns();
    const std::string known =
        "AT Solo {diff} known +0.5-30.5 1479413884.392014450\n{places:20}\n\n";
    const auto valid = [&](const std::string& numbers) {
        WireRows::row(readable(numbers), "WHATSAT known " + numbers + '\n', known);
    };
    const auto invalid = [](const std::string& numbers) {
        const std::string line = "WHATSAT known " + numbers;
        WireRows::row(QStringLiteral("refused: ") + readable(numbers), line + '\n', refused(line));
    };
    for (const char* numbers :
         {"50 20", "50.0 1", "50.000000000000000000000 20", "0.001 20", "0.000000000000001 20",
          "1.5 20", "49.999999999999 20", "0000010 20", "10 05", "10 00000000000000000000020"}) {
        valid(numbers);
    }
    for (const char* numbers : {"0 5",
                                "0.0 5",
                                "51 5",
                                "50.000001 5",
                                "50.00000000000000000000001 5",
                                "99999999999999999999999 5",
                                "-5 5",
                                "+5 5",
                                "5. 5",
                                ".5 5",
                                ". 5",
                                "1e1 5",
                                "0x5 5",
                                "nan 5",
                                "inf 5",
                                "5km 5",
                                "5,5 5",
                                "\xd9\xa5 5",
                                "10 0",
                                "10 00",
                                "10 21",
                                "10 -1",
                                "10 +5",
                                "10 5.0",
                                "10 5.",
                                "10 1e1",
                                "10 x",
                                "10 \xd9\xa5",
                                "10 99999999999999999999999",
                                "10 18446744073709551617",
                                "10 4294967297"}) {
        invalid(numbers);
    }
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestClientValues)
#include "tst_clientvalues.moc"
