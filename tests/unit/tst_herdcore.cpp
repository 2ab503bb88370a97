// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <algorithm>

#include "server/herd/clienthash.h"
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
        if (!core.table().slot(slot).isFree()) {
            const Stamp stamp = core.table().stamp(slot);
            digest.add(Digest::sumOf(stamp), digest.bucketOf(stamp));
        }
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
    void forgets();
    void forgetsAgain();
    void forgetsTheUnknown();
    void learnsATombstone();
    void tombstonesCount();
    void expires_data();
    void expires();
    void expiresLittleAtATime();
    void expiredCountsAsAbsent();
    void learnsNothingExpired();
    void tombstonesOutliveWhatTheyBeat();

  private:
    CountingDice dice_{100};
};

void HerdCoreTest::forgets() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    QByteArrayList gone;
    core.setOnGone([&gone](std::string_view client) { gone.append(bytesOf(client)); });
    Stamp answer;
    // A clock that leads by less than the skew: the tombstone must be past it.
    QVERIFY(core.hear(iamatOf("kiwi", "1100"), noon, answer) == Offer::accepted);
    QVERIFY(core.forget("kiwi", noon) == Offer::accepted);
    QVERIFY(!core.find("kiwi"));
    QCOMPARE(gone, QByteArrayList{"kiwi"});
    const Stamp tombstone = core.table().stamp(0);
    QVERIFY(tombstone.isTombstone());
    QVERIFY(tombstone.client == viewOf(clientHashOf("kiwi")));
    QCOMPARE(qint64{tombstone.rxNs}, qint64{1'100 * ::second + 1});
    QCOMPARE(core.table().size(), SlotNumber{1});
    QCOMPARE(core.table().clients(), std::size_t{0});
    QCOMPARE(quint64{core.log().seq}, quint64{2});
    QCOMPARE(quint64{core.table().slot(0).lastSeq}, quint64{2});
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
    QCOMPARE(quint64{core.counters().forgotten}, quint64{1});
    // Answered as always, but older than the tombstone, which leads by the skew.
    QVERIFY(core.hear(iamatOf("kiwi", "1400"), 1'200 * ::second, answer) == Offer::notNewer);
    QVERIFY(!core.find("kiwi"));
    QVERIFY(core.hear(iamatOf("kiwi", "1401"), 1'200 * ::second, answer) == Offer::accepted);
    QVERIFY(core.find("kiwi") == answer);
    QCOMPARE(core.table().tombstones(), std::size_t{0});
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
}

/// Each time it is a change, which beats what came in elsewhere; but not by the skew each time.
void HerdCoreTest::forgetsAgain() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    for (int times = 0; times < 3; ++times) {
        QVERIFY(core.forget("kiwi", noon) == Offer::accepted);
        QCOMPARE(qint64{core.table().stamp(0).rxNs}, qint64{noon + times});
    }
    QVERIFY(core.forget("kiwi", 2 * noon) == Offer::accepted);
    QCOMPARE(qint64{core.table().stamp(0).rxNs}, qint64{2 * noon});
    QCOMPARE(core.table().used(), std::size_t{1});
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
}

void HerdCoreTest::forgetsTheUnknown() {
    HerdCore core(smallSettings("beta", {}), testIndexKey, dice_);
    QVERIFY(core.forget("kiwi", noon) == Offer::accepted);
    QCOMPARE(core.table().tombstones(), std::size_t{1});
    QVERIFY(core.learn(stampOf("kiwi", "999"), 1) == Offer::notNewer);
    QVERIFY(core.learn(stampOf("plum", "999"), 1) == Offer::accepted);
    QVERIFY(!core.find("kiwi"));
    QVERIFY(core.find("plum").has_value());
}

/// Only the hash comes; the client's id is found by it.
void HerdCoreTest::learnsATombstone() {
    HerdCore one(smallSettings("beta", {}), testIndexKey, dice_);
    HerdCore other(smallSettings("alpha", {}), testIndexKey, dice_);
    for (int client = 0; client < 500; ++client) {
        const std::string name = "c" + std::to_string(client);
        QVERIFY(one.learn(stampOf(name, "5"), 1) == Offer::accepted);
        QVERIFY(other.learn(stampOf(name, "5"), 1) == Offer::accepted);
    }
    for (int client = 0; client < 500; client += 3) {
        const std::string name = "c" + std::to_string(client);
        QVERIFY(one.forget(name, noon) == Offer::accepted);
        const Stamp tombstone = one.table().stamp(one.table().locate(name).slot);
        QVERIFY(other.learn(tombstone, 4) == Offer::accepted);
        QVERIFY(other.learn(tombstone, 4) == Offer::notNewer);
        QVERIFY(!other.find(name));
    }
    QCOMPARE(other.table().size(), SlotNumber{500});
    QCOMPARE(other.table().tombstones(), std::size_t{167});
    QCOMPARE(quint64{one.digest().root()}, quint64{other.digest().root()});
    QVERIFY(std::ranges::equal(one.digest().superSums(), other.digest().superSums()));
}

void HerdCoreTest::tombstonesCount() {
    CoreSettings settings = smallSettings("beta", {});
    settings.clientsMax = 2;
    HerdCore core(settings, testIndexKey, dice_);
    Stamp answer;
    QVERIFY(core.forget("a", noon) == Offer::accepted);
    QVERIFY(core.hear(iamatOf("b", "1"), noon, answer) == Offer::accepted);
    QVERIFY(core.hear(iamatOf("c", "1"), noon, answer) == Offer::full);
    QVERIFY(core.forget("c", noon) == Offer::accepted);
    QVERIFY(core.forget("d", noon) == Offer::accepted);
    QVERIFY(core.forget("e", noon) == Offer::full);
    QVERIFY(core.forget("b", noon) == Offer::accepted);
}

void HerdCoreTest::expires_data() {
    QTest::addColumn<qint64>("ageNs");
    QTest::addColumn<bool>("known");
    QTest::newRow("at the limit") << qint64{10 * ::second} << true;
    QTest::newRow("past it") << qint64{10 * ::second + 1} << false;
    QTest::newRow("before it was heard") << qint64{-5 * ::second} << true;
}

/// By its receive time, however old it is by the client's.
void HerdCoreTest::expires() {
    QFETCH(qint64, ageNs);
    QFETCH(bool, known);
    CoreSettings settings = smallSettings("beta", {});
    settings.rules.ttlS = 10;
    HerdCore core(settings, testIndexKey, dice_);
    QByteArrayList gone;
    core.setOnGone([&gone](std::string_view client) { gone.append(bytesOf(client)); });
    core.setWallNs(noon);
    Stamp answer;
    QVERIFY(core.hear(iamatOf("kiwi", "5"), noon, answer) == Offer::accepted);
    core.setWallNs(noon + ageNs);
    QCOMPARE(core.find("kiwi").has_value(), known);
    QCOMPARE(core.expire(100, 100), !known);
    QCOMPARE(core.find("kiwi").has_value(), known);
    QCOMPARE(core.table().used(), std::size_t(known ? 1 : 0));
    QCOMPARE(gone.size(), known ? 0 : 1);
    QCOMPARE(quint64{core.counters().expired}, quint64(known ? 0 : 1));
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
    QCOMPARE(quint64{core.log().seq}, quint64{1});
}

void HerdCoreTest::expiresLittleAtATime() {
    CoreSettings settings = smallSettings("beta", {});
    settings.rules.ttlS = 10;
    HerdCore core(settings, testIndexKey, dice_);
    for (int client = 0; client < 20; ++client) {
        const std::string name = "c" + std::to_string(client);
        QVERIFY(core.learn(stampOf(name, client % 2 == 0 ? "5" : "900"), 1) == Offer::accepted);
    }
    core.setWallNs(905 * ::second);
    QVERIFY(core.expire(20, 3));
    QCOMPARE(core.table().used(), std::size_t{17});
    QVERIFY(core.expire(4, 20));
    QCOMPARE(core.table().used(), std::size_t{15});
    QVERIFY(core.expire(20, 20));
    QCOMPARE(core.table().used(), std::size_t{10});
    QVERIFY(!core.expire(1'000, 1'000));
    // The free slots are used again.
    for (int client = 20; client < 30; ++client) {
        const std::string name = "c" + std::to_string(client);
        QVERIFY(core.learn(stampOf(name, "900"), 1) == Offer::accepted);
    }
    QCOMPARE(core.table().size(), SlotNumber{20});
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
}

void HerdCoreTest::expiredCountsAsAbsent() {
    CoreSettings settings = smallSettings("beta", {});
    settings.rules.ttlS = 10;
    HerdCore core(settings, testIndexKey, dice_);
    Stamp answer;
    core.setWallNs(noon);
    QVERIFY(core.hear(iamatOf("kiwi", "1200"), noon, answer) == Offer::accepted);
    core.setWallNs(noon + 11 * ::second);
    // The very same again, and an older one: both are news.
    QVERIFY(core.hear(iamatOf("kiwi", "1200"), noon + 11 * ::second, answer) == Offer::accepted);
    core.setWallNs(noon + 22 * ::second);
    QVERIFY(core.hear(iamatOf("kiwi", "900"), noon + 22 * ::second, answer) == Offer::accepted);
    QVERIFY(core.find("kiwi") == answer);
    QCOMPARE(core.table().used(), std::size_t{1});
    QCOMPARE(quint64{core.digest().root()}, quint64{recount(core)});
}

void HerdCoreTest::learnsNothingExpired() {
    CoreSettings settings = smallSettings("beta", {});
    settings.rules.ttlS = 10;
    HerdCore core(settings, testIndexKey, dice_);
    core.setWallNs(noon);
    QVERIFY(core.learn(stampOf("kiwi", "988.999999999"), 1) == Offer::notNewer);
    QCOMPARE(core.table().used(), std::size_t{0});
    QCOMPARE(quint64{core.counters().expiredOnArrival}, quint64{1});
    QCOMPARE(quint64{core.counters().notNewer}, quint64{0});
    QVERIFY(core.learn(stampOf("kiwi", "989"), 1) == Offer::accepted);
}

void HerdCoreTest::tombstonesOutliveWhatTheyBeat() {
    CoreSettings settings = smallSettings("beta", {});
    settings.rules = {300, 10};
    HerdCore core(settings, testIndexKey, dice_);
    core.setWallNs(noon);
    QVERIFY(core.forget("kiwi", noon) == Offer::accepted);
    core.setWallNs(noon + 310 * ::second);
    QVERIFY(!core.expire(10, 10));
    QVERIFY(core.learn(stampOf("kiwi", "1299"), 1) == Offer::notNewer);
    core.setWallNs(noon + 310 * ::second + 1);
    QVERIFY(core.expire(10, 10));
    QCOMPARE(core.table().used(), std::size_t{0});
}

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
    QCOMPARE(std::string(answer.line) + '\n', lineOf(own));
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
