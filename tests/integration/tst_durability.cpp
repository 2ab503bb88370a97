// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

constexpr int clientCount = 5000;
constexpr int exitDataError = 65;
constexpr int exitCannotCreate = 73;
constexpr int exitIoError = 74;

HerdLayout sampleWith(const char* sync) {
    HerdLayout layout = HerdLayout::sample();
    layout.tables = QStringLiteral("[journal]\nsync = \"%1\"\n").arg(QLatin1String(sync));
    return layout;
}

HerdLayout singleWith(const char* sync) {
    HerdLayout layout = HerdLayout::single(QStringLiteral("Solo"));
    layout.tables = QStringLiteral("[journal]\nsync = \"%1\"\n").arg(QLatin1String(sync));
    return layout;
}

bool copyFolder(const QString& from, const QString& to) {
    bool copied = QDir().mkpath(to);
    const QDir folder(from);
    for (const QString& file : folder.entryList(QDir::Files)) {
        copied = QFile::copy(folder.filePath(file), QDir(to).filePath(file)) && copied;
    }
    return copied;
}

/// A small file system of its own, while it lives. Only root can have one.
class SmallDisk {
  public:
    SmallDisk(const QString& path, const char* size) : path_(QFile::encodeName(path)) {
        const bool made = QDir().mkpath(path);
        const QByteArray options = QByteArray("size=") + size + ",mode=0700";
        mounted_ =
            made && ::mount("tmpfs", path_.constData(), "tmpfs", 0, options.constData()) == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(path_.constData(), MNT_DETACH);
        }
    }

    [[nodiscard]] bool isMounted() const { return mounted_; }

  private:
    QByteArray path_;
    bool mounted_ = false;
};

}  // namespace

/// What real nodes have again after they died: FAULTS rows 10 to 14.
class TestDurability : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void allDieAtOnce_data();
    void allDieAtOnce();
    void loneNodeKeepsEveryAnswer();
    void diesTwiceInARow();
    void wipedOrOlder_data();
    void wipedOrOlder();
    void otherRules();
    void damaged();
    void othersDirectory();
    void twoProcesses();
    void modes();
    void stopOnAFullDisk();
    void fullDisk_data();
    void fullDisk();

  private:
    void killAll(HerdFixture& herd);
    void startAll(HerdFixture& herd);
    static QString segmentOf(HerdFixture& herd, const QString& node);
};

void TestDurability::killAll(HerdFixture& herd) {
    for (const QString& name : herd.layout().nodes) {
        herd.node(name).freeze();
    }
    for (const QString& name : herd.layout().nodes) {
        herd.node(name).kill();
    }
}

void TestDurability::startAll(HerdFixture& herd) {
    for (const QString& name : herd.layout().nodes) {
        QVERIFY2(herd.startNode(name), qPrintable(herd.error()));
    }
}

QString TestDurability::segmentOf(HerdFixture& herd, const QString& node) {
    const QDir folder(herd.dataPath(node) + QStringLiteral("/journal"));
    const QStringList segments = folder.entryList({QStringLiteral("journal.*")}, QDir::Files);
    return segments.size() == 1 ? folder.filePath(segments.front()) : QString();
}

/// Five nodes under load stop within the same moment, before any can tell another what it lacks.
void TestDurability::allDieAtOnce_data() {
    QTest::addColumn<QByteArray>("sync");
    QTest::addColumn<bool>("everyAnswer");
    QTest::newRow("everysec: what was answered more than 1 s before")
        << QByteArray("everysec") << false;
    QTest::newRow("always: every answer") << QByteArray("always") << true;
}

