// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <deque>
#include <memory>

#include "server/net/peerdialer.h"
#include "server/net/peerlistener.h"
#include "server/tcp/lingeringclose.h"
#include "tests/component/dispatchers.h"
#include "tests/component/recordingpeers.h"
#include "tests/component/serve.h"
#include "tests/support/lineacceptor.h"
#include "tests/support/lineclient.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

const QString loopback = QStringLiteral("127.0.0.1");

constexpr double middleDice = 0.5;

/// The accepting side.
struct Acceptance {
    Acceptance() : listener(service) {
        const Result<quint16> listening = listener.listen(loopback, 0);
        HERD_CHECK(listening.ok());
        port = listening.value();
    }

    RecordingPeers service;
    PeerListener listener;
    quint16 port = 0;
};

std::unique_ptr<PeerDialer> dialerOf(RecordingPeers& service, quint16 port,
                                     const std::string& name = "Wilkes",
                                     const QString& host = loopback) {
    return std::make_unique<PeerDialer>(service, PeerDialer::Target{name, host, port},
                                        [] { return middleDice; });
}

/// Both sides, connected.
struct Pair {
    Pair() : dialer(dialerOf(dialling, acceptance.port)) {
        dialer->start();
        HERD_CHECK(serveUntil(
            [this] { return dialling.openCount() == 1 && acceptance.service.openCount() == 1; }));
        near = dialling.connections[0].connection;
        far = acceptance.service.connections[0].connection;
    }

    RecordingPeers::Seen& nearSeen() { return dialling.connections[0]; }
    RecordingPeers::Seen& farSeen() { return acceptance.service.connections[0]; }

    Acceptance acceptance;
    RecordingPeers dialling;
    std::unique_ptr<PeerDialer> dialer;
    PeerConnection* near = nullptr;  ///< the dialled end
    PeerConnection* far = nullptr;   ///< the accepted end
};

quint16 freePort() {
    return LineAcceptor().port();
}

}  // namespace

class PeerLinkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void bothEndsOpen();
    void linesBothWays();
    void linesInOneTurn();
    void lineLimit_data();
    void lineLimit();
    void lastLinesBeforeTheEnd();
    void partialLastLineIsDropped();
    void room();
    void closeAfterWriting();
    void closeAfterWritingWhileTheOtherSends();
    void closeAfterWritingToAFrozenPeer();
    void abortIsToldOnceAndLater();
    void abortWithinALine_data();
    void abortWithinALine();
    void reset();
    void resetBeforeAccept();
    void dialsAgain();
    void backsOff();
    void establishedResets();
    void holds();
    void attemptIsBounded();
    void namesAreLookedUp();
    void stopped();
    void unprovenMax();
    void nothingIsLeft();
};

void PeerLinkTest::bothEndsOpen() {
    Pair pair;
    QVERIFY(pair.near->isDialled());
    QCOMPARE(pair.near->configuredPeerName(), std::string("Wilkes"));
    QCOMPARE(pair.near->remoteName(), "127.0.0.1:" + std::to_string(pair.acceptance.port));
    QCOMPARE(pair.dialer->connection(), pair.near);
    QVERIFY(!pair.far->isDialled());
    QVERIFY(pair.far->configuredPeerName().empty());
    QVERIFY(pair.far->remoteName().starts_with("127.0.0.1:"));
    QCOMPARE(pair.near->room(), PeerConnection::roomBytesMax);
    QVERIFY(pair.dialling.unreachable.empty());
}

void PeerLinkTest::linesBothWays() {
    Pair pair;
    pair.near->send("HELLO there\nsecond");
    pair.far->send("HELLO too\n\nthird\r\n");
    pair.near->send(" half\n");
    QTRY_COMPARE(pair.farSeen().lines, (std::vector<std::string>{"HELLO there", "second half"}));
    QTRY_COMPARE(pair.nearSeen().lines, (std::vector<std::string>{"HELLO too", "", "third\r"}));
}

