// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/tcp/loopturns.h"
#include "tests/component/clientport.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

constexpr int threadCount = 4;

/// Remembers where it was called; by one thread at a time, as a node would be.
class RecordingThreads : public RecordingClients {
  public:
    std::map<std::uint64_t, std::set<std::thread::id>> threads;  ///< by session

    void onClientLines(const ClientPeer& peer, std::span<const std::string_view> batch,
                       ReplyQueue& replies) override {
        const InUse use(*this);
        threads[peer.number].insert(std::this_thread::get_id());
        RecordingClients::onClientLines(peer, batch, replies);
    }
    void onClientOpened(const ClientPeer& peer) override {
        const InUse use(*this);
        threads[peer.number].insert(std::this_thread::get_id());
        RecordingClients::onClientOpened(peer);
    }
    void onClientClosed(const ClientPeer& peer, ClientEnd end) override {
        const InUse use(*this);
        threads[peer.number].insert(std::this_thread::get_id());
        RecordingClients::onClientClosed(peer, end);
    }

  private:
    struct InUse {
        explicit InUse(RecordingThreads& clients) : clients_(clients) {
            HERD_CHECK(!clients_.inUse_);
            clients_.inUse_ = true;
        }
        ~InUse() { clients_.inUse_ = false; }
        RecordingThreads& clients_;
    };
    bool inUse_ = false;
};

/// A client port whose sessions have threads. The test has the turn whenever it does not serve the
/// event loop, so that it may look at all of it.
struct ThreadedPort {
    explicit ThreadedPort(const Limits& limits = {}, const QString& host = {})
        : turns(*EpollDispatcher::ofThread()),
          listener(std::make_unique<ClientListener>(
              service, limits, SessionThreads::Settings{threadCount, 0us, turns.turns()})) {
        const Result<quint16> listening =
            listener->listen(host.isEmpty() ? QStringLiteral("127.0.0.1") : host, 0);
        HERD_CHECK(listening.ok());
        port = listening.value();
    }

    std::vector<LineClient> connect(int count) {
        std::vector<LineClient> clients;
        for (int i = 0; i < count; ++i) {
            clients.emplace_back(port);
            HERD_CHECK(clients.back().isOpen());
        }
        const auto wanted = static_cast<std::size_t>(count);
        HERD_CHECK(serveUntil([&] { return service.opened.size() >= wanted; }));
        return clients;
    }

    RecordingThreads service;
    LoopTurns turns;
    std::unique_ptr<ClientListener> listener;
    quint16 port = 0;
};

}  // namespace

/// Sessions on threads of their own: what a client sees is what it sees without.
class SessionThreadsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void spreadsSessions();
    void answersInOrder();
    void halfClosedClientGetsAll();
    void ticketsFromTheMainThread();
    void connectionsMax();
    void perAddressMax();
    void deadlines();
    void finishAwaitsAnswers();
    void finishWithNobodyThere();
    void destroyedWithSessions();
    void ticketAfterTheListener();
};

void SessionThreadsTest::spreadsSessions() {
    ThreadedPort port;
    std::vector<LineClient> clients = port.connect(2 * threadCount);
    for (LineClient& client : clients) {
        QVERIFY(client.send("a\n"));
        QVERIFY(serveUntil([&] { return client.arrived() == "<a>\n"; }));
    }
    std::map<std::thread::id, int> sessionsOf;
    for (const auto& [session, threads] : port.service.threads) {
        QCOMPARE(threads.size(), std::size_t{1});
        ++sessionsOf[*threads.begin()];
    }
    QCOMPARE(sessionsOf.size(), std::size_t{threadCount});
    QVERIFY(!sessionsOf.contains(std::this_thread::get_id()));
    for (const auto& [thread, sessions] : sessionsOf) {
        QCOMPARE(sessions, 2);
    }
    // Who has the fewest gets the next.
    clients.pop_back();
    QVERIFY(serveUntil([&] { return port.listener->connectionCount() == 2 * threadCount - 1; }));
    const std::thread::id left = *port.service.threads.at(2 * threadCount).begin();
    const LineClient next(port.port);
    QVERIFY(serveUntil([&] { return port.service.opened.size() == 2 * threadCount + 1; }));
    QVERIFY(*port.service.threads.at(2 * threadCount + 1).begin() == left);
}

