// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/resource.h>

#include <QTest>
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/herdstamps.h"
#include "tests/support/adminclient.h"
#include "tests/support/answers.h"
#include "tests/support/herdfixture.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

constexpr int threadCount = 4;
constexpr int exitConfig = 78;  // EX_CONFIG of sysexits.h
constexpr int idsOfTalker = 20;

const QString solo = QStringLiteral("Solo");
const QString mary = QStringLiteral("Mary");

HerdLayout layout() {
    HerdLayout herd;
    herd.herd = QStringLiteral("threads");
    herd.nodes = {mary, solo};
    herd.links = {{mary, solo}};
    return herd;
}

/// A client that reports and asks without a pause, on a thread of its own, and reads every answer.
class Talker {
  public:
    Talker(HerdFixture& herd, const QString& node, std::string prefix)
        : node_(node.toStdString()),
          prefix_(std::move(prefix)),
          port_(herd.node(node).clientPort()) {}
    Talker(const Talker&) = delete;
    Talker& operator=(const Talker&) = delete;
    ~Talker() { stop(); }

    /// 0 rounds: until the connection ends.
    void start(int rounds) {
        thread_ = std::thread([this, rounds] { talk(rounds); });
    }
    void stop() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    bool done() const { return done_; }
    int rounds() const { return rounds_; }
    /// After stop(): what was wrong, or nothing.
    const QString& wrong() const { return wrong_; }
    std::string id(int number) const { return prefix_ + std::to_string(number); }

  private:
    void talk(int rounds) {
        LineClient client(port_);
        for (int round = 1; wrong_.isEmpty() && (rounds == 0 || round <= rounds); ++round) {
            std::string lines;
            std::string expected;
            for (int number = 0; number < idsOfTalker; ++number) {
                const std::string rest = id(number) + " +34-118 " + std::to_string(round) + "\n";
                const std::string answer = "AT " + node_ + " {diff} " + rest;
                lines += "IAMAT " + rest;
                expected += answer;
                if (number % 5 == 0) {
                    lines += "WHATSAT " + id(number) + " 0.001 1\n";
                    expected += answer + "{places:1}\n\n";
                }
            }
            const std::string last = "round " + std::to_string(round) + "\n";
            const bool sent = client.send(lines + last);
            const std::optional<std::string> answers = client.readUntil("? " + last);
            if (!sent || !answers) {
                wrong_ = rounds == 0 ? QString() : QStringLiteral("no answer");
                break;
            }
            wrong_ = compareAnswer(expected + "? " + last, *answers);
            rounds_ = round;
        }
        done_ = true;
    }

    std::string node_;
    std::string prefix_;
    quint16 port_;
    std::thread thread_;
    QString wrong_;
    std::atomic<int> rounds_{0};
    std::atomic<bool> done_{false};
};

}  // namespace

/// A node that serves its clients in several threads, with everything else it does beside them.
/// Other suites run their rows with such nodes, too (herd_test_with_threads in the CMake files).
class TestIoThreads : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void everythingAtOnce();
    void stopsUnderLoad();
    void clientsComeAndGo();
    void needsItsOwnDispatcher();
    void sparesDescriptorsForEachThread();

  private:
    void addTalkers(const QString& node, int count);
    bool allDone() const;

    std::unique_ptr<HerdFixture> herd_;
    std::vector<std::unique_ptr<Talker>> talkers_;
};

void TestIoThreads::initTestCase() {
    qputenv("HERD_TEST_IO_THREADS", QByteArray::number(threadCount));
}

void TestIoThreads::init() {
    herd_ = std::make_unique<HerdFixture>(layout());
    QVERIFY2(herd_->start(), qPrintable(herd_->error()));
    QVERIFY(herd_->waitUntilLinked());
}

void TestIoThreads::cleanup() {
    talkers_.clear();
    for (const QString& name : {solo, mary}) {
        herd_->node(name).terminate();
        QVERIFY(herd_->node(name).waitUntilEnded());
        QCOMPARE(herd_->node(name).standardError(), QByteArray());
        QCOMPARE(herd_->node(name).exitCode(), 0);
    }
}

void TestIoThreads::addTalkers(const QString& node, int count) {
    for (int i = 0; i < count; ++i) {
        const std::string prefix = node.toStdString() + std::to_string(i) + "-";
        talkers_.push_back(std::make_unique<Talker>(*herd_, node, prefix));
    }
}

bool TestIoThreads::allDone() const {
    return std::ranges::all_of(talkers_, [](const auto& talker) { return talker->done(); });
}

