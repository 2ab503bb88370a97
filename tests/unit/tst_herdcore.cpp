// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "server/herd/herdcore.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

constexpr std::int64_t second = nanosecondsPerSecond;
constexpr std::int64_t noon = 1'000 * second;

Iamat iamatOf(std::string_view client, std::string_view time, std::string_view position = "+1-1") {
    return {client, position, time, parseTime(time).value()};
}

/// The sums of a core's table, counted from scratch.
std::uint64_t recount(const HerdCore& core) {
    Digest digest(core.settings().superBuckets, core.settings().bucketsPerSuper);
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        const Stamp stamp = core.table().stamp(slot);
        digest.add(stamp, digest.bucketOf(stamp.client));
    }
    return digest.root();
}

}  // namespace

class HerdCoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void begins();
    void epochIsNeverZero();
    void answersWithTheClientsWords();
    void second_data();
    void second();
    void repeated_data();
    void repeated();
    void futureSkew_data();
    void futureSkew();
    void learnt_data();
    void learnt();
    void numbersEveryChange();
    void digestFollowsTheTable();
    void hearsUpToTheLimit();
    void learnsUpToTwiceTheLimit();
    void refusesOneOriginTooMany();
    void remembersWhatItGot();
    void renewsItsEpoch();

  private:
    CountingDice dice_{100};
};

void HerdCoreTest::begins() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    QVERIFY(!core.find("kiwi"));
    QCOMPARE(quint64{core.log().seq}, quint64{0});
    QVERIFY(core.log().epoch != 0);
    QCOMPARE(quint64{core.digest().root()}, quint64{0});
    QVERIFY(core.got("alpha") == LogPosition());
}

void HerdCoreTest::epochIsNeverZero() {
    CountingDice dice(std::numeric_limits<std::uint64_t>::max());
    const HerdCore core(smallSettings("beta", {}), testIndexKey, dice);
    QCOMPARE(quint64{core.log().epoch}, quint64{1});
}

void HerdCoreTest::answersWithTheClientsWords() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp answer;
    QVERIFY(core.hear(iamatOf("kiwi", "900.50", "+34-118"), noon, answer) == Offer::accepted);
    Stamp expected = stampOf("kiwi", "900.50", "+34-118", "beta");
    expected.rxNs = noon;
    QVERIFY(answer == expected);
    QVERIFY(core.find("kiwi") == expected);
    QVERIFY(!core.find("kiw"));
}

/// What a second report does to a first of 500.0 at +1-1, heard at noon.
void HerdCoreTest::second_data() {
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<QByteArray>("position");
    QTest::addColumn<qint64>("laterNs");
    QTest::addColumn<bool>("accepted");
    const auto row = [](const char* name, const char* time, const char* position, qint64 laterNs,
                        bool accepted) {
        QTest::newRow(name) << QByteArray(time) << QByteArray(position) << laterNs << accepted;
    };
    row("newer", "500.1", "+2-2", 1, true);
    row("newer by a nanosecond", "500.000000001", "+1-1", 1, true);
    row("newer, at once", "501", "+1-1", 0, true);
    row("newer, the clock was set back", "501", "+1-1", -400 * ::second, true);
    row("stale", "499.9", "+2-2", 1, false);
    row("stale by a nanosecond", "499.999999999", "+2-2", 1, false);
    row("equal time, elsewhere, later", "500.0", "+0-1", 1, true);
    row("equal time, elsewhere, the clock was set back", "500.0", "+9-1", -1, false);
    row("equal time, greater position, at once", "500.0", "+1-2", 0, true);
    row("equal time, lesser position, at once", "500.0", "+1+1", 0, false);
    row("equal time, spelled longer, at once", "500.00", "+1-1", 0, true);
    row("equal time, spelled shorter, at once", "500", "+1-1", 0, false);
    row("equal time, spelled shorter, later", "500", "+1-1", 1, true);
}

void HerdCoreTest::second() {
    QFETCH(QByteArray, time);
    QFETCH(QByteArray, position);
    QFETCH(qint64, laterNs);
    QFETCH(bool, accepted);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp first;
    QVERIFY(core.hear(iamatOf("kiwi", "500.0"), noon, first) == Offer::accepted);
    Stamp answer;
    const Offer offer =
        core.hear(iamatOf("kiwi", viewOf(time), viewOf(position)), noon + laterNs, answer);
    QCOMPARE(offer == Offer::accepted, accepted);
    QCOMPARE(offer == Offer::notNewer, !accepted);
    Stamp own = stampOf("kiwi", viewOf(time), viewOf(position), "beta");
    own.rxNs = noon + laterNs;
    QVERIFY(answer == own);
    QVERIFY(core.find("kiwi") == (accepted ? own : first));
    QCOMPARE(quint64{core.log().seq}, quint64(accepted ? 2 : 1));
    QCOMPARE(quint64{core.counters().heard}, quint64(accepted ? 2 : 1));
    QCOMPARE(quint64{core.counters().notNewer}, quint64(accepted ? 0 : 1));
}