void TestDurability::allDieAtOnce() {
    QFETCH(const QByteArray, sync);
    QFETCH(const bool, everyAnswer);
    HerdFixture herd(sampleWith(sync.constData()));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    const QString node = QStringLiteral("Welsh");
    Stamps expected = reportMany(herd, node, "early", clientCount, "1000");
    QCOMPARE(expected.size(), std::size_t{clientCount});
    LineClient client = herd.connectTo(node);
    Stamps late;
    const Stopwatch sinceEarly;
    // Load until the end, so that there is always something that is not synced yet.
    for (int number = 0; sinceEarly.elapsed() < 1'100ms; ++number) {
        std::string commands;
        for (int line = 0; line < 50; ++line) {
            commands += "IAMAT late" + std::to_string(number * 50 + line) + " +0.5-30.5 1\n";
        }
        QVERIFY(client.send(commands));
        for (int line = 0; line < 50; ++line) {
            const std::string answer = client.readLine().value_or("");
            const auto at = AtLine::read(answer);
            QVERIFY2(at.has_value(), answer.c_str());
            late[at->client] = answer;
        }
    }
    killAll(herd);
    if (everyAnswer) {
        expected.merge(late);
    }
    startAll(herd);
    const QString wrong = waitUntilStored(herd, herd.layout().nodes, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(herd.waitUntilLinked());
    const std::string line = report(herd, QStringLiteral("Goloman"), "after +0.5-30.5 1");
    QVERIFY(waitUntilStored(herd, herd.layout().nodes, {{"after", line}}).isEmpty());
}

/// Nobody else could give it back.
void TestDurability::loneNodeKeepsEveryAnswer() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("always"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    Stamps expected;
    for (int round = 0; round < 5; ++round) {
        LineClient client = herd.connectTo(node);
        std::string commands;
        for (int line = 0; line < 500; ++line) {
            commands += "IAMAT r" + std::to_string(round) + "x" + std::to_string(line) +
                        " +0.5-30.5 1\nnonsense\nWHATSAT nobody 1 1\n";
        }
        QVERIFY(client.send(commands));
        for (int line = 0; line < 200; ++line) {
            const std::string answer = client.readLine().value_or("");
            const auto at = AtLine::read(answer);
            QVERIFY2(at.has_value(), answer.c_str());
            expected[at->client] = answer;
            QCOMPARE(client.readLine().value_or(""), std::string("? nonsense\n"));
            QCOMPARE(client.readLine().value_or(""), std::string("? WHATSAT nobody 1 1\n"));
        }
        herd.node(node).kill();
        QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
        const QString wrong = waitUntilStored(herd, {node}, expected);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TestDurability::diesTwiceInARow() {
    HerdFixture herd(sampleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    const QString node = QStringLiteral("Wilkes");
    Stamps expected = reportMany(herd, QStringLiteral("Hands"), "kept", clientCount, "1000");
    QVERIFY(waitUntilStored(herd, herd.layout().nodes, expected).isEmpty());
    for (int time = 1; time <= 4; ++time) {
        // Told to the neighbours before it is synced, as likely as not.
        const Stamps newer = reportMany(herd, node, "kept", 100, std::to_string(1000 + time));
        for (const auto& [client, line] : newer) {
            expected[client] = line;
        }
        const NodeState before(herd, node);
        herd.node(node).kill();
        QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
        QVERIFY(herd.waitUntilLinked());
        // Past every number that a neighbour may have been told, synced or not.
        const NodeState after(herd, node);
        QCOMPARE(after.epoch(), before.epoch());
        QVERIFY(before.seq() > 0 && after.seq() > before.seq());
    }
    const Stamps last = reportMany(herd, node, "kept", 100, "2000");
    for (const auto& [client, line] : last) {
        expected[client] = line;
    }
    const QString wrong = waitUntilStored(herd, herd.layout().nodes, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestDurability::wipedOrOlder_data() {
    QTest::addColumn<bool>("older");
    QTest::newRow("wiped") << false;
    QTest::newRow("an old backup") << true;
}

void TestDurability::wipedOrOlder() {
    QFETCH(const bool, older);
    HerdFixture herd(sampleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    const QString node = QStringLiteral("Holiday");
    const QString journal = herd.dataPath(node) + QStringLiteral("/journal");
    Stamps expected = reportMany(herd, node, "first", clientCount, "1000");
    QVERIFY(waitUntilStored(herd, herd.layout().nodes, expected).isEmpty());
    herd.node(node).terminate();
    QVERIFY(herd.node(node).waitUntilEnded());
    QVERIFY(copyFolder(journal, herd.filePath(QStringLiteral("backup"))));
    QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    expected.merge(reportMany(herd, node, "second", clientCount, "1000"));
    QVERIFY(waitUntilStored(herd, herd.layout().nodes, expected).isEmpty());
    herd.node(node).kill();
    QVERIFY(QDir(journal).removeRecursively());
    if (older) {
        QVERIFY(copyFolder(herd.filePath(QStringLiteral("backup")), journal));
    }
    QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    QString wrong = waitUntilEqual(herd, herd.layout().nodes, 5s);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    wrong = waitUntilStored(herd, {node}, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    expected.merge(reportMany(herd, node, "third", 100, "1000"));
    wrong = waitUntilStored(herd, herd.layout().nodes, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestDurability::otherRules() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const Stamps expected = reportMany(herd, node, "kept", 100, "1000");
    herd.node(node).terminate();
    QVERIFY(herd.node(node).waitUntilEnded());
    QFile config(herd.configPath());
    QVERIFY(config.open(QIODevice::ReadWrite));
    const QByteArray text = config.readAll();
    QVERIFY(config.seek(0));
    config.write("future_skew_max_s = 299\n" + text);
    config.close();
    QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    QVERIFY(waitUntilStored(herd, {node}, expected).isEmpty());
    QVERIFY(until(patience, [&] { return herd.log(node).contains("rules are others now"); }));
}

void TestDurability::damaged() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const Stamps first = reportMany(herd, node, "first", 10, "1000");
    const Stamps second = reportMany(herd, node, "second", 10, "1000");
    herd.node(node).terminate();
    QVERIFY(herd.node(node).waitUntilEnded());
    const QString segment = segmentOf(herd, node);
    QFile file(segment);
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QByteArray bytes = file.readAll();
    const qsizetype at = bytes.indexOf(" second0 ");
    const qsizetype record = bytes.lastIndexOf('\n', at) + 1;
    QVERIFY(file.seek(at + 1));
    file.write("S");
    file.close();
    QVERIFY(!herd.startNode(node));
    QCOMPARE(herd.node(node).exitCode(), exitDataError);
    const QString where = QStringLiteral("%1 at byte %2: ").arg(segment).arg(record);
    QVERIFY2(herd.error().contains(where), qPrintable(herd.error()));
    QVERIFY2(herd.startNode(node, {QStringLiteral("--salvage")}), qPrintable(herd.error()));
    QVERIFY(waitUntilStored(herd, {node}, first).isEmpty());
    QVERIFY(storedOf(herd, node, {"second0"}).empty());
    herd.node(node).terminate();
    QVERIFY(herd.node(node).waitUntilEnded());
    QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    QVERIFY(waitUntilStored(herd, {node}, first).isEmpty());
}

void TestDurability::othersDirectory() {
    HerdFixture herd(sampleWith("everysec"));
    QVERIFY2(herd.start({QStringLiteral("Welsh")}), qPrintable(herd.error()));
    herd.node(QStringLiteral("Welsh")).terminate();
    QVERIFY(herd.node(QStringLiteral("Welsh")).waitUntilEnded());
    QVERIFY(QDir().rename(herd.dataPath(QStringLiteral("Welsh")),
                          herd.dataPath(QStringLiteral("Hands"))));
    QVERIFY(!herd.startNode(QStringLiteral("Hands")));
    QCOMPARE(herd.node(QStringLiteral("Hands")).exitCode(), exitDataError);
    QVERIFY2(herd.error().contains(QStringLiteral("belongs to node \"Welsh\" of herd \"sample\"")),
             qPrintable(herd.error()));
}

void TestDurability::twoProcesses() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    ServerProcess second;
    second.start(herd.arguments(node));
    QVERIFY(second.waitUntilEnded());
    QCOMPARE(second.exitCode(), exitCannotCreate);
    QVERIFY(second.standardError().contains("in use by another process"));
    QVERIFY(herd.node(node).isRunning());
}

/// Also where a backup brought the files back for everybody to read.
void TestDurability::modes() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("everysec"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const QString folder = herd.dataPath(node) + QStringLiteral("/journal");
    for (int life = 0; life < 2; ++life) {
        struct stat status {};
        QCOMPARE(::stat(QFile::encodeName(folder).constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777, mode_t{0700});
        const QString segment = segmentOf(herd, node);
        QCOMPARE(::stat(QFile::encodeName(segment).constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777, mode_t{0600});
        herd.node(node).terminate();
        QVERIFY(herd.node(node).waitUntilEnded());
        QCOMPARE(::chmod(QFile::encodeName(folder).constData(), 0755), 0);
        QCOMPARE(::chmod(QFile::encodeName(segment).constData(), 0644), 0);
        QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    }
}

void TestDurability::stopOnAFullDisk() {
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith("everysec"));
    const SmallDisk disk(herd.dataPath(node), "1m");
    if (!disk.isMounted()) {
        QSKIP("only root can mount a small file system");
    }
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QFile ballast(herd.dataPath(node) + QStringLiteral("/ballast"));
    QVERIFY(ballast.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    const QByteArray page(4096, 'x');
    while (ballast.write(page) == page.size()) {
    }
    reportMany(herd, node, "full", clientCount, "1000");
    herd.node(node).terminate();
    QVERIFY(herd.node(node).waitUntilEnded());
    QCOMPARE(herd.node(node).exitCode(), exitIoError);
}

void TestDurability::fullDisk_data() {
    QTest::addColumn<QByteArray>("sync");
    QTest::newRow("everysec") << QByteArray("everysec");
    QTest::newRow("always") << QByteArray("always");
}

/// It stays up, says so, never answers falsely, and is durable again when there is room.
void TestDurability::fullDisk() {
    QFETCH(const QByteArray, sync);
    const QString node = QStringLiteral("Solo");
    HerdFixture herd(singleWith(sync.constData()));
    const SmallDisk disk(herd.dataPath(node), "1m");
    if (!disk.isMounted()) {
        QSKIP("only root can mount a small file system");
    }
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    Stamps expected = reportMany(herd, node, "before", 100, "1000");
    QFile ballast(herd.dataPath(node) + QStringLiteral("/ballast"));
    QVERIFY(ballast.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
    const QByteArray page(4096, 'x');
    while (ballast.write(page) == page.size()) {
    }
    LineClient client = herd.connectTo(node);
    std::string commands;
    for (int line = 0; line < clientCount; ++line) {
        commands += "IAMAT full" + std::to_string(line) + " +0.5-30.5 1\n";
    }
    QVERIFY(client.send(commands));
    QVERIFY(until(patience, [&] { return herd.log(node).contains("are not durable now"); }));
    if (sync == "always") {
        // More than fits a page was reported; what is answered now would be a lie.
        int answers = 0;
        while (const std::optional<std::string> line = client.readLine(500ms)) {
            expected[AtLine::read(*line).value_or(AtLine()).client] = *line;
            ++answers;
        }
        QVERIFY2(answers < clientCount, "answered what is on no disk");
    }
    QVERIFY(herd.node(node).isRunning());
    QVERIFY(!storedOf(herd, node, {"before1"}).empty());
    QVERIFY(ballast.remove());
    QVERIFY(until(patience, [&] { return herd.log(node).contains("are durable again"); }));
    if (sync == "always") {
        while (expected.size() < clientCount + 100) {
            const std::optional<std::string> line = client.readLine();
            QVERIFY(line.has_value());
            expected[AtLine::read(*line).value_or(AtLine()).client] = *line;
        }
    }
    herd.node(node).kill();
    QVERIFY2(herd.startNode(node), qPrintable(herd.error()));
    const QString wrong = waitUntilStored(herd, {node}, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestDurability)
#include "tst_durability.moc"
