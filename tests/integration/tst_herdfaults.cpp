// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

/// How soon a node that is back must hold what it missed, from its ready line on.
constexpr auto catchUpMax = 5s;
/// Nothing heard for this long ends a link; a sign of life is due every 2 s.
constexpr auto silenceMax = 10s;
constexpr int missedCount = 5000;

}  // namespace

/// Five real nodes of which some die, freeze and come back: the others never notice, the one that
/// was away learns what it missed. FAULTS rows 1, 2, 10, 12, 26, 27.
class TestHerdFaults : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void killedNodeLearnsWhatItMissed_data();
    void killedNodeLearnsWhatItMissed();
    void burstWhileANodeDies();
    void shortFreezeIsTolerated();
    void frozenNode();
    void bothSidesOfACutWrite();
    void nodesRestartInTurn();
    void wholeHerdRestarts();

  private:
    HerdFixture& herd() { return *herd_; }
    QString caughtUp(const QStringList& nodes, const Stamps& expected);
    QString notice(const char* what, const QString& name) {
        return QString::fromLatin1(what) + QLatin1Char(' ') + name;
    }

    std::unique_ptr<HerdFixture> herd_;
    QStringList all_ = HerdLayout::sample().nodes;
};

void TestHerdFaults::init() {
    herd_ = std::make_unique<HerdFixture>(HerdLayout::sample());
    QVERIFY2(herd().start(), qPrintable(herd().error()));
    QVERIFY(herd().waitUntilLinked());
}

void TestHerdFaults::cleanup() {
    for (const QString& name : all_) {
        QVERIFY2(herd().node(name).isRunning(), qPrintable(name + QStringLiteral(" has ended")));
    }
    herd_.reset();
}

/// In time by their digests, for which a look costs little, and then by the stamps themselves.
QString TestHerdFaults::caughtUp(const QStringList& nodes, const Stamps& expected) {
    const QString wrong = waitUntilEqual(herd(), nodes, catchUpMax);
    return wrong.isEmpty() ? waitUntilStored(herd(), nodes, expected) : wrong;
}

void TestHerdFaults::killedNodeLearnsWhatItMissed_data() {
    QTest::addColumn<QString>("killed");
    QTest::addColumn<bool>("wiped");
    QTest::newRow("Hands") << QStringLiteral("Hands") << false;
    QTest::newRow("Welsh, a leaf") << QStringLiteral("Welsh") << false;
    QTest::newRow("Holiday, which cuts Welsh off") << QStringLiteral("Holiday") << false;
    QTest::newRow("Wilkes, its data gone") << QStringLiteral("Wilkes") << true;
}

