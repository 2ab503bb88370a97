// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "common/wire.h"
#include "tests/unit/peerscript.h"

using namespace herd;
using Role = PeerSession::Role;

Q_DECLARE_METATYPE(herd::PeerSession::Role)

class PeerHandshakeTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void handshake_data();
    void handshake();
    void helloFaults_data();
    void helloFaults();
    void pausedLink_data();
    void pausedLink();
    void strangerTongue_data();
    void strangerTongue();
    void proofFaults_data();
    void proofFaults();
    void secretsDuringAChange_data();
    void secretsDuringAChange();
    void secretsChangeWhileSessionsStay();
    void noncesDiffer();
    void clockBefore1970();

  private:
    Instant now_;
    CountingDice dice_;
    std::optional<HerdCore> core_;
};

void PeerHandshakeTest::init() {
    now_ = {50'000, 7'000'000'000};
    core_.emplace(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice_);
}

void PeerHandshakeTest::handshake_data() {
    QTest::addColumn<Role>("role");
    QTest::newRow("dialler") << Role::dialer;
    QTest::newRow("acceptor") << Role::acceptor;
}

void PeerHandshakeTest::handshake() {
    QFETCH(Role, role);
    PeerScript script(*core_, role, now_);
    QVERIFY(script.session.peer() == (role == Role::dialer ? "gamma" : ""));
    const QByteArrayList answer = script.say(script.hello());
    QCOMPARE(answer.size(), role == Role::dialer ? 1 : 2);
    QCOMPARE(answer.last(), script.ownProof());
    QVERIFY(!script.session.proven());
    QCOMPARE(bytesOf(script.session.peer()), script.peer());
    QCOMPARE(script.say(script.peerProof()), QByteArrayList());
    QVERIFY(script.session.proven());
    QVERIFY(!script.session.ended());
    QCOMPARE(core_->sessionWith(viewOf(script.peer())), &script.session);
}

/// What is wrong with a HELLO, and the BYE it earns; none when it is fine.
void PeerHandshakeTest::helloFaults_data() {
    QTest::addColumn<Role>("role");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QByteArray>("bye");
    const auto rows = [](const char* name, const char* before, const char* after, const char* bye) {
        for (const Role role : {Role::dialer, Role::acceptor}) {
            QTest::addRow("%s, %s", name, role == Role::dialer ? "dialler" : "acceptor")
                << role << QByteArray(before) << QByteArray(after) << QByteArray(bye);
        }
    };
    rows("as expected", "herd/1-1", "herd/1-1", "");
    rows("this version and later ones", "herd/1-1", "herd/1-9", "");
    rows("this version and earlier ones", "herd/1-1", "herd/0-1", "");
    rows("later versions only", "herd/1-1", "herd/2-9", "version");
    rows("earlier versions only", "herd/1-1", "herd/0-0", "version");
    rows("another herd", " test ", " tesT ", "herd");
    rows("for somebody else", " beta ", " betb ", "name");
    rows("no epoch", "00000000000000aa", "0000000000000000", "name");
    rows("other skew", "max_s=300", "max_s=301", "rules");
    rows("other time to live", "ttl_s=0", "ttl_s=1", "rules");
    rows("unknown words", "ttl_s=0", "ttl_s=0 colour=green x=", "");
    QTest::newRow("acceptor, called by no neighbour")
        << Role::acceptor << QByteArray("alpha") << QByteArray("alphb") << QByteArray("name");
    QTest::newRow("acceptor, called by a higher name")
        << Role::acceptor << QByteArray("alpha") << QByteArray("gamma") << QByteArray("name");
    QTest::newRow("acceptor, called by itself")
        << Role::acceptor << QByteArray("alpha") << QByteArray("beta") << QByteArray("name");
    QTest::newRow("dialler, answered by another neighbour")
        << Role::dialer << QByteArray("gamma") << QByteArray("alpha") << QByteArray("name");
}

