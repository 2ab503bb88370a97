// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "common/wire.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

/// Everything but the white space, NUL among it.
std::string fieldAlphabet() {
    std::string alphabet;
    for (int byte = 0; byte < 256; ++byte) {
        if (byte != ' ' && (byte < '\t' || byte > '\r')) {
            alphabet += static_cast<char>(byte);
        }
    }
    return alphabet;
}

}  // namespace

/// What the client port understands, byte for byte.
class WireTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void blank_data();
    void blank();
    void iamat_data();
    void iamat();
    void whatsat_data();
    void whatsat();
    void malformed_data();
    void malformed();
    void anyIamat();
    void anyBytes();
    void invalidAnswer_data();
    void invalidAnswer();
    void atAnswer();
    void updateByLine();
    void names_data();
    void names();
};

void WireTest::blank_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("CR") << QByteArray("\r");
    for (const char byte : {' ', '\t', '\r', '\n', '\f', '\v'}) {
        QTest::addRow("byte %d", byte) << QByteArray(3, byte);
    }
    QTest::newRow("all six") << QByteArray(" \t\r\n\f\v");
}

void WireTest::blank() {
    QFETCH(QByteArray, line);
    QVERIFY(std::holds_alternative<Blank>(wire::parseClientLine(viewOf(line))));
}

void WireTest::iamat_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("position");
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<qint64>("timeNs");
    const auto row = [](const char* name, const QByteArray& line, const QByteArray& client,
                        const QByteArray& position = "+34-118", const QByteArray& time = "1.5",
                        qint64 timeNs = 1'500'000'000) {
        QTest::newRow(name) << line << client << position << time << timeNs;
    };
    row("published example", "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450",
        "kiwi.cs.ucla.edu", "+34.068930-118.445127", "1400794645.392014450",
        1'400'794'645'392'014'450);
    row("CRLF", "IAMAT kiwi +34-118 1.5\r", "kiwi");
    row("two CR", "IAMAT kiwi +34-118 1.5\r\r", "kiwi");
    for (const char byte : {' ', '\t', '\r', '\n', '\f', '\v'}) {
        const QByteArray gap(1, byte);
        const QByteArray wide(3, byte);
        row(qPrintable(QStringLiteral("separator %1").arg(int{byte})),
            "IAMAT" + gap + "kiwi" + gap + "+34-118" + gap + "1.5", "kiwi");
        row(qPrintable(QStringLiteral("wide separator %1").arg(int{byte})),
            wide + "IAMAT" + wide + "kiwi" + wide + "+34-118" + wide + "1.5" + wide, "kiwi");
    }
    row("mixed separators", " \tIAMAT\v\fkiwi\r\n+34-118 \t1.5 \r", "kiwi");
    row("client like a command", "IAMAT IAMAT +34-118 1.5", "IAMAT");
    row("client like a position", "IAMAT +1+1 +34-118 1.5", "+1+1");
    row("one byte", "IAMAT ? +34-118 1.5", "?");
    row("1,024 bytes", "IAMAT " + QByteArray(1'024, 'x') + " +34-118 1.5", QByteArray(1'024, 'x'));
    row("NUL", QByteArray("IAMAT a\0b +34-118 1.5", 21), QByteArray("a\0b", 3));
    row("only NUL", QByteArray("IAMAT \0 +34-118 1.5", 19), QByteArray("\0", 1));
    row("no UTF-8", "IAMAT \xff\xfe\x80 +34-118 1.5", "\xff\xfe\x80");
    row("control bytes", "IAMAT \x01\x08\x0e\x1b\x1f\x7f +34-118 1.5", "\x01\x08\x0e\x1b\x1f\x7f");
    row("U+00A0 is no space", "IAMAT a\xc2\xa0z +34-118 1.5", "a\xc2\xa0z");
    row("byte A0 is no space", "IAMAT a\xa0z +34-118 1.5", "a\xa0z");
    row("U+0085 is no space", "IAMAT a\xc2\x85z +34-118 1.5", "a\xc2\x85z");
    row("byte 85 is no space", "IAMAT a\x85z +34-118 1.5", "a\x85z");
    row("U+2003 is no space", "IAMAT a\xe2\x80\x83z +34-118 1.5", "a\xe2\x80\x83z");
    row("U+2028 is no space", "IAMAT a\xe2\x80\xa8z +34-118 1.5", "a\xe2\x80\xa8z");
    row("U+3000 is no space", "IAMAT a\xe3\x80\x80z +34-118 1.5", "a\xe3\x80\x80z");
    row("byte 1C is no space", "IAMAT a\x1cz +34-118 1.5", "a\x1cz");
    row("longest fields", "IAMAT k +" + QByteArray(61, '0') + "+1 " + QByteArray(31, '0') + "7",
        "k", "+" + QByteArray(61, '0') + "+1", QByteArray(31, '0') + "7", 7'000'000'000);
}

