// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <algorithm>

#include "tests/unit/feedsource.h"

using namespace herd;

class LinkFeedTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void flows();
    void saysTheStamp();
    void supersededIsSkipped();
    void echo_data();
    void echo();
    void room_data();
    void room();
    void resumes_data();
    void resumes();
    void overrun_data();
    void overrun();
    void overrunForgetsNothing();
    void searchesInChunks();
    void changesDuringSearchAndSweep();
    void sweepStarvesNobody();
};

void LinkFeedTest::flows() {
    Source source;
    source.resumeAfter(0);
    QVERIFY(!source.feed.lagging());
    QCOMPARE(source.fill(), QByteArrayList());
    source.changeEach(3);
    QCOMPARE(quint64{source.feed.changesWaiting()}, quint64{3});
    QCOMPARE(source.fill(), listOf("c0 c1 c2 =3"));
    QCOMPARE(quint64{source.feed.changesWaiting()}, quint64{0});
    QCOMPARE(source.fill(), QByteArrayList());
    source.change(1);
    QCOMPARE(source.fill(), listOf("c1 =4"));
}

void LinkFeedTest::saysTheStamp() {
    Source source;
    source.resumeAfter(0);
    source.change(7);
    std::string out = "PING\n";
    source.feed.fill(out, plenty);
    QCOMPARE(bytesOf(out), QByteArray("PING\nAT alpha +1.000000000 c7 +1-1 1\nMARK 1\n"));
}

void LinkFeedTest::supersededIsSkipped() {
    Source source;
    source.resumeAfter(0);
    for (const int client : {0, 1, 0, 0, 2, 1}) {
        source.change(client);
    }
    QCOMPARE(source.fill(), listOf("c0 c2 c1 =6"));
}

void LinkFeedTest::echo_data() {
    QTest::addColumn<SessionNumber>("session");
    QTest::addColumn<QByteArrayList>("said");
    QTest::addColumn<QByteArrayList>("saidWhenLost");
    QTest::newRow("a client's") << SessionNumber{0} << listOf("c0 =1") << listOf("c0 =1");
    QTest::newRow("another session's") << otherSession << listOf("c0 =1") << listOf("c0 =1");
    // The peer's sums say that it lacks what it once told.
    QTest::newRow("its own") << ownSession << listOf("=1") << listOf("c0 =1");
}

void LinkFeedTest::echo() {
    QFETCH(SessionNumber, session);
    QFETCH(QByteArrayList, said);
    QFETCH(QByteArrayList, saidWhenLost);
    Source flowing;
    flowing.resumeAfter(0);
    flowing.change(0, session);
    QCOMPARE(flowing.fill(), said);

    Source lagging;
    lagging.change(0, session);
    lagging.awaitComparison();
    QVERIFY(lagging.feed.compareTop(Digest(8, 8).superSums()).has_value());
    for (std::uint32_t super = 0; super < 8; ++super) {
        static_cast<void>(lagging.feed.compareDetail(super, Digest(8, 8).bucketSums(super)));
    }
    QCOMPARE(lagging.fillAll(), saidWhenLost);
}

void LinkFeedTest::room_data() {
    QTest::addColumn<int>("bytesMax");
    QTest::addColumn<int>("linesBefore");
    // `AT alpha +1.000000000 c0 +1-1 1` and LF: 32 bytes.
    QTest::newRow("none") << 0 << 0;
    QTest::newRow("a byte") << 1 << 1;
    QTest::newRow("a line") << 32 << 1;
    QTest::newRow("a line and a byte") << 33 << 2;
    QTest::newRow("two lines") << 64 << 2;
    QTest::newRow("all but a byte") << 95 << 3;
    QTest::newRow("all, and none for the MARK") << 96 << 3;
}

void LinkFeedTest::room() {
    QFETCH(int, bytesMax);
    QFETCH(int, linesBefore);
    Source source;
    source.resumeAfter(0);
    source.changeEach(3);
    QCOMPARE(source.fill(static_cast<std::size_t>(bytesMax)), clients(0, linesBefore - 1));
    QCOMPARE(source.fill(), clients(linesBefore, 2) << "=3");
}

void LinkFeedTest::resumes_data() {
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("lagging");
    QTest::newRow("from the start") << 0 << true;
    QTest::newRow("just forgotten") << 3 << true;
    QTest::newRow("just remembered") << 4 << false;
    QTest::newRow("one missing") << 11 << false;
    QTest::newRow("none missing") << 12 << false;
}

