// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <memory>

#include "tests/unit/peerpair.h"
#include "tests/unit/peerscript.h"

using namespace herd;
using Role = PeerSession::Role;

namespace {

QByteArray hex(std::uint64_t number) {
    return QByteArray::number(qulonglong{number}, 16).rightJustified(16, '0');
}

QByteArray textOf(const LogPosition& position) {
    return hex(position.epoch) + " " + QByteArray::number(qulonglong{position.seq});
}

}  // namespace

class PeerSyncTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void meetsAndResumes();
    void comparesOnlyWhatDiffers();
    void tellsBackWhatAPeerForgot();
    void twoEmptyNodes();
    void emptyNodeFillsFromOneLink();
    void emptyNodeTurnsToAnotherLink();
    void newSessionReplacesOld();
    void anotherMemoryIsADuplicate_data();
    void anotherMemoryIsADuplicate();
    void lostMemoryRenewsTheEpoch();
    void handshakeAcrossARenewedEpoch();
    void quietAudit();
    void auditWaitsForQuiet();
    void auditForgivesOneMismatch();
    void auditOfEqualTablesCountsNothing();
};

void PeerSyncTest::meetsAndResumes() {
    Pair pair;
    for (int client = 0; client < 20; ++client) {
        pair.hear(client % 2 == 0 ? *pair.alpha : *pair.beta, client);
    }
    pair.connect();
    QVERIFY(pair.fromAlpha->proven() && pair.fromBeta->proven());
    pair.pass(200);
    QVERIFY(pair.equal());
    QCOMPARE(pair.alpha->table().size(), SlotNumber{20});
    QVERIFY(pair.beta->got("alpha") == pair.alpha->log());
    QVERIFY(pair.alpha->got("beta") == pair.beta->log());

    pair.disconnect();
    pair.hear(*pair.alpha, 3, 9);
    pair.hear(*pair.alpha, 50);
    pair.told.clear();
    pair.connect();
    QVERIFY(pair.equal());
    QCOMPARE(pair.toldOf("DIGEST"), 0);
    QCOMPARE(pair.toldOf("AT"), 2);
}

void PeerSyncTest::comparesOnlyWhatDiffers() {
    Pair pair;
    for (int client = 0; client < 100; ++client) {
        pair.hear(*pair.alpha, client);
        QVERIFY(pair.beta->learn(pair.alpha->table().stamp(static_cast<SlotNumber>(client)), 0) ==
                Offer::accepted);
    }
    pair.hear(*pair.alpha, 7, 9);
    pair.connect();
    QVERIFY(pair.equal());
    QCOMPARE(pair.toldOf("NEED"), 2);
    QCOMPARE(pair.toldOf("DIGEST 1"), 2);
    // Of 100 clients in 64 buckets, one bucket's, both ways.
    QVERIFY(pair.toldOf("AT") < 20);
    QCOMPARE(quint64{pair.beta->counters().learnt}, quint64{101});
    QCOMPARE(quint64{pair.alpha->counters().learnt}, quint64{0});
}

/// What came from a peer is no echo in its next session: it may have lost its memory.
void PeerSyncTest::tellsBackWhatAPeerForgot() {
    Pair pair;
    pair.hear(*pair.alpha, 1);
    pair.connect();
    QVERIFY(pair.equal());
    pair.hear(*pair.alpha, 2);
    pair.exchange();
    QVERIFY(pair.equal());
    pair.disconnect();
    pair.alpha = pair.coreOf("alpha", "beta");
    pair.connect();
    QCOMPARE(pair.alpha->table().size(), SlotNumber{2});
    QVERIFY(pair.equal());
}

void PeerSyncTest::twoEmptyNodes() {
    Pair pair;
    pair.connect();
    QCOMPARE(pair.toldOf("MARK"), 2);
    QVERIFY(pair.beta->got("alpha") == pair.alpha->log());
    QVERIFY(pair.alpha->got("beta") == pair.beta->log());
    pair.disconnect();
    pair.told.clear();
    pair.hear(*pair.alpha, 1);
    pair.connect();
    QCOMPARE(pair.toldOf("DIGEST"), 0);
    QVERIFY(pair.equal());
}

/// A node without anything asks one neighbour first; the others would only send the same again.
void PeerSyncTest::emptyNodeFillsFromOneLink() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice);
    PeerScript alpha(core, Role::acceptor, now);
    PeerScript gamma(core, Role::dialer, now);
    alpha.prove();
    gamma.prove();
    const QByteArray digest = "DIGEST 0" + QByteArray(" 0000000000000000").repeated(8);
    QCOMPARE(alpha.fill(), QByteArrayList(1, digest));
    QCOMPARE(gamma.fill(), QByteArrayList());
    QCOMPARE(alpha.say("NEED ff").size(), 8);
    const QByteArray kiwi = "AT alpha +1.000000000 kiwi +1-1 5";
    alpha.say(kiwi);
    QCOMPARE(gamma.fill(), QByteArrayList(1, kiwi));
    alpha.say("MARK 5");
    const QByteArrayList later = gamma.fill();
    QCOMPARE(later.size(), 1);
    QVERIFY(later.first().startsWith("DIGEST 0 "));
    QVERIFY(later.first() != digest);
}

