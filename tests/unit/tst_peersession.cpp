// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "tests/unit/peerscript.h"

using namespace herd;
using Role = PeerSession::Role;

class PeerSessionTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void timeLimits_data();
    void timeLimits();
    void pings();
    void answersPing();
    void acknowledges();
    void violations_data();
    void violations();
    void byes_data();
    void byes();
    void endsWithBye();
    void pauses();
    void silentOnceEnded();
    void learns();
    void linesThatCameTogether_data();
    void linesThatCameTogether();
    void refusesWhenFull();

  private:
    Instant now_;
    CountingDice dice_;
    std::optional<HerdCore> core_;
};

void PeerSessionTest::init() {
    now_ = {50'000, 7'000'000'000};
    core_.emplace(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice_);
}

void PeerSessionTest::timeLimits_data() {
    QTest::addColumn<int>("linesBefore");
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("no HELLO, at the edge") << 0 << qint64{2'999} << QByteArray();
    QTest::newRow("no HELLO") << 0 << qint64{3'000} << QByteArray("handshake-timeout");
    QTest::newRow("no PROOF, at the edge") << 1 << qint64{2'999} << QByteArray();
    QTest::newRow("no PROOF") << 1 << qint64{3'000} << QByteArray("handshake-timeout");
    QTest::newRow("silence, at the edge") << 2 << qint64{9'999} << QByteArray();
    QTest::newRow("silence") << 2 << qint64{10'000} << QByteArray("silent");
}

void PeerSessionTest::timeLimits() {
    QFETCH(int, linesBefore);
    QFETCH(qint64, ms);
    QFETCH(QByteArray, reason);
    PeerScript script(*core_, Role::acceptor, now_);
    if (linesBefore > 0) {
        script.say(script.hello());
    }
    if (linesBefore > 1) {
        script.say(script.peerProof());
    }
    const QByteArrayList said = script.tickAfter(ms);
    QCOMPARE(script.endReason(), reason);
    if (!reason.isEmpty()) {
        QCOMPARE(said, QByteArrayList());
        QVERIFY(!script.session.ended()->orderly);
        QVERIFY(!script.session.ended()->refused);
    }
}

void PeerSessionTest::pings() {
    Stamp answer;
    QVERIFY(core_->hear({"kiwi", "+1-1", "5", 5}, 6, answer) == Offer::accepted);
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    QCOMPARE(script.tickAfter(1'999), QByteArrayList());
    QByteArray ping = "PING 7000000000 1 ";
    ping += QByteArray::number(qulonglong{core_->digest().root()}, 16).rightJustified(16, '0');
    ping += " 1";
    QCOMPARE(script.tickAfter(1), QByteArrayList(1, ping));
    QCOMPARE(script.tickAfter(1'999), QByteArrayList());
    QCOMPARE(script.tickAfter(1), QByteArrayList(1, ping));
}

void PeerSessionTest::answersPing() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    QCOMPARE(script.say("PING 1 1 0000000000000000 1"),
             QByteArrayList(1, "PONG 7000000000 0 0000000000000000 0"));
    QCOMPARE(script.say("PONG 1 1 0000000000000000 1"), QByteArrayList());
    QVERIFY(!script.session.ended());
}

/// At once, then at most each 100 ms, and only the newest.
void PeerSessionTest::acknowledges() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    QCOMPARE(script.say("MARK 5"), QByteArrayList(1, "ACK 5"));
    QVERIFY(core_->got("alpha") == (LogPosition{0xaa, 5}));
    QCOMPARE(script.tickAfter(50), QByteArrayList());
    QCOMPARE(script.say("MARK 6"), QByteArrayList());
    QCOMPARE(script.say("MARK 7"), QByteArrayList());
    QVERIFY(core_->got("alpha") == (LogPosition{0xaa, 7}));
    QCOMPARE(script.tickAfter(49), QByteArrayList());
    QCOMPARE(script.tickAfter(1), QByteArrayList(1, "ACK 7"));
    QCOMPARE(script.tickAfter(100), QByteArrayList());
    QCOMPARE(script.say("MARK 7"), QByteArrayList(1, "ACK 7"));
}

/// Lines that no peer may say on a proven session, after `MARK 7`.
void PeerSessionTest::violations_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char* name, const QByteArray& line, const char* reason) {
        QTest::newRow(name) << line << QByteArray(reason);
    };
    const QByteArray sum = " 0123456789abcdef";
    row("garbage", "HELO", "malformed");
    row("nothing", "", "malformed");
    row("IAMAT", "IAMAT kiwi +1-1 5", "malformed");
    row("AT, not canonical", "AT alpha +1.0 kiwi +1-1 5", "malformed");
    row("MARK that goes back", "MARK 6", "order");
    row("ACK of what is not there", "ACK 1", "order");
    row("HELLO again",
        "HELLO herd/1-1 test alpha beta 00000000000000aa 5 0000000000000000 0 1 n "
        "future_skew_max_s=300,ttl_s=0",
        "order");
    row("PROOF again", "PROOF " + QByteArray(64, '0'), "order");
    row("NEED without a DIGEST", "NEED 00", "digest");
    row("DIGEST 1 without a NEED", "DIGEST 1 0" + sum.repeated(8), "digest");
    row("DIGEST 0, too few sums", "DIGEST 0" + sum.repeated(7), "digest");
    row("DIGEST 0, too many sums", "DIGEST 0" + sum.repeated(9), "digest");
}

void PeerSessionTest::violations() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, reason);
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    script.say("MARK 7");
    QCOMPARE(script.say(line), QByteArrayList());
    QCOMPARE(script.endReason(), reason);
    QVERIFY(!script.session.ended()->orderly);
    QVERIFY(!script.session.ended()->refused);
    QVERIFY(core_->sessionWith("alpha") == nullptr);
}

void PeerSessionTest::byes_data() {
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<int>("linesBefore");
    QTest::addColumn<bool>("refused");
    for (const int linesBefore : {0, 1, 2}) {
        QTest::addRow("stopping, after %d lines", linesBefore)
            << QByteArray("stopping") << linesBefore << false;
        QTest::addRow("epoch, after %d lines", linesBefore)
            << QByteArray("epoch") << linesBefore << false;
        QTest::addRow("paused, after %d lines", linesBefore)
            << QByteArray("paused") << linesBefore << false;
        for (const char* const reason :
             {"version", "herd", "name", "rules", "proof", "duplicate", "full", "whatever"}) {
            QTest::addRow("%s, after %d lines", reason, linesBefore)
                << QByteArray(reason) << linesBefore << true;
        }
    }
}

void PeerSessionTest::byes() {
    QFETCH(QByteArray, reason);
    QFETCH(int, linesBefore);
    QFETCH(bool, refused);
    PeerScript script(*core_, Role::dialer, now_);
    if (linesBefore > 0) {
        script.say(script.hello());
    }
    if (linesBefore > 1) {
        script.say(script.peerProof());
    }
    QCOMPARE(script.say("BYE " + reason), QByteArrayList());
    QCOMPARE(script.endReason(), "bye-" + reason);
    QCOMPARE(script.session.ended()->refused, refused);
    QVERIFY(!script.session.ended()->orderly);
}

void PeerSessionTest::endsWithBye() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    script.session.end("stopping");
    script.session.end("twice");
    QCOMPARE(script.said(), QByteArrayList(1, "BYE stopping"));
    QCOMPARE(script.endReason(), QByteArray("stopping"));
    QVERIFY(script.session.ended()->orderly);
    QVERIFY(!script.session.ended()->refused);
}

void PeerSessionTest::pauses() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    script.session.pause();
    QCOMPARE(script.said(), QByteArrayList(1, "BYE paused"));
    QCOMPARE(script.endReason(), QByteArray("paused"));
    QVERIFY(script.session.ended()->orderly);
}

void PeerSessionTest::silentOnceEnded() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    script.session.end("stopping");
    script.said();
    QCOMPARE(script.say("AT alpha +1.000000000 kiwi +1-1 5"), QByteArrayList());
    QCOMPARE(script.say("MARK 9"), QByteArrayList());
    QCOMPARE(script.tickAfter(20'000), QByteArrayList());
    QCOMPARE(script.fill(), QByteArrayList());
    QVERIFY(!core_->find("kiwi"));
    QVERIFY(core_->got("alpha") == LogPosition());
    QCOMPARE(script.endReason(), QByteArray("stopping"));
}

void PeerSessionTest::learns() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    QCOMPARE(script.say("AT delta +1.000000000 kiwi +1-1 5"), QByteArrayList());
    QVERIFY(core_->find("kiwi") == stampOf("kiwi", "5", "+1-1", "delta"));
    QCOMPARE(core_->table().slot(0).fromSession, script.session.number());
    script.say("AT delta +1.000000000 kiwi +1-1 4");
    QCOMPARE(quint64{core_->counters().learnt}, quint64{1});
    QCOMPARE(quint64{core_->counters().notNewer}, quint64{1});
}

void PeerSessionTest::linesThatCameTogether_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("end");
    QTest::newRow("none") << 0 << -1;
    QTest::newRow("one") << 1 << -1;
    QTest::newRow("many") << 500 << -1;
    QTest::newRow("the first ends it") << 100 << 0;
    QTest::newRow("one in the middle ends it") << 100 << 63;
    QTest::newRow("the next one ends it") << 100 << 64;
    QTest::newRow("the last ends it") << 100 << 99;
}

/// As one by one; a client that comes twice in a batch is not found by what was there before it.
void PeerSessionTest::linesThatCameTogether() {
    QFETCH(const int, count);
    QFETCH(const int, end);
    std::vector<std::string> texts;
    for (int number = 0; number < count; ++number) {
        const std::string client = "c" + std::to_string(number % 70);
        texts.push_back(number == end ? "nonsense"
                                      : "AT alpha +1.000000000 " + client + " +1-1 " +
                                            std::to_string(1'000 + number));
    }
    const std::vector<std::string_view> lines(texts.begin(), texts.end());
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    const std::size_t read = script.session.onLines(lines, now_);
    QCOMPARE(read, static_cast<std::size_t>(end < 0 ? count : end + 1));
    QCOMPARE(script.session.ended().has_value(), end >= 0);
    const int learnt = end < 0 ? count : end;
    QCOMPARE(script.session.learnt(), static_cast<std::uint64_t>(learnt));
    for (int number = std::max(learnt - 70, 0); number < learnt; ++number) {
        const std::optional<Stamp> stamp = core_->find("c" + std::to_string(number % 70));
        QVERIFY(stamp && stamp->time == std::to_string(1'000 + number));
    }
}

void PeerSessionTest::refusesWhenFull() {
    CoreSettings settings = smallSettings("beta", {"alpha"});
    settings.clientsMax = 1;
    HerdCore core(settings, testIndexKey, dice_);
    PeerScript script(core, Role::acceptor, now_);
    script.prove();
    script.say("AT alpha +1.000000000 a +1-1 5");
    QCOMPARE(script.say("AT alpha +1.000000000 b +1-1 5"), QByteArrayList());
    QCOMPARE(script.say("AT alpha +1.000000000 c +1-1 5"), QByteArrayList(1, "BYE full"));
    QCOMPARE(script.endReason(), QByteArray("full"));
    QVERIFY(script.session.ended()->refused);
}

QTEST_GUILESS_MAIN(PeerSessionTest)
#include "tst_peersession.moc"