void SessionThreadsTest::answersInOrder() {
    ThreadedPort port;
    std::vector<LineClient> clients = port.connect(3 * threadCount);
    constexpr int lines = 5'000;
    for (LineClient& client : clients) {
        QVERIFY(sendAndHalfClose(client, numberedLines(lines)));
    }
    for (LineClient& client : clients) {
        const LineClient::Rest rest = readToEnd(client);
        QVERIFY(rest.end == LineClient::End::closed);
        QVERIFY(rest.bytes == numberedAnswers(lines));
    }
    std::size_t most = 0;
    for (const RecordingClients::Batch& batch : port.service.batches) {
        most = std::max(most, batch.lines);
    }
    QVERIFY(most > 1);
    QVERIFY(most <= static_cast<std::size_t>(Limits().linesPerTurnMax));
}

void SessionThreadsTest::halfClosedClientGetsAll() {
    ThreadedPort port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    std::vector<LineClient> clients = port.connect(1);
    QVERIFY(sendAndHalfClose(clients[0], "a\nb"));
    QVERIFY(serveUntil([&] { return tickets.waiting.size() == 2; }));
    tickets.waiting[1].complete("second\n");
    tickets.waiting[0].complete("first\n");
    const LineClient::Rest rest = readToEnd(clients[0]);
    QCOMPARE(rest.bytes, std::string("first\nsecond\n"));
    QVERIFY(rest.end == LineClient::End::closed);
    QVERIFY(serveUntil([&] { return port.listener->connectionCount() == 0; }));
    QVERIFY(port.service.onlyEnd() == ClientEnd::closedByClient);
}

/// As places and the journal's syncs come, while lines of the same session go on.
void SessionThreadsTest::ticketsFromTheMainThread() {
    ThreadedPort port;
    Tickets tickets;
    const auto reserve = tickets.answer();
    port.service.answer = [&](std::string_view line, ReplyQueue& replies) {
        if (line.starts_with('t')) {
            reserve(line, replies);
        } else {
            replies.immediate().append(line).append("\n");
        }
    };
    constexpr int rounds = 200;
    std::vector<LineClient> clients = port.connect(threadCount);
    std::vector<std::string> answers(clients.size());
    for (int round = 0; round < rounds; ++round) {
        for (LineClient& client : clients) {
            QVERIFY(client.send("t\n" + std::to_string(round) + "\n"));
        }
        QVERIFY(serveUntil([&] { return tickets.waiting.size() == clients.size(); }));
        for (const ReplyTicket& ticket : tickets.waiting) {
            ticket.complete("ticket\n");
        }
        tickets.waiting.clear();
    }
    std::string expected;
    for (int round = 0; round < rounds; ++round) {
        expected += "ticket\n" + std::to_string(round) + "\n";
    }
    for (LineClient& client : clients) {
        client.halfClose();
        QVERIFY(readToEnd(client).bytes == expected);
    }
}

void SessionThreadsTest::connectionsMax() {
    Limits limits;
    limits.connectionsMax = threadCount + 1;
    ThreadedPort port(limits);
    std::vector<LineClient> clients = port.connect(threadCount + 1);
    LineClient beyond(port.port);
    QVERIFY(serveUntil([&] { return port.service.refused.size() == 1; }));
    QVERIFY(port.service.refused[0].second == ClientRefusal::connectionsMax);
    QVERIFY(serveUntil([&] { return beyond.isGone(); }));
    clients.pop_back();
    QVERIFY(serveUntil([&] { return port.listener->connectionCount() == threadCount; }));
    const LineClient next(port.port);
    QVERIFY(serveUntil([&] { return port.service.opened.size() == threadCount + 2; }));
    QCOMPARE(port.service.refused.size(), std::size_t{1});
}

void SessionThreadsTest::perAddressMax() {
    Limits limits;
    limits.connectionsPerAddressMax = 2;
    ThreadedPort port(limits);
    std::vector<LineClient> clients = port.connect(2);
    LineClient beyond(port.port);
    QVERIFY(serveUntil([&] { return port.service.refused.size() == 1; }));
    QVERIFY(port.service.refused[0].second == ClientRefusal::connectionsPerAddressMax);
    QCOMPARE(port.listener->addressCount(), 1);
    clients.clear();
    QVERIFY(serveUntil([&] { return port.listener->addressCount() == 0; }));
    QCOMPARE(port.service.ended.size(), std::size_t{2});
    const LineClient next(port.port);
    QVERIFY(serveUntil([&] { return port.service.opened.size() == 3; }));
}

