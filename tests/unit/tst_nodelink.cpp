// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <string>

#include "common/wire.h"
#include "server/lagclock.h"
#include "server/nodealarms.h"
#include "server/nodelink.h"
#include "tests/unit/peerpair.h"

using namespace herd;

namespace {

/// Alpha's record of its link with beta, which looks as the node does at each tick.
struct Watched : Pair {
    NodeLink link{"beta", true, now};

    LinkStatus status() {
        link.observe(fromAlpha.get(), 0, alpha->log(), now);
        return link.status(alpha->log(), alpha->table().size(), now);
    }

    void wait(std::int64_t ms) {
        for (; ms > 0; ms -= 100) {
            now.monotonicMs += 100;
            now.wallNs += 100'000'000;
            status();
        }
    }

    void connectAndProve() {
        connect();
        link.onProven();
        status();
    }

    void cut(const std::string& reason) {
        link.onEnded(*fromAlpha, reason);
        disconnect();
        status();
    }
};

std::vector<std::string> namesOf(const std::vector<Alarm>& alarms) {
    std::vector<std::string> names;
    for (const Alarm& alarm : alarms) {
        names.push_back(alarm.name);
    }
    return names;
}

}  // namespace

class NodeLinkTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void lagClock();
    void lagClockIsBounded();
    void statesOfALink();
    void pausedLink();
    void linkPausedThere();
    void lagWhileDown();
    void lagOfSomebodyUnknown();
    void whatTheLastEndSays();
    void learntOverSessions();
    void clockDifference();
    void otherEpoch();
    void logAfterARestart();
    void noAlarms();
    void durabilityAlarm();
    void clockAlarm_data();
    void clockAlarm();
    void fullAlarm_data();
    void fullAlarm();
    void isolatedAlarm();
    void divergenceAlarm();
    void duplicateAlarm();
    void logAlarm();
};

