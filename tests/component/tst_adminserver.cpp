// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/check.h"
#include "server/admin/adminserver.h"
#include "server/admin/adminsession.h"
#include "tests/component/dispatchers.h"
#include "tests/component/memoryadmin.h"
#include "tests/component/serve.h"
#include "tests/support/lineclient.h"

using namespace herd;

namespace {

constexpr std::size_t chunkBytes = 64 * 1024;

/// An admin port of its own for each test.
struct Port {
    Port() {
        const Result<quint16> listening = server.listen(QStringLiteral("127.0.0.1"), 0);
        HERD_CHECK(listening.ok());
        port = listening.value();
    }

    LineClient connect(int receiveBytes = 0) const {
        LineClient console(port, receiveBytes);
        HERD_CHECK(console.isOpen());
        return console;
    }

    MemoryAdmin node;
    AdminServer server{node};
    quint16 port = 0;
};

/// What has arrived once it holds `part`; the event loop is served meanwhile.
std::string readUntil(LineClient& console, const std::string& part) {
    const bool came = serveUntil([&] { return console.arrived().find(part) != std::string::npos; });
    return came ? console.arrived() : "never came: " + part;
}

LineClient::Rest readToEnd(LineClient& console) {
    LineClient::Rest whole;
    const bool ended = serveUntil([&] {
        LineClient::Rest some = console.readToEnd(std::chrono::milliseconds(0));
        whole.bytes += some.bytes;
        whole.end = some.end;
        return whole.end != LineClient::End::open;
    });
    return ended ? whole : LineClient::Rest{"the stream did not end", LineClient::End::open};
}

/// Sends and half-closes, then reads to the end.
LineClient::Rest converse(const Port& port, std::string_view bytes) {
    LineClient console = port.connect();
    const bool sent = serveUntil([&] {
        bytes.remove_prefix(console.sendWhatFits(bytes));
        return bytes.empty() || console.isGone();
    });
    console.halfClose();
    return sent ? readToEnd(console) : LineClient::Rest{"not sent", LineClient::End::open};
}

std::string longLine(std::size_t bytes) {
    const std::string start = R"({"kind":"later","x":")";
    return start + std::string(bytes - start.size() - 2, 'x') + "\"}";
}

void fillTable(MemoryStamps& stamps, int clients, int round = 0) {
    for (int i = 0; i < clients; ++i) {
        const std::string client = std::to_string(1'000'000 + i);
        stamps.change(client, "AT Memory +0.000000000 " + client + " +1.0-1.0 " +
                                  std::to_string(round) + std::string(50, '0'));
    }
}

}  // namespace

class AdminServerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void answersInBytesAndBatches();
    void lineLimit_data();
    void lineLimit();
    void noRequests_data();
    void noRequests();
    void endlessLine();
    void halfCloseGetsAll();
    void lastLineWithoutLf();
    void connectionLimit();
    void outOfDescriptors();
    void facts();
    void laterAnswerLeaves();
    void awaitedRunsStopTheReading();
    void subscriptionsPauseWhenUnread();
    void requestsPauseWhenUnread();
    void smallReadsLoseNothing();
    void stalledReaderIsClosed();
    void oneChunkATurn();
    void liveStampsComeInBatches();
    void stopTakesNobodyIn();
    void destroyedWhileBusy();
};

void AdminServerTest::answersInBytesAndBatches() {
    Port port;
    LineClient console = port.connect();
    for (const char byte : std::string(R"({"id":1,"kind":"stop"})"
                                       "\n")) {
        QVERIFY(console.send(std::string_view(&byte, 1)));
        serveRounds(1);
    }
    QCOMPARE(readUntil(console, "\n"), std::string(R"({"kind":"stop","id":1,"stopping":true})"
                                                   "\n"));
    std::string many;
    for (int i = 0; i < 500; ++i) {
        many += R"({"kind":"find","client":"x","id":)" + std::to_string(i) + "}\n";
    }
    QVERIFY(console.send(many));
    const std::string answers = readUntil(console, R"("id":499,"at":null})");
    std::size_t at = 0;
    for (int i = 0; i < 500; ++i) {
        at = answers.find(R"("id":)" + std::to_string(i) + ",", at);
        QVERIFY2(at != std::string::npos, "an answer is missing or out of order");
    }
}

