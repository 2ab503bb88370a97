// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/herdfixture.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace herd {

namespace {

using Clock = std::chrono::steady_clock;

/// What a client that asks at a steady pace keeps of its rate while others crowd in, in the best of
/// some windows: the machine may be busy with something else.
constexpr double keptRateMin = 0.8;
constexpr int windowsMax = 5;
/// What comes all at once: more than a turn of the event loop may take, connections or lines.
constexpr int burst = 600;
/// The same for a client that asks as fast as it can, beside connections that are idle. A rate is
/// what the processor's time for one answer makes of it.
constexpr double keptBesideIdleMin = 0.9;
/// Of the processor, with no descriptor left and somebody who keeps trying.
constexpr double sheddingMax = 0.05;
constexpr auto pace = 5ms;
constexpr auto window = 1500ms;
constexpr auto answerMax = 2s;

const QString solo = QStringLiteral("Solo");

/// Runs `crowd` again and again in a thread of its own, while it lives.
class Crowd {
  public:
    template <typename Function>
    explicit Crowd(Function crowd)
        : thread_([this, crowd] {
              while (!stop_) {
                  crowd();
                  ++turns_;
              }
          }) {}
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() {
        stop_ = true;
        thread_.join();
    }
    int turns() const { return turns_; }

  private:
    std::atomic<bool> stop_ = false;
    std::atomic<int> turns_ = 0;
    std::thread thread_;
};

}  // namespace

/// Many clients, and some that behave badly, while others go about their business: FAULTS rows 15,
/// 16, 17, 21 and 22.
class TestCrowds : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void noDescriptorIsLeft();
    void idleConnections();
    void connectStorm();
    void connectsTakeTurns();
    void floodingClient();
    void linesTakeTurns();
    void tableIsFull();

  private:
    ServerProcess& server() { return herd_->node(solo); }
    /// Questions answered within the window by a client that asks one each `pace`; 0 when an answer
    /// is wrong or late.
    int steadyAnswers();
    /// The most of some windows, or the first number of them that is enough.
    int steadyAnswers(double enough);
    /// Lets the server, which is frozen, go on until it has answered a question that comes last;
    /// gives what `count` says then, or the whole burst when the answer is wrong.
    template <typename Count>
    int doneBeforeAnswer(LineClient& asking, Count count);
    int descriptorCount();
    /// That the server's event loop has used so far.
    double processorSeconds();
    /// For one answer to a client that asks as fast as it can, at best; 0 when an answer is wrong.
    double secondsPerAnswer();

    std::unique_ptr<HerdFixture> herd_;
};

void TestCrowds::init() {
    HerdLayout layout = HerdLayout::single(solo);
    layout.tables = QStringLiteral("[limits]\nclients_max = 1000\n[log]\nlines_per_s_max = 100\n");
    herd_ = std::make_unique<HerdFixture>(layout);
    QVERIFY2(herd_->start(), qPrintable(herd_->error()));
}

int TestCrowds::steadyAnswers() {
    LineClient client = herd_->connectTo(solo);
    int answers = 0;
    const Clock::time_point end = Clock::now() + window;
    for (Clock::time_point next = Clock::now(); next < end; next += pace) {
        std::this_thread::sleep_until(next);
        if (Clock::now() >= end) {
            break;
        }
        if (client.ask("steady", answerMax) != "? steady\n") {
            return 0;
        }
        ++answers;
    }
    return answers;
}

template <typename Count>
int TestCrowds::doneBeforeAnswer(LineClient& asking, Count count) {
    const bool sent = asking.send("last\n");
    server().thaw();
    const bool answered = sent && asking.readLine(answerMax) == "? last\n";
    server().freeze();
    const int done = answered ? count() : burst;
    server().thaw();
    return done;
}

int TestCrowds::descriptorCount() {
    const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(server().processId()));
    return static_cast<int>(descriptors.entryList(QDir::Files | QDir::System).size());
}

