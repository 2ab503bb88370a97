// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "tests/integration/wirerows.h"
#include "tests/support/answers.h"

using namespace std::string_literals;

namespace herd {

namespace {

constexpr std::size_t lineBytesMax = 4096;

}  // namespace

/// What one node answers byte for byte: PROTOCOL.md "Lines", "Everything else", "Order of stamps".
class TestClientWire : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { QVERIFY2(rows_.start(), qPrintable(rows_.error())); }
    void cleanupTestCase() { QVERIFY(rows_.stop()); }

    void lines_data();
    void lines() { checkRow(); }
    void lineLimit_data();
    void lineLimit() { checkRow(); }
    void otherWords_data();
    void otherWords() { checkRow(); }
    void injection_data();
    void injection() { checkRow(); }
    void order_data();
    void order() { checkRow(); }

    void equalLineChangesNothing();
    void laterArrivalWinsEqualTime();
    void futureStamp_data();
    void futureStamp();

  private:
    void checkRow() {
        const QString wrong = rows_.check();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
    /// The answer to WHATSAT without its places.
    static std::string stored(LineClient& client, const std::string& id);

    WireRows rows_;
};

void TestClientWire::lines_data() {
    WireRows::columns();
    const std::string answer = answered("{id} +34-118 1");
    WireRows::row(QStringLiteral("nothing sent, nothing answered"), "", "");
    WireRows::row(QStringLiteral("empty line"), "\n", "");
    WireRows::row(QStringLiteral("empty line with CR"), "\r\n", "");
    WireRows::row(QStringLiteral("white line of all kinds"), " \t\r\f\v \n", "");
    WireRows::row(QStringLiteral("white last line without LF"), " \t", "");
    WireRows::row(QStringLiteral("empty lines between commands"),
                  "\n\nIAMAT {id} +34-118 1\n\r\n\nbogus\n \n", answer + refused("bogus"));
    WireRows::row(QStringLiteral("LF"), "IAMAT {id} +34-118 1\n", answer);
    WireRows::row(QStringLiteral("CRLF"), "IAMAT {id} +34-118 1\r\n", answer);
    WireRows::row(QStringLiteral("last line without LF"), "IAMAT {id} +34-118 1", answer);
    WireRows::row(QStringLiteral("last line with CR only"), "IAMAT {id} +34-118 1\r", answer);
    WireRows::row(QStringLiteral("last WHATSAT without LF"), "WHATSAT known 10 5",
                  "AT Solo {diff} known +0.5-30.5 1479413884.392014450\n{places:5}\n\n");
    WireRows::row(QStringLiteral("last invalid line without LF"), "bogus", refused("bogus"));
    WireRows::row(QStringLiteral("spaces"), "IAMAT   {id}  +34-118    1\n", answer);
    WireRows::row(QStringLiteral("tabs"), "IAMAT\t{id}\t\t+34-118\t1\n", answer);
    WireRows::row(QStringLiteral("carriage returns"), "IAMAT\r{id}\r+34-118\r\r1\n", answer);
    WireRows::row(QStringLiteral("form feeds"), "IAMAT\f{id}\f+34-118\f1\n", answer);
    WireRows::row(QStringLiteral("vertical tabs"), "IAMAT\v{id}\v+34-118\v1\n", answer);
    WireRows::row(QStringLiteral("all kinds mixed"), "IAMAT \t\r\f\v{id}\v\f\r\t +34-118\t 1\n",
                  answer);
    WireRows::row(QStringLiteral("white before the command"), " \t\r\f\vIAMAT {id} +34-118 1\n",
                  answer);
    WireRows::row(QStringLiteral("white behind the last field"),
                  "IAMAT {id} +34-118 1 \t\r\f\v\r\n", answer);
    WireRows::row(QStringLiteral("no-break space is not white"), "IAMAT\xa0{id} +34-118 1\n",
                  refused("IAMAT\xa0{id} +34-118 1"));
    WireRows::row(QStringLiteral("UTF-8 spaces are not white"),
                  "IAMAT {id}\xc2\xa0x\xe2\x80\x83y\xc2\x85z +34-118 1\n",
                  answered("{id}\xc2\xa0x\xe2\x80\x83y\xc2\x85z +34-118 1"));
    WireRows::row(QStringLiteral("bytes 1C to 1F are not white"),
                  "IAMAT {id}\x1c\x1d\x1e\x1fx +34-118 1\n",
                  answered("{id}\x1c\x1d\x1e\x1fx +34-118 1"));
    WireRows::row(QStringLiteral("byte order mark is not white"),
                  "\xef\xbb\xbfIAMAT {id} +34-118 1\n",
                  refused("\xef\xbb\xbfIAMAT {id} +34-118 1"));
    WireRows::row(QStringLiteral("NUL in an id"), "IAMAT {id}\0x +34-118 1\n"s,
                  answered("{id}\0x +34-118 1"s));
    WireRows::row(QStringLiteral("NUL and its known id"),
                  "IAMAT {id}\0x +34-118 1\nWHATSAT {id} 1 1\n"s,
                  answered("{id}\0x +34-118 1"s) + refused("WHATSAT {id} 1 1"));
    WireRows::row(QStringLiteral("NUL is a line"), "\0\n"s, refused("\0"s));
    WireRows::row(QStringLiteral("NUL in a command"), "IAM\0AT {id} +34-118 1\n"s,
                  refused("IAM\0AT {id} +34-118 1"s));
    WireRows::row(QStringLiteral("not UTF-8"), "IAMAT {id}\xff\xfe\xc0\x80\xed\xa0\x80 +34-118 1\n",
                  answered("{id}\xff\xfe\xc0\x80\xed\xa0\x80 +34-118 1"));
    WireRows::row(QStringLiteral("control characters"), "\x1b[2J\x07\x7f\x01\n",
                  refused("\x1b[2J\x07\x7f\x01"));
}

void TestClientWire::lineLimit_data() {
    WireRows::columns();
    const std::string longest(lineBytesMax, 'x');
    const std::string iamat = "IAMAT {id} +34-118 1";
    const std::string tooLong = "? line too long\n";
    WireRows::row(QStringLiteral("invalid line of exactly the limit"), longest + '\n',
                  refused(longest));
    WireRows::row(QStringLiteral("limit with its CR"), longest.substr(1) + "\r\n",
                  refused(longest.substr(1)));
    WireRows::row(QStringLiteral("limit without LF"), longest, refused(longest));
    WireRows::row(QStringLiteral("white line of exactly the limit"),
                  std::string(lineBytesMax, ' ') + '\n', "");
    WireRows::row(QStringLiteral("one past"), longest + "x\n", tooLong);
    WireRows::row(QStringLiteral("one past with its CR"), longest + "\r\n", tooLong);
    WireRows::row(QStringLiteral("one past without LF"), longest + 'x', tooLong);
    WireRows::row(QStringLiteral("white line one past"), std::string(lineBytesMax + 1, ' ') + '\n',
                  tooLong);
    WireRows::row(QStringLiteral("commands before it are answered"),
                  iamat + "\nbogus\n" + longest + "x\n",
                  answered("{id} +34-118 1") + refused("bogus") + tooLong);
    WireRows::row(QStringLiteral("commands behind it are not"), longest + "x\n" + iamat + '\n',
                  tooLong);
    WireRows::row(QStringLiteral("sixteen times the limit"),
                  std::string(16 * lineBytesMax, 'x') + '\n' + iamat + '\n', tooLong);
    WireRows::row(QStringLiteral("many lines of the limit"),
                  longest + '\n' + longest + '\n' + longest + '\n',
                  refused(longest) + refused(longest) + refused(longest));
}

void TestClientWire::otherWords_data() {
    WireRows::columns();
    const auto same = [](const char* name, const std::string& line) {
        WireRows::row(QString::fromLatin1(name), line + '\n', refused(line));
    };
    same("one word", "bogus");
    same("one byte", "?");
    same("our own answer", "? bogus");
    same("lower case", "iamat {id} +34-118 1");
    same("mixed case", "Iamat {id} +34-118 1");
    same("lower-case question", "whatsat known 10 5");
    same("longer word", "IAMATX {id} +34-118 1");
    same("shorter word", "IAMA {id} +34-118 1");
    same("no space", "IAMAT{id} +34-118 1");
    same("inner white space stays", "bogus  a\t\tb\vc\f\rd");
    same("HTTP", "GET / HTTP/1.1");
    WireRows::row(QStringLiteral("CRLF is not part of the copy"), "bogus line\r\n",
                  refused("bogus line"));
    WireRows::row(QStringLiteral("CRLF of an invalid IAMAT"), "IAMAT {id} +34 1\r\n",
                  refused("IAMAT {id} +34 1"));
    WireRows::row(QStringLiteral("outer white space"), " \t bogus  line \v\t\r\n",
                  "? {white}bogus  line{white}\n");
    WireRows::row(QStringLiteral("open after errors"), "a\nb\nIAMAT {id} +34-118 1\nc\n",
                  refused("a") + refused("b") + answered("{id} +34-118 1") + refused("c"));
}

void TestClientWire::injection_data() {
    WireRows::columns();
    const std::string known = "AT Solo {diff} known +0.5-30.5 1479413884.392014450\n";
    const auto harmless = [&](const char* name, const std::string& line) {
        WireRows::row(QString::fromLatin1(name), line + "\nWHATSAT {id} 10 5\nWHATSAT known 10 5\n",
                      refused(line) + refused("WHATSAT {id} 10 5") + known + "{places:5}\n\n");
    };
    const std::string sums = " 0123456789abcdef";
    harmless("AT of a new client", "AT Solo +0.000000001 {id} +1+1 9");
    harmless("AT of a known client", "AT Solo +0.000000001 known +1+1 4000000000");
    harmless("AT of another node", "AT Wilkes +0.000000001 {id} +1+1 4000000000");
    harmless("FORGET", "FORGET Solo 4000000000000000000 known");
    harmless("HELLO",
             "HELLO herd/1-1 alone Solo Solo 0123456789abcdef 1 0000000000000000 0 "
             "1500000000000000000 nonce future_skew_max_s=300,ttl_s=0");
    harmless("PROOF", "PROOF " + std::string(64, 'a'));
    harmless("DIGEST 0", "DIGEST 0" + sums + sums);
    harmless("DIGEST 1", "DIGEST 1 0" + sums + sums);
    harmless("NEED", "NEED " + std::string(64, 'f'));
    harmless("MARK", "MARK 1");
    harmless("ACK", "ACK 1");
    harmless("PING", "PING 1500000000000000000 1" + sums + " 0");
    harmless("PONG", "PONG 1500000000000000000 1" + sums + " 0");
    harmless("BYE", "BYE full");
    harmless("ready line", "ready name=Solo client=1 peer=1");
    harmless("CR is no line end", "bogus\rIAMAT {id} +34-118 1");
    harmless("NUL is no line end", "bogus\0IAMAT {id} +34-118 1"s);
    harmless("VT is no line end", "bogus\vIAMAT {id} +34-118 1");
}

void TestClientWire::order_data() {
    WireRows::columns();
    const auto whatsat = [](const std::string& rest) { return answered(rest) + "{places:1}\n\n"; };
    const std::string ask = "WHATSAT {id} 0.001 1\n";
    WireRows::row(QStringLiteral("newer replaces"),
                  "IAMAT {id} +1-30 1000\nIAMAT {id} +2-30 1000.000000001\n" + ask,
                  answered("{id} +1-30 1000") + answered("{id} +2-30 1000.000000001") +
                      whatsat("{id} +2-30 1000.000000001"));
    WireRows::row(QStringLiteral("older is answered with its own data"),
                  "IAMAT {id} +1-30 1000\nIAMAT {id} +2-30 999.999999999\n" + ask,
                  answered("{id} +1-30 1000") + answered("{id} +2-30 999.999999999") +
                      whatsat("{id} +1-30 1000"));
    WireRows::row(
        QStringLiteral("numbers, not text"), "IAMAT {id} +1-30 1000\nIAMAT {id} +2-30 999\n" + ask,
        answered("{id} +1-30 1000") + answered("{id} +2-30 999") + whatsat("{id} +1-30 1000"));
    WireRows::row(
        QStringLiteral("leading zeros do not count"),
        "IAMAT {id} +1-30 1000\nIAMAT {id} +2-30 00999\n" + ask,
        answered("{id} +1-30 1000") + answered("{id} +2-30 00999") + whatsat("{id} +1-30 1000"));
    WireRows::row(
        QStringLiteral("nanoseconds a double cannot tell"),
        "IAMAT {id} +1-30 1479413884.392014451\nIAMAT {id} +2-30 1479413884.392014450\n" + ask,
        answered("{id} +1-30 1479413884.392014451") + answered("{id} +2-30 1479413884.392014450") +
            whatsat("{id} +1-30 1479413884.392014451"));
    WireRows::row(
        QStringLiteral("each client has its own"),
        "IAMAT {id}a +1-30 1000\nIAMAT {id}b +2-30 999\nWHATSAT {id}b 0.001 1\n",
        answered("{id}a +1-30 1000") + answered("{id}b +2-30 999") + whatsat("{id}b +2-30 999"));
    WireRows::row(QStringLiteral("each question sees what came before it"),
                  "IAMAT {id} +1-30 1000\n" + ask + "bogus\nIAMAT {id} +2-30 1001\n" + ask,
                  answered("{id} +1-30 1000") + whatsat("{id} +1-30 1000") + refused("bogus") +
                      answered("{id} +2-30 1001") + whatsat("{id} +2-30 1001"));
}

std::string TestClientWire::stored(LineClient& client, const std::string& id) {
    const std::string line = client.ask("WHATSAT " + id + " 0.001 1");
    static_cast<void>(client.readUntil("\n\n"));
    return line;
}

void TestClientWire::equalLineChangesNothing() {
    LineClient client = rows_.connect();
    const std::string first = client.ask("IAMAT same +1-30 1000");
    const std::string again = client.ask("IAMAT same +1-30 1000");
    QVERIFY(AtLine::read(first).has_value());
    QVERIFY(AtLine::read(again).has_value());
    QVERIFY(AtLine::read(again)->rxNs > AtLine::read(first)->rxNs);
    QCOMPARE(stored(client, "same"), first);
}

void TestClientWire::laterArrivalWinsEqualTime() {
    LineClient client = rows_.connect();
    QVERIFY(!client.ask("IAMAT equal +2-30 1000").empty());
    const std::string later = client.ask("IAMAT equal +1-30 1000");
    QCOMPARE(stored(client, "equal"), later);
    // Other bytes of the same time and place are another report.
    const std::string latest = client.ask("IAMAT equal +1-30 1000.0");
    QVERIFY(latest.ends_with(" 1000.0\n"));
    QCOMPARE(stored(client, "equal"), latest);
}

void TestClientWire::futureStamp_data() {
    QTest::addColumn<qint64>("firstLeadS");
    QTest::addColumn<qint64>("secondLeadS");
    QTest::addColumn<bool>("secondWins");
    QTest::newRow("small lead holds") << qint64(290) << qint64(0) << false;
    QTest::newRow("small lead against a smaller one") << qint64(290) << qint64(280) << false;
    QTest::newRow("past the skew counts as arrival") << qint64(310) << qint64(0) << true;
    QTest::newRow("past the skew, clock not mended") << qint64(310) << qint64(310) << true;
    QTest::newRow("past the skew, then further back") << qint64(5000) << qint64(400) << true;
    QTest::newRow("past the skew against a small lead") << qint64(310) << qint64(200) << true;
    QTest::newRow("small lead against past the skew") << qint64(200) << qint64(310) << false;
    QTest::newRow("past the skew, then an old time") << qint64(310) << qint64(-60) << false;
}

void TestClientWire::futureStamp() {
    QFETCH(const qint64, firstLeadS);
    QFETCH(const qint64, secondLeadS);
    QFETCH(const bool, secondWins);
    const std::string id = rows_.newId();
    LineClient client = rows_.connect();
    const auto report = [&](const char* position, qint64 leadS) {
        const std::string time = timeText(wallClockNs() + leadS * 1'000'000'000);
        const std::string rest = id + ' ' + position + ' ' + time;
        const std::string answer = client.ask("IAMAT " + rest);
        return compareAnswer(answered(rest), answer).isEmpty() ? answer : "wrong answer: " + answer;
    };
    const std::string first = report("+1-30", firstLeadS);
    QVERIFY2(AtLine::read(first).has_value(), first.c_str());
    const std::string second = report("+2-30", secondLeadS);
    QVERIFY2(AtLine::read(second).has_value(), second.c_str());
    QCOMPARE(stored(client, id), secondWins ? second : first);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestClientWire)
#include "tst_clientwire.moc"
