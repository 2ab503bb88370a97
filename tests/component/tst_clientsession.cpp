// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QTcpSocket>
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/tcp/lingeringclose.h"
#include "tests/component/clientport.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

/// Whether the event loop sleeps instead of going round and round.
bool isQuiet() {
    int rounds = 0;
    QEventLoop loop;
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, &loop,
                     [&rounds] { ++rounds; });
    QTimer::singleShot(200ms, &loop, &QEventLoop::quit);
    loop.exec();
    return rounds < 20;
}

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
    void oneTurnARound();
    void reset();
    void resetBeforeAccept();
    void closedBeforeTheAnswers();
    void finishWritesWhatIsDue();
    void finishIsSoonWhenIdle();
    void destroyedListenerEndsSessions();
    void servesOneAfterTheOther_data();
    void servesOneAfterTheOther();
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
    QVERIFY(isQuiet());
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

/// New input is no reason for a turn while one is queued: that is the session's place in the round.
void ClientSessionTest::oneTurnARound() {
    Limits limits;
    limits.linesPerTurnMax = 2;
    Port port(limits);
    LineClient flood = port.connect();
    QTRY_COMPARE(port.listener.connectionCount(), 1);
    std::size_t before = 0;
    std::size_t most = 0;
    const auto count = [&] {
        const std::size_t turns = port.service.batches.size();
        most = std::max(most, turns - std::exchange(before, turns));
    };
    // Lines so long that the socket reads again and again while turns are queued.
    std::string text;
    while (text.size() < 300'000) {
        text += std::string(1'000, 'x') + "\n";
    }
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, &port.listener,
            count);
    QVERIFY(sendAndHalfClose(flood, text));
    QCOMPARE(readToEnd(flood).end, LineClient::End::closed);
    count();
    QVERIFY(port.service.batches.size() > 100);
    QCOMPARE(most, std::size_t{1});
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

void ClientSessionTest::resetBeforeAccept() {
    Port port;
    port.connect().abort();
    QTRY_COMPARE(port.service.onlyEnd(), ClientEnd::lost);
    QVERIFY(port.service.opened.begin()->second.starts_with("127.0.0.1:"));
    QTRY_COMPARE(port.listener.connectionCount(), 0);
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

void ClientSessionTest::servesOneAfterTheOther_data() {
    QTest::addColumn<std::string>("sent");
    QTest::addColumn<bool>("isReset");
    QTest::addColumn<bool>("again");

    QTest::newRow("at a line's end") << std::string("a\n") << false << true;
    QTest::newRow("without a line") << std::string() << false << true;
    QTest::newRow("within a line") << std::string("a\nb") << false << false;
    QTest::newRow("reset") << std::string("a\n") << true << false;
}

/// A session that ended in the ordinary way serves the next connection, and nobody can tell.
void ClientSessionTest::servesOneAfterTheOther() {
    QFETCH(std::string, sent);
    QFETCH(bool, isReset);
    QFETCH(bool, again);
    Port port;
    const auto sockets = [&port] { return port.listener.findChildren<QTcpSocket*>(); };
    const QString mark = QStringLiteral("the first one's");
    LineClient first = port.connect();
    QVERIFY(first.send(sent));
    QTRY_COMPARE(port.service.opened.size(), std::size_t{1});
    QTRY_COMPARE(port.service.lines.size(), std::size_t{sent.empty() ? 0U : 1U});
    QCOMPARE(sockets().size(), 1);
    sockets().first()->setObjectName(mark);
    if (isReset) {
        first.abort();
    } else {
        first.halfClose();
    }
    QTRY_COMPARE(port.listener.connectionCount(), 0);

    LineClient second = port.connect();
    QVERIFY(second.send("c\nd"));
    QTRY_COMPARE(second.arrived(), std::string("<c>\n"));
    QCOMPARE(sockets().size(), 1);
    QCOMPARE(sockets().first()->objectName() == mark, again);
    QCOMPARE(port.service.opened.size(), std::size_t{2});
    QVERIFY(port.service.opened[1] != port.service.opened[2]);
    second.halfClose();
    QCOMPARE(readToEnd(second).bytes, std::string("<c>\n<d>\n"));
    QTRY_COMPARE(port.service.ended.size(), std::size_t{2});
    QCOMPARE(port.service.ended[1], isReset ? ClientEnd::lost : ClientEnd::closedByClient);
    QCOMPARE(port.service.ended[2], ClientEnd::closedByClient);
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

HERD_TEST_MAIN(ClientSessionTest)
#include "tst_clientsession.moc"