void HerdCoreTest::repeated_data() {
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("at the node that heard it") << QByteArray("beta") << false;
    QTest::newRow("at another node") << QByteArray("alpha") << true;
}

/// The same line once more changes nothing where it was heard; elsewhere it is a newer report.
void HerdCoreTest::repeated() {
    QFETCH(QByteArray, origin);
    QFETCH(bool, accepted);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp first = stampOf("kiwi", "500", "+1-1", viewOf(origin));
    QVERIFY(core.learn(first, 1) == Offer::accepted);
    Stamp answer;
    const Offer offer = core.hear(iamatOf("kiwi", "500"), noon, answer);
    QCOMPARE(offer == Offer::accepted, accepted);
    QCOMPARE(qint64{answer.rxNs}, qint64{noon});
    QCOMPARE(bytesOf(answer.origin), QByteArray("beta"));
    QVERIFY(core.find("kiwi") == (accepted ? answer : first));
    QCOMPARE(quint64{core.counters().notNewer}, quint64(accepted ? 0 : 1));
}

/// A report from a clock that leads by so much, then one of the present, a second later.
void HerdCoreTest::futureSkew_data() {
    QTest::addColumn<qint64>("aheadNs");
    QTest::addColumn<bool>("presentWins");
    QTest::newRow("not at all") << qint64{0} << true;
    QTest::newRow("a second") << qint64{::second} << true;
    QTest::newRow("a second and a nanosecond") << qint64{::second + 1} << false;
    QTest::newRow("as far as counts") << qint64{300 * ::second} << false;
    QTest::newRow("a nanosecond too far") << qint64{300 * ::second + 1} << true;
    QTest::newRow("absurd") << qint64{9'000'000'000 * ::second} << true;
}

void HerdCoreTest::futureSkew() {
    QFETCH(qint64, aheadNs);
    QFETCH(bool, presentWins);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    QCOMPARE(qint64{core.settings().rules.futureSkewMaxS}, qint64{300});
    Stamp answer;
    Iamat hurried = iamatOf("kiwi", "1");
    hurried.timeNs = noon + aheadNs;
    QVERIFY(core.hear(hurried, noon, answer) == Offer::accepted);
    QVERIFY(core.hear(iamatOf("kiwi", "1001"), noon + ::second, answer) ==
            (presentWins ? Offer::accepted : Offer::notNewer));
}

/// A stamp that a peer sends when 500 by beta at +1-1, heard at 501, is the newest.
void HerdCoreTest::learnt_data() {
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("position");
    QTest::addColumn<bool>("accepted");
    const auto row = [](const char* name, const char* time, const char* origin,
                        const char* position, bool accepted) {
        QTest::newRow(name) << QByteArray(time) << QByteArray(origin) << QByteArray(position)
                            << accepted;
    };
    row("the same", "500", "beta", "+1-1", false);
    row("newer", "501", "alpha", "+1-1", true);
    row("older", "499", "gamma", "+9-1", false);
    row("equal, greater origin", "500", "gamma", "+0-1", true);
    row("equal, lesser origin", "500", "alpha", "+9-1", false);
    row("equal, greater position", "500", "beta", "+1-2", true);
    row("equal, lesser position", "500", "beta", "+1+1", false);
    row("equal, greater spelling", "500.0", "beta", "+1-1", true);
}

void HerdCoreTest::learnt() {
    QFETCH(QByteArray, time);
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, position);
    QFETCH(bool, accepted);
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp answer;
    QVERIFY(core.hear(iamatOf("kiwi", "500"), 501 * ::second, answer) == Offer::accepted);
    const Stamp stamp = stampOf("kiwi", viewOf(time), viewOf(position), viewOf(origin));
    QVERIFY(core.learn(stamp, 3) == (accepted ? Offer::accepted : Offer::notNewer));
    QVERIFY(core.find("kiwi") == (accepted ? stamp : answer));
    QCOMPARE(core.table().slot(0).fromSession, SessionNumber(accepted ? 3 : 0));
    QCOMPARE(quint64{core.counters().learnt}, quint64(accepted ? 1 : 0));
    QCOMPARE(quint64{core.counters().notNewer}, quint64(accepted ? 0 : 1));
}