void SessionThreadsTest::deadlines() {
    Limits limits;
    limits.firstLineMsMax = 100;
    ThreadedPort port(limits);
    std::vector<LineClient> clients = port.connect(threadCount);
    QVERIFY(clients[0].send("a\n"));
    QVERIFY(serveUntil([&] { return port.service.ended.size() == threadCount - 1; }));
    QVERIFY(!port.service.ended.contains(port.service.batches.at(0).session));
    for (const auto& [session, end] : port.service.ended) {
        QVERIFY(end == ClientEnd::firstLineLate);
    }
}

void SessionThreadsTest::finishAwaitsAnswers() {
    ThreadedPort port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    QSignalSpy finished(port.listener.get(), &ClientListener::finished);
    std::vector<LineClient> clients = port.connect(threadCount);
    QVERIFY(clients[1].send("a\n"));
    QVERIFY(clients[2].send("a\n"));
    QVERIFY(serveUntil([&] { return tickets.waiting.size() == 2; }));
    port.listener->finish();
    port.listener->finish();
    QVERIFY(serveUntil([&] { return port.listener->connectionCount() == 2; }));
    QVERIFY(finished.isEmpty());
    for (const ReplyTicket& ticket : tickets.waiting) {
        ticket.complete("late\n");
    }
    for (const std::size_t client : {1, 2}) {
        const LineClient::Rest rest = readToEnd(clients[client]);
        QCOMPARE(rest.bytes, std::string("late\n"));
        QVERIFY(rest.end == LineClient::End::closed);
    }
    QVERIFY(serveUntil([&] { return !finished.isEmpty(); }));
    QCOMPARE(finished.size(), 1);
    QCOMPARE(port.service.ended.size(), std::size_t{threadCount});
    for (const auto& [session, end] : port.service.ended) {
        QVERIFY(end == ClientEnd::stopping);
    }
    QVERIFY(!LineClient(port.port).isOpen());
}

void SessionThreadsTest::finishWithNobodyThere() {
    ThreadedPort port;
    QSignalSpy finished(port.listener.get(), &ClientListener::finished);
    port.listener->finish();
    QVERIFY(finished.isEmpty());
    QVERIFY(serveUntil([&] { return !finished.isEmpty(); }));
    QCOMPARE(finished.size(), 1);
}

/// Each opened one is told as closed, on its thread, also one that waits for answers.
void SessionThreadsTest::destroyedWithSessions() {
    ThreadedPort port;
    Tickets tickets;
    port.service.answer = tickets.answer();
    std::vector<LineClient> clients = port.connect(3 * threadCount);
    for (LineClient& client : clients) {
        QVERIFY(client.send("a\nb\n"));
    }
    QVERIFY(serveUntil([&] { return tickets.waiting.size() == 2 * clients.size(); }));
    // Lines and a connection that nobody has looked at.
    QVERIFY(clients[0].send("c\n"));
    LineClient last(port.port);
    port.listener.reset();
    QCOMPARE(port.service.ended.size(), port.service.opened.size());
    for (const auto& [session, threads] : port.service.threads) {
        QCOMPARE(threads.size(), std::size_t{1});
    }
    for (LineClient& client : clients) {
        QVERIFY(client.isGone());
    }
    for (const ReplyTicket& ticket : tickets.waiting) {
        QVERIFY(ticket.expired());
        ticket.release();
    }
}

void SessionThreadsTest::ticketAfterTheListener() {
    Tickets tickets;
    {
        ThreadedPort port;
        port.service.answer = tickets.answer();
        std::vector<LineClient> clients = port.connect(1);
        QVERIFY(clients[0].send("a\n"));
        QVERIFY(serveUntil([&] { return tickets.waiting.size() == 1; }));
    }
    QVERIFY(tickets.waiting[0].expired());
    tickets.waiting[0].complete("too late\n");
}

HERD_TEST_MAIN(SessionThreadsTest)
#include "tst_sessionthreads.moc"
