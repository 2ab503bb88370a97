// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <utility>

#include "server/net/clientsession.h"
#include "server/tcp/lingeringclose.h"
#include "tests/component/clientport.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

class ClientLimitsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void lineLimit_data();
    void lineLimit();
    void tooLongAfterOthers();
    void tooLongWhileSending();
    void tooLongAndStaying();
    void pendingLimit();
    void pausesWhenUnread();
    void unreadTooMuch_data();
    void unreadTooMuch();
    void unreadTooLong();
    void slowReaderStays();
    void firstLineLate_data();
    void firstLineLate();
    void firstLineInTime();
    void firstLineLateAfterAnother();
    void idle();
    void idleAfterNobodyWasThere();
    void awaitedAnswerIsNotIdle();
};

void ClientLimitsTest::lineLimit_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("at the limit") << 100 << QByteArray("\n") << true;
    QTest::newRow("one past it") << 101 << QByteArray("\n") << false;
    QTest::newRow("at the limit, no LF") << 100 << QByteArray() << true;
    QTest::newRow("one past it, no LF") << 101 << QByteArray() << false;
    QTest::newRow("the CR counts") << 100 << QByteArray("\r\n") << false;
    QTest::newRow("longer than any buffer") << 200'000 << QByteArray() << false;
}

void ClientLimitsTest::lineLimit() {
    QFETCH(int, bytes);
    QFETCH(QByteArray, end);
    QFETCH(bool, accepted);
    Limits limits;
    limits.lineBytesMax = 100;
    Port port(limits);
    LineClient client = port.connect();
    const Stopwatch stopwatch;
    const std::string line(static_cast<std::size_t>(bytes), 'x');
    QVERIFY(sendAndHalfClose(client, line + end.toStdString()));
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, accepted ? "<" + line + ">\n" : std::string(lineTooLongAnswer));
    QCOMPARE(rest.end, LineClient::End::closed);
    QCOMPARE(port.service.tooLong.size(), std::size_t(accepted ? 0 : 1));
    QTRY_COMPARE(port.service.onlyEnd(),
                 accepted ? ClientEnd::closedByClient : ClientEnd::lineTooLong);
    // The client is done, and nothing waits for a deadline.
    QVERIFY(stopwatch.elapsed().count() < LingeringClose::msMax / 2);
    if (!accepted) {
        QCOMPARE(port.service.tooLong[0], line.substr(0, 100));
    }
}