/// Clients of both nodes, the link between them, a console that follows all of it, lines that it
/// runs and clients that it erases.
void TestIoThreads::everythingAtOnce() {
    constexpr int rounds = 300;
    addTalkers(solo, 2 * threadCount);
    addTalkers(mary, 2);
    AdminClient follower(herd_->adminPort(solo));
    QVERIFY(follower.send(QStringLiteral("stamps"), {{QStringLiteral("follow"), true}}));
    QVERIFY(follower.send(QStringLiteral("log"), {{QStringLiteral("follow"), true}}));
    AdminClient console(herd_->adminPort(solo));
    for (const auto& talker : talkers_) {
        talker->start(rounds);
    }
    int looks = 0;
    const bool done = until(120s, [&] {
        const QString id = QStringLiteral("run%1").arg(++looks);
        const QString line = QStringLiteral("IAMAT %1 +1-30 1000").arg(id);
        const bool ran = console.ask(QStringLiteral("run"), {{QStringLiteral("line"), line}})
                             .value(QLatin1String("answer"))
                             .toString()
                             .startsWith(QLatin1String("AT Solo "));
        const bool erased = console.ask(QStringLiteral("forget"), {{QStringLiteral("client"), id}})
                                .value(QLatin1String("known"))
                                .toBool();
        const bool answered = NodeState(*herd_, solo).answered();
        static_cast<void>(follower.connection().arrived());
        return !ran || !erased || !answered || allDone();
    });
    QVERIFY(done && allDone());
    QVERIFY(looks > 1);
    for (const auto& talker : talkers_) {
        talker->stop();
        QVERIFY2(talker->wrong().isEmpty(), qPrintable(talker->wrong()));
        QCOMPARE(talker->rounds(), rounds);
    }
    const QString unequal = waitUntilEqual(*herd_, {solo, mary});
    QVERIFY2(unequal.isEmpty(), qPrintable(unequal));
    for (const QString& name : {solo, mary}) {
        const NodeState state(*herd_, name);
        QCOMPARE(state.clients(), qint64(talkers_.size()) * idsOfTalker);
        QCOMPARE(state.tombstones(), qint64(looks));
        QCOMPARE(state.alarms(), QStringList());
    }
    // The follower has heard of each client, the last report included.
    QString last = QStringLiteral(" +34-118 %1").arg(rounds);
    QVERIFY(until(patience, [&] {
        const std::string& told = follower.connection().arrived();
        return std::ranges::all_of(talkers_, [&](const auto& talker) {
            return told.find(" " + talker->id(idsOfTalker - 1) + last.toStdString()) !=
                   std::string::npos;
        });
    }));
}

/// Each answer that was begun is whole, and the node ends in time.
void TestIoThreads::stopsUnderLoad() {
    addTalkers(solo, 2 * threadCount);
    for (const auto& talker : talkers_) {
        talker->start(0);
    }
    QVERIFY(until(patience, [this] {
        return std::ranges::all_of(talkers_,
                                   [](const auto& talker) { return talker->rounds() > 0; });
    }));
    const Stopwatch stopping;
    herd_->node(solo).terminate();
    QVERIFY(herd_->node(solo).waitUntilEnded());
    QVERIFY2(stopping.elapsed() < 6s, "took too long");
    QCOMPARE(herd_->node(solo).exitCode(), 0);
    for (const auto& talker : talkers_) {
        talker->stop();
        QVERIFY2(talker->wrong().isEmpty(), qPrintable(talker->wrong()));
    }
    // What was answered is there again.
    QVERIFY2(herd_->startNode(solo), qPrintable(herd_->error()));
    for (const auto& talker : talkers_) {
        const std::string at = stored(*herd_, solo, talker->id(idsOfTalker - 1));
        const std::optional<AtLine> line = AtLine::read(at);
        QVERIFY2(line && std::stoi(line->time) >= talker->rounds(), at.c_str());
    }
}

void TestIoThreads::clientsComeAndGo() {
    constexpr int connections = 500;
    std::vector<std::thread> threads;
    std::atomic<int> answered{0};
    for (int number = 0; number < threadCount; ++number) {
        threads.emplace_back([&, number, port = herd_->node(solo).clientPort()] {
            for (int i = 0; i < connections; ++i) {
                LineClient client(port);
                const std::string id = "c" + std::to_string(number);
                const std::string answer = client.ask("IAMAT " + id + " +1-30 1000");
                answered += answer.starts_with("AT Solo ") ? 1 : 0;
                if (i % 3 == 0) {
                    client.abort();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(answered.load(), threadCount * connections);
    AdminClient console(herd_->adminPort(solo));
    QVERIFY(until(patience, [&console] {
        return console.ask(QStringLiteral("status"))
                   .value(QLatin1String("connections"))
                   .toObject()
                   .value(QLatin1String("clients"))
                   .toInt(-1) == 0;
    }));
}

void TestIoThreads::needsItsOwnDispatcher() {
    ServerProcess server;
    server.start(
        {QStringLiteral("--name"), solo, QStringLiteral("--config"), herd_->configPathOf(solo),
         QStringLiteral("--data"), herd_->filePath(QStringLiteral("other"))},
        {QStringLiteral("HERD_DISPATCHER=qt")});
    QVERIFY(!server.waitUntilReady());
    QVERIFY(server.waitUntilEnded());
    QCOMPARE(server.exitCode(), exitConfig);
    QCOMPARE(server.standardError(),
             QByteArray("herd-server: io_threads is 4, which Qt's own event dispatcher cannot "
                        "serve; unset HERD_DISPATCHER\n"));
}

/// Those of its event loop.
void TestIoThreads::sparesDescriptorsForEachThread() {
    rlimit limit{};
    QCOMPARE(::prlimit(static_cast<pid_t>(herd_->node(solo).processId()), RLIMIT_NOFILE, nullptr,
                       &limit),
             0);
    const QJsonObject connections = AdminClient(herd_->adminPort(solo))
                                        .ask(QStringLiteral("status"))
                                        .value(QLatin1String("connections"))
                                        .toObject();
    QCOMPARE(connections.value(QLatin1String("clients_max")).toInteger(),
             static_cast<qint64>(limit.rlim_cur) - 64 - 2 * threadCount);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestIoThreads)
#include "tst_iothreads.moc"
