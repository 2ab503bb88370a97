// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QByteArrayList>
#include <QtTest>

#include "server/herd/herdcore.h"
#include "server/herd/journalsink.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"
#include "tests/unit/peerscript.h"

using namespace herd;

namespace {

constexpr std::int64_t second = nanosecondsPerSecond;
constexpr std::uint64_t jump = std::uint64_t{1} << 32;

/// Keeps what a core tells, one line each.
class RecordingSink : public JournalSink {
  public:
    QByteArrayList told;
    std::uint64_t durableSeq = ~std::uint64_t{0};

    void onChange(std::uint64_t seq, const Stamp& stamp) override {
        told.append(QByteArray::number(qulonglong{seq}) + " " + bytesOf(lineOf(stamp)).trimmed());
    }
    void onGot(const std::string& neighbour, const LogPosition& position) override {
        told.append("GOT " + bytesOf(neighbour) + " " +
                    QByteArray::number(qulonglong{position.epoch}) + " " +
                    QByteArray::number(qulonglong{position.seq}));
    }
    void onEpoch(const LogPosition& log) override {
        told.append("EPOCH " + QByteArray::number(qulonglong{log.epoch}) + " " +
                    QByteArray::number(qulonglong{log.seq}));
    }
    bool mayConfirm(std::uint64_t seq) const override { return seq <= durableSeq; }
};

}  // namespace

/// What a core tells its journal, and how it goes on where one ends.
class CoreJournalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void tellsWhatChanges();
    void tellsAnEpoch();
    void restores_data();
    void restores();
    void restoresTombstones();
    void restoresNoneThatExpired();
    void restoresAnyOrigin();
    void resumes_data();
    void resumes();
    void startsAnew();
    void tellsWhatWasRestored();
    void confirmsWhatIsDurable();
    void confirmsUnderALoad();

  private:
    CountingDice dice_{100};
};

void CoreJournalTest::tellsWhatChanges() {
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice_);
    RecordingSink sink;
    core.setJournal(&sink);
    Stamp answer;
    QVERIFY(core.hear({"kiwi", "+1-1", "5", 5 * second}, 6 * second, answer) == Offer::accepted);
    QVERIFY(core.hear({"kiwi", "+1-1", "5", 5 * second}, 7 * second, answer) == Offer::notNewer);
    QVERIFY(core.hear({"kiwi", "+1-1", "4", 4 * second}, 7 * second, answer) == Offer::notNewer);
    QVERIFY(core.learn(stampOf("plum", "3"), 1) == Offer::accepted);
    QVERIFY(core.learn(stampOf("plum", "3"), 1) == Offer::notNewer);
    core.setGot("alpha", {7, 12});
    core.setGot("alpha", {7, 12});
    QVERIFY(core.learn(stampOf("plum", "4"), 1) == Offer::accepted);
    const QByteArrayList expected{
        "1 AT beta +1.000000000 kiwi +1-1 5",
        "2 AT alpha +1.000000000 plum +1-1 3",
        "GOT alpha 7 12",
        "3 AT alpha +1.000000000 plum +1-1 4",
    };
    QCOMPARE(sink.told, expected);
    core.setJournal(nullptr);
    QVERIFY(core.learn(stampOf("plum", "5"), 1) == Offer::accepted);
    QCOMPARE(sink.told, expected);
}

void CoreJournalTest::tellsAnEpoch() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    RecordingSink sink;
    core.setJournal(&sink);
    QVERIFY(core.learn(stampOf("plum", "3"), 1) == Offer::accepted);
    core.renewEpoch();
    QCOMPARE(sink.told.last(), "EPOCH " + QByteArray::number(qulonglong{core.log().epoch}) + " 1");
}

/// Two stamps of a client from the journal, in either order, as a snapshot and the changes during
/// it may bring them.
void CoreJournalTest::restores_data() {
    QTest::addColumn<int>("firstSeq");
    QTest::addColumn<QByteArray>("firstTime");
    QTest::addColumn<int>("secondSeq");
    QTest::addColumn<QByteArray>("secondTime");
    QTest::addColumn<int>("keptSeq");
    QTest::newRow("in order") << 3 << QByteArray("5") << 8 << QByteArray("6") << 8;
    QTest::newRow("turned round") << 8 << QByteArray("6") << 3 << QByteArray("5") << 8;
    QTest::newRow("twice") << 8 << QByteArray("6") << 8 << QByteArray("6") << 8;
}