void PeerLinkTest::linesInOneTurn() {
    Pair pair;
    std::string lines;
    constexpr std::size_t count = 2'000;
    for (std::size_t i = 0; i < count; ++i) {
        lines += std::to_string(i) + "\n";
    }
    pair.near->send(lines);
    QTRY_COMPARE(pair.farSeen().lines.size(), count);
    QCOMPARE(pair.farSeen().lines.back(), std::to_string(count - 1));
    QCOMPARE(pair.farSeen().largestBatch, std::size_t{PeerConnection::linesPerTurnMax});
}

void PeerLinkTest::lineLimit_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("at the limit") << 65'536 << true;
    QTest::newRow("one past it") << 65'537 << false;
    QTest::newRow("much") << 10'000'000 << false;
}

void PeerLinkTest::lineLimit() {
    QFETCH(int, bytes);
    QFETCH(bool, accepted);
    Acceptance acceptance;
    LineClient client(acceptance.port);
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    const RecordingPeers::Seen& seen = acceptance.service.connections[0];
    std::string text = "first\n" + std::string(static_cast<std::size_t>(bytes), 'x') + "\nlast\n";
    std::string_view left = text;
    QVERIFY(serveUntil([&] {
        left.remove_prefix(client.sendWhatFits(left));
        return left.empty() || client.isGone();
    }));
    if (accepted) {
        QTRY_COMPARE(seen.lines.size(), std::size_t{3});
        QVERIFY(!client.isGone());
        return;
    }
    QTRY_VERIFY(seen.closed.has_value());
    QCOMPARE(*seen.closed, std::string("line longer than 65536 bytes"));
    QCOMPARE(seen.lines, std::vector<std::string>{"first"});
}

void PeerLinkTest::lastLinesBeforeTheEnd() {
    // What came before the end of the stream counts, however many turns it takes.
    Acceptance acceptance;
    constexpr std::size_t count = 30'000;
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) {
        lines += "line\n";
    }
    {
        LineClient client(acceptance.port);
        QVERIFY(client.send(lines + "BYE stopping\n"));
    }
    QTRY_VERIFY(!acceptance.service.connections.empty() &&
                acceptance.service.connections[0].closed.has_value());
    const RecordingPeers::Seen& seen = acceptance.service.connections[0];
    QCOMPARE(seen.lines.size(), count + 1);
    QCOMPARE(seen.lines.back(), std::string("BYE stopping"));
    QCOMPARE(*seen.closed, std::string("closed by the other node"));
}

void PeerLinkTest::partialLastLineIsDropped() {
    Acceptance acceptance;
    {
        LineClient client(acceptance.port);
        QVERIFY(client.send("whole\nnot who"));
    }
    QTRY_VERIFY(!acceptance.service.connections.empty() &&
                acceptance.service.connections[0].closed.has_value());
    QCOMPARE(acceptance.service.connections[0].lines, std::vector<std::string>{"whole"});
}

