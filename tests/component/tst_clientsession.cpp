// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <algorithm>
#include <memory>
#include <utility>

#include "common/check.h"
#include "server/net/clientlistener.h"
#include "server/net/clientsession.h"
#include "server/net/lingeringclose.h"
#include "tests/component/recordingclients.h"
#include "tests/component/serve.h"
#include "tests/support/lineclient.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

/// A client port of its own for each test.
struct Port {
    explicit Port(const Limits& limits = {}) : listener(service, limits) {
        const Result<quint16> listening = listener.listen(QStringLiteral("127.0.0.1"), 0);
        HERD_CHECK(listening.ok());
        port = listening.value();
    }

    LineClient connect(int receiveBytes = 0) {
        LineClient client(port, receiveBytes);
        HERD_CHECK(client.isOpen());
        return client;
    }

    RecordingClients service;
    ClientListener listener;
    quint16 port = 0;
};

/// Everything up to the end of the stream, the event loop being served meanwhile.
LineClient::Rest readToEnd(LineClient& client) {
    LineClient::Rest whole;
    const bool ended = serveUntil([&] {
        LineClient::Rest some = client.readToEnd(0ms);
        whole.bytes += some.bytes;
        whole.end = some.end;
        return whole.end != LineClient::End::open;
    });
    return ended ? whole : LineClient::Rest{"the stream did not end", LineClient::End::open};
}

/// Sends all of it, whatever the server reads when, and closes the sending side.
bool sendAndHalfClose(LineClient& client, std::string_view bytes) {
    const bool sent = serveUntil([&] {
        bytes.remove_prefix(client.sendWhatFits(bytes));
        return bytes.empty();
    });
    client.halfClose();
    return sent;
}

std::string numberedLines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i) + "\n";
    }
    return text;
}

std::string numberedAnswers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text.append("<").append(std::to_string(i)).append(">\n");
    }
    return text;
}

/// Places that a test fills when it likes.
struct Tickets {
    std::vector<ReplyTicket> waiting;

    auto answer() {
        return
            [this](std::string_view, ReplyQueue& replies) { waiting.push_back(replies.reserve()); };
    }
};

}  // namespace

class ClientSessionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void framing_data();
    void framing();
    void splitAnywhere();
    void halfClose_data();
    void halfClose();
    void halfCloseWithMuchUnread();
    void halfCloseBeforeTheAnswers();
    void batchIsOneWrite();
    void linesPerTurn();
    void floodLeavesRoom();
    void lineLimit_data();
    void lineLimit();
    void tooLongAfterOthers();
    void tooLongWhileSending();
    void tooLongAndStaying();
    void pendingLimit();
    void pausesWhenUnread();
    void unreadTooMuch();
    void unreadTooLong();
    void slowReaderStays();
    void firstLineLate_data();
    void firstLineLate();
    void firstLineInTime();
    void idle();
    void awaitedAnswerIsNotIdle();
    void reset();
    void closedBeforeTheAnswers();
    void finishWritesWhatIsDue();
    void finishIsSoonWhenIdle();
    void destroyedListenerEndsSessions();
    void nothingIsLeft();
};

void ClientSessionTest::framing_data() {
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answered");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("one") << QByteArray("a\n") << QByteArray("<a>\n");
    QTest::newRow("CR stays") << QByteArray("a\r\n") << QByteArray("<a\r>\n");
    QTest::newRow("empty lines") << QByteArray("\n\n") << QByteArray("<>\n<>\n");
    QTest::newRow("last without LF") << QByteArray("a\nb") << QByteArray("<a>\n<b>\n");
    QTest::newRow("only one without LF") << QByteArray("a") << QByteArray("<a>\n");
    QTest::newRow("NUL and bytes past ASCII")
        << QByteArray("\0\xff\n", 3) << QByteArray("<\0\xff>\n", 5);
}

void ClientSessionTest::framing() {
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, answered);
    Port port;
    LineClient client = port.connect();
    QVERIFY(sendAndHalfClose(client, sent.toStdString()));
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(QByteArray::fromStdString(rest.bytes), answered);
    QCOMPARE(rest.end, LineClient::End::closed);
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    QCOMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
}

void ClientSessionTest::splitAnywhere() {
    const std::string text = "first\nsecond\r\n\nlast";
    for (std::size_t split = 0; split <= text.size(); ++split) {
        Port port;
        LineClient client = port.connect();
        QVERIFY(client.send(text.substr(0, split)));
        const auto whole = std::count(text.begin(), text.begin() + std::ptrdiff_t(split), '\n');
        QVERIFY(serveUntil([&] {
            return !port.service.opened.empty() && std::ssize(port.service.lines) == whole;
        }));
        QVERIFY(sendAndHalfClose(client, text.substr(split)));
        QCOMPARE(readToEnd(client).bytes, std::string("<first>\n<second\r>\n<>\n<last>\n"));
    }
}