void WireTest::iamat() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, position);
    QFETCH(QByteArray, time);
    QFETCH(qint64, timeNs);
    const ClientMessage message = wire::parseClientLine(viewOf(line));
    const Iamat* const read = std::get_if<Iamat>(&message);
    QVERIFY(read != nullptr);
    QCOMPARE(bytesOf(read->client), client);
    QCOMPARE(bytesOf(read->position), position);
    QCOMPARE(bytesOf(read->time), time);
    QCOMPARE(qint64{read->timeNs}, timeNs);
    // Views into the line, not copies.
    QVERIFY(read->client.data() >= line.constData());
    QVERIFY(read->time.data() + read->time.size() <= line.constData() + line.size());
}

void WireTest::whatsat_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<qint64>("radiusMillimetres");
    QTest::addColumn<int>("bound");
    const auto radius = [](const QByteArray& text, qint64 millimetres) {
        QTest::addRow("radius %s", text.left(40).constData())
            << "WHATSAT kiwi " + text + " 5" << QByteArray("kiwi") << millimetres << 5;
    };
    radius("10", 10'000'000);
    radius("1", 1'000'000);
    radius("50", 50'000'000);
    radius("50.0", 50'000'000);
    radius("50.000000000000000000000", 50'000'000);
    radius("49.999999", 49'999'999);
    radius("49.9999999999", 49'999'999);
    radius("0.5", 500'000);
    radius("0.000001", 1);
    radius("0.0000019", 1);
    // Less than a millimetre is still more than nothing.
    radius("0.0000009", 1);
    radius("0.0000000001", 1);
    radius("0." + QByteArray(1'000, '0') + "1", 1);
    radius("005", 5'000'000);
    radius(QByteArray(1'000, '0') + "7", 7'000'000);
    const auto bound = [](const QByteArray& text, int value) {
        QTest::addRow("bound %s", text.left(40).constData())
            << "WHATSAT kiwi 10 " + text << QByteArray("kiwi") << qint64{10'000'000} << value;
    };
    bound("1", 1);
    bound("5", 5);
    bound("20", 20);
    bound("005", 5);
    bound("020", 20);
    bound(QByteArray(1'000, '0') + "20", 20);
    const auto line = [](const char* name, const QByteArray& text, const QByteArray& client) {
        QTest::newRow(name) << text << client << qint64{10'000'000} << 5;
    };
    line("CRLF", "WHATSAT kiwi 10 5\r", "kiwi");
    line("all six", " \tWHATSAT\fkiwi\v10\n5\r", "kiwi");
    line("1,024 bytes", "WHATSAT " + QByteArray(1'024, '\xff') + " 10 5",
         QByteArray(1'024, '\xff'));
    line("NUL", QByteArray("WHATSAT \0 10 5", 14), QByteArray("\0", 1));
    line("U+00A0 is no space", "WHATSAT \xc2\xa0 10 5", "\xc2\xa0");
}

void WireTest::whatsat() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, client);
    QFETCH(qint64, radiusMillimetres);
    QFETCH(int, bound);
    const ClientMessage message = wire::parseClientLine(viewOf(line));
    const Whatsat* const read = std::get_if<Whatsat>(&message);
    QVERIFY(read != nullptr);
    QCOMPARE(bytesOf(read->client), client);
    QCOMPARE(qint64{read->radiusMillimetres}, radiusMillimetres);
    QCOMPARE(read->bound, bound);
}

void WireTest::malformed_data() {
    QTest::addColumn<QByteArray>("line");
    const char* const lines[] = {
        // Fields too many and too few.
        "IAMAT", "IAMAT ", "IAMAT kiwi", "IAMAT kiwi +34-118", "IAMAT +34-118 1.5",
        "IAMAT kiwi 1.5", "IAMAT kiwi +34-118 1.5 x", "IAMAT kiwi +34-118 1.5 1.5",
        "IAMAT kiwi wi +34-118 1.5", "IAMAT kiwi +34 -118 1.5", "IAMAT kiwi 1.5 +34-118", "WHATSAT",
        "WHATSAT kiwi", "WHATSAT kiwi 10", "WHATSAT 10 5", "WHATSAT kiwi 10 5 5",
        "WHATSAT ki wi 10 5", "WHATSAT kiwi 5 x",
        // Other words, and these words spelled otherwise.
        "iamat kiwi +34-118 1.5", "Iamat kiwi +34-118 1.5", "IAMAt kiwi +34-118 1.5",
        "whatsat kiwi 10 5", "WhatsAt kiwi 10 5", "IAMATkiwi +34-118 1.5",
        "IAMATX kiwi +34-118 1.5", "IAMA kiwi +34-118 1.5", "WHATSAT? kiwi 10 5", "?", "? IAMAT",
        "HELP", "GET / HTTP/1.1", "QUIT", "x", "\xc2\xa0", "\xe2\x80\x83IAMAT kiwi +34-118 1.5",
        "\xef\xbb\xbfIAMAT kiwi +34-118 1.5", "IAMAT\xc2\xa0kiwi +34-118 1.5",
        "IAMAT kiwi\xc2\x85+34-118 1.5", "IAMAT kiwi\xe2\x80\x83+34-118 1.5",
        "WHATSAT kiwi 10\302\2405", "WHATSAT kiwi 10 5\xc2\xa0",
        // No client injects what only nodes may say.
        "AT Wilkes +0.000000000 kiwi +34-118 1.5", "AT Wilkes -1.500000000 kiwi +34-118 1.5",
        "FORGET Wilkes 1 kiwi", "HELLO", "PROOF", "MARK 1", "ACK 1", "NEED 0", "BYE full",
        "PING 1 2 00000000000000ff 3", "PONG 1 2 00000000000000ff 3", "DIGEST 0 00000000000000ff",
        // The other fields; their own suites have all their rows.
        "IAMAT kiwi 34-118 1.5", "IAMAT kiwi +34-118/ 1.5", "IAMAT kiwi +90.000000001-118 1.5",
        "IAMAT kiwi +34-118 5.", "IAMAT kiwi +34-118 .5", "IAMAT kiwi +34-118 +5",
        "IAMAT kiwi +34-118 -5", "IAMAT kiwi +34-118 1e9", "IAMAT kiwi +34-118 nan",
        "IAMAT kiwi +34-118 0.0000000001", "IAMAT kiwi +34-118 9223372036.854775808",
        // Radius.
        "WHATSAT kiwi 0 5", "WHATSAT kiwi 0.0 5", "WHATSAT kiwi 00 5",
        "WHATSAT kiwi 0.00000000000 5", "WHATSAT kiwi 51 5", "WHATSAT kiwi 50.000001 5",
        "WHATSAT kiwi 50.00000000000001 5", "WHATSAT kiwi 50.00000000000000000000000001 5",
        "WHATSAT kiwi 5. 5", "WHATSAT kiwi .5 5", "WHATSAT kiwi +5 5", "WHATSAT kiwi -5 5",
        "WHATSAT kiwi 5e0 5", "WHATSAT kiwi 0x5 5", "WHATSAT kiwi 5km 5", "WHATSAT kiwi 5,0 5",
        "WHATSAT kiwi 1.2.3 5", "WHATSAT kiwi nan 5", "WHATSAT kiwi inf 5", "WHATSAT kiwi 1_0 5",
        "WHATSAT kiwi 9223372036854775808 5", "WHATSAT kiwi 18446744073709551626 5",
        "WHATSAT kiwi 18446744073710 5",
        // Bound.
        "WHATSAT kiwi 10 0", "WHATSAT kiwi 10 00", "WHATSAT kiwi 10 21", "WHATSAT kiwi 10 -1",
        "WHATSAT kiwi 10 +5", "WHATSAT kiwi 10 5.", "WHATSAT kiwi 10 5.0", "WHATSAT kiwi 10 .5",
        "WHATSAT kiwi 10 0.5", "WHATSAT kiwi 10 1e1", "WHATSAT kiwi 10 0x5", "WHATSAT kiwi 10 5x",
        "WHATSAT kiwi 10 4294967301", "WHATSAT kiwi 10 18446744073709551621"};
    for (const char* line : lines) {
        QTest::newRow(line) << QByteArray(line);
    }
    QTest::newRow("1,025 bytes") << "IAMAT " + QByteArray(1'025, 'x') + " +34-118 1.5";
    QTest::newRow("1,025 bytes asked") << "WHATSAT " + QByteArray(1'025, 'x') + " 10 5";
    QTest::newRow("NUL is no space") << QByteArray("IAMAT\0kiwi +34-118 1.5", 22);
    QTest::newRow("NUL behind the time") << QByteArray("IAMAT kiwi +34-118 1.5\0", 23);
    QTest::newRow("NUL behind the bound") << QByteArray("WHATSAT kiwi 10 5\0", 18);
    QTest::newRow("NUL") << QByteArray("\0", 1);
    QTest::newRow("position of 65 bytes") << "IAMAT kiwi +" + QByteArray(62, '0') + "+1 1.5";
    QTest::newRow("time of 33 bytes") << "IAMAT kiwi +34-118 " + QByteArray(33, '0');
}

void WireTest::malformed() {
    QFETCH(QByteArray, line);
    QVERIFY(std::holds_alternative<Malformed>(wire::parseClientLine(viewOf(line))));
}

void WireTest::anyIamat() {
    const std::string alphabet = fieldAlphabet();
    Dice dice(1);
    for (int round = 0; round < 5'000; ++round) {
        const std::string client = dice.word(alphabet, 1, 40);
        std::string line = dice.word(" \t\r\n\f\v", 0, 2);
        for (const std::string& field :
             {std::string("IAMAT"), client, std::string("+1.5-2"), std::string("7.25")}) {
            line += field + dice.word(" \t\r\n\f\v", 1, 3);
        }
        const ClientMessage message = wire::parseClientLine(line);
        const Iamat* const read = std::get_if<Iamat>(&message);
        QVERIFY2(read != nullptr, line.c_str());
        QCOMPARE(bytesOf(read->client), bytesOf(client));
        QCOMPARE(bytesOf(read->position), QByteArray("+1.5-2"));
        QCOMPARE(qint64{read->timeNs}, qint64{7'250'000'000});
    }
}

void WireTest::anyBytes() {
    // Near misses: a good line with one byte changed never gives a field that is out of bounds.
    Dice dice(2);
    for (int round = 0; round < 20'000; ++round) {
        std::string line = dice.below(2) == 0 ? "IAMAT kiwi +34.5-118.25 1400794645.392014450"
                                              : "WHATSAT kiwi 49.5 19";
        line[dice.below(line.size())] = static_cast<char>(dice.below(256));
        const ClientMessage message = wire::parseClientLine(line);
        if (const Iamat* const iamat = std::get_if<Iamat>(&message)) {
            QVERIFY(!iamat->client.empty());
            QVERIFY(iamat->timeNs >= 0);
        } else if (const Whatsat* const whatsat = std::get_if<Whatsat>(&message)) {
            QVERIFY(whatsat->bound >= 1 && whatsat->bound <= wire::boundMax);
            QVERIFY(whatsat->radiusMillimetres >= 1);
            QVERIFY(whatsat->radiusMillimetres <= wire::radiusMillimetresMax);
        }
    }
}

void WireTest::invalidAnswer_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char* name, const QByteArray& line, const QByteArray& answer) {
        QTest::newRow(name) << line << answer;
    };
    row("word", "HELP", "? HELP\n");
    row("CRLF", "HELP\r", "? HELP\n");
    row("two CR", "HELP\r\r", "? HELP\r\n");
    row("inner white space", "a  b\t\tc\v\fd", "? a  b\t\tc\v\fd\n");
    row("CR inside", "a\rb", "? a\rb\n");
    row("outer white space", "  a  ", "?   a  \n");
    row("NUL", QByteArray("a\0b", 3), QByteArray("? a\0b\n", 6));
    row("no UTF-8", "\xff\xc2\xa0", "? \xff\xc2\xa0\n");
    row("question mark", "? HELP", "? ? HELP\n");
}

void WireTest::invalidAnswer() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, answer);
    std::string out = "before\n";
    wire::appendInvalid(out, viewOf(line));
    QCOMPARE(bytesOf(out), "before\n" + answer);
}

void WireTest::atAnswer() {
    // The published example.
    const Stamp stamp = {.client = "kiwi.cs.ucla.edu",
                         .origin = "Goloman",
                         .position = "+34.068930-118.445127",
                         .time = "1520023934.918963997",
                         .timeNs = 1'520'023'934'918'963'997,
                         .rxNs = 1'520'023'935'182'837'383};
    std::string out = "before\n";
    wire::appendAt(out, stamp);
    QCOMPARE(bytesOf(out), QByteArray("before\nAT Goloman +0.263873386 kiwi.cs.ucla.edu "
                                      "+34.068930-118.445127 1520023934.918963997\n"));
}

/// What is spelled once is not spelled again.
void WireTest::updateByLine() {
    Stamp stamp = {.client = "kiwi",
                   .origin = "alpha",
                   .position = "+1-1",
                   .time = "5",
                   .timeNs = 5'000'000'000,
                   .rxNs = 6'000'000'000};
    std::string out;
    wire::appendUpdate(out, stamp);
    QCOMPARE(bytesOf(out), QByteArray("AT alpha +1.000000000 kiwi +1-1 5\n"));
    out.clear();
    stamp.line = "AT as it came";
    wire::appendUpdate(out, stamp);
    QCOMPARE(bytesOf(out), QByteArray("AT as it came\n"));
}

void WireTest::names_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("valid");
    for (const char* text : {"A", "z", "0", ".", "_", "-", "Wilkes", "a.b_c-D9", "AZaz09._-"}) {
        QTest::newRow(text) << QByteArray(text) << true;
    }
    for (const char* text : {"", " ", "a b", "a ", " a", "a/b", "a:b", "@", "[", "`", "{", "/", ":",
                             "a,b", "a\tb", "\xc3\xa9", "\x7f", "a=b", "a+b"}) {
        QTest::newRow(text) << QByteArray(text) << false;
    }
    QTest::newRow("64 bytes") << QByteArray(64, 'n') << true;
    QTest::newRow("65 bytes") << QByteArray(65, 'n') << false;
    QTest::newRow("NUL") << QByteArray("a\0", 2) << false;
}

void WireTest::names() {
    QFETCH(QByteArray, text);
    QFETCH(bool, valid);
    QCOMPARE(wire::isName(viewOf(text)), valid);
}

QTEST_GUILESS_MAIN(WireTest)
#include "tst_wire.moc"