void PeerSyncTest::emptyNodeTurnsToAnotherLink() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice);
    auto alpha = std::make_unique<PeerScript>(core, Role::acceptor, now);
    PeerScript gamma(core, Role::dialer, now);
    alpha->prove();
    gamma.prove();
    QCOMPARE(alpha->fill().size(), 1);
    QCOMPARE(gamma.fill(), QByteArrayList());
    alpha.reset();
    QCOMPARE(gamma.fill().size(), 1);
}

void PeerSyncTest::newSessionReplacesOld() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice);
    PeerScript before(core, Role::acceptor, now);
    before.prove("00000000000000aa 5");
    PeerScript after(core, Role::acceptor, now);
    after.say(after.hello("00000000000000aa 6"));
    QVERIFY(!before.session.ended());
    after.say(after.peerProof());
    QVERIFY(after.session.proven());
    QVERIFY(!after.session.ended());
    QCOMPARE(before.said(), QByteArrayList(1, "BYE replaced"));
    QCOMPARE(before.endReason(), QByteArray("replaced"));
    QCOMPARE(core.sessionWith("alpha"), &after.session);
    before.say("AT alpha +1.000000000 kiwi +1-1 5");
    QVERIFY(!core.find("kiwi"));
}

void PeerSyncTest::anotherMemoryIsADuplicate_data() {
    QTest::addColumn<qint64>("silentMs");
    QTest::addColumn<bool>("duplicate");
    QTest::newRow("heard just now") << qint64{0} << true;
    QTest::newRow("at the edge") << qint64{9'999} << true;
    QTest::newRow("silent") << qint64{10'000} << false;
}

/// The same name with another epoch: two nodes of one name, or one that was started anew.
void PeerSyncTest::anotherMemoryIsADuplicate() {
    QFETCH(qint64, silentMs);
    QFETCH(bool, duplicate);
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice);
    PeerScript before(core, Role::acceptor, now);
    before.prove("00000000000000aa 5");
    now.monotonicMs += silentMs;
    PeerScript after(core, Role::acceptor, now);
    after.say(after.hello("00000000000000bb 5"));
    const QByteArrayList answer = after.say(after.peerProof());
    QCOMPARE(after.session.proven(), !duplicate);
    QCOMPARE(after.endReason(), QByteArray(duplicate ? "duplicate" : ""));
    QCOMPARE(answer, duplicate ? QByteArrayList(1, "BYE duplicate") : QByteArrayList());
    QCOMPARE(before.endReason(), QByteArray(duplicate ? "" : "replaced"));
    if (duplicate) {
        QVERIFY(after.session.ended()->refused);
        // What the old one said before it died may still come; a second later it must be alive.
        now.monotonicMs += PeerSession::rivalMsMin - 1;
        before.session.onLine("PONG 1 5 0000000000000000 0", now);
        QCOMPARE(quint64{core.counters().duplicates}, quint64{0});
        now.monotonicMs += 1;
        before.session.onLine("PONG 1 5 0000000000000000 0", now);
        before.session.onLine("PONG 1 5 0000000000000000 0", now);
        QVERIFY(!before.session.ended().has_value());
        QCOMPARE(quint64{core.counters().duplicates}, quint64{1});
        QCOMPARE(core.duplicateName(), std::string("alpha"));
    }
}

/// A peer that holds more of this node's log than there is has seen what this node lost.
void PeerSyncTest::lostMemoryRenewsTheEpoch() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice);
    PeerScript gamma(core, Role::dialer, now);
    gamma.prove();
    const LogPosition before = core.log();
    PeerScript alpha(core, Role::acceptor, now);
    alpha.say(alpha.hello("00000000000000aa 5", textOf({before.epoch, before.seq + 1})));
    QCOMPARE(alpha.say(alpha.peerProof()), QByteArrayList(1, "BYE epoch"));
    QCOMPARE(gamma.said(), QByteArrayList(1, "BYE epoch"));
    for (const PeerScript* const script : {&alpha, &gamma}) {
        QCOMPARE(script->endReason(), QByteArray("epoch"));
        QVERIFY(!script->session.ended()->refused);
    }
    QVERIFY(core.log().epoch != before.epoch);
    QVERIFY(core.sessionWith("alpha") == nullptr);

    PeerScript again(core, Role::acceptor, now);
    again.prove("00000000000000aa 5", textOf({before.epoch, before.seq + 1}));
    QVERIFY(again.session.proven());
    QVERIFY(!again.session.ended());
}