/// 12 clients changed once each, and the ring remembers 8 changes.
void LinkFeedTest::resumes() {
    QFETCH(int, after);
    QFETCH(bool, lagging);
    Source source;
    source.changeEach(12);
    source.resumeAfter(static_cast<std::uint64_t>(after));
    QCOMPARE(source.feed.lagging(), lagging);
    QByteArrayList missing = clients(after, 11);
    if (!missing.isEmpty()) {
        missing.append("=12");
    }
    QCOMPARE(source.fillAll(), missing);
    QVERIFY(!source.feed.lagging());
}

void LinkFeedTest::overrun_data() {
    QTest::addColumn<int>("behind");
    QTest::addColumn<bool>("lagging");
    QTest::newRow("just remembered") << 8 << false;
    QTest::newRow("just forgotten") << 9 << true;
    QTest::newRow("long forgotten") << 100 << true;
}

void LinkFeedTest::overrun() {
    QFETCH(int, behind);
    QFETCH(bool, lagging);
    Source source;
    source.resumeAfter(0);
    source.change(1'000);
    QCOMPARE(source.fill(), listOf("c1000 =1"));
    source.changeEach(behind);
    QCOMPARE(source.fill(0), QByteArrayList());
    QCOMPARE(source.feed.lagging(), lagging);
    QByteArrayList said = source.fillAll();
    QCOMPARE(said.takeLast(), markOf(behind + 1));
    QCOMPARE(said, clients(0, behind - 1));
    QCOMPARE(source.fill(), QByteArrayList());
}

/// What was in the ring but not sent when it overran must not be lost.
void LinkFeedTest::overrunForgetsNothing() {
    Source source;
    source.resumeAfter(0);
    source.changeEach(5);
    QCOMPARE(source.fill(1), clients(0, 0));
    for (int round = 0; round < 20; ++round) {
        source.change(9);
    }
    QByteArrayList said = source.fillAll();
    QCOMPARE(said.takeLast(), QByteArray("=25"));
    std::sort(said.begin(), said.end());
    QCOMPARE(said, listOf("c1 c2 c3 c4 c9"));
}

void LinkFeedTest::searchesInChunks() {
    Source source;
    source.changeEach(10);
    source.resumeAfter(1);
    QByteArrayList said;
    for (const int fills : {1, 2, 3}) {
        said += source.fill();
        QVERIFY2(source.feed.searching(), qPrintable(QString::number(fills)));
        QVERIFY(source.feed.lagging());
        QVERIFY(!said.join().contains('='));
    }
    said += source.fill();
    QVERIFY(!source.feed.searching());
    QCOMPARE(said, clients(1, 9) << "=10");
}

void LinkFeedTest::changesDuringSearchAndSweep() {
    Source source;
    source.changeEach(10);
    source.resumeAfter(1);
    QCOMPARE(source.fill(1), clients(1, 1));
    source.change(1);   // searched and sent
    source.change(2);   // searched, not sent
    source.change(8);   // not searched
    source.change(10);  // new
    source.change(4, ownSession);
    QByteArrayList said = source.fillAll();
    QCOMPARE(said.takeLast(), QByteArray("=15"));
    std::sort(said.begin(), said.end());
    said.erase(std::unique(said.begin(), said.end()), said.end());
    // c4 came from the peer itself meanwhile.
    QCOMPARE(said, listOf("c1 c10 c2 c3 c5 c6 c7 c8 c9"));
}

/// While two clients change all the time, every other one is told within a round.
void LinkFeedTest::sweepStarvesNobody() {
    constexpr int many = 200;
    Source source;
    source.changeEach(many);
    source.resumeAfter(0);
    while (source.feed.searching()) {
        source.fill(0);
    }
    QByteArrayList said;
    for (int turn = 0; turn < many + 4; ++turn) {
        source.change(0);
        source.change(100);
        said += source.fill(1);
    }
    QVERIFY(source.feed.lagging());
    for (const QByteArray& client : clients(0, many - 1)) {
        QVERIFY2(said.contains(client), client.constData());
    }
    QVERIFY(said.count("c0") <= 3);
    QVERIFY(said.count("c100") <= 3);
    QByteArrayList rest = source.fill();
    QCOMPARE(rest.takeLast(), markOf(source.changes));
    QVERIFY(!source.feed.lagging());
}

QTEST_GUILESS_MAIN(LinkFeedTest)
#include "tst_linkfeed.moc"
