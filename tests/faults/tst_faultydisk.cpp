// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QFile>
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/adminclient.h"
#include "tests/support/answers.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

constexpr auto stopMax = 5s;
constexpr auto slack = 1s;
constexpr int exitInterrupted = 1;
constexpr int exitIoError = 74;
/// A restart reads its journal at a million clients in 3 s; a machine that runs tests is busy.
constexpr int restartClientsShort = 200'000;
constexpr int restartClientsLong = 1'000'000;
constexpr auto restartMax = 3s;

const QString solo = QStringLiteral("Solo");

}  // namespace

/// Syncs that fail, take long or never return, under a server that knows nothing of it: FAULTS rows
/// 10, 12, 14 and 26.
class TestFaultyDisk : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void syncError_data();
    void syncError();
    void slowDisk();
    void hungDiskGivesNoAnswer();
    void hungDiskHoldsErasures_data();
    void hungDiskHoldsErasures();
    void hungDiskDoesNotHoldUpTheStop();
    void secondSignalWhileTheDiskHangs();
    void stopUnderLoadKeepsEveryAnswer();
    void salvageInAHerd();
    void restartOfManyClients();

  private:
    HerdFixture& herd() { return *herd_; }
    void start(HerdLayout layout, const char* sync);
    /// What the disk does from now on, see faultydisk.cpp.
    void setDisk(const QByteArray& fault);
    bool isDurability(const char* state) {
        return NodeState(herd(), solo).durability() == QLatin1String(state);
    }

    QTemporaryDir control_;
    std::unique_ptr<HerdFixture> herd_;
};

void TestFaultyDisk::initTestCase() {
#ifndef HERD_FAULTY_DISK
    QSKIP("ThreadSanitizer's programs take no library before it");
#endif
}

void TestFaultyDisk::cleanup() {
    setDisk("good");
    herd_.reset();
}

void TestFaultyDisk::start(HerdLayout layout, const char* sync) {
    layout.tables += QStringLiteral("[journal]\nsync = \"%1\"\n").arg(QLatin1String(sync));
#ifdef HERD_FAULTY_DISK
    layout.environment = {
        QStringLiteral("LD_PRELOAD=" HERD_FAULTY_DISK),
        QStringLiteral("HERD_TEST_DISK=") + control_.filePath(QStringLiteral("disk")),
        // AddressSanitizer wants to come first, but does not need to.
        QStringLiteral("ASAN_OPTIONS=verify_asan_link_order=0:") +
            qEnvironmentVariable("ASAN_OPTIONS")};
#endif
    herd_ = std::make_unique<HerdFixture>(layout);
    QVERIFY2(herd().start(), qPrintable(herd().error()));
}