void PeerLinkTest::room() {
    Acceptance acceptance;
    LineClient client(acceptance.port, 4'096);
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    RecordingPeers::Seen& seen = acceptance.service.connections[0];
    PeerConnection& connection = *seen.connection;
    std::size_t sent = 0;
    // As the pump does: fill the room until the system takes no more.
    QVERIFY(serveUntil([&, quiet = 0]() mutable {
        const auto room = static_cast<std::size_t>(connection.room());
        connection.send(std::string(room, 'x'));
        sent += room;
        quiet = room > 0 ? 0 : quiet + 1;
        return quiet > 20;
    }));
    QCOMPARE(connection.bytesToWrite(), PeerConnection::roomBytesMax);
    QCOMPARE(connection.room(), 0);
    // What may be unsent is bounded, and so is what the system holds for it.
    QVERIFY(sent < 2'000'000);
    const int writableBefore = seen.timesWritable;
    std::size_t got = 0;
    QVERIFY(serveUntil([&] {
        got += client.readToEnd(0ms).bytes.size();
        return got == sent;
    }));
    QVERIFY(seen.timesWritable > writableBefore);
    QTRY_COMPARE(connection.room(), PeerConnection::roomBytesMax);
    // More than the room is taken nevertheless, and shows as none.
    connection.send(std::string(PeerConnection::roomBytesMax + 1, 'x'));
    QCOMPARE(connection.room(), 0);
}

void PeerLinkTest::closeAfterWriting() {
    Pair pair;
    pair.near->send(std::string(60'000, 'x') + "\n");
    pair.near->send("BYE stopping\n");
    pair.near->closeAfterWriting("stopping");
    QVERIFY(!pair.near->isOpen());
    QCOMPARE(pair.near->room(), 0);
    pair.near->send("never\n");
    QTRY_VERIFY(pair.farSeen().closed && pair.nearSeen().closed);
    QCOMPARE(pair.farSeen().lines.size(), std::size_t{2});
    QCOMPARE(pair.farSeen().lines[1], std::string("BYE stopping"));
    QCOMPARE(*pair.farSeen().closed, std::string("closed by the other node"));
    QCOMPARE(*pair.nearSeen().closed, std::string("stopping"));
}

void PeerLinkTest::closeAfterWritingWhileTheOtherSends() {
    // Input that nobody reads must not turn the BYE into a reset.
    Acceptance acceptance;
    LineClient client(acceptance.port);
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    acceptance.service.heard = [](PeerConnection& connection, std::string_view) {
        if (connection.isOpen()) {
            connection.send("BYE full\n");
            connection.closeAfterWriting("full");
        }
    };
    const std::string flood = std::string(1'000, 'x') + "\n";
    LineClient::Rest rest;
    QVERIFY(serveUntil([&] {
        client.sendWhatFits(flood);
        const LineClient::Rest some = client.readToEnd(0ms);
        rest.bytes += some.bytes;
        rest.end = some.end;
        return rest.end != LineClient::End::open;
    }));
    QCOMPARE(rest.bytes, std::string("BYE full\n"));
    QCOMPARE(rest.end, LineClient::End::closed);
    client.halfClose();
    QTRY_VERIFY(acceptance.service.connections[0].closed.has_value());
    QCOMPARE(*acceptance.service.connections[0].closed, std::string("full"));
}

void PeerLinkTest::closeAfterWritingToAFrozenPeer() {
    Acceptance acceptance;
    LineClient client(acceptance.port, 4'096);
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    PeerConnection& connection = *acceptance.service.connections[0].connection;
    connection.send(std::string(8'000'000, 'x'));
    const Stopwatch stopwatch;
    connection.closeAfterWriting("stopping");
    QTRY_VERIFY_WITH_TIMEOUT(acceptance.service.connections[0].closed.has_value(),
                             2 * LingeringClose::msMax);
    QVERIFY(stopwatch.elapsed().count() >= LingeringClose::msMax * 95 / 100);
    QCOMPARE(*acceptance.service.connections[0].closed, std::string("stopping"));
}

void PeerLinkTest::abortIsToldOnceAndLater() {
    Pair pair;
    pair.near->abort("10 s of silence");
    QVERIFY(!pair.nearSeen().closed.has_value());
    QVERIFY(!pair.near->isOpen());
    pair.near->abort("again");
    pair.near->closeAfterWriting("and again");
    pair.near->send("never\n");
    QCOMPARE(pair.near->bytesToWrite(), 0);
    QTRY_VERIFY(pair.nearSeen().closed && pair.farSeen().closed);
    QCOMPARE(*pair.nearSeen().closed, std::string("10 s of silence"));
    QVERIFY(pair.farSeen().lines.empty());
}

void PeerLinkTest::abortWithinALine_data() {
    QTest::addColumn<int>("linesBehind");
    QTest::newRow("the last one") << 0;
    QTest::newRow("with many behind it") << 10'000;
}

void PeerLinkTest::abortWithinALine() {
    QFETCH(int, linesBehind);
    Pair pair;
    pair.acceptance.service.heard = [](PeerConnection& connection, std::string_view line) {
        if (line == "bad") {
            connection.abort("garbage");
        }
    };
    std::string lines = "good\nbad\n";
    for (int i = 0; i < linesBehind; ++i) {
        lines += "more\n";
    }
    pair.near->send(lines);
    QTRY_VERIFY(pair.farSeen().closed.has_value());
    QCOMPARE(*pair.farSeen().closed, std::string("garbage"));
    QVERIFY(pair.farSeen().lines.size() <= std::size_t{PeerConnection::linesPerTurnMax});
    serveRounds(5);
}

void PeerLinkTest::reset() {
    Acceptance acceptance;
    LineClient client(acceptance.port);
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    client.abort();
    QTRY_VERIFY(acceptance.service.connections[0].closed.has_value());
    QCOMPARE(*acceptance.service.connections[0].closed, std::string("closed by the other node"));
}

void PeerLinkTest::resetBeforeAccept() {
    Acceptance acceptance;
    LineClient(acceptance.port).abort();
    QTRY_COMPARE(acceptance.service.connections.size(), std::size_t{1});
    QTRY_VERIFY(acceptance.service.connections[0].closed.has_value());
    QTRY_COMPARE(acceptance.listener.unprovenCount(), 0);
}

void PeerLinkTest::dialsAgain() {
    Pair pair;
    for (std::size_t round = 1; round <= 3; ++round) {
        pair.acceptance.service.connections.back().connection->abort("test");
        pair.dialer->established();
        QTRY_COMPARE(pair.dialling.connections.size(), round + 1);
        QTRY_COMPARE(pair.acceptance.service.connections.size(), round + 1);
        QVERIFY(pair.dialling.connections[round - 1].closed.has_value());
        QTRY_COMPARE(pair.dialling.openCount(), std::size_t{1});
    }
}

void PeerLinkTest::backsOff() {
    RecordingPeers service;
    const auto dialer = dialerOf(service, freePort());
    const Stopwatch stopwatch;
    dialer->start();
    QTRY_COMPARE(service.unreachable.size(), std::size_t{1});
    QCOMPARE(service.unreachable[0].first, std::string("Wilkes"));
    QCOMPARE(service.unreachable[0].second, std::string("Connection refused"));
    // At 0, 0.2, 0.6 and 1.4 s; a coarse timer may be five hundredths early.
    QTRY_COMPARE(service.unreachable.size(), std::size_t{4});
    QVERIFY(stopwatch.elapsed() >= 1'330ms);
    QVERIFY(stopwatch.elapsed() < 3s);
}

void PeerLinkTest::establishedResets() {
    RecordingPeers service;
    RecordingPeers plainService;
    const quint16 port = freePort();
    const auto dialer = dialerOf(service, port);
    const auto plain = dialerOf(plainService, port);
    dialer->start();
    plain->start();
    QVERIFY(serveUntil([&] {
        dialer->established();
        return plainService.unreachable.size() == 4;
    }));
    QVERIFY(service.unreachable.size() >= 6);
}

void PeerLinkTest::holds() {
    RecordingPeers service;
    RecordingPeers plainService;
    const quint16 port = freePort();
    const auto held = dialerOf(service, port);
    const auto plain = dialerOf(plainService, port);
    held->hold();
    held->start();
    plain->start();
    QTRY_COMPARE(plainService.unreachable.size(), std::size_t{4});
    QCOMPARE(service.unreachable.size(), std::size_t{1});
}

void PeerLinkTest::attemptIsBounded() {
    // A full backlog: the system answers no further attempt.
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const target = reinterpret_cast<sockaddr*>(&address);
    QCOMPARE(::bind(listening, target, length), 0);
    QCOMPARE(::listen(listening, 0), 0);
    QCOMPARE(::getsockname(listening, target, &length), 0);
    const quint16 port = ntohs(address.sin_port);
    std::vector<int> filling;
    for (int i = 0; i < 4; ++i) {
        filling.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        ::connect(filling.back(), target, length);
    }
    RecordingPeers service;
    const auto dialer = dialerOf(service, port);
    const Stopwatch stopwatch;
    dialer->start();
    QTRY_COMPARE_WITH_TIMEOUT(service.unreachable.size(), std::size_t{1},
                              2 * PeerDialer::attemptMsMax);
    QCOMPARE(service.unreachable[0].second, std::string("no answer within 3000 ms"));
    QVERIFY(stopwatch.elapsed().count() >= PeerDialer::attemptMsMax * 95 / 100);
    filling.push_back(listening);
    for (const int descriptor : filling) {
        ::close(descriptor);
    }
    QTRY_COMPARE(service.unreachable.size(), std::size_t{2});
    QCOMPARE(service.unreachable[1].second, std::string("Connection refused"));
}

void PeerLinkTest::namesAreLookedUp() {
    Acceptance acceptance;
    RecordingPeers service;
    const auto known = dialerOf(service, acceptance.port, "known", QStringLiteral("localhost"));
    known->start();
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{1});
    const auto unknown =
        dialerOf(service, acceptance.port, "unknown", QStringLiteral("no-such-host.invalid"));
    unknown->start();
    QTRY_VERIFY(!service.unreachable.empty());
    QCOMPARE(service.unreachable[0].first, std::string("unknown"));
}

void PeerLinkTest::stopped() {
    Pair pair;
    pair.dialer->stop();
    QVERIFY(pair.near->isOpen());
    RecordingPeers otherService;
    const auto other = dialerOf(otherService, pair.acceptance.port);
    pair.far->abort("test");
    QTRY_VERIFY(pair.nearSeen().closed.has_value());
    const auto failing = dialerOf(otherService, freePort());
    failing->start();
    QTRY_COMPARE(otherService.unreachable.size(), std::size_t{3});
    QCOMPARE(pair.dialling.connections.size(), std::size_t{1});
    QVERIFY(pair.dialling.unreachable.empty());
    pair.dialer->start();
    QTRY_COMPARE(pair.dialling.connections.size(), std::size_t{2});
}

void PeerLinkTest::unprovenMax() {
    Acceptance acceptance;
    std::deque<LineClient> strangers;
    for (int i = 0; i < PeerListener::unprovenMax; ++i) {
        strangers.emplace_back(acceptance.port);
    }
    QTRY_COMPARE(acceptance.listener.unprovenCount(), PeerListener::unprovenMax);
    QVERIFY(acceptance.service.refused.empty());
    LineClient beyond(acceptance.port);
    QTRY_COMPARE(acceptance.service.refused, std::vector<std::string>{"127.0.0.1"});
    QVERIFY(beyond.isGone());
    // One that has proven itself makes room for another stranger, once.
    PeerConnection& first = *acceptance.service.connections[0].connection;
    first.setProven();
    first.setProven();
    QVERIFY(first.isProven());
    QCOMPARE(acceptance.listener.unprovenCount(), PeerListener::unprovenMax - 1);
    LineClient next(acceptance.port);
    QTRY_COMPARE(acceptance.listener.unprovenCount(), PeerListener::unprovenMax);
    // So does one that leaves; a proven one that leaves makes no room twice.
    strangers.pop_front();
    strangers.pop_front();
    QTRY_COMPARE(acceptance.listener.unprovenCount(), PeerListener::unprovenMax - 1);
    acceptance.listener.stop();
    QVERIFY(!LineClient(acceptance.port).isOpen());
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{PeerListener::unprovenMax} - 1);
}

void PeerLinkTest::nothingIsLeft() {
    const auto descriptors = [] { return QDir(QStringLiteral("/proc/self/fd")).count(); };
    RecordingPeers service;
    Acceptance acceptance;
    const auto descriptorsBefore = descriptors();
    const auto objects = [&] { return acceptance.listener.findChildren<QObject*>().size(); };
    const auto objectsBefore = objects();
    auto dialer = dialerOf(service, acceptance.port);
    const auto dialerObjectsBefore = dialer->findChildren<QObject*>().size();
    dialer->start();
    for (std::size_t round = 1; round <= 5; ++round) {
        QTRY_COMPARE(acceptance.service.connections.size(), round);
        acceptance.service.connections.back().connection->abort("test");
        QTRY_COMPARE(service.connections.size(), round);
        QTRY_COMPARE(service.openCount(), std::size_t{0});
        dialer->established();
    }
    dialer->stop();
    QTRY_COMPARE(objects(), objectsBefore);
    QTRY_COMPARE(dialer->findChildren<QObject*>().size(), dialerObjectsBefore);
    dialer->start();
    QTRY_COMPARE(service.openCount(), std::size_t{1});
    dialer.reset();
    QTRY_COMPARE(acceptance.service.openCount(), std::size_t{0});
    QTRY_COMPARE(descriptors(), descriptorsBefore);
}

HERD_TEST_MAIN(PeerLinkTest)
#include "tst_peerlink.moc"
