// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/herdfixture.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace herd {

namespace {

constexpr std::size_t lineBytesMax = 4096;
/// More than a server keeps of any one connection, less than an unbounded buffer would soon hold.
constexpr qint64 growthKibibytesMax = 64 * 1024;

const QString solo = QStringLiteral("Solo");

/// Commands and what must come back, in order.
struct Conversation {
    std::string sent;
    std::string expected;

    void iamat(const std::string& rest) {
        sent += "IAMAT " + rest + '\n';
        expected += "AT Solo {diff} " + rest + '\n';
    }
    void invalid(const std::string& line) {
        sent += line + '\n';
        expected += "? " + line + '\n';
    }
    void whatsat(const std::string& rest) {
        sent += "WHATSAT " + rest.substr(0, rest.find(' ')) + " 10 3\n";
        expected += "AT Solo {diff} " + rest + "\n{places:3}\n\n";
    }
};

Conversation conversation(const QByteArray& kind, int count, const std::string& id) {
    Conversation talk;
    for (int number = 0; number < count; ++number) {
        const std::string rest =
            id + std::to_string(number) + " +0.5-30.5 " + std::to_string(1000 + number);
        const bool all = kind == "mixed";
        if (kind == "IAMAT" || all) {
            talk.iamat(rest);
        }
        if (kind == "invalid" || all) {
            talk.invalid("bogus " + std::to_string(number));
        }
        if (kind == "WHATSAT" || (all && number % 4 == 0)) {
            talk.whatsat(all ? rest : "angeleno +34.068930-118.445127 1");
        }
    }
    return talk;
}

}  // namespace

/// Connections as streams: how long they live, how much they carry, what one of them can do to the
/// others and to the log. PROTOCOL.md "Lines" and "Logs", FAULTS rows 18 to 21.
class TestClientStream : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void answersComeWhole();
    void staysOpen();
    void pipelinedThenHalfClosed_data();
    void pipelinedThenHalfClosed();
    void pausedThenRead();
    void closesAfterLongLine();
    void endlessLine();
    void manyAtOnce();
    void halfLinesHoldNobodyUp();
    void leavingClientsLeaveNothing();
    void neverReads();
    void logHoldsEachLine();
    void logIsPrintable();

  private:
    ServerProcess& server() { return herd_.node(solo); }
    qsizetype descriptors();

    HerdFixture herd_{HerdLayout::single(solo)};
};

void TestClientStream::initTestCase() {
    QVERIFY2(herd_.start(), qPrintable(herd_.error()));
    LineClient client = herd_.connectTo(solo);
    QVERIFY(client.ask("IAMAT angeleno +34.068930-118.445127 1").starts_with("AT Solo +"));
}

void TestClientStream::cleanupTestCase() {
    QVERIFY(server().isRunning());
    server().terminate();
    QVERIFY(server().waitUntilEnded());
    QCOMPARE(server().exitCode(), 0);
}

/// Open files of the server, sockets among them.
qsizetype TestClientStream::descriptors() {
    return QDir(QStringLiteral("/proc/%1/fd").arg(server().processId()))
        .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot)
        .size();
}