void CoreJournalTest::restores() {
    QFETCH(int, firstSeq);
    QFETCH(QByteArray, firstTime);
    QFETCH(int, secondSeq);
    QFETCH(QByteArray, secondTime);
    QFETCH(int, keptSeq);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    QVERIFY(core.restore(static_cast<std::uint64_t>(firstSeq), stampOf("kiwi", viewOf(firstTime))));
    QVERIFY(
        core.restore(static_cast<std::uint64_t>(secondSeq), stampOf("kiwi", viewOf(secondTime))));
    QVERIFY(core.find("kiwi") == stampOf("kiwi", "6"));
    QCOMPARE(core.table().slot(0).lastSeq, static_cast<std::uint64_t>(keptSeq));
    QCOMPARE(core.table().slot(0).fromSession, SessionNumber{0});
    Digest digest(8, 8);
    digest.add(Digest::sumOf(stampOf("kiwi", "6")), digest.bucketOf("kiwi"));
    QCOMPARE(core.digest().root(), digest.root());
    QCOMPARE(quint64{core.counters().learnt + core.counters().heard}, quint64{0});
}

/// Origins may have changed over the years; one too many is left out instead of ending the process.
void CoreJournalTest::restoresTombstones() {
    HerdCore first(smallSettings("beta", {}), testIndexKey, dice_);
    RecordingSink sink;
    first.setJournal(&sink);
    QVERIFY(first.learn(stampOf("kiwi", "5"), 1) == Offer::accepted);
    QVERIFY(first.forget("kiwi", 7 * second) == Offer::accepted);
    const Stamp tombstone = first.table().stamp(0);
    QCOMPARE(sink.told.last(), "2 FORGET beta 7000000000 " + bytesOf(tombstone.client));
    for (const bool inOrder : {true, false}) {
        HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
        QVERIFY(inOrder ? core.restore(3, stampOf("kiwi", "5")) : core.restore(8, tombstone));
        QVERIFY(inOrder ? core.restore(8, tombstone) : core.restore(3, stampOf("kiwi", "5")));
        QVERIFY(!core.find("kiwi"));
        QCOMPARE(core.table().used(), std::size_t{1});
        QVERIFY(core.table().stamp(0) == tombstone);
        QCOMPARE(core.digest().root(), first.digest().root());
        QVERIFY(core.restore(9, stampOf("kiwi", "2000")));
        QVERIFY(core.find("kiwi") == stampOf("kiwi", "2000"));
    }
}

/// Of a client the last change counts, whatever has expired since.
void CoreJournalTest::restoresNoneThatExpired() {
    CoreSettings settings = smallSettings("beta", {});
    settings.rules.ttlS = 10;
    HerdCore core(settings, testIndexKey, dice_);
    core.setWallNs(1'000 * second);
    QVERIFY(core.restore(3, stampOf("kiwi", "995")));
    QVERIFY(core.restore(8, stampOf("kiwi", "980")));
    QVERIFY(core.restore(4, stampOf("plum", "980")));
    QVERIFY(core.restore(9, stampOf("plum", "989")));
    QVERIFY(core.expire(core.table().size(), core.table().size()));
    QVERIFY(!core.find("kiwi"));
    QVERIFY(core.find("plum") == stampOf("plum", "989"));
    QCOMPARE(core.table().used(), std::size_t{1});
}

void CoreJournalTest::restoresAnyOrigin() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    for (std::size_t number = 0; number < StampTable::originsMax; ++number) {
        const std::string text = QByteArray::number(qulonglong{number}).toStdString();
        QVERIFY(core.restore(number, stampOf("kiwi", text, "+1-1", text)));
    }
    QVERIFY(!core.restore(99'999, stampOf("kiwi", "99999", "+1-1", "another")));
    QVERIFY(core.find("kiwi")->time != "99999");
}

void CoreJournalTest::resumes_data() {
    QTest::addColumn<quint64>("usedSeq");
    QTest::addColumn<qint64>("wallNs");
    QTest::addColumn<quint64>("startSeq");
    const qint64 ms = 1'000'000;
    QTest::newRow("clock at nought") << quint64{7} << qint64{0} << quint64{7 + jump};
    QTest::newRow("clock before nought") << quint64{7} << qint64{-5 * ms} << quint64{7 + jump};
    QTest::newRow("just less than the jump") << quint64{0} << 4'095 * ms << quint64{jump};
    QTest::newRow("as much as the jump") << quint64{0} << 4'096 * ms << quint64{jump};
    QTest::newRow("more than the jump")
        << quint64{0} << 4'097 * ms << quint64{std::uint64_t{4'097} << 20};
    QTest::newRow("within a millisecond")
        << quint64{0} << 4'098 * ms - 1 << quint64{std::uint64_t{4'097} << 20};
    QTest::newRow("a clock of today") << quint64{1'000} << 1'800'000'000'000 * ms
                                      << quint64{std::uint64_t{1'800'000'000'000} << 20};
    QTest::newRow("a clock that was set back")
        << quint64{std::uint64_t{1'800'000'000'000} << 20} << 1'700'000'000'000 * ms
        << quint64{(std::uint64_t{1'800'000'000'000} << 20) + jump};
}

