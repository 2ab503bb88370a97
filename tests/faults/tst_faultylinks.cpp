// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QSignalSpy>
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/faultyproxy.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

using Way = FaultyProxy::Way;

constexpr int clientCount = 5'000;
/// How soon nodes are equal again once the net is good.
constexpr auto catchUpMax = 5s;
/// What a link may have unsent, beside what the system holds for it.
constexpr qint64 unsentBytesMax = 256 * 1024 + 64 * 1024;
constexpr qint64 growthKibibytesMax = 32 * 1024;

const QString alpha = QStringLiteral("Alpha");
const QString beta = QStringLiteral("Beta");
const QString gamma = QStringLiteral("Gamma");

/// Alpha dials both others, and they know each other only through it.
HerdLayout layout() {
    HerdLayout herd;
    herd.herd = QStringLiteral("badnet");
    herd.nodes = {alpha, beta, gamma};
    herd.links = {{alpha, beta}, {alpha, gamma}};
    return herd;
}

}  // namespace

/// The net between Alpha and Beta is bad; Gamma is near and must never notice. FAULTS rows 1, 3, 4,
/// 7 and 9.
class TestFaultyLinks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();

    void killedPeerIsNoticed();
    void slowPeer();
    void cutInsideALine_data();
    void cutInsideALine();
    void flappingLink();
    void refusingPeer();
    void garbage_data();
    void garbage();
    void delayedNet();

  private:
    HerdFixture& herd() { return *herd_; }
    NodeState state(const QString& node) { return NodeState(herd(), node); }
    bool isUp(const QString& node, const QString& peer) {
        return state(node).linkState(peer) == QLatin1String("flowing");
    }
    qint64 carried() { return net_->carried(Way::forth) + net_->carried(Way::back); }
    /// Of the link between Alpha and Beta, since the test began.
    qint64 dropped(const QString& node) {
        return state(node).counter("links_dropped") - droppedBefore_[node];
    }

    std::unique_ptr<HerdFixture> herd_;
    std::unique_ptr<FaultyProxy> net_;
    Stamps expected_;  ///< what all know at the end of each test
    QMap<QString, qint64> droppedBefore_;
    const QStringList all_ = layout().nodes;
};