/// What this node said of its log in a HELLO no longer holds: the peer would wait for ever.
void PeerSyncTest::handshakeAcrossARenewedEpoch() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice);
    PeerScript gamma(core, Role::dialer, now);
    gamma.say(gamma.hello("00000000000000cc 5", textOf(core.log())));
    core.renewEpoch();
    QCOMPARE(gamma.say(gamma.peerProof()), QByteArrayList(1, "BYE epoch"));
    QCOMPARE(gamma.endReason(), QByteArray("epoch"));
    QVERIFY(!gamma.session.ended()->refused);
    QVERIFY(core.sessionWith("gamma") == nullptr);
}

/// Beta believes to hold what it lacks: nothing is told, until three PINGs in a row differ.
void PeerSyncTest::quietAudit() {
    Pair pair;
    for (int client = 0; client < 10; ++client) {
        pair.hear(*pair.alpha, client);
    }
    pair.beta->setGot("alpha", pair.alpha->log());
    pair.connect();
    QVERIFY(!pair.equal());
    pair.pass(2 * PeerSession::pingIntervalMs);
    QVERIFY(!pair.equal());
    QCOMPARE(quint64{pair.beta->counters().repairs}, quint64{0});
    pair.told.clear();
    pair.pass(PeerSession::pingIntervalMs);
    QVERIFY(pair.equal());
    QCOMPARE(pair.beta->table().size(), SlotNumber{10});
    QCOMPARE(quint64{pair.beta->counters().repairs}, quint64{1});
    QCOMPARE(quint64{pair.beta->counters().divergences}, quint64{1});
    QCOMPARE(quint64{pair.alpha->counters().divergences}, quint64{0});

    pair.pass(PeerSession::ackIntervalMs);
    pair.told.clear();
    pair.pass(10 * PeerSession::pingIntervalMs);
    QCOMPARE(pair.told, QByteArrayList());
    QCOMPARE(quint64{pair.beta->counters().repairs}, quint64{1});
}

/// As long as one side has something to tell, tables may differ.
void PeerSyncTest::auditWaitsForQuiet() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice);
    PeerScript alpha(core, Role::acceptor, now);
    alpha.prove("00000000000000aa 5", textOf(core.log()));
    alpha.fill();
    alpha.say("NEED 00");
    alpha.say("MARK 5");
    const QByteArray differs = "PING 1 5 00000000000000ff 3";
    for (int ping = 0; ping < 5; ++ping) {
        alpha.say("PING 1 6 00000000000000ff 3");  // alpha has changed since
    }
    QCOMPARE(quint64{core.counters().repairs}, quint64{0});
    Stamp answer;
    QVERIFY(core.hear({"kiwi", "+1-1", "5", 5}, 6, answer) == Offer::accepted);
    for (int ping = 0; ping < 5; ++ping) {
        alpha.say(differs);  // beta has changed, and alpha has not acknowledged
    }
    QCOMPARE(quint64{core.counters().repairs}, quint64{0});
    alpha.say("ACK 1");
    alpha.say(differs);
    alpha.say(differs);
    QCOMPARE(quint64{core.counters().repairs}, quint64{0});
    alpha.say(differs);
    QCOMPARE(quint64{core.counters().repairs}, quint64{1});
}

void PeerSyncTest::auditForgivesOneMismatch() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice);
    PeerScript alpha(core, Role::acceptor, now);
    alpha.prove("00000000000000aa 5", textOf(core.log()));
    alpha.fill();
    alpha.say("NEED 00");
    alpha.say("MARK 5");
    for (int round = 0; round < 5; ++round) {
        alpha.say("PING 1 5 00000000000000ff 3");
        alpha.say("PING 1 5 00000000000000ff 3");
        alpha.say("PING 1 5 0000000000000000 0");
    }
    QCOMPARE(quint64{core.counters().repairs}, quint64{0});
}

/// Sums that differ although the tables are equal are repaired, but no divergence.
void PeerSyncTest::auditOfEqualTablesCountsNothing() {
    Instant now{50'000, 1};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice);
    PeerScript alpha(core, Role::acceptor, now);
    alpha.prove("00000000000000aa 5", textOf(core.log()));
    alpha.fill();
    alpha.say("NEED 00");
    alpha.say("MARK 5");
    for (int round = 1; round <= 2; ++round) {
        for (int ping = 0; ping < PeerSession::mismatchesMax; ++ping) {
            alpha.say("PING 1 5 00000000000000ff 3");
        }
        QVERIFY(alpha.fill().first().startsWith("DIGEST 0 "));
        QCOMPARE(alpha.say("NEED 80").size(), 1);
        alpha.say("MARK 5");
        QCOMPARE(quint64{core.counters().repairs}, quint64(round));
        QCOMPARE(quint64{core.counters().divergences}, quint64{0});
        QVERIFY(!alpha.session.ended());
    }
}

QTEST_GUILESS_MAIN(PeerSyncTest)
#include "tst_peersync.moc"