void PeerHandshakeTest::helloFaults() {
    QFETCH(Role, role);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(QByteArray, bye);
    PeerScript script(*core_, role, now_);
    QVERIFY(script.hello().contains(before));
    const QByteArrayList answer = script.say(script.hello().replace(before, after));
    if (bye.isEmpty()) {
        QVERIFY(!script.session.ended());
        QCOMPARE(answer.last(), script.ownProof());
        script.say(script.peerProof());
        QVERIFY(script.session.proven());
        return;
    }
    QCOMPARE(answer, QByteArrayList(1, "BYE " + bye));
    QCOMPARE(script.endReason(), bye);
    QVERIFY(script.session.ended()->orderly);
    QVERIFY(script.session.ended()->refused);
    QVERIFY(!script.session.proven());
}

/// Anything but the one line that is due ends the session without a word.
void PeerHandshakeTest::pausedLink_data() {
    handshake_data();
}

/// The neighbour is refused as long as the link is paused, others are not.
void PeerHandshakeTest::pausedLink() {
    QFETCH(Role, role);
    const std::string peer = role == Role::dialer ? "gamma" : "alpha";
    core_->setPaused(role == Role::dialer ? "alpha" : "gamma", true);
    core_->setPaused(peer, true);
    {
        PeerScript script(*core_, role, now_);
        QCOMPARE(script.say(script.hello()), QByteArrayList(1, "BYE paused"));
        QVERIFY(script.session.ended()->orderly);
    }
    core_->setPaused(peer, false);
    PeerScript script(*core_, role, now_);
    script.prove();
    QVERIFY(script.session.proven());
}

void PeerHandshakeTest::strangerTongue_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("afterHello");
    const QByteArray hello =
        "HELLO herd/1-1 test alpha beta 00000000000000aa 5 0000000000000000 0 1 n "
        "future_skew_max_s=300,ttl_s=0";
    const QByteArray proof = "PROOF " + QByteArray(64, '0');
    for (const bool afterHello : {false, true}) {
        const auto row = [afterHello](const char* name, const QByteArray& line) {
            QTest::addRow("%s %s HELLO", name, afterHello ? "after" : "before")
                << line << afterHello;
        };
        row("nothing", "");
        row("garbage", "GET / HTTP/1.1");
        row("IAMAT", "IAMAT kiwi +1-1 5");
        row("AT", "AT alpha +1.000000000 kiwi +1-1 5");
        row("MARK", "MARK 1");
        row("ACK", "ACK 1");
        row("PING", "PING 1 1 0000000000000000 0");
        row("PONG", "PONG 1 1 0000000000000000 0");
        row("DIGEST", "DIGEST 0 0000000000000000");
        row("NEED", "NEED 00");
        row(afterHello ? "HELLO" : "PROOF", afterHello ? hello : proof);
    }
    QTest::newRow("HELLO with a needless zero")
        << QByteArray(hello).replace(" 5 ", " 05 ") << false;
    QTest::newRow("PROOF cut short") << proof.chopped(1) << true;
}

void PeerHandshakeTest::strangerTongue() {
    QFETCH(QByteArray, line);
    QFETCH(bool, afterHello);
    PeerScript script(*core_, Role::acceptor, now_);
    if (afterHello) {
        script.say(script.hello());
    }
    QCOMPARE(script.say(line), QByteArrayList());
    QCOMPARE(script.endReason(), QByteArray("handshake"));
    QVERIFY(!script.session.ended()->orderly);
    QVERIFY(!script.session.ended()->refused);
    QVERIFY(!core_->find("kiwi"));
}

void PeerHandshakeTest::proofFaults_data() {
    QTest::addColumn<int>("fault");
    QTest::newRow("first digit") << 0;
    QTest::newRow("last digit") << 1;
    QTest::newRow("another secret") << 2;
    QTest::newRow("the node's own, sent back") << 3;
    QTest::newRow("of another conversation") << 4;
}

