// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/faultyproxy.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

using Way = FaultyProxy::Way;

constexpr int changedShort = 10'000;
constexpr int changedLong = 100'000;
constexpr int batch = 10'000;
constexpr auto healMax = 5s;
constexpr auto silenceMax = 10s;
/// Between two looks at a node, and what a busy machine adds.
constexpr auto slack = 3s;

const QString ada = QStringLiteral("Ada");
const QString bob = QStringLiteral("Bob");
const QString cyd = QStringLiteral("Cyd");
const QString dan = QStringLiteral("Dan");

/// Two groups, Ada and Bob, Cyd and Dan, with two links between them.
HerdLayout layout() {
    HerdLayout herd;
    herd.herd = QStringLiteral("twohalves");
    herd.nodes = {ada, bob, cyd, dan};
    herd.links = {{ada, bob}, {cyd, dan}, {ada, cyd}, {bob, dan}};
    return herd;
}

}  // namespace

/// Both links between the groups fail: FAULTS rows 5 and 6.
class TestPartition : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void bothGroupsWrite();
    void silenceOneWay();

  private:
    bool isUp(const QString& node, const QString& peer) {
        const QString state = NodeState(herd_, node).linkState(peer);
        return state == QLatin1String("flowing") || state == QLatin1String("lagging") ||
               state == QLatin1String("comparing");
    }
    Stamps reportAt(const QString& node, const std::string& prefix, int count,
                    const std::string& time);

    HerdFixture herd_{layout()};
    FaultyProxy adaCyd_;
    FaultyProxy bobDan_;
    const QStringList all_ = layout().nodes;
};

void TestPartition::initTestCase() {
    herd_.route(ada, cyd, adaCyd_.port());
    herd_.route(bob, dan, bobDan_.port());
    QVERIFY2(herd_.start(), qPrintable(herd_.error()));
    adaCyd_.setTarget(herd_.peerPort(cyd));
    bobDan_.setTarget(herd_.peerPort(dan));
    QVERIFY(herd_.waitUntilLinked());
}

void TestPartition::cleanup() {
    const QString wrong = waitUntilEqual(herd_, all_);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// `count` clients, a batch at a time.
Stamps TestPartition::reportAt(const QString& node, const std::string& prefix, int count,
                               const std::string& time) {
    Stamps stamps;
    for (int first = 0; first < count; first += batch) {
        stamps.merge(reportMany(herd_, node, prefix + std::to_string(first) + 'x',
                                std::min(batch, count - first), time));
    }
    return stamps;
}

/// Each group serves its clients and agrees within itself; healed, the newest report of each client
/// wins everywhere, whichever group heard it.
void TestPartition::bothGroupsWrite() {
    const bool isLong = qEnvironmentVariableIsSet("HERD_TEST_LONG");
    const int changed = isLong ? changedLong : changedShort;
    for (FaultyProxy* const net : {&adaCyd_, &bobDan_}) {
        net->setOpen(false);
        net->cut();
    }
    QVERIFY(until(patience, [this] {
        return !isUp(ada, cyd) && !isUp(cyd, ada) && !isUp(bob, dan) && !isUp(dan, bob);
    }));
    Stamps here = reportAt(ada, "here", changed / 2, "1000");
    Stamps there = reportAt(dan, "there", changed / 2, "1000");
    const Stamps bothHere = reportAt(bob, "both", changed / 2, "1001");
    const Stamps bothThere = reportAt(cyd, "both", changed / 2, "1002");
    const auto half = static_cast<std::size_t>(changed / 2);
    QVERIFY(here.size() == half && there.size() == half && bothHere.size() == half &&
            bothThere.size() == half);
    here.insert(bothHere.begin(), bothHere.end());
    there.insert(bothThere.begin(), bothThere.end());
    QVERIFY(waitUntilStored(herd_, {ada, bob}, here).isEmpty());
    QVERIFY(waitUntilStored(herd_, {cyd, dan}, there).isEmpty());
    QVERIFY(NodeState(herd_, ada).root() != NodeState(herd_, dan).root());
    QVERIFY(NodeState(herd_, ada).lagChanges(cyd) >= changed);
    for (FaultyProxy* const net : {&adaCyd_, &bobDan_}) {
        net->setOpen(true);
    }
    QVERIFY(until(patience, [this] { return isUp(ada, cyd) && isUp(bob, dan); }));
    const QString wrong = waitUntilEqual(herd_, all_, healMax);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    Stamps expected = here;
    for (const auto& [client, line] : there) {
        expected[client] = line;  // 1002 beats 1001
    }
    const QString lost = waitUntilStored(herd_, all_, expected);
    QVERIFY2(lost.isEmpty(), qPrintable(lost));
}

/// Neither end is told: of two links each loses another direction, and both ends of both see it.
void TestPartition::silenceOneWay() {
    const qint64 dropped = NodeState(herd_, ada).counter("links_dropped");
    adaCyd_.setSilent(Way::forth, true);
    bobDan_.setSilent(Way::back, true);
    const Stopwatch silent;
    const Stamps here = reportMany(herd_, ada, "oneway", 1'000, "1000");
    const std::string there = report(herd_, dan, "otherway +0.5-30.5 1");
    QVERIFY(until(silenceMax + slack, [this] { return !isUp(ada, cyd) && !isUp(cyd, ada); }));
    QVERIFY2(silent.elapsed() > silenceMax - slack, "dropped too early");
    QVERIFY(until(silenceMax + slack - silent.elapsed() + slack,
                  [this] { return !isUp(bob, dan) && !isUp(dan, bob); }));
    QVERIFY(NodeState(herd_, ada).counter("links_dropped") > dropped);
    QVERIFY2(waitUntilStored(herd_, {bob}, here).isEmpty(), "the near one is affected");
    adaCyd_.setSilent(Way::forth, false);
    bobDan_.setSilent(Way::back, false);
    QString wrong = waitUntilStored(herd_, all_, here);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    wrong = waitUntilStored(herd_, all_, {{"otherway", there}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(until(patience, [this] { return isUp(ada, cyd) && isUp(bob, dan); }));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestPartition)
#include "tst_partition.moc"