void NodeLinkTest::lagClock() {
    LagClock clock;
    QCOMPARE(clock.lagMs(1'000), 0);
    clock.note(0, 1'000);
    QCOMPARE(clock.lagMs(1'000), 0);
    clock.note(5, 1'000);
    clock.note(5, 1'100);
    clock.note(9, 1'200);
    QCOMPARE(clock.lagMs(1'300), 300);
    clock.acknowledge(4);
    QCOMPARE(clock.lagMs(1'300), 300);
    clock.acknowledge(5);
    QCOMPARE(clock.lagMs(1'300), 100);
    clock.acknowledge(9);
    QCOMPARE(clock.lagMs(1'300), 0);
    clock.note(9, 1'400);
    QCOMPARE(clock.lagMs(9'999), 0);
    clock.note(10, 2'000);
    QCOMPARE(clock.lagMs(2'050), 50);
}

void NodeLinkTest::lagClockIsBounded() {
    LagClock clock;
    for (int i = 1; i <= 100'000; ++i) {
        clock.note(static_cast<std::uint64_t>(i), i);
    }
    QCOMPARE(clock.lagMs(100'000), 99'999);
    for (int acknowledged = 0; acknowledged < 100'000; acknowledged += 777) {
        clock.acknowledge(static_cast<std::uint64_t>(acknowledged));
        const std::int64_t truth = 100'000 - (acknowledged + 1);
        const std::int64_t told = clock.lagMs(100'000);
        QVERIFY2(told >= truth && told <= truth + 100'000 / 8,
                 qPrintable(QStringLiteral("%1 for %2").arg(told).arg(truth)));
    }
}

void NodeLinkTest::statesOfALink() {
    Watched watched;
    QCOMPARE(watched.status().state, LinkState::connecting);
    watched.wait(500);
    QCOMPARE(watched.status().sinceMs, 500);
    QVERIFY(watched.status().dials);
    watched.fromAlpha = std::make_unique<PeerSession>(*watched.alpha, PeerSession::Role::dialer,
                                                      "beta", watched.now);
    QCOMPARE(watched.status().state, LinkState::handshaking);
    QCOMPARE(watched.status().sinceMs, 0);
    watched.fromAlpha.reset();
    watched.connectAndProve();
    QCOMPARE(watched.status().state, LinkState::flowing);
    QCOMPARE(watched.status().reconnects, std::uint64_t{0});
    watched.wait(300);
    watched.cut("silent");
    QCOMPARE(watched.status().state, LinkState::down);
    watched.wait(1'000);
    // An attempt that comes to nothing does not make the link any younger.
    watched.fromAlpha = std::make_unique<PeerSession>(*watched.alpha, PeerSession::Role::dialer,
                                                      "beta", watched.now);
    QCOMPARE(watched.status().state, LinkState::handshaking);
    watched.fromAlpha.reset();
    QCOMPARE(watched.status().state, LinkState::down);
    QCOMPARE(watched.status().sinceMs, 1'000);
    watched.connectAndProve();
    QCOMPARE(watched.status().state, LinkState::flowing);
    QCOMPARE(watched.status().reconnects, std::uint64_t{1});
}

void NodeLinkTest::pausedLink() {
    Watched watched;
    watched.connectAndProve();
    watched.link.setPaused(true);
    QCOMPARE(watched.status().state, LinkState::paused);
    watched.cut("paused");
    watched.wait(700);
    QCOMPARE(watched.status().state, LinkState::paused);
    QCOMPARE(watched.status().sinceMs, 700);
    watched.link.setPaused(false);
    QCOMPARE(watched.status().state, LinkState::down);
    QCOMPARE(watched.status().sinceMs, 700);
}

/// What dials a neighbour that has paused the link is refused, time and again.
void NodeLinkTest::linkPausedThere() {
    Watched watched;
    watched.connectAndProve();
    watched.cut("bye-paused");
    QCOMPARE(watched.status().state, LinkState::down);
    watched.wait(500);
    watched.fromAlpha = std::make_unique<PeerSession>(*watched.alpha, PeerSession::Role::dialer,
                                                      "beta", watched.now);
    QCOMPARE(watched.status().state, LinkState::down);
    QCOMPARE(watched.status().sinceMs, 500);
    QCOMPARE(watched.status().lastEnd, std::string("bye-paused"));
    watched.fromAlpha.reset();
    watched.connectAndProve();
    QCOMPARE(watched.status().state, LinkState::flowing);
    watched.cut("silent");
    watched.fromAlpha = std::make_unique<PeerSession>(*watched.alpha, PeerSession::Role::dialer,
                                                      "beta", watched.now);
    QCOMPARE(watched.status().state, LinkState::handshaking);
}

void NodeLinkTest::lagWhileDown() {
    Watched watched;
    watched.hear(*watched.alpha, 1);
    watched.connectAndProve();
    watched.pass(300);
    watched.hear(*watched.alpha, 2);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{1});
    watched.pass(300);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{0});
    QCOMPARE(watched.status().lagMs, 0);
    watched.cut("silent");
    watched.wait(1'000);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{0});
    watched.hear(*watched.alpha, 3);
    watched.status();
    watched.wait(2'000);
    watched.hear(*watched.alpha, 4);
    watched.wait(100);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{2});
    QCOMPARE(watched.status().lagMs, 2'100);
    watched.connectAndProve();
    watched.pass(300);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{0});
    QCOMPARE(watched.status().lagMs, 0);
}

/// Nothing is known of what it holds, so it may lack every client.
void NodeLinkTest::lagOfSomebodyUnknown() {
    Watched watched;
    QCOMPARE(watched.status().lagChanges, std::uint64_t{0});
    for (const int time : {5, 6, 7}) {
        watched.hear(*watched.alpha, 1, time);
    }
    watched.hear(*watched.alpha, 2);
    watched.status();
    watched.wait(400);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{2});
    QCOMPARE(watched.status().lagMs, 400);
}

void NodeLinkTest::whatTheLastEndSays() {
    Watched watched;
    QCOMPARE(watched.status().lastEnd, std::string());
    watched.link.onUnreachable("Connection refused");
    QCOMPARE(watched.status().lastEnd, std::string("Connection refused"));
    watched.connectAndProve();
    watched.cut("silent");
    watched.link.onUnreachable("Connection refused");
    QCOMPARE(watched.status().lastEnd, std::string("silent"));
    watched.connect();
    watched.cut("bye-paused");
    QCOMPARE(watched.status().lastEnd, std::string("bye-paused"));
}

void NodeLinkTest::learntOverSessions() {
    Watched watched;
    watched.hear(*watched.beta, 1);
    watched.connectAndProve();
    QCOMPARE(watched.status().learnt, std::uint64_t{1});
    watched.cut("silent");
    QCOMPARE(watched.status().learnt, std::uint64_t{1});
    watched.hear(*watched.beta, 2);
    watched.connectAndProve();
    QCOMPARE(watched.status().learnt, std::uint64_t{2});
}

void NodeLinkTest::clockDifference() {
    Watched watched;
    QVERIFY(!watched.status().clockDifferenceNs);
    watched.connectAndProve();
    QCOMPARE(watched.status().clockDifferenceNs, std::optional<std::int64_t>(0));
    for (const char* const word : {"PING", "PONG"}) {
        const std::int64_t theirs = watched.now.wallNs - 61'000'000'000 - word[1];
        std::string line;
        const Heartbeat heartbeat{std::max<std::int64_t>(theirs, 0), 0, 0, 0};
        word[1] == 'I' ? wire::appendPing(line, heartbeat) : wire::appendPong(line, heartbeat);
        line.pop_back();
        watched.fromAlpha->onLine(line, watched.now);
        QCOMPARE(watched.status().clockDifferenceNs,
                 std::optional(heartbeat.wallNs - watched.now.wallNs));
    }
    watched.cut("silent");
    QVERIFY(watched.status().clockDifferenceNs);
}

/// What the neighbour holds of an earlier log says nothing about the new one.
void NodeLinkTest::otherEpoch() {
    Watched watched;
    watched.hear(*watched.alpha, 1);
    watched.connectAndProve();
    watched.pass(300);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{0});
    watched.alpha->renewEpoch();
    watched.status();
    watched.wait(200);
    QCOMPARE(watched.status().lagChanges, std::uint64_t{1});
    QCOMPARE(watched.status().lagMs, 200);
}

/// Its numbers went on far higher: their difference is no number of changes.
void NodeLinkTest::logAfterARestart() {
    Watched watched;
    watched.hear(*watched.alpha, 1);
    watched.connectAndProve();
    watched.pass(300);
    watched.status();
    LogPosition log = watched.alpha->log();
    log.seq += (std::uint64_t{1} << 32) - 1;
    QCOMPARE(watched.link.status(log, 1, watched.now).lagChanges, (std::uint64_t{1} << 32) - 1);
    ++log.seq;
    QCOMPARE(watched.link.status(log, 1, watched.now).lagChanges, std::uint64_t{1});
}

void NodeLinkTest::noAlarms() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    alarms.look(facts);
    facts.nowMs = 1'000'000;
    alarms.look(facts);
    QVERIFY(alarms.list(facts.nowMs).empty());  // a herd of one lacks no link
}

void NodeLinkTest::clockAlarm_data() {
    QTest::addColumn<qlonglong>("differenceNs");
    QTest::addColumn<QString>("text");
    QTest::newRow("60 s") << 60'000'000'000LL << QString();
    QTest::newRow("-60 s") << -60'000'000'000LL << QString();
    QTest::newRow("a bit more") << 60'000'000'001LL
                                << QStringLiteral("the clock of beta is 60 s ahead");
    QTest::newRow("a day behind") << -86'400'000'000'000LL
                                  << QStringLiteral("the clock of beta is 86400 s behind");
}

void NodeLinkTest::clockAlarm() {
    QFETCH(qlonglong, differenceNs);
    QFETCH(QString, text);
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.links.resize(1);
    facts.links[0].peer = "beta";
    facts.links[0].state = LinkState::flowing;
    facts.links[0].clockDifferenceNs = differenceNs;
    facts.nowMs = 500;
    alarms.look(facts);
    facts.nowMs = 800;
    alarms.look(facts);
    const std::vector<Alarm> raised = alarms.list(900);
    QCOMPARE(raised.empty(), text.isEmpty());
    if (!raised.empty()) {
        QVERIFY((raised[0] == Alarm{"clock", text.toStdString(), 400}));
    }
    facts.links[0].clockDifferenceNs = 0;
    alarms.look(facts);
    QVERIFY(alarms.list(900).empty());
}

void NodeLinkTest::fullAlarm_data() {
    QTest::addColumn<uint>("clients");
    QTest::addColumn<bool>("raised");
    QTest::newRow("one is free") << 9U << false;
    QTest::newRow("none is free") << 10U << true;
    QTest::newRow("more were learnt") << 11U << true;
}

void NodeLinkTest::fullAlarm() {
    QFETCH(uint, clients);
    QFETCH(bool, raised);
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clients = clients;
    facts.clientsMax = 10;
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(0)) == std::vector<std::string>{"full"}, raised);
}

void NodeLinkTest::isolatedAlarm() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.links.resize(2);
    facts.nowMs = 100;
    const auto isRaised = [&](std::int64_t nowMs, LinkState state) {
        facts.nowMs = nowMs;
        facts.links[1].state = state;
        alarms.look(facts);
        return namesOf(alarms.list(nowMs)) == std::vector<std::string>{"isolated"};
    };
    QVERIFY(!isRaised(100, LinkState::connecting));
    QVERIFY(!isRaised(100 + NodeAlarms::isolatedMsMax, LinkState::handshaking));
    QVERIFY(isRaised(101 + NodeAlarms::isolatedMsMax, LinkState::connecting));
    QVERIFY(!isRaised(5'000, LinkState::comparing));
    QVERIFY(!isRaised(9'000, LinkState::flowing));
    QVERIFY(!isRaised(9'000 + NodeAlarms::isolatedMsMax, LinkState::down));
    QVERIFY(isRaised(9'001 + NodeAlarms::isolatedMsMax, LinkState::paused));
}

void NodeLinkTest::divergenceAlarm() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.divergences = 1;
    facts.nowMs = 1'000;
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(1'000)), std::vector<std::string>{"divergence"});
    facts.nowMs = 999 + NodeAlarms::divergenceMs;
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(facts.nowMs)), std::vector<std::string>{"divergence"});
    facts.nowMs = 1'000 + NodeAlarms::divergenceMs;
    alarms.look(facts);
    QVERIFY(alarms.list(facts.nowMs).empty());
}

void NodeLinkTest::duplicateAlarm() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.duplicates = 1;
    facts.duplicateName = "beta";
    facts.nowMs = 1'000;
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(1'000)), std::vector<std::string>{"duplicate"});
    QVERIFY(alarms.list(1'000).at(0).text.find("beta") != std::string::npos);
    facts.nowMs = 999 + NodeAlarms::duplicateMs;
    facts.duplicates = 2;
    alarms.look(facts);
    facts.nowMs = 998 + 2 * NodeAlarms::duplicateMs;
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(facts.nowMs)), std::vector<std::string>{"duplicate"});
    facts.nowMs = 999 + 2 * NodeAlarms::duplicateMs;
    alarms.look(facts);
    QVERIFY(alarms.list(facts.nowMs).empty());
}

void NodeLinkTest::logAlarm() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.logFailure = "No space left on device";
    alarms.look(facts);
    QVERIFY(alarms.list(0).at(0).text.find("No space left on device") != std::string::npos);
    facts.logFailure.clear();
    alarms.look(facts);
    QVERIFY(alarms.list(0).empty());
}

void NodeLinkTest::durabilityAlarm() {
    NodeAlarms alarms;
    NodeAlarms::Facts facts;
    facts.clientsMax = 1;
    facts.journalFailure = "No space left on device";
    alarms.look(facts);
    QCOMPARE(namesOf(alarms.list(0)), std::vector<std::string>{"durability"});
    QVERIFY(alarms.list(0).at(0).text.find("No space left on device") != std::string::npos);
    facts.journalFailure.clear();
    alarms.look(facts);
    QVERIFY(alarms.list(0).empty());
}

QTEST_APPLESS_MAIN(NodeLinkTest)

#include "tst_nodelink.moc"