void TestFaultyLinks::initTestCase() {
    herd_ = std::make_unique<HerdFixture>(layout());
    net_ = std::make_unique<FaultyProxy>();
    herd().route(alpha, beta, net_->port());
    QVERIFY2(herd().start(), qPrintable(herd().error()));
    net_->setTarget(herd().peerPort(beta));
    QVERIFY(herd().waitUntilLinked());
    expected_ = reportMany(herd(), alpha, "kept", clientCount, "1000");
    QCOMPARE(expected_.size(), std::size_t{clientCount});
    const QString wrong = waitUntilEqual(herd(), all_);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestFaultyLinks::init() {
    QVERIFY(until(patience, [this] { return isUp(alpha, beta) && isUp(beta, alpha); }));
    for (const QString& name : all_) {
        droppedBefore_[name] = state(name).counter("links_dropped");
    }
}

void TestFaultyLinks::cleanup() {
    QString wrong = waitUntilEqual(herd(), all_);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    wrong = waitUntilStored(herd(), {gamma}, expected_);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QCOMPARE(dropped(gamma), qint64{0});
    for (const QString& name : all_) {
        QCOMPARE(state(name).counter("divergences"), qint64{0});
        QCOMPARE(state(name).clients(), static_cast<qint64>(expected_.size()));
    }
}

void TestFaultyLinks::cleanupTestCase() {
    net_.reset();
    herd_.reset();
}

void TestFaultyLinks::killedPeerIsNoticed() {
    herd().node(beta).kill();
    QVERIFY(until(1s, [this] { return state(alpha).linkState(beta) == QLatin1String("down"); }));
    QCOMPARE(dropped(alpha), qint64{1});
    expected_.merge(reportMany(herd(), gamma, "missed", clientCount, "1000"));
    QVERIFY2(waitUntilStored(herd(), {alpha, gamma}, expected_, catchUpMax).isEmpty(),
             "others are affected");
    QVERIFY2(herd().startNode(beta), qPrintable(herd().error()));
    QVERIFY(until(catchUpMax, [this] { return isUp(alpha, beta); }));
    const QString wrong = waitUntilStored(herd(), {beta}, expected_, 2s);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// A bit for each client waits, not a queue: others notice nothing, and the newest stamp arrives.
void TestFaultyLinks::slowPeer() {
    constexpr int many = 20'000;
    constexpr int rounds = 5;
    constexpr qint64 lineBytes = 60;
    const qint64 memory = herd().node(alpha).residentKibibytes();
    net_->setBytesPerSecond(Way::forth, 1'024);
    const qint64 before = net_->carried(Way::forth);
    Stamps newest;
    for (int round = 1; round <= rounds; ++round) {
        newest = reportMany(herd(), alpha, "slow", many, std::to_string(1000 + round));
        QCOMPARE(newest.size(), std::size_t{many});
    }
    QVERIFY(until(patience,
                  [this] { return state(alpha).linkState(beta) == QLatin1String("lagging"); }));
    QVERIFY2(waitUntilStored(herd(), {gamma}, newest, catchUpMax).isEmpty(), "Gamma is affected");
    QVERIFY(state(alpha).lagChanges(beta) > many);
    QVERIFY2(state(alpha).unsentBytes(beta) <= unsentBytesMax,
             qPrintable(QString::number(state(alpha).unsentBytes(beta))));
    // The table itself grew too, by about 150 bytes a client.
    QVERIFY(herd().node(alpha).residentKibibytes() - memory < growthKibibytesMax);
    QCOMPARE(dropped(alpha), qint64{0});
    net_->setBytesPerSecond(Way::forth, 0);
    expected_.merge(newest);
    const QString wrong = waitUntilStored(herd(), {beta}, expected_);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    // What was under way when the link fell behind, and each client once: not each report.
    const qint64 carried = net_->carried(Way::forth) - before;
    QVERIFY2(carried < 2 * many * lineBytes, qPrintable(QString::number(carried)));
}

void TestFaultyLinks::cutInsideALine_data() {
    QTest::addColumn<bool>("forth");
    QTest::newRow("to the acceptor") << true;
    QTest::newRow("to the dialler") << false;
}

void TestFaultyLinks::cutInsideALine() {
    QFETCH(const bool, forth);
    constexpr int torn = 1'000;
    const Way way = forth ? Way::forth : Way::back;
    QSignalSpy cuts(net_.get(), &FaultyProxy::wasCut);
    net_->cutInside(way, "torn500 +0.5-30.5 1234.5");
    const qint64 before = carried();
    const Stamps newer =
        reportMany(herd(), forth ? alpha : beta, "torn", torn, forth ? "1234.5" : "1234.56");
    for (const auto& [client, line] : newer) {
        expected_[client] = line;
    }
    QTRY_COMPARE(cuts.count(), 1);
    const QString wrong = waitUntilStored(herd(), all_, expected_, catchUpMax);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    // Half a line is none: nobody took it for a shorter one, or for a breach of the protocol.
    for (const QString& name : all_) {
        QVERIFY(!herd().log(name).contains("link dropped Alpha: malformed") &&
                !herd().log(name).contains("link dropped Beta: malformed"));
    }
    // From the last mark on, not from the start.
    const qint64 bytes = carried() - before;
    QVERIFY2(bytes < 3 * torn * 60, qPrintable(QString::number(bytes)));
}

/// Ten cuts: each time the link is back soon, not at once, and says only what is new.
void TestFaultyLinks::flappingLink() {
    constexpr int flaps = 10;
    constexpr qint64 bytesPerFlapMax = 4'096;
    constexpr auto leastWait = 150ms;
    const qint64 before = carried();
    const int connections = net_->connectionCount();
    int tooSoon = 0;
    for (int flap = 1; flap <= flaps; ++flap) {
        net_->cut();
        const int taken = net_->connectionCount();
        const Stopwatch away;
        const std::string id = "flap" + std::to_string(flap);
        expected_[id] = report(herd(), flap % 2 == 0 ? alpha : beta, id + " +0.5-30.5 1");
        QVERIFY(until(3s, [&] { return net_->connectionCount() > taken; }));
        tooSoon += away.elapsed() < leastWait ? 1 : 0;
        const QString wrong = waitUntilStored(herd(), {alpha, beta}, {{id, expected_[id]}});
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
    QCOMPARE(tooSoon, 0);
    QCOMPARE(net_->connectionCount() - connections, flaps);
    const qint64 bytes = (carried() - before) / flaps;
    QVERIFY2(bytes < bytesPerFlapMax, qPrintable(QString::number(bytes)));
    QCOMPARE(dropped(alpha), qint64{flaps});
}

/// Nobody there: fewer and fewer tries, and one of them soon after somebody is.
void TestFaultyLinks::refusingPeer() {
    const auto window = 4s;
    const int before = net_->connectionCount();
    // Taken all the same, so that tries can be counted.
    net_->setHangingUp(true);
    net_->cut();
    const Stopwatch since;
    QVERIFY(until(window + 1s, [&] { return since.elapsed() > window; }));
    const int tries = net_->connectionCount() - before;
    // 0.2, 0.4, 0.8, 1.6 s, each a quarter more or less.
    QVERIFY2(tries >= 3 && tries <= 5, qPrintable(QString::number(tries)));
    net_->setHangingUp(false);
    QVERIFY(until(3s, [this] { return isUp(alpha, beta); }));
}

void TestFaultyLinks::garbage_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("forth");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const QByteArray& bytes, const char* reason) {
        QTest::newRow(qPrintable(QLatin1String(name) + QStringLiteral(", to the acceptor")))
            << bytes << true << QString::fromLatin1(reason);
        QTest::newRow(qPrintable(QLatin1String(name) + QStringLiteral(", to the dialler")))
            << bytes << false << QString::fromLatin1(reason);
    };
    row("a line of no kind", "garbage\n", "malformed");
    row("zeros", QByteArray(100, '\0') + '\n', "malformed");
    row("a client's line", "IAMAT inject +1+1 9\n", "malformed");
    row("a stamp that is not canonical", "AT  Alpha +1.000000000 inject +1+1 9\n", "malformed");
    row("a mark that goes back", "MARK 1\n", "order");
    row("an endless line", QByteArray(1024 * 1024, 'x'), "line longer than 65536 bytes");
}

void TestFaultyLinks::garbage() {
    QFETCH(const QByteArray, bytes);
    QFETCH(const bool, forth);
    QFETCH(const QString, reason);
    const QString receiver = forth ? beta : alpha;
    const QString notice = QStringLiteral("link dropped %1: %2").arg(forth ? alpha : beta, reason);
    const qsizetype notices = herd().notices(receiver, notice);
    const qint64 memory = herd().node(receiver).residentKibibytes();
    const int connections = net_->connectionCount();
    net_->inject(forth ? Way::forth : Way::back, bytes);
    QVERIFY(until(patience, [&] { return net_->connectionCount() > connections; }));
    QVERIFY(until(patience, [this] { return isUp(alpha, beta) && isUp(beta, alpha); }));
    QCOMPARE(dropped(receiver), qint64{1});
    QVERIFY(until(patience, [&] { return herd().notices(receiver, notice) == notices + 1; }));
    QCOMPARE(net_->connectionCount(), connections + 1);
    QVERIFY(herd().node(receiver).residentKibibytes() - memory < growthKibibytesMax);
    QCOMPARE(stored(herd(), receiver, "inject"), std::string());
    const std::string id = "next" + std::to_string(connections);
    expected_[id] = report(herd(), alpha, id + " +0.5-30.5 1");
}

/// A net over the ocean: as many updates at once as on a near one.
void TestFaultyLinks::delayedNet() {
    const auto delay = 150ms;
    net_->setDelay(Way::forth, delay);
    net_->setDelay(Way::back, delay);
    const Stopwatch since;
    expected_.merge(reportMany(herd(), alpha, "far", clientCount, "1000"));
    const QString wrong = waitUntilStored(herd(), {beta}, expected_, catchUpMax);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(since.elapsed() >= delay);
    QCOMPARE(dropped(alpha), qint64{0});
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestFaultyLinks)
#include "tst_faultylinks.moc"