void ClientLimitsTest::tooLongAfterOthers() {
    Limits limits;
    limits.lineBytesMax = 10;
    Port port(limits);
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient client = port.connect();
    QVERIFY(client.send("a\nb\n01234567890\nnever\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{2});
    tickets.waiting[1].complete("B\n");
    tickets.waiting[0].complete("A\n");
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, "A\nB\n" + std::string(lineTooLongAnswer));
    QCOMPARE(port.service.lines.size(), std::size_t{2});
}

void ClientLimitsTest::tooLongWhileSending() {
    // A client that goes on sending must still find the answer, not only a reset.
    Port port;
    LineClient client = port.connect();
    const std::string endless(1'000'000, 'x');
    std::int64_t sent = 0;
    LineClient::Rest rest;
    QVERIFY(serveUntil([&] {
        sent += static_cast<std::int64_t>(client.sendWhatFits(endless));
        LineClient::Rest some = client.readToEnd(0ms);
        rest.bytes += some.bytes;
        rest.end = some.end;
        return rest.end != LineClient::End::open;
    }));
    QCOMPARE(rest.bytes, std::string(lineTooLongAnswer));
    // The session reads on for some megabytes, not until it has lingered long enough.
    const Stopwatch stopwatch;
    QVERIFY(serveUntil([&] {
        client.sendWhatFits(endless);
        return port.listener.connectionCount() == 0;
    }));
    QVERIFY(stopwatch.elapsed().count() < LingeringClose::msMax * 3 / 4);
    QCOMPARE(port.service.onlyEnd(), ClientEnd::lineTooLong);
    QVERIFY(sent > 0);
}

void ClientLimitsTest::tooLongAndStaying() {
    Port port;
    LineClient client = port.connect();
    const Stopwatch stopwatch;
    QVERIFY(client.send(std::string(5'000, 'x')));
    QTRY_COMPARE(client.arrived(), std::string(lineTooLongAnswer));
    QVERIFY(client.isGone());
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    QVERIFY(stopwatch.elapsed().count() >= LingeringClose::msMax * 95 / 100);
}

void ClientLimitsTest::pendingLimit() {
    Limits limits;
    limits.pendingAnswersMax = 3;
    Port port(limits);
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient client = port.connect();
    QVERIFY(sendAndHalfClose(client, "a\nb\nc\nd\ne\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{3});
    tickets.waiting[1].complete("B\n");
    serveRounds(5);
    QVERIFY(client.arrived().empty());
    QCOMPARE(tickets.waiting.size(), std::size_t{3});
    tickets.waiting[0].complete("A\n");
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{5});
    tickets.waiting[4].complete("E\n");
    tickets.waiting[3].complete("D\n");
    tickets.waiting[2].complete("C\n");
    QCOMPARE(readToEnd(client).bytes, std::string("A\nB\nC\nD\nE\n"));
}

void ClientLimitsTest::pausesWhenUnread() {
    // The system takes something for the client; past that the session must not go on.
    const std::string body(10'000, 'x');
    Port port;
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) {
        replies.append(body);
        replies.append("\n");
    };
    LineClient client = port.connect(4'096);
    constexpr std::size_t count = 1'000;
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += "a\n";
    }
    QVERIFY(client.send(text));
    std::size_t handed = 0;
    QVERIFY(serveUntil([&] {
        return std::exchange(handed, port.service.lines.size()) == port.service.lines.size() &&
               handed > 0;
    }));
    QVERIFY(handed < count / 4);
    QCOMPARE(port.listener.connectionCount(), 1);
    std::size_t got = 0;
    QVERIFY(serveUntil([&] {
        got += client.readToEnd(0ms).bytes.size();
        return got == count * (body.size() + 1);
    }));
    QCOMPARE(port.service.lines.size(), count);
}

void ClientLimitsTest::unreadTooMuch_data() {
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("stays");
    const qint64 limit = ClientSession::unsentCloseBytesMax;
    QTest::newRow("at the limit") << limit << true;
    // The system takes some of it, about twice what it is asked to hold.
    QTest::newRow("past it and what the system takes")
        << limit + 4 * ClientSession::sendBufferBytesMax << false;
}

void ClientLimitsTest::unreadTooMuch() {
    QFETCH(qint64, bytes);
    QFETCH(bool, stays);
    Port port;
    const std::string body(static_cast<std::size_t>(bytes) / 64, 'x');
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) { replies.append(body); };
    LineClient client = port.connect(4'096);
    QVERIFY(sendAndHalfClose(client, numberedLines(64)));
    QTRY_COMPARE(port.service.lines.size(), std::size_t{64});
    serveRounds(5);
    if (!stays) {
        QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::unsentTooMuch);
        QTRY_COMPARE(port.listener.connectionCount(), 0);
        return;
    }
    QVERIFY(port.service.ended.empty());
    QCOMPARE(static_cast<qint64>(readToEnd(client).bytes.size()), bytes);
}

void ClientLimitsTest::unreadTooLong() {
    Limits limits;
    limits.unsentStallMsMax = 300;
    limits.linesPerTurnMax = 1;
    Port port(limits);
    const std::string body(100'000, 'x');
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) { replies.append(body); };
    LineClient client = port.connect(4'096);
    QVERIFY(client.send(std::string(200, '\n')));
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::unsentStalled);
    QVERIFY(port.service.lines.size() < 200);
    QTRY_COMPARE(port.listener.connectionCount(), 0);
}

void ClientLimitsTest::slowReaderStays() {
    // Each answer alone takes longer than the limit to read, but something always moves.
    Limits limits;
    limits.unsentStallMsMax = 2'000;
    limits.linesPerTurnMax = 1;
    Port port(limits);
    const std::string body(1'000'000, 'x');
    constexpr std::size_t count = 2;
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) { replies.append(body); };
    LineClient client = port.connect(16'384);
    const Stopwatch stopwatch;
    QVERIFY(sendAndHalfClose(client, std::string(count, '\n')));
    std::size_t got = 0;
    auto lastRead = stopwatch.elapsed();
    QVERIFY(serveUntil([&] {
        if (stopwatch.elapsed() - lastRead >= 40ms) {
            lastRead = stopwatch.elapsed();
            got += client.readOnce(0ms).size();
        }
        return got == body.size() * count || !port.service.ended.empty();
    }));
    got += readToEnd(client).bytes.size();
    QCOMPARE(got, body.size() * count);
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
    QVERIFY(stopwatch.elapsed().count() > std::int64_t{count} * limits.unsentStallMsMax);
}

void ClientLimitsTest::firstLineLate_data() {
    QTest::addColumn<QByteArray>("piece");
    QTest::newRow("silent") << QByteArray();
    QTest::newRow("dripping without LF") << QByteArray("x");
}

void ClientLimitsTest::firstLineLate() {
    QFETCH(QByteArray, piece);
    Limits limits;
    limits.firstLineMsMax = 200;
    Port port(limits);
    LineClient client = port.connect();
    QTRY_COMPARE(port.service.opened.size(), std::size_t{1});
    const Stopwatch stopwatch;
    auto lastSent = stopwatch.elapsed();
    QVERIFY(serveUntil([&] {
        if (stopwatch.elapsed() - lastSent > 10ms) {
            lastSent = stopwatch.elapsed();
            client.sendWhatFits(piece.toStdString());
        }
        return !port.service.ended.empty();
    }));
    QCOMPARE(port.service.onlyEnd(), ClientEnd::firstLineLate);
    QVERIFY(stopwatch.elapsed() >= 150ms);
    QTRY_VERIFY(client.isGone());
    QCOMPARE(port.listener.connectionCount(), 0);
}

void ClientLimitsTest::firstLineInTime() {
    Limits limits;
    limits.firstLineMsMax = 200;
    Port port(limits);
    LineClient talker = port.connect();
    QVERIFY(talker.send("a\n"));
    QTRY_COMPARE(port.service.lines.size(), std::size_t{1});
    LineClient silent = port.connect();
    QTRY_COMPARE(port.service.ended.size(), std::size_t{1});
    QVERIFY(!talker.isGone());
    QVERIFY(talker.send("b\n"));
    QTRY_COMPARE(talker.arrived(), std::string("<a>\n<b>\n"));
}

void ClientLimitsTest::firstLineLateAfterAnother() {
    Limits limits;
    limits.firstLineMsMax = 800;
    Port port(limits);
    LineClient first = port.connect();
    QVERIFY(first.send("a\n"));
    QTRY_COMPARE(first.arrived(), std::string("<a>\n"));
    first.halfClose();
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    // Served by the session of the first one, to whose lines it has no right.
    LineClient second = port.connect();
    QTRY_COMPARE(port.service.ended.size(), std::size_t{2});
    QCOMPARE(port.service.ended[2], ClientEnd::firstLineLate);
}

void ClientLimitsTest::idle() {
    Limits limits;
    limits.idleMsMax = 1'000;
    Port port(limits);
    LineClient client = port.connect();
    for (int i = 0; i < 4; ++i) {
        QVERIFY(client.send("a\n"));
        serveFor(300ms);
    }
    QCOMPARE(port.service.lines.size(), std::size_t{4});
    QVERIFY(port.service.ended.empty());
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::idle);
}

/// The deadlines' clock stands still without sessions: the next one must not pay for that.
void ClientLimitsTest::idleAfterNobodyWasThere() {
    Limits limits;
    limits.idleMsMax = 400;
    Port port(limits);
    port.connect();
    QTRY_COMPARE(port.service.ended.size(), std::size_t{1});
    const Stopwatch quiet;
    QVERIFY(serveUntil([&] { return quiet.elapsed() > 1s; }));
    LineClient client = port.connect();
    QVERIFY(client.send("a\n"));
    QTRY_COMPARE(client.arrived(), std::string("<a>\n"));
    const Stopwatch idle;
    QTRY_COMPARE(port.service.ended.size(), std::size_t{2});
    QVERIFY(idle.elapsed() > 300ms);
}

void ClientLimitsTest::awaitedAnswerIsNotIdle() {
    Limits limits;
    limits.idleMsMax = 200;
    Port port(limits);
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient waiting = port.connect();
    QVERIFY(waiting.send("a\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{1});
    port.service.answer = [](std::string_view, ReplyQueue&) {};
    LineClient idle = port.connect();
    QVERIFY(idle.send("b\n"));
    QTRY_COMPARE(port.service.ended.size(), std::size_t{1});
    tickets.waiting[0].complete("A\n");
    QTRY_COMPARE(waiting.arrived(), std::string("A\n"));
    QTRY_COMPARE(port.service.ended.size(), std::size_t{2});
}

HERD_TEST_MAIN(ClientLimitsTest)
#include "tst_clientlimits.moc"