void TestClientStream::answersComeWhole() {
    LineClient client = herd_.connectTo(solo);
    for (int round = 0; round < 50; ++round) {
        QVERIFY(client.send("WHATSAT angeleno 10 1\n"));
        const QString wrong = compareAnswer(
            "AT Solo {diff} angeleno +34.068930-118.445127 1\n{places:1}\n\n", client.readOnce());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TestClientStream::staysOpen() {
    LineClient client = herd_.connectTo(solo);
    for (int round = 0; round < 500; ++round) {
        const std::string rest = "steady +0.5-30.5 " + std::to_string(round);
        const QString wrong =
            compareAnswer("AT Solo {diff} " + rest + '\n', client.ask("IAMAT " + rest));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QCOMPARE(client.ask("bogus"), "? bogus\n"s);
    }
    QVERIFY(!client.isGone());
    client.halfClose();
    const LineClient::Rest rest = client.readToEnd();
    QCOMPARE(rest.bytes, std::string());
    QVERIFY(rest.end == LineClient::End::closed);
}

void TestClientStream::pipelinedThenHalfClosed_data() {
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("lastLineEnded");
    QTest::newRow("IAMAT") << QByteArray("IAMAT") << 5000 << true;
    QTest::newRow("invalid") << QByteArray("invalid") << 10000 << true;
    QTest::newRow("WHATSAT") << QByteArray("WHATSAT") << 2000 << true;
    QTest::newRow("mixed") << QByteArray("mixed") << 3000 << true;
    QTest::newRow("one") << QByteArray("IAMAT") << 1 << false;
    QTest::newRow("64") << QByteArray("IAMAT") << 64 << false;
    QTest::newRow("65") << QByteArray("IAMAT") << 65 << false;
    QTest::newRow("WHATSAT, last without LF") << QByteArray("WHATSAT") << 100 << false;
    QTest::newRow("mixed, last without LF") << QByteArray("mixed") << 2001 << false;
}

void TestClientStream::pipelinedThenHalfClosed() {
    QFETCH(const QByteArray, kind);
    QFETCH(const int, count);
    QFETCH(const bool, lastLineEnded);
    Conversation talk = conversation(kind, count, "pipe" + std::to_string(count) + '-');
    if (!lastLineEnded) {
        talk.sent.pop_back();
    }
    LineClient client = herd_.connectTo(solo);
    QVERIFY(client.send(talk.sent));
    client.halfClose();
    const LineClient::Rest rest = client.readToEnd();
    const QString wrong = compareAnswer(talk.expected, rest.bytes);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(rest.end == LineClient::End::closed);
}

void TestClientStream::pausedThenRead() {
    const Conversation talk = conversation("WHATSAT", 20'000, "paused");
    LineClient client = herd_.connectTo(solo, 4096);
    const qint64 before = server().residentKibibytes();
    std::string_view rest = talk.sent;
    // Nothing is read until the system takes no more or has it all.
    rest.remove_prefix(client.sendWhatFits(rest));
    LineClient other = herd_.connectTo(solo);
    for (int round = 0; round < 200; ++round) {
        QCOMPARE(other.ask("bogus"), "? bogus\n"s);
    }
    QVERIFY(server().residentKibibytes() - before < growthKibibytesMax);
    const LineClient::Rest answer = client.converse(rest, 60s);
    const QString wrong = compareAnswer(talk.expected, answer.bytes);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(answer.end == LineClient::End::closed);
}

void TestClientStream::closesAfterLongLine() {
    LineClient client = herd_.connectTo(solo);
    // The client goes on sending and does not close its side: the server must.
    QVERIFY(client.send("bogus\n" + std::string(lineBytesMax + 1, 'x') + "\nafter\n"));
    const LineClient::Rest rest = client.readToEnd();
    QCOMPARE(rest.bytes, "? bogus\n? line too long\n"s);
    QVERIFY(rest.end == LineClient::End::closed);
}

void TestClientStream::endlessLine() {
    const qint64 before = server().residentKibibytes();
    const std::string piece(1024 * 1024, 'x');
    LineClient client = herd_.connectTo(solo);
    int pieces = 0;
    while (pieces < 1024 && client.send(piece)) {
        ++pieces;
    }
    QVERIFY2(pieces < 1024, "one line of a gibibyte was taken");
    QVERIFY(client.waitUntilGone(patience));
    QVERIFY(server().residentKibibytes() - before < growthKibibytesMax);
    LineClient other = herd_.connectTo(solo);
    QCOMPARE(other.ask("bogus"), "? bogus\n"s);
}

void TestClientStream::manyAtOnce() {
    constexpr int clientCount = 200;
    std::vector<LineClient> clients;
    std::vector<Conversation> talks;
    for (int number = 0; number < clientCount; ++number) {
        clients.push_back(herd_.connectTo(solo));
        QVERIFY(clients.back().isOpen());
        talks.push_back(conversation("mixed", 10, "many" + std::to_string(number) + '-'));
    }
    for (int number = 0; number < clientCount; ++number) {
        QVERIFY(clients[static_cast<std::size_t>(number)].send(
            talks[static_cast<std::size_t>(number)].sent));
    }
    for (int number = 0; number < clientCount; ++number) {
        LineClient& client = clients[static_cast<std::size_t>(number)];
        client.halfClose();
        const LineClient::Rest rest = client.readToEnd();
        const QString wrong =
            compareAnswer(talks[static_cast<std::size_t>(number)].expected, rest.bytes);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QVERIFY(rest.end == LineClient::End::closed);
    }
}

void TestClientStream::halfLinesHoldNobodyUp() {
    std::vector<LineClient> slow;
    for (int number = 0; number < 50; ++number) {
        slow.push_back(herd_.connectTo(solo));
        QVERIFY(slow.back().send("IAMAT slow" + std::to_string(number) + " +0.5-30"));
    }
    LineClient other = herd_.connectTo(solo);
    QCOMPARE(other.ask("bogus"), "? bogus\n"s);
    for (int number = 0; number < 50; ++number) {
        LineClient& client = slow[static_cast<std::size_t>(number)];
        const QString wrong = compareAnswer(
            "AT Solo {diff} slow" + std::to_string(number) + " +0.5-30.5 7\n", client.ask(".5 7"));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TestClientStream::leavingClientsLeaveNothing() {
    // One connection first, so that what a server opens once is open.
    QCOMPARE(herd_.connectTo(solo).ask("bogus"), "? bogus\n"s);
    qsizetype before = 0;
    QVERIFY(until(patience, [&] {
        const qsizetype now = descriptors();
        return std::exchange(before, now) == now;
    }));
    for (int number = 0; number < 100; ++number) {
        LineClient client = herd_.connectTo(solo);
        switch (number % 4) {
            case 0:
                QCOMPARE(client.ask("bogus"), "? bogus\n"s);
                break;
            case 1:
                QVERIFY(client.send("IAMAT half a line"));
                break;
            case 2:
                QVERIFY(client.send("WHATSAT angeleno 50 20\nbogus\n"));
                client.abort();
                break;
            default:
                break;
        }
    }
    QVERIFY2(
        until(patience, [&] { return descriptors() <= before; }),
        qPrintable(QStringLiteral("%1 descriptors, %2 before").arg(descriptors()).arg(before)));
}

void TestClientStream::neverReads() {
    constexpr auto stalledFor = 10s;
    const qint64 before = server().residentKibibytes();
    std::vector<std::string> floods = {"IAMAT flood +0.5-30.5 1\n", "WHATSAT angeleno 50 20\n",
                                       std::string(lineBytesMax, 'x') + '\n'};
    std::vector<LineClient> clients;
    for (std::string& flood : floods) {
        std::string line = flood;
        while (flood.size() < 8 * 1024 * 1024) {
            flood += line;
        }
        clients.push_back(herd_.connectTo(solo, 4096));
        static_cast<void>(clients.back().sendWhatFits(flood));
    }
    const Stopwatch since;
    LineClient other = herd_.connectTo(solo);
    const bool allGone = until(stalledFor + patience, [&] {
        if (other.ask("bogus", 5s) != "? bogus\n") {
            return true;
        }
        return std::all_of(clients.begin(), clients.end(),
                           [](const LineClient& client) { return client.isGone(); });
    });
    QCOMPARE(other.ask("bogus"), "? bogus\n"s);
    QVERIFY2(allGone, "a client that never reads is still connected");
    QVERIFY2(since.elapsed() > stalledFor - 2s, "closed too early");
    QVERIFY(server().residentKibibytes() - before < growthKibibytesMax);
}

void TestClientStream::logHoldsEachLine() {
    LineClient client = herd_.connectTo(solo);
    // The line log has a limit a second, which other clients may have used up: ask again.
    std::string answer;
    const bool logged = until(patience, [&] {
        answer = client.ask("IAMAT logged +0.5-30.5 1234.5");
        answer.pop_back();
        const QByteArray log = herd_.log(solo);
        return log.contains("IAMAT logged +0.5-30.5 1234.5") && log.contains("AT Solo +") &&
               log.count(" logged +0.5-30.5 1234.5") >= 2;
    });
    QVERIFY2(logged, herd_.log(solo).right(2000).constData());
    QVERIFY(until(patience, [&] {
        const std::string line = client.ask("an odd line");
        return line == "? an odd line\n" && herd_.log(solo).contains("? an odd line");
    }));
}

void TestClientStream::logIsPrintable() {
    const std::string evil =
        "evil\x1b[2J\x07\x7f\x80\xff\xc2\x85\xe2\x80\xa8\0\t\v\f\r2026-01-01T00:00:00Z info x"s;
    LineClient client = herd_.connectTo(solo);
    const bool logged = until(patience, [&] {
        const bool answered =
            client.ask(evil) == "? " + evil + '\n' &&
            client.ask("IAMAT evil\x1b]0;\x07 +0.5-30.5 1").starts_with("AT Solo");
        return answered && herd_.log(solo).contains("[2J") && herd_.log(solo).contains("]0;");
    });
    QVERIFY2(logged, herd_.log(solo).right(2000).constData());
    const QByteArray log = herd_.log(solo);
    const auto raw = std::find_if(log.begin(), log.end(), [](char byte) {
        return byte != '\n' && (byte < 0x20 || byte > 0x7e);
    });
    QVERIFY2(
        raw == log.end(),
        qPrintable(QStringLiteral("raw byte %1 in the log").arg(static_cast<unsigned char>(*raw))));
    static const QRegularExpression beginsWithTime(
        QStringLiteral("\\A\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}"));
    for (const QByteArray& line : log.split('\n')) {
        const QString text = QString::fromLatin1(line);
        QVERIFY2(line.isEmpty() || beginsWithTime.match(text).hasMatch(), line.constData());
    }
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestClientStream)
#include "tst_clientstream.moc"