void PeerHandshakeTest::proofFaults() {
    QFETCH(int, fault);
    for (const Role role : {Role::dialer, Role::acceptor}) {
        PeerScript other(*core_, role, now_);
        other.say(other.hello());
        PeerScript script(*core_, role, now_);
        script.say(script.hello());
        QByteArray proof = script.peerProof();
        const auto flip = [&proof](qsizetype at) { proof[at] = proof[at] == '0' ? '1' : '0'; };
        switch (fault) {
            case 0:
                flip(6);
                break;
            case 1:
                flip(proof.size() - 1);
                break;
            case 2:
                proof =
                    script.proof(role == Role::dialer ? Role::acceptor : Role::dialer, "sesamE");
                break;
            case 3:
                proof = script.ownProof();
                break;
            default:
                proof = other.peerProof();
        }
        QCOMPARE(script.say(proof), QByteArrayList(1, "BYE proof"));
        QCOMPARE(script.endReason(), QByteArray("proof"));
        QVERIFY(script.session.ended()->refused);
        QVERIFY(!script.session.proven());
    }
}

/// A node proves itself with its first secret and accepts each of them.
void PeerHandshakeTest::secretsDuringAChange_data() {
    QTest::addColumn<QByteArray>("theirs");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("the first") << QByteArray("new sesame") << true;
    QTest::newRow("the second") << QByteArray("old sesame") << true;
    QTest::newRow("an older one") << QByteArray("sesame") << false;
    QTest::newRow("none") << QByteArray() << false;
    QTest::newRow("both in one") << QByteArray("new sesameold sesame") << false;
}

void PeerHandshakeTest::secretsDuringAChange() {
    QFETCH(QByteArray, theirs);
    QFETCH(bool, accepted);
    core_->setSecrets({"new sesame", "old sesame"});
    for (const Role role : {Role::dialer, Role::acceptor}) {
        PeerScript script(*core_, role, now_);
        const QByteArray said = script.say(script.hello()).last();
        QCOMPARE(said, script.proof(role, "new sesame"));
        const Role other = role == Role::dialer ? Role::acceptor : Role::dialer;
        script.say(script.proof(other, theirs));
        QCOMPARE(script.session.proven(), accepted);
        QCOMPARE(script.endReason(), accepted ? QByteArray() : QByteArray("proof"));
    }
}

void PeerHandshakeTest::secretsChangeWhileSessionsStay() {
    PeerScript script(*core_, Role::acceptor, now_);
    script.prove();
    core_->setSecrets({"new sesame"});
    QVERIFY(script.session.proven() && !script.session.ended());
    script.say("AT alpha +1.000000000 kiwi +1-1 5");
    QVERIFY(core_->find("kiwi"));
}

void PeerHandshakeTest::noncesDiffer() {
    PeerScript one(*core_, Role::acceptor, now_);
    PeerScript other(*core_, Role::acceptor, now_);
    const QByteArray hello = one.say(one.hello()).first();
    QVERIFY(hello.startsWith("HELLO "));
    QVERIFY(hello != other.say(other.hello()).first());
}

/// A node with a wrong clock must still be understood.
void PeerHandshakeTest::clockBefore1970() {
    now_.wallNs = -5;
    PeerScript script(*core_, Role::acceptor, now_);
    const QByteArray hello = script.say(script.hello()).first();
    QVERIFY(std::holds_alternative<Hello>(wire::parsePeerLine(viewOf(hello))));
    script.say(script.peerProof());
    const QByteArrayList ping = script.tickAfter(PeerSession::pingIntervalMs);
    QCOMPARE(ping.size(), 1);
    QVERIFY(std::holds_alternative<Ping>(wire::parsePeerLine(viewOf(ping.first()))));
}

QTEST_GUILESS_MAIN(PeerHandshakeTest)
#include "tst_peerhandshake.moc"