void TestHerdFaults::killedNodeLearnsWhatItMissed() {
    QFETCH(const QString, killed);
    QFETCH(const bool, wiped);
    const Stamps before = reportMany(herd(), killed, "before", 100, "1000");
    QVERIFY2(waitUntilStored(herd(), all_, before).isEmpty(), "not flooded before the fault");
    herd().node(killed).kill();
    Stamps expected = reportMany(herd(), QStringLiteral("Goloman"), "missed", missedCount, "1000");
    QCOMPARE(expected.size(), std::size_t{missedCount});
    for (const QString& neighbour : herd().layout().neighbours(killed)) {
        QVERIFY(until(patience, [&] {
            return herd().notices(neighbour, notice("link dropped", killed)) == 1;
        }));
    }
    if (wiped) {
        QVERIFY(QDir(herd().dataPath(killed)).removeRecursively());
    }
    QVERIFY2(herd().startNode(killed), qPrintable(herd().error()));
    expected.insert(before.begin(), before.end());
    const QString wrong = caughtUp(all_, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    for (const QString& neighbour : herd().layout().neighbours(killed)) {
        QVERIFY(until(patience, [&] {
            return herd().notices(neighbour, notice("link opened", killed)) == 2;
        }));
    }
}

void TestHerdFaults::burstWhileANodeDies() {
    constexpr int rounds = 5;
    constexpr int clientCount = 2000;
    const QString dying = QStringLiteral("Hands");
    LineClient client = herd().connectTo(QStringLiteral("Goloman"));
    Stamps expected;
    std::string behind;
    for (int round = 1; round <= rounds; ++round) {
        std::string commands;
        for (int number = 0; number < clientCount; ++number) {
            commands += "IAMAT burst" + std::to_string(number) + " +0.5-30.5 " +
                        std::to_string(round) + '\n';
        }
        // The node goes away and comes back while these lines are under way.
        QVERIFY(client.send(commands));
        if (round == 2) {
            herd().node(dying).kill();
        } else if (round == 4) {
            QVERIFY2(herd().startNode(dying), qPrintable(herd().error()));
        }
        for (int number = 0; number < clientCount; ++number) {
            const std::string line = client.readLine().value_or("");
            const auto at = AtLine::read(line);
            QVERIFY2(at.has_value(), line.c_str());
            expected[at->client] = line;
        }
    }
    QCOMPARE(expected.size(), std::size_t{clientCount});
    const QString wrong = waitUntilStored(herd(), all_, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerdFaults::shortFreezeIsTolerated() {
    const QString frozen = QStringLiteral("Holiday");
    herd().node(frozen).freeze();
    const Stamps missed = reportMany(herd(), QStringLiteral("Wilkes"), "short", 100, "1000");
    const auto anyDropped = [&] {
        const QStringList neighbours = herd().layout().neighbours(frozen);
        return std::any_of(neighbours.begin(), neighbours.end(), [&](const QString& neighbour) {
            return herd().notices(neighbour, notice("link dropped", frozen)) > 0;
        });
    };
    QVERIFY2(!until(3s, anyDropped), "dropped within 3 s");
    herd().node(frozen).thaw();
    const QString wrong = caughtUp(all_, missed);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(!anyDropped());
}

void TestHerdFaults::frozenNode() {
    const QString frozen = QStringLiteral("Hands");
    QStringList others = all_;
    others.removeOne(frozen);
    herd().node(frozen).freeze();
    const Stopwatch silent;
    const qint64 memory = herd().node(QStringLiteral("Goloman")).residentKibibytes();
    Stamps missed = reportMany(herd(), QStringLiteral("Goloman"), "frozen", missedCount, "1000");
    QCOMPARE(missed.size(), std::size_t{missedCount});
    QVERIFY2(caughtUp(others, missed).isEmpty(), "others are affected");
    for (const QString& neighbour : herd().layout().neighbours(frozen)) {
        QVERIFY2(
            until(silenceMax + patience,
                  [&] { return herd().notices(neighbour, notice("link dropped", frozen)) == 1; }),
            qPrintable(neighbour));
        // The last sign of life was up to 2 s old.
        QVERIFY2(silent.elapsed() > silenceMax - 3s, "dropped too early");
        QVERIFY2(silent.elapsed() < silenceMax + 5s, "dropped too late");
    }
    // Several times over what waits for the frozen node: one update a client at most.
    for (int round = 0; round < 4; ++round) {
        missed = reportMany(herd(), QStringLiteral("Goloman"), "frozen", missedCount,
                            std::to_string(2000 + round));
    }
    QVERIFY(herd().node(QStringLiteral("Goloman")).residentKibibytes() - memory < 64 * 1024);
    herd().node(frozen).thaw();
    const QString wrong = caughtUp(all_, missed);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(herd().waitUntilLinked());
}

void TestHerdFaults::bothSidesOfACutWrite() {
    // Without Holiday, Welsh is alone.
    const QString cut = QStringLiteral("Holiday");
    herd().node(cut).kill();
    Stamps expected = reportMany(herd(), QStringLiteral("Welsh"), "lone", 2000, "1000");
    expected.merge(reportMany(herd(), QStringLiteral("Hands"), "many", 2000, "1000"));
    const Stamps newer = reportMany(herd(), QStringLiteral("Welsh"), "both", 2000, "1001");
    QCOMPARE(reportMany(herd(), QStringLiteral("Wilkes"), "both", 2000, "1000").size(),
             std::size_t{2000});
    expected.insert(newer.begin(), newer.end());
    QVERIFY2(herd().startNode(cut), qPrintable(herd().error()));
    const QString wrong = caughtUp(all_, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerdFaults::nodesRestartInTurn() {
    Stamps expected = reportMany(herd(), QStringLiteral("Welsh"), "kept", missedCount, "1000");
    QVERIFY(waitUntilStored(herd(), all_, expected).isEmpty());
    for (const QString& name : all_) {
        herd().node(name).terminate();
        QVERIFY2(herd().node(name).waitUntilEnded(), qPrintable(name));
        QCOMPARE(herd().node(name).exitCode(), 0);
        const std::string neighbour = herd().layout().neighbours(name).front().toStdString();
        const std::string rest = "without" + name.toStdString() + " +0.5-30.5 1";
        expected["without" + name.toStdString()] =
            report(herd(), QString::fromStdString(neighbour), rest);
        QVERIFY2(herd().startNode(name), qPrintable(herd().error()));
        const QString wrong = caughtUp(all_, expected);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TestHerdFaults::wholeHerdRestarts() {
    const Stamps expected =
        reportMany(herd(), QStringLiteral("Welsh"), "kept", missedCount, "1000");
    QVERIFY(waitUntilStored(herd(), all_, expected).isEmpty());
    for (const QString& name : all_) {
        herd().node(name).terminate();
    }
    for (const QString& name : all_) {
        QVERIFY2(herd().node(name).waitUntilEnded(), qPrintable(name));
        QCOMPARE(herd().node(name).exitCode(), 0);
    }
    for (const QString& name : all_) {
        QVERIFY2(herd().startNode(name), qPrintable(herd().error()));
        // From its journal: some neighbours are not there yet.
        const QString wrong = waitUntilStored(herd(), {name}, expected);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
    QVERIFY(herd().waitUntilLinked());
    const std::string line = report(herd(), QStringLiteral("Goloman"), "after +0.5-30.5 1");
    QVERIFY(waitUntilStored(herd(), all_, {{"after", line}}).isEmpty());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestHerdFaults)
#include "tst_herdfaults.moc"