void ClientSessionTest::halfClose_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<QByteArray>("last");
    for (const int count : {1, 63, 64, 65, 128, 700, 20'000}) {
        QTest::addRow("%d lines", count) << count << QByteArray();
        QTest::addRow("%d lines and one without LF", count) << count << QByteArray("end");
    }
}

void ClientSessionTest::halfClose() {
    QFETCH(int, count);
    QFETCH(QByteArray, last);
    Port port;
    LineClient client = port.connect();
    QVERIFY(sendAndHalfClose(client, numberedLines(count) + last.toStdString()));
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, numberedAnswers(count) + (last.isEmpty() ? "" : "<end>\n"));
    QCOMPARE(rest.end, LineClient::End::closed);
    QTRY_COMPARE(port.service.ended.size(), std::size_t{1});
    QCOMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
}

void ClientSessionTest::halfCloseWithMuchUnread() {
    // More than the system takes in for a client that does not read, and read only afterwards.
    constexpr int count = 12'000;
    const std::string body(1'000, 'x');
    Port port;
    port.service.answer = [&body](std::string_view line, ReplyQueue& replies) {
        replies.immediate().append(line).append(body).append("\n");
    };
    LineClient client = port.connect(4'096);
    QVERIFY(client.send(numberedLines(count)));
    client.halfClose();
    std::size_t handed = 0;
    QVERIFY(serveUntil([&] {
        return std::exchange(handed, port.service.lines.size()) == port.service.lines.size() &&
               handed > 0;
    }));
    QVERIFY(handed < count);
    const LineClient::Rest rest = readToEnd(client);
    std::string expected;
    for (int i = 0; i < count; ++i) {
        expected += std::to_string(i) + body + "\n";
    }
    QVERIFY(rest.bytes == expected);
    QCOMPARE(rest.end, LineClient::End::closed);
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
}

void ClientSessionTest::halfCloseBeforeTheAnswers() {
    Port port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient client = port.connect();
    QVERIFY(sendAndHalfClose(client, "a\nb\nc"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{3});
    // Whatever Qt does about the end of the stream, it has had the time for it.
    serveRounds(5);
    tickets.waiting[2].complete("third\n");
    tickets.waiting[0].complete("first\n");
    QTRY_COMPARE(client.arrived(), std::string("first\n"));
    QVERIFY(!client.isGone());
    tickets.waiting[1].complete("second\n");
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, std::string("first\nsecond\nthird\n"));
    QCOMPARE(rest.end, LineClient::End::closed);
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
}

void ClientSessionTest::batchIsOneWrite() {
    Port port;
    port.service.answer = [](std::string_view line, ReplyQueue& replies) {
        replies.append("AT ");
        replies.append(line);
        replies.append("\n{}\n\n");
    };
    LineClient client = port.connect();
    QVERIFY(client.send("a\nb\n"));
    QVERIFY(serveUntil([&] { return port.service.lines.size() == 2; }));
    QCOMPARE(port.service.batches.size(), std::size_t{1});
    std::string first;
    QVERIFY(serveUntil([&] { return !(first = client.readOnce(0ms)).empty(); }));
    QCOMPARE(first, std::string("AT a\n{}\n\nAT b\n{}\n\n"));
}

void ClientSessionTest::linesPerTurn() {
    Port port;
    LineClient client = port.connect();
    QVERIFY(sendAndHalfClose(client, numberedLines(129)));
    QCOMPARE(readToEnd(client).bytes, numberedAnswers(129));
    const auto most = static_cast<std::size_t>(Limits().linesPerTurnMax);
    QCOMPARE(port.service.batches.size(), std::size_t{3});
    QCOMPARE(port.service.batches[0].lines, most);
    QCOMPARE(port.service.batches[1].lines, most);
    QCOMPARE(port.service.batches[2].lines, std::size_t{1});
}

void ClientSessionTest::floodLeavesRoom() {
    Port port;
    LineClient flood = port.connect();
    LineClient other = port.connect();
    QTRY_COMPARE(port.listener.connectionCount(), 2);
    QVERIFY(flood.sendWhatFits(numberedLines(100'000)) > 100'000);
    QVERIFY(other.send("other\n"));
    QTRY_VERIFY(port.service.lines.size() > 1'000);
    const auto& lines = port.service.lines;
    const auto found = std::find(lines.begin(), lines.end(), "other");
    QVERIFY(found - lines.begin() <= 3 * Limits().linesPerTurnMax);
}

void ClientSessionTest::lineLimit_data() {
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

void ClientSessionTest::lineLimit() {
    QFETCH(int, bytes);
    QFETCH(QByteArray, end);
    QFETCH(bool, accepted);
    Limits limits;
    limits.lineBytesMax = 100;
    Port port(limits);
    LineClient client = port.connect();
    const std::string line(static_cast<std::size_t>(bytes), 'x');
    QVERIFY(sendAndHalfClose(client, line + end.toStdString()));
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, accepted ? "<" + line + ">\n" : std::string(lineTooLongAnswer));
    QCOMPARE(rest.end, LineClient::End::closed);
    QCOMPARE(port.service.tooLong.size(), std::size_t(accepted ? 0 : 1));
    QTRY_COMPARE(port.service.onlyEnd(),
                 accepted ? ClientEnd::closedByClient : ClientEnd::lineTooLong);
    if (!accepted) {
        QCOMPARE(port.service.tooLong[0], line.substr(0, 100));
    }
}

void ClientSessionTest::tooLongAfterOthers() {
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

void ClientSessionTest::tooLongWhileSending() {
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
    // The session does not read for ever.
    QVERIFY(serveUntil([&] {
        client.sendWhatFits(endless);
        return port.listener.connectionCount() == 0;
    }));
    QCOMPARE(port.service.onlyEnd(), ClientEnd::lineTooLong);
    QVERIFY(sent > 0);
}

void ClientSessionTest::tooLongAndStaying() {
    Port port;
    LineClient client = port.connect();
    const Stopwatch stopwatch;
    QVERIFY(client.send(std::string(5'000, 'x')));
    QTRY_COMPARE(client.arrived(), std::string(lineTooLongAnswer));
    QVERIFY(client.isGone());
    QTRY_COMPARE_WITH_TIMEOUT(port.listener.connectionCount(), 0, 2 * LingeringClose::msMax);
    QVERIFY(stopwatch.elapsed().count() >= LingeringClose::msMax);
}

void ClientSessionTest::pendingLimit() {
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

void ClientSessionTest::pausesWhenUnread() {
    // The system takes some megabytes for the client; past that the session must not go on.
    const std::string body(10'000, 'x');
    Port port;
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) {
        replies.append(body);
        replies.append("\n");
    };
    LineClient client = port.connect(4'096);
    constexpr std::size_t count = 4'000;
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

void ClientSessionTest::unreadTooMuch() {
    Port port;
    const std::string body(1024 * 1024, 'x');
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) { replies.append(body); };
    LineClient client = port.connect(4'096);
    QVERIFY(client.send(numberedLines(64)));
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::unsentTooMuch);
    QTRY_COMPARE(port.listener.connectionCount(), 0);
}

void ClientSessionTest::unreadTooLong() {
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

void ClientSessionTest::slowReaderStays() {
    // It reads a piece only now and then, but never waits for as long as the limit.
    Limits limits;
    limits.unsentStallMsMax = 400;
    limits.linesPerTurnMax = 1;
    Port port(limits);
    constexpr std::size_t bodyBytes = 500'000;
    constexpr std::size_t count = 30;
    const std::string body(bodyBytes, 'x');
    port.service.answer = [&body](std::string_view, ReplyQueue& replies) { replies.append(body); };
    LineClient client = port.connect();
    const Stopwatch stopwatch;
    QVERIFY(sendAndHalfClose(client, std::string(count, '\n')));
    std::size_t got = 0;
    auto lastRead = stopwatch.elapsed();
    QVERIFY(serveUntil([&] {
        if (stopwatch.elapsed() - lastRead > 50ms) {
            lastRead = stopwatch.elapsed();
            got += client.readOnce(0ms).size();
        }
        return got == bodyBytes * count || !port.service.ended.empty();
    }));
    got += readToEnd(client).bytes.size();
    QCOMPARE(got, bodyBytes * count);
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::closedByClient);
    QVERIFY(stopwatch.elapsed().count() > 2 * limits.unsentStallMsMax);
}

void ClientSessionTest::firstLineLate_data() {
    QTest::addColumn<QByteArray>("piece");
    QTest::newRow("silent") << QByteArray();
    QTest::newRow("dripping without LF") << QByteArray("x");
}

void ClientSessionTest::firstLineLate() {
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

void ClientSessionTest::firstLineInTime() {
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

void ClientSessionTest::idle() {
    Limits limits;
    limits.idleMsMax = 200;
    Port port(limits);
    LineClient client = port.connect();
    const Stopwatch stopwatch;
    for (int i = 0; i < 4; ++i) {
        const auto lastLine = stopwatch.elapsed();
        QVERIFY(client.send("a\n"));
        QVERIFY(serveUntil([&] { return stopwatch.elapsed() - lastLine > 100ms; }));
    }
    QCOMPARE(port.service.lines.size(), std::size_t{4});
    QVERIFY(port.service.ended.empty());
    QTRY_COMPARE_WITH_TIMEOUT(port.service.onlyEnd(), ClientEnd::idle, 2'000);
}

void ClientSessionTest::awaitedAnswerIsNotIdle() {
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
    QTRY_COMPARE_WITH_TIMEOUT(port.service.ended.size(), std::size_t{2}, 2'000);
}

void ClientSessionTest::reset() {
    Port port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient client = port.connect();
    QVERIFY(client.send("a\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{1});
    client.abort();
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::lost);
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    tickets.waiting[0].complete("too late\n");
}

void ClientSessionTest::closedBeforeTheAnswers() {
    Port port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    {
        LineClient client = port.connect();
        QVERIFY(client.send("a\nb\n"));
        QTRY_COMPARE(tickets.waiting.size(), std::size_t{2});
    }
    tickets.waiting[0].complete("A\n");
    serveRounds(5);
    tickets.waiting[1].complete("B\n");
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    QCOMPARE(port.service.onlyEnd(), ClientEnd::lost);
}

void ClientSessionTest::finishWritesWhatIsDue() {
    Port port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    LineClient client = port.connect();
    QVERIFY(client.send("a\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{1});
    QSignalSpy finished(&port.listener, &ClientListener::finished);
    port.listener.finish();
    QVERIFY(client.send("never\n"));
    serveRounds(5);
    QCOMPARE(finished.count(), 0);
    QVERIFY(!LineClient(port.port).isOpen());
    tickets.waiting[0].complete("A\n");
    const LineClient::Rest rest = readToEnd(client);
    QCOMPARE(rest.bytes, std::string("A\n"));
    QCOMPARE(rest.end, LineClient::End::closed);
    client.halfClose();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(port.service.onlyEnd(), ClientEnd::stopping);
    QCOMPARE(port.service.lines.size(), std::size_t{1});
}

void ClientSessionTest::finishIsSoonWhenIdle() {
    Port port;
    std::vector<LineClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(port.connect());
    }
    QTRY_COMPARE(port.listener.connectionCount(), 20);
    QSignalSpy finished(&port.listener, &ClientListener::finished);
    const Stopwatch stopwatch;
    port.listener.finish();
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(stopwatch.elapsed().count() < LingeringClose::msMax / 2);

    ClientListener unused(port.service, Limits());
    QSignalSpy unusedFinished(&unused, &ClientListener::finished);
    unused.finish();
    QTRY_COMPARE(unusedFinished.count(), 1);
}

void ClientSessionTest::destroyedListenerEndsSessions() {
    RecordingClients service;
    Tickets tickets;
    service.answer = tickets.answer();
    auto listener = std::make_unique<ClientListener>(service, Limits());
    const Result<quint16> port = listener->listen(QStringLiteral("127.0.0.1"), 0);
    QVERIFY(port.ok());
    LineClient one(port.value());
    LineClient two(port.value());
    QVERIFY(one.send("a\n"));
    QTRY_COMPARE(tickets.waiting.size(), std::size_t{1});
    QTRY_COMPARE(service.opened.size(), std::size_t{2});
    listener.reset();
    QCOMPARE(service.ended.size(), std::size_t{2});
    QCOMPARE(service.ended[1], ClientEnd::stopping);
    tickets.waiting[0].complete("too late\n");
}

void ClientSessionTest::nothingIsLeft() {
    Port port;
    const auto objects = [&port] { return port.listener.findChildren<QObject*>().size(); };
    const auto descriptors = [] { return QDir(QStringLiteral("/proc/self/fd")).count(); };
    const auto objectsBefore = objects();
    const auto descriptorsBefore = descriptors();
    {
        std::vector<LineClient> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(port.connect());
            QVERIFY(clients.back().send("a\nb"));
        }
        QTRY_COMPARE(port.service.lines.size(), std::size_t{50});
        QVERIFY(objects() > objectsBefore);
    }
    QTRY_COMPARE(objects(), objectsBefore);
    QTRY_COMPARE(descriptors(), descriptorsBefore);
    QCOMPARE(port.service.ended.size(), std::size_t{50});
}

QTEST_GUILESS_MAIN(ClientSessionTest)
#include "tst_clientsession.moc"