void CoreJournalTest::resumes() {
    QFETCH(quint64, usedSeq);
    QFETCH(qint64, wallNs);
    QFETCH(quint64, startSeq);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    core.resumeLog({7, usedSeq}, wallNs);
    QCOMPARE(quint64{core.log().epoch}, quint64{7});
    QCOMPARE(quint64{core.log().seq}, startSeq);
    QVERIFY(core.learn(stampOf("kiwi", "1"), 1) == Offer::accepted);
    QCOMPARE(quint64{core.log().seq}, startSeq + 1);
}

void CoreJournalTest::startsAnew() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    const std::uint64_t epoch = core.log().epoch;
    core.startLog(50, 0);
    QVERIFY(core.log() == (LogPosition{epoch, 50 + jump}));
}

/// A neighbour that holds the log up to somewhere before the restart gets what is newer than that.
void CoreJournalTest::tellsWhatWasRestored() {
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice_);
    QVERIFY(core.restore(3, stampOf("kiwi", "5")));
    QVERIFY(core.restore(8, stampOf("plum", "5")));
    core.resumeLog({7, 8}, 0);
    core.restoreGot({{"alpha", {0xaa, 5}}});
    Instant now{50'000, 1};
    PeerScript script(core, PeerSession::Role::acceptor, now);
    script.prove("00000000000000aa 5", "0000000000000007 3");
    QCOMPARE(script.fill(), (QByteArrayList{"AT alpha +1.000000000 plum +1-1 5",
                                            "MARK " + QByteArray::number(qulonglong{8 + jump})}));
}

/// A MARK is acknowledged when what it covers is durable here, and not before.
void CoreJournalTest::confirmsWhatIsDurable() {
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice_);
    RecordingSink sink;
    sink.durableSeq = 0;
    core.setJournal(&sink);
    core.setGot("alpha", {0xaa, 1});
    Instant now{50'000, 1};
    PeerScript script(core, PeerSession::Role::acceptor, now);
    script.prove("00000000000000aa 5", "0000000000000000 0");
    script.say("AT alpha +1.000000000 plum +1-1 5");
    QCOMPARE(script.say("MARK 5"), QByteArrayList());
    QCOMPARE(script.tickAfter(100), QByteArrayList());
    sink.durableSeq = 1;
    QCOMPARE(script.tickAfter(100), QByteArrayList(1, "ACK 5"));
    QCOMPARE(script.tickAfter(100), QByteArrayList());
}

/// Changes that go on do not put it off for ever.
void CoreJournalTest::confirmsUnderALoad() {
    HerdCore core(smallSettings("beta", {"alpha"}), testIndexKey, dice_);
    RecordingSink sink;
    sink.durableSeq = 0;
    core.setJournal(&sink);
    core.setGot("alpha", {0xaa, 1});
    Instant now{50'000, 1};
    PeerScript script(core, PeerSession::Role::acceptor, now);
    script.prove("00000000000000aa 5", "0000000000000000 0");
    script.say("AT alpha +1.000000000 plum +1-1 5");
    QCOMPARE(script.say("MARK 5"), QByteArrayList());
    script.say("AT alpha +1.000000000 plum +1-1 6");
    script.say("MARK 6");
    sink.durableSeq = 1;
    QCOMPARE(script.tickAfter(100), QByteArrayList(1, "ACK 5"));
    QCOMPARE(script.tickAfter(100), QByteArrayList());
    sink.durableSeq = 2;
    QCOMPARE(script.tickAfter(100), QByteArrayList(1, "ACK 6"));
}

QTEST_GUILESS_MAIN(CoreJournalTest)
#include "tst_corejournal.moc"