double TestCrowds::processorSeconds() {
    // Of the main thread, the first number in nanoseconds.
    QFile file(QStringLiteral("/proc/%1/schedstat").arg(server().processId()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').front().toDouble() / 1e9 : 0;
}

int TestCrowds::steadyAnswers(double enough) {
    int most = 0;
    for (int number = 0; number < windowsMax && most <= enough; ++number) {
        most = std::max(most, steadyAnswers());
    }
    return most;
}

double TestCrowds::secondsPerAnswer() {
    constexpr int rounds = 8;
    constexpr int answers = 2'000;
    LineClient client = herd_->connectTo(solo);
    double least = std::numeric_limits<double>::max();
    for (int round = 0; round < rounds; ++round) {
        const double before = processorSeconds();
        for (int answer = 0; answer < answers; ++answer) {
            if (client.ask("bogus") != "? bogus\n") {
                return 0;
            }
        }
        least = std::min(least, (processorSeconds() - before) / answers);
    }
    return least;
}

/// The limit sinks under a server that runs: whoever comes now is shed, at no cost.
void TestCrowds::noDescriptorIsLeft() {
    LineClient old = herd_->connectTo(solo);
    QCOMPARE(old.ask("bogus"), "? bogus\n"s);
    const auto open = static_cast<rlim_t>(descriptorCount());
    const rlimit limit{open + 2, open + 2};
    if (::prlimit(static_cast<pid_t>(server().processId()), RLIMIT_NOFILE, &limit, nullptr) != 0) {
        QSKIP("this system does not let one process limit another");
    }
    std::vector<LineClient> crowd;
    for (int client = 0; client < 200; ++client) {
        crowd.push_back(herd_->connectTo(solo));
    }
    const auto goneCount = [&crowd] {
        return std::count_if(crowd.begin(), crowd.end(),
                             [](const LineClient& client) { return client.isGone(); });
    };
    QVERIFY(until(patience, [&] { return goneCount() >= 190; }));
    QCOMPARE(old.ask("bogus"), "? bogus\n"s);
    // Those that keep trying do not keep the processor busy either.
    const double before = processorSeconds();
    const Stopwatch since;
    while (since.elapsed() < 2s) {
        static_cast<void>(LineClient(server().clientPort()));
        std::this_thread::sleep_for(20ms);
    }
    const double share = (processorSeconds() - before) * 1000 / double(since.elapsed().count());
    QVERIFY2(share > 0 && share < sheddingMax, qPrintable(QString::number(share)));
    QCOMPARE(old.ask("bogus"), "? bogus\n"s);
    crowd.clear();
    QVERIFY(until(patience, [this] { return herd_->connectTo(solo).ask("bogus") == "? bogus\n"; }));
    QVERIFY(server().isRunning());
}

void TestCrowds::idleConnections() {
    const bool isLong = qEnvironmentVariableIsSet("HERD_TEST_LONG");
    const rlim_t count = isLong ? 9'000 : 1'500;
    rlimit own{};
    ::getrlimit(RLIMIT_NOFILE, &own);
    own.rlim_cur = own.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &own);
    if (own.rlim_max < count + 200) {
        QSKIP("this system allows too few open files");
    }
    const double alone = secondsPerAnswer();
    std::vector<LineClient> idle;
    for (rlim_t client = 0; client < count; ++client) {
        idle.push_back(herd_->connectTo(solo));
        QVERIFY(idle.back().isOpen());
    }
    double crowded = secondsPerAnswer();
    for (int more = 1; more < windowsMax && alone < keptBesideIdleMin * crowded; ++more) {
        crowded = std::min(crowded, secondsPerAnswer());
    }
    qInfo("%.2f us alone, %.2f us beside %d idle", alone * 1e6, crowded * 1e6, int(count));
    QVERIFY(alone > 0 && alone >= keptBesideIdleMin * crowded);
}

void TestCrowds::connectStorm() {
    const int alone = steadyAnswers();
    QVERIFY(alone > 0);
    const quint16 port = server().clientPort();
    std::atomic<int> connects = 0;
    int crowded = 0;
    {
        const Crowd storm([&connects, port] {
            const Clock::time_point turn = Clock::now() + 5ms;
            for (int client = 0; client < 20; ++client, ++connects) {
                LineClient(port).abort();
            }
            std::this_thread::sleep_until(turn);
        });
        crowded = steadyAnswers(keptRateMin * alone);
    }
    QVERIFY2(connects > 1'000, qPrintable(QString::number(connects)));
    QVERIFY2(crowded > keptRateMin * alone,
             qPrintable(QStringLiteral("%1 of %2").arg(crowded).arg(alone)));
}

/// Who asks behind hundreds of connections is not answered behind all of them. At best of some
/// tries: the server goes on until this program is told of its answer.
void TestCrowds::connectsTakeTurns() {
    LineClient asking = herd_->connectTo(solo);
    QCOMPARE(asking.ask("bogus"), "? bogus\n"s);
    int least = burst;
    for (int number = 0; number < windowsMax && least >= burst / 2; ++number) {
        server().freeze();
        const int before = descriptorCount();
        std::vector<LineClient> storm;
        for (int client = 0; client < burst; ++client) {
            storm.push_back(herd_->connectTo(solo));
        }
        least = std::min(
            least, doneBeforeAnswer(asking, [this, before] { return descriptorCount() - before; }));
        storm.clear();
        QVERIFY(until(patience, [this, before] { return descriptorCount() <= before; }));
    }
    QVERIFY2(least < burst / 2, qPrintable(QString::number(least)));
}

void TestCrowds::floodingClient() {
    const int alone = steadyAnswers();
    QVERIFY(alone > 0);
    LineClient greedy = herd_->connectTo(solo);
    std::string lines;
    for (int line = 0; line < 2'000; ++line) {
        lines +=
            "IAMAT flood" + std::to_string(line % 100) + " +1-1 " + std::to_string(line) + '\n';
    }
    int crowded = 0;
    int turns = 0;
    {
        const Crowd flood([&greedy, &lines] {
            static_cast<void>(greedy.sendWhatFits(lines));
            static_cast<void>(greedy.arrived());
            static_cast<void>(greedy.readUntil(" 1999\n", 50ms));
        });
        crowded = steadyAnswers(keptRateMin * alone);
        turns = flood.turns();
    }
    QVERIFY2(turns > 20, qPrintable(QString::number(turns)));
    QVERIFY2(crowded > keptRateMin * alone,
             qPrintable(QStringLiteral("%1 of %2").arg(crowded).arg(alone)));
}

/// The same behind hundreds of lines of one client.
void TestCrowds::linesTakeTurns() {
    LineClient asking = herd_->connectTo(solo);
    QCOMPARE(asking.ask("bogus"), "? bogus\n"s);
    int least = burst;
    for (int number = 0; number < windowsMax && least >= burst / 2; ++number) {
        LineClient greedy = herd_->connectTo(solo);
        QCOMPARE(greedy.ask("bogus"), "? bogus\n"s);
        std::string lines;
        for (int line = 0; line < burst; ++line) {
            lines += "IAMAT flood" + std::to_string(line) + " +1-1 1\n";
        }
        server().freeze();
        QCOMPARE(greedy.sendWhatFits(lines), lines.size());
        least = std::min(least, doneBeforeAnswer(asking, [&greedy] {
                             return static_cast<int>(std::ranges::count(greedy.arrived(), '\n'));
                         }));
    }
    QVERIFY2(least < burst / 2, qPrintable(QString::number(least)));
}

void TestCrowds::tableIsFull() {
    LineClient client = herd_->connectTo(solo);
    std::string lines;
    for (int id = 0; id <= 1'000; ++id) {
        lines += "IAMAT full" + std::to_string(id) + " +1-1 1\n";
    }
    QVERIFY(client.send(lines));
    for (int id = 0; id < 1'000; ++id) {
        QVERIFY(client.readLine().value_or("").starts_with("AT Solo "));
    }
    QCOMPARE(client.readLine().value_or(""), "? IAMAT full1000 +1-1 1\n"s);
    QVERIFY(client.ask("IAMAT full7 +1-1 2").starts_with("AT Solo "));
    QVERIFY(client.ask("WHATSAT full8 1 1").starts_with("AT Solo "));
    const NodeState state(*herd_, solo);
    QCOMPARE(state.clients(), qint64{1'000});
    QCOMPARE(state.counter("refused_full"), qint64{1});
    QVERIFY(until(patience, [this] {
        return NodeState(*herd_, solo).alarms().contains(QStringLiteral("full"));
    }));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestCrowds)
#include "tst_crowds.moc"