void TestFaultyDisk::setDisk(const QByteArray& fault) {
    const QString path = control_.filePath(QStringLiteral("disk"));
    QFile file(path + QStringLiteral(".new"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(fault) == fault.size());
    file.close();
    QCOMPARE(::rename(QFile::encodeName(file.fileName()).constData(),
                      QFile::encodeName(path).constData()),
             0);
}

void TestFaultyDisk::syncError_data() {
    QTest::addColumn<QByteArray>("sync");
    QTest::newRow("everysec") << QByteArray("everysec");
    QTest::newRow("always") << QByteArray("always");
}

/// Durability is lost and said to be; `always` gives no answer; then all is in a new file.
void TestFaultyDisk::syncError() {
    QFETCH(const QByteArray, sync);
    start(HerdLayout::single(solo), sync.constData());
    Stamps expected = reportMany(herd(), solo, "before", 100, "1000");
    QCOMPARE(expected.size(), std::size_t{100});
    QVERIFY(until(patience, [this] { return isDurability("ok"); }));
    setDisk("EIO");
    LineClient client = herd().connectTo(solo);
    QVERIFY(client.send("IAMAT failing +0.5-30.5 1\n"));
    QVERIFY(until(patience, [this] { return isDurability("lost"); }));
    QVERIFY(NodeState(herd(), solo).alarms().contains(QStringLiteral("durability")));
    QVERIFY(NodeState(herd(), solo).counter("journal_failures") > 0);
    const bool always = sync == "always";
    std::string answer = client.readLine(always ? 1500ms : patience).value_or("");
    QCOMPARE(answer.empty(), always);
    QVERIFY(!stored(herd(), solo, "before1").empty());
    setDisk("good");
    QVERIFY(until(patience, [this] { return isDurability("ok"); }));
    QVERIFY(!NodeState(herd(), solo).alarms().contains(QStringLiteral("durability")));
    answer = always ? client.readLine().value_or("") : answer;
    QVERIFY2(answer.starts_with("AT Solo "), answer.c_str());
    expected["failing"] = answer;
    herd().node(solo).kill();
    QVERIFY2(herd().startNode(solo), qPrintable(herd().error()));
    const QString wrong = waitUntilStored(herd(), {solo}, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// Each sync takes 200 ms: many answers wait for one, so that clients lose little.
void TestFaultyDisk::slowDisk() {
    start(HerdLayout::single(solo), "always");
    setDisk("200");
    const Stopwatch since;
    const Stamps expected = reportMany(herd(), solo, "slow", 1'000, "1000");
    QCOMPARE(expected.size(), std::size_t{1'000});
    QVERIFY2(since.elapsed() < 5s, "answers waited one by one");
    herd().node(solo).kill();
    QVERIFY2(herd().startNode(solo), qPrintable(herd().error()));
    const QString wrong = waitUntilStored(herd(), {solo}, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestFaultyDisk::hungDiskGivesNoAnswer() {
    start(HerdLayout::single(solo), "always");
    setDisk("hang");
    LineClient client = herd().connectTo(solo);
    QVERIFY(client.send("IAMAT hung +0.5-30.5 1\n"));
    QVERIFY(until(patience, [this] { return isDurability("degraded"); }));
    QVERIFY(client.arrived().empty());
    setDisk("good");
    const std::string answer = client.readLine().value_or("");
    QVERIFY2(answer.starts_with("AT Solo "), answer.c_str());
    QVERIFY(until(patience, [this] { return isDurability("ok"); }));
}

/// An erasure is told when it is as durable as a report.
void TestFaultyDisk::hungDiskHoldsErasures_data() {
    syncError_data();
}

void TestFaultyDisk::hungDiskHoldsErasures() {
    QFETCH(const QByteArray, sync);
    start(HerdLayout::single(solo), sync.constData());
    QVERIFY(!report(herd(), solo, "kiwi +0.5-30.5 1").empty());
    setDisk("hang");
    AdminClient admin(herd().adminPort(solo));
    QVERIFY(
        admin.send(QStringLiteral("forget"), {{QStringLiteral("client"), QStringLiteral("kiwi")}}));
    QVERIFY(until(patience, [this] { return isDurability("degraded"); }));
    QCOMPARE(NodeState(herd(), solo).counter("forgotten"), 1);
    QCOMPARE(admin.connection().arrived().empty(), sync == "always");
    setDisk("good");
    QVERIFY(admin.next().value(u"known").toBool());
    herd().node(solo).kill();
    QVERIFY2(herd().startNode(solo), qPrintable(herd().error()));
    QVERIFY(sync == "everysec" || stored(herd(), solo, "kiwi").empty());
}

void TestFaultyDisk::hungDiskDoesNotHoldUpTheStop() {
    start(HerdLayout::single(solo), "everysec");
    setDisk("hang");
    QCOMPARE(reportMany(herd(), solo, "hung", 10, "1000").size(), std::size_t{10});
    const Stopwatch stopping;
    herd().node(solo).terminate();
    QVERIFY(herd().node(solo).waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax + slack, "took too long");
    QCOMPARE(herd().node(solo).exitCode(), exitIoError);
    QVERIFY(herd().log(solo).contains("ending without the disk"));
}

void TestFaultyDisk::secondSignalWhileTheDiskHangs() {
    start(HerdLayout::single(solo), "everysec");
    setDisk("hang");
    QCOMPARE(reportMany(herd(), solo, "hung", 10, "1000").size(), std::size_t{10});
    const Stopwatch stopping;
    QVERIFY(until(patience, [this] {
        herd().node(solo).terminate();
        return !herd().node(solo).isRunning();
    }));
    QVERIFY2(stopping.elapsed() < 2s, "it waited for the disk");
    QCOMPARE(herd().node(solo).exitCode(), exitInterrupted);
}

void TestFaultyDisk::stopUnderLoadKeepsEveryAnswer() {
    start(HerdLayout::single(solo), "everysec");
    std::string lines;
    for (int number = 0; number < 100'000; ++number) {
        lines += "IAMAT load" + std::to_string(number) + " +0.5-30.5 1\n";
    }
    LineClient client = herd().connectTo(solo);
    const std::size_t begun = client.sendWhatFits(lines);
    std::string answers = client.readLine().value_or("");
    const Stopwatch stopping;
    herd().node(solo).terminate();
    answers += client.converse(std::string_view(lines).substr(begun)).bytes;
    QVERIFY(herd().node(solo).waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax + slack, "took too long");
    QCOMPARE(herd().node(solo).exitCode(), 0);
    Stamps expected;
    for (const std::string& line : splitLines(answers)) {
        expected[AtLine::read(line).value_or(AtLine()).client] = line + '\n';
    }
    QVERIFY(expected.size() > 100 && !expected.contains(""));
    QVERIFY2(herd().startNode(solo), qPrintable(herd().error()));
    const QString wrong = waitUntilStored(herd(), {solo}, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// A node that could save the first half of its journal gets the other half back.
void TestFaultyDisk::salvageInAHerd() {
    HerdLayout layout;
    layout.herd = QStringLiteral("pair");
    layout.nodes = {QStringLiteral("Mate"), solo};
    layout.links = {{layout.nodes.at(0), solo}};
    start(layout, "everysec");
    QVERIFY(herd().waitUntilLinked());
    Stamps expected = reportMany(herd(), solo, "first", 2'000, "1000");
    expected.merge(reportMany(herd(), solo, "second", 2'000, "1000"));
    QVERIFY(waitUntilStored(herd(), layout.nodes, expected).isEmpty());
    const QString epoch = NodeState(herd(), solo).epoch();
    herd().node(solo).terminate();
    QVERIFY(herd().node(solo).waitUntilEnded());
    const QDir folder(herd().dataPath(solo) + QStringLiteral("/journal"));
    const QStringList segments = folder.entryList({QStringLiteral("journal.*")}, QDir::Files);
    QCOMPARE(segments.size(), 1);
    QFile file(folder.filePath(segments.front()));
    QVERIFY(file.open(QIODevice::ReadWrite));
    const qsizetype at = file.readAll().indexOf(" second0 ");
    QVERIFY(at > 0 && file.seek(at + 1) && file.write("S") == 1);
    file.close();
    QVERIFY(!herd().startNode(solo));
    expected["missed"] = report(herd(), layout.nodes.at(0), "missed +0.5-30.5 1");
    QVERIFY2(herd().startNode(solo, {QStringLiteral("--salvage")}), qPrintable(herd().error()));
    QString wrong = waitUntilStored(herd(), layout.nodes, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    wrong = waitUntilEqual(herd(), layout.nodes);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    // Its log is another one, so that no number of the old one can mean something else.
    QVERIFY(NodeState(herd(), solo).epoch() != epoch);
    expected["after"] = report(herd(), solo, "after +0.5-30.5 1");
    wrong = waitUntilStored(herd(), layout.nodes, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestFaultyDisk::restartOfManyClients() {
#ifdef HERD_SANITIZED
    QSKIP("a sanitizer takes time of its own");
#endif
    start(HerdLayout::single(solo), "everysec");
    constexpr int batch = 20'000;
    const bool isLong = qEnvironmentVariableIsSet("HERD_TEST_LONG");
    const int restartClients = isLong ? restartClientsLong : restartClientsShort;
    Stamps some;
    for (int part = 0; part < restartClients / batch; ++part) {
        const std::string prefix = "part" + std::to_string(part) + "x";
        Stamps stamps = reportMany(herd(), solo, prefix, batch, "1000");
        QCOMPARE(stamps.size(), std::size_t{batch});
        some.insert(*stamps.begin());
    }
    herd().node(solo).terminate();
    QVERIFY(herd().node(solo).waitUntilEnded());
    const Stopwatch since;
    QVERIFY2(herd().startNode(solo), qPrintable(herd().error()));
    const auto elapsed = since.elapsed();
    QCOMPARE(NodeState(herd(), solo).clients(), qint64{restartClients});
    QVERIFY2(elapsed < restartMax, qPrintable(QString::number(elapsed.count())));
    const QString wrong = waitUntilStored(herd(), {solo}, some);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestFaultyDisk)
#include "tst_faultydisk.moc"