void AdminServerTest::lineLimit_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<bool>("taken");
    const int limit = int{adminRequestBytesMax};
    QTest::newRow("at the limit") << limit << QByteArray("\n") << true;
    QTest::newRow("one past it") << limit + 1 << QByteArray("\n") << false;
    QTest::newRow("at the limit, no LF") << limit << QByteArray() << true;
    QTest::newRow("one past it, no LF") << limit + 1 << QByteArray() << false;
    QTest::newRow("much longer") << 20 * limit << QByteArray("\n") << false;
}

void AdminServerTest::lineLimit() {
    QFETCH(int, bytes);
    QFETCH(QByteArray, end);
    QFETCH(bool, taken);
    Port port;
    const LineClient::Rest rest =
        converse(port, longLine(static_cast<std::size_t>(bytes)) + end.toStdString());
    QCOMPARE(rest.end, LineClient::End::closed);
    QVERIFY2(rest.bytes.find(taken ? "no request of that kind" : "longer than 65536 bytes") !=
                 std::string::npos,
             rest.bytes.c_str());
    QCOMPARE(std::count(rest.bytes.begin(), rest.bytes.end(), '\n'), 1);
}

void AdminServerTest::noRequests_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    QTest::newRow("HTTP with a request in its body")
        << QByteArray("POST / HTTP/1.1\r\nContent-Length: 16\r\n\r\n{\"kind\":\"stop\"}\n");
    QTest::newRow("TLS") << QByteArray("\x16\x03\x01\x00\x05\x0A\x00\x00\x01\xFC", 10);
    QTest::newRow("a blank line") << QByteArray("\n{\"kind\":\"stop\"}\n");
    QTest::newRow("garbage") << QByteArray(10'000, '\xA5').append('\n');
    QTest::newRow("garbage without end") << QByteArray(200'000, '\0');
}

/// One error line, then the end; what comes behind is not carried out.
void AdminServerTest::noRequests() {
    QFETCH(QByteArray, bytes);
    Port port;
    const LineClient::Rest rest =
        converse(port, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
    QVERIFY2(rest.bytes.starts_with(R"({"kind":"error","error":)"), rest.bytes.c_str());
    QCOMPARE(std::count(rest.bytes.begin(), rest.bytes.end(), '\n'), 1);
    QCOMPARE(rest.end, LineClient::End::closed);
    QCOMPARE(std::ranges::count(port.node.facts, "stop"), 0);
    QCOMPARE(port.server.counters().linesInvalid, std::uint64_t{1});
}

/// The answer comes while the line still goes on, and the memory stays small.
void AdminServerTest::endlessLine() {
    Port port;
    LineClient console = port.connect();
    const std::string piece(chunkBytes, 'x');
    QVERIFY(serveUntil([&] {
        console.sendWhatFits(piece);
        return console.arrived().find('\n') != std::string::npos || console.isGone();
    }));
    QVERIFY(console.arrived().find("longer than") != std::string::npos);
}

void AdminServerTest::halfCloseGetsAll() {
    Port port;
    fillTable(port.node.stamps, 20'000);
    port.node.log.add(LogLevel::info, "a record");
    const LineClient::Rest rest = converse(port,
                                           "{\"id\":1,\"kind\":\"status\",\"every_ms\":100}\n"
                                           "{\"id\":2,\"kind\":\"stamps\"}\n"
                                           "{\"id\":3,\"kind\":\"log\"}\n"
                                           "{\"id\":4,\"kind\":\"run\",\"line\":\"hi\"}\n");
    QCOMPARE(rest.end, LineClient::End::closed);
    QVERIFY(rest.bytes.find(R"("root":"0000000000000000")") != std::string::npos);
    QVERIFY(rest.bytes.find("AT Memory +0.000000000 1019999 ") != std::string::npos);
    QVERIFY(rest.bytes.find(R"({"kind":"stamps","id":2,"complete":true})") != std::string::npos);
    QVERIFY(rest.bytes.find(R"("records":["a record"])") != std::string::npos);
    QVERIFY(rest.bytes.find(R"("answer":"<hi>\n")") != std::string::npos);
    QTRY_COMPARE(port.server.counters().connections, 0);
    QVERIFY(std::ranges::count(port.node.facts, "closed: closed-by-console") == 1);
}

void AdminServerTest::lastLineWithoutLf() {
    Port port;
    const LineClient::Rest rest = converse(port, R"({"id":1,"kind":"find","client":"x"})");
    QCOMPARE(rest.bytes, std::string(R"({"kind":"find","id":1,"at":null})"
                                     "\n"));
    QCOMPARE(rest.end, LineClient::End::closed);
}

void AdminServerTest::connectionLimit() {
    Port port;
    std::vector<LineClient> consoles;
    for (std::int64_t i = 0; i < AdminServer::connectionsMax; ++i) {
        consoles.push_back(port.connect());
    }
    QTRY_COMPARE(port.server.counters().connections, AdminServer::connectionsMax);
    LineClient last = port.connect();
    QVERIFY(serveUntil([&] { return last.isGone(); }));
    QCOMPARE(port.server.counters().connectionsRefused, std::uint64_t{1});
    QVERIFY(std::ranges::count(port.node.facts, "refused: too many admin connections") == 1);
    // The others are served, and one that goes makes room.
    QVERIFY(consoles.back().send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(consoles.back(), "\n").find("stopping") != std::string::npos);
    consoles.pop_back();
    QTRY_COMPARE(port.server.counters().connections, AdminServer::connectionsMax - 1);
    LineClient next = port.connect();
    QVERIFY(next.send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(next, "\n").find("stopping") != std::string::npos);
}

void AdminServerTest::outOfDescriptors() {
    Port port;
    LineClient early = port.connect();
    QTRY_COMPARE(port.server.counters().connections, 1);
    LineClient late = port.connect();
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int lowestFree = ::dup(STDERR_FILENO);
    ::close(lowestFree);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(lowestFree);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const bool shed = serveUntil([&] { return late.isGone(); });
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY(shed);
    QVERIFY(std::ranges::count(port.node.facts, "refused: no descriptor left") == 1);
    QVERIFY(early.send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(early, "\n").find("stopping") != std::string::npos);
    LineClient next = port.connect();
    QVERIFY(next.send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(next, "\n").find("stopping") != std::string::npos);
}

void AdminServerTest::facts() {
    Port port;
    {
        LineClient console = port.connect();
        QTRY_COMPARE(port.server.counters().connections, 1);
        console.abort();
    }
    QTRY_COMPARE(port.server.counters().connections, 0);
    QCOMPARE(port.node.facts, (std::vector<std::string>{"opened", "closed: lost"}));
}

void AdminServerTest::laterAnswerLeaves() {
    Port port;
    port.node.answersRuns = false;
    LineClient console = port.connect();
    QVERIFY(
        console.send("{\"id\":1,\"kind\":\"run\",\"line\":\"a\"}\n"
                     "{\"id\":2,\"kind\":\"find\",\"client\":\"x\"}\n"));
    console.halfClose();
    readUntil(console, R"("id":2)");
    QCOMPARE(port.node.running.size(), std::size_t{1});
    QVERIFY(!console.isGone());
    port.node.running[0]("done\n");
    const LineClient::Rest rest = readToEnd(console);
    QVERIFY(rest.bytes.find(R"("id":1,"answer":"done\n")") != std::string::npos);
    QCOMPARE(rest.end, LineClient::End::closed);
}

void AdminServerTest::awaitedRunsStopTheReading() {
    Port port;
    port.node.answersRuns = false;
    LineClient console = port.connect();
    std::string lines;
    for (std::size_t i = 0; i < AdminConversation::runsMax + 5; ++i) {
        lines += "{\"kind\":\"run\",\"line\":\"a\"}\n";
    }
    QVERIFY(console.send(lines));
    QTRY_COMPARE(port.node.running.size(), AdminConversation::runsMax);
    serveRounds(20);
    QCOMPARE(port.node.running.size(), AdminConversation::runsMax);
    port.node.running[0]("x\n");
    QTRY_COMPARE(port.node.running.size(), AdminConversation::runsMax + 1);
}

/// A console that reads nothing makes the node hold what is in the socket and one piece more.
void AdminServerTest::subscriptionsPauseWhenUnread() {
    Port port;
    fillTable(port.node.stamps, 50'000);
    LineClient console = port.connect(4'096);
    QVERIFY(console.send("{\"kind\":\"stamps\"}\n"));
    QTRY_COMPARE(port.node.stamps.followers(), std::size_t{1});
    const auto waiting = [&] { return port.node.stamps.waitingTotal(); };
    std::size_t before = 0;
    QVERIFY(serveUntil([&] {
        const bool still = waiting() == before;
        before = waiting();
        QTest::qWait(50);
        return still && before < 50'000;
    }));
    // 256 KiB for the session, the rest for the system's buffers on both sides.
    const std::size_t bytesTaken = (50'000 - waiting()) * 100;
    QVERIFY2(bytesTaken < 1'500'000, qPrintable(QString::number(bytesTaken)));
    QVERIFY(waiting() > 30'000);
    QVERIFY(readUntil(console, "\"complete\":true").find("1049999") != std::string::npos);
}

void AdminServerTest::requestsPauseWhenUnread() {
    Port port;
    port.node.clients["x"] = std::string(60'000, 'y');
    LineClient console = port.connect(4'096);
    std::string lines;
    for (int i = 0; i < 200; ++i) {
        lines += "{\"kind\":\"find\",\"client\":\"x\"}\n";
    }
    QVERIFY(console.send(lines));
    std::uint64_t before = 0;
    QVERIFY(serveUntil([&] {
        const bool still = before > 0 && before == port.server.counters().requests;
        before = port.server.counters().requests;
        QTest::qWait(50);
        return still;
    }));
    // 1 MiB for the session and a piece more, the rest for the system's buffers.
    QVERIFY2(before * 60'000 < 2'500'000, qPrintable(QString::number(before)));
    QVERIFY(before * 60'000 > 1'000'000);
    std::size_t answers = 0;
    QVERIFY(serveUntil([&] {
        const std::string all = console.readToEnd(std::chrono::milliseconds(0)).bytes;
        answers += static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
        return answers == 200;
    }));
}

/// A small window and small reads lose nothing.
void AdminServerTest::smallReadsLoseNothing() {
    Port port;
    fillTable(port.node.stamps, 10'000);
    LineClient console = port.connect(4'096);
    QVERIFY(console.send("{\"kind\":\"stamps\"}\n"));
    std::string all;
    QVERIFY(serveUntil([&] {
        all += console.readOnce(std::chrono::milliseconds(0));
        return all.find("\"complete\":true") != std::string::npos;
    }));
    QCOMPARE(std::count(all.begin(), all.end(), 'M'), 10'000);
    QCOMPARE(port.server.counters().connectionsStalled, std::uint64_t{0});
}

/// One that reads nothing at all; one that reads a little of what waits for it is not stalled.
void AdminServerTest::stalledReaderIsClosed() {
    Port port;
    fillTable(port.node.stamps, 50'000);
    LineClient idle = port.connect();
    LineClient slow = port.connect(4'096);
    QVERIFY(slow.send("{\"kind\":\"stamps\"}\n"));
    LineClient console = port.connect(4'096);
    const Stopwatch stopwatch;
    QVERIFY(console.send("{\"kind\":\"stamps\"}\n"));
    Stopwatch pause;
    QVERIFY(serveUntil([&] {
        if (pause.elapsed().count() > 50) {
            pause = Stopwatch();
            slow.readOnce(std::chrono::milliseconds(0));
        }
        return port.server.counters().connectionsStalled > 0 &&
               stopwatch.elapsed().count() > AdminSession::stallMsMax + 1'000;
    }));
    QCOMPARE(port.server.counters().connectionsStalled, std::uint64_t{1});
    QCOMPARE(port.server.counters().connections, 2);
    QCOMPARE(port.node.stamps.followers(), std::size_t{1});
    QVERIFY(!slow.isGone());
    QVERIFY(std::ranges::count(port.node.facts, "closed: unsent-stalled") == 1);
    // One that has nothing to read may be silent for ever.
    QVERIFY(idle.send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(idle, "\n").find("stopping") != std::string::npos);
}

/// Others get their turn while a large table is told: never more than one line of it in between.
void AdminServerTest::oneChunkATurn() {
    Port port;
    fillTable(port.node.stamps, 100'000);
    LineClient console = port.connect();
    QVERIFY(console.send("{\"kind\":\"stamps\"}\n"));
    std::size_t most = 0;
    std::size_t before = 100'000;
    QTRY_COMPARE(port.node.stamps.followers(), std::size_t{1});
    std::size_t arrived = 0;
    QVERIFY(serveUntil([&] {
        const std::size_t waiting = port.node.stamps.waitingTotal();
        most = std::max(most, before - waiting);
        before = waiting;
        arrived += console.readToEnd(std::chrono::milliseconds(0)).bytes.size();
        return waiting == 0;
    }));
    // A round of the event loop may have a turn from the queue and one from the socket.
    QVERIFY2(most <= 2 * StampFollower::lineBytesMax / 80, qPrintable(QString::number(most)));
    QVERIFY(arrived > 0);
}

/// Changes without end: what a console gets of them in a second is bounded.
void AdminServerTest::liveStampsComeInBatches() {
    Port port;
    LineClient console = port.connect();
    QVERIFY(console.send("{\"kind\":\"stamps\"}\n"));
    readUntil(console, "\"complete\":true");
    const Stopwatch stopwatch;
    std::size_t bytes = 0;
    int round = 0;
    QVERIFY(serveUntil([&] {
        fillTable(port.node.stamps, 5'000, ++round);
        bytes += console.readToEnd(std::chrono::milliseconds(0)).bytes.size();
        return stopwatch.elapsed().count() >= 1'000;
    }));
    const auto batches =
        static_cast<std::size_t>(stopwatch.elapsed().count() / StampFollower::batchMs + 2);
    QVERIFY(bytes > StampFollower::batchBytesMax);
    QVERIFY2(bytes <= batches * (StampFollower::batchBytesMax + StampFollower::lineBytesMax),
             qPrintable(QString::number(bytes)));
}

void AdminServerTest::stopTakesNobodyIn() {
    Port port;
    LineClient console = port.connect();
    QTRY_COMPARE(port.server.counters().connections, 1);
    port.server.stop();
    QVERIFY(!LineClient(port.port).isOpen());
    QVERIFY(console.send("{\"kind\":\"stop\"}\n"));
    QVERIFY(readUntil(console, "\n").find("stopping") != std::string::npos);
}

void AdminServerTest::destroyedWhileBusy() {
    MemoryAdmin node;
    node.answersRuns = false;
    fillTable(node.stamps, 50'000);
    {
        AdminServer server(node);
        LineClient console(server.listen(QStringLiteral("127.0.0.1"), 0).value(), 4'096);
        QVERIFY(console.send("{\"kind\":\"stamps\"}\n{\"kind\":\"run\",\"line\":\"a\"}\n"));
        QTRY_COMPARE(node.running.size(), std::size_t{1});
    }
    QCOMPARE(node.stamps.followers(), std::size_t{0});
    node.running[0]("late\n");
}

HERD_TEST_MAIN(AdminServerTest)

#include "tst_adminserver.moc"