void HerdCoreTest::numbersEveryChange() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp answer;
    QVERIFY(core.hear(iamatOf("kiwi", "1"), noon, answer) == Offer::accepted);
    QVERIFY(core.learn(stampOf("emu", "1"), 5) == Offer::accepted);
    QVERIFY(core.learn(stampOf("emu", "1"), 6) == Offer::notNewer);
    QVERIFY(core.hear(iamatOf("kiwi", "2"), noon, answer) == Offer::accepted);
    QCOMPARE(quint64{core.log().seq}, quint64{3});
    QCOMPARE(core.ring().slotOf(1), SlotNumber{0});
    QCOMPARE(core.ring().slotOf(2), SlotNumber{1});
    QCOMPARE(core.ring().slotOf(3), SlotNumber{0});
    QCOMPARE(quint64{core.table().slot(0).lastSeq}, quint64{3});
    QCOMPARE(quint64{core.table().slot(1).lastSeq}, quint64{2});
    QCOMPARE(core.table().slot(0).fromSession, SessionNumber{0});
    QCOMPARE(core.table().slot(1).fromSession, SessionNumber{5});
}

void HerdCoreTest::digestFollowsTheTable() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp answer;
    for (int round = 0; round < 500; ++round) {
        const std::string client = QByteArray::number(round % 37).toStdString();
        const std::string time = QByteArray::number(round * 7 % 101).toStdString();
        if (round % 2 == 0) {
            static_cast<void>(core.hear(iamatOf(client, time), noon, answer));
        } else {
            static_cast<void>(core.learn(stampOf(client, time), 1));
        }
        QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
    }
    QCOMPARE(core.table().size(), SlotNumber{37});
}

void HerdCoreTest::hearsUpToTheLimit() {
    CoreSettings settings = smallSettings("beta", {});
    settings.clientsMax = 3;
    HerdCore core(settings, testIndexKey, dice_);
    Stamp answer;
    for (const char* const client : {"a", "b", "c"}) {
        QVERIFY(core.hear(iamatOf(client, "1"), noon, answer) == Offer::accepted);
    }
    QVERIFY(core.hear(iamatOf("d", "1"), noon, answer) == Offer::full);
    QCOMPARE(bytesOf(answer.client), QByteArray("d"));
    QVERIFY(!core.find("d"));
    QVERIFY(core.hear(iamatOf("b", "2"), noon, answer) == Offer::accepted);
    QVERIFY(core.learn(stampOf("d", "1"), 1) == Offer::accepted);
    QVERIFY(core.hear(iamatOf("d", "2"), noon, answer) == Offer::accepted);
    QVERIFY(core.hear(iamatOf("e", "1"), noon, answer) == Offer::full);
    QCOMPARE(quint64{core.counters().refusedFull}, quint64{2});
    QCOMPARE(quint64{core.log().seq}, quint64{6});
}

void HerdCoreTest::learnsUpToTwiceTheLimit() {
    CoreSettings settings = smallSettings("beta", {});
    settings.clientsMax = 3;
    HerdCore core(settings, testIndexKey, dice_);
    for (const char* const client : {"a", "b", "c", "d", "e", "f"}) {
        QVERIFY(core.learn(stampOf(client, "1"), 1) == Offer::accepted);
    }
    QVERIFY(core.learn(stampOf("g", "1"), 1) == Offer::full);
    QVERIFY(!core.find("g"));
    QVERIFY(core.learn(stampOf("f", "2"), 1) == Offer::accepted);
    QCOMPARE(quint64{core.counters().refusedFull}, quint64{1});
    QCOMPARE(core.table().size(), SlotNumber{6});
}

void HerdCoreTest::refusesOneOriginTooMany() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    for (std::size_t number = 0; number < StampTable::originsMax; ++number) {
        const std::string text = QByteArray::number(qulonglong{number}).toStdString();
        QVERIFY(core.learn(stampOf("kiwi", text, "+1-1", text), 1) == Offer::accepted);
    }
    const Stamp newest = *core.find("kiwi");
    QVERIFY(core.learn(stampOf("kiwi", "99999", "+1-1", "another"), 1) == Offer::full);
    QVERIFY(core.learn(stampOf("emu", "99999", "+1-1", "another"), 1) == Offer::full);
    QVERIFY(core.find("kiwi") == newest);
    QVERIFY(!core.find("emu"));
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
    QVERIFY(core.learn(stampOf("kiwi", "99999", "+1-1", "7"), 1) == Offer::accepted);
}

void HerdCoreTest::remembersWhatItGot() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    core.setGot("alpha", {7, 12});
    core.setGot("gamma", {8, 1});
    core.setGot("alpha", {7, 13});
    QVERIFY(core.got("alpha") == (LogPosition{7, 13}));
    QVERIFY(core.got("gamma") == (LogPosition{8, 1}));
    QVERIFY(core.got("delta") == LogPosition());
}

void HerdCoreTest::renewsItsEpoch() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    Stamp answer;
    QVERIFY(core.hear(iamatOf("kiwi", "1"), noon, answer) == Offer::accepted);
    const LogPosition before = core.log();
    core.renewEpoch();
    QVERIFY(core.log().epoch != before.epoch);
    QCOMPARE(quint64{core.log().seq}, quint64{before.seq});
    QVERIFY(core.find("kiwi") == answer);
}

QTEST_GUILESS_MAIN(HerdCoreTest)
#include "tst_herdcore.moc"
