// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// A herd of three under attack for a while, and good clients that must not notice. Prints how much
// of its heap each node had in use at the least, and what was resident, for each minute. Fails when
// the heap grows past the bound, when a good client is answered wrongly or not at all, when a node
// ends, or when a secret shows.

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QMap>
#include <QStringList>
#include <QTemporaryDir>
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/faults/attackers.h"
#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"
#include "tests/support/herdfixture.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

/// What a node may have in use at the least in the last minute more than in the first one. The
/// least, because snapshots of the journal and batches of lines take room for a moment.
constexpr qint64 growthKibibytesMax = 1024;
constexpr std::chrono::milliseconds lookMax = 60s;
/// The attack is under way in full, and buffers have their size.
constexpr std::chrono::milliseconds warmUpMax = 20s;
constexpr int goodClients = 4;
constexpr int clientsMax = 20'000;
constexpr auto answerMax = 5s;
constexpr auto floodMax = 10s;

const QByteArray secret = "the-secret-of-a-besieged-herd";
const QByteArray token = "the-token-of-a-besieged-herd";

HerdLayout layout(const QString& heapPath) {
    HerdLayout herd;
    herd.herd = QStringLiteral("besieged");
    herd.nodes = {QStringLiteral("Ann"), QStringLiteral("Ben"), QStringLiteral("Cat")};
    herd.links = {{herd.nodes[0], herd.nodes[1]}, {herd.nodes[1], herd.nodes[2]}};
    herd.tables = QStringLiteral(
                      "[limits]\nclients_max = %1\n[log]\nfile_bytes_max = 4194304\nfiles_max = 2\n"
                      "[security]\nsecret_file = \"secret\"\nadmin_token_file = \"token\"\n")
                      .arg(clientsMax);
#ifdef HERD_HEAP_WATCH
    herd.environment = {QStringLiteral("LD_PRELOAD=" HERD_HEAP_WATCH),
                        QStringLiteral("HERD_TEST_HEAP=") + heapPath};
#else
    static_cast<void>(heapPath);
#endif
    return herd;
}

bool writeSecret(const QString& path, const QByteArray& text) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text + '\n') == text.size() + 1 &&
           file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

/// The first complaint of any thread.
class Complaint {
  public:
    void raise(const std::string& text) {
        const std::lock_guard lock(mutex_);
        text_ = text_.empty() ? text : text_;
    }
    std::string text() const {
        const std::lock_guard lock(mutex_);
        return text_;
    }

  private:
    mutable std::mutex mutex_;
    std::string text_;
};

/// Reports at one node and asks at another until it is known there; every answer is checked.
void beGood(const std::vector<AttackedNode>& nodes, int number, const std::atomic<bool>& stop,
            std::atomic<std::int64_t>& count, Complaint& complaint) {
    const std::string id = "good" + std::to_string(number);
    for (int time = 1; !stop && complaint.text().empty(); ++time) {
        const auto step = static_cast<std::size_t>(number + time);
        const AttackedNode& here = nodes[step % nodes.size()];
        const AttackedNode& there = nodes[(step + 1) % nodes.size()];
        const std::string rest = id + " +34.5-118.25 " + std::to_string(time);
        const std::string answer = LineClient(here.clientPort).ask("IAMAT " + rest, answerMax);
        const QString wrong = compareAnswer("AT " + here.name + " {diff} " + rest + '\n', answer);
        if (!wrong.isEmpty()) {
            complaint.raise("IAMAT at " + here.name + ": " + wrong.toStdString());
            return;
        }
        const Stopwatch since;
        std::string found;
        while (found != answer && since.elapsed() < floodMax && !stop) {
            LineClient asking(there.clientPort);
            found = asking.ask("WHATSAT " + id + " 0.001 1", answerMax);
            const bool known = found.starts_with("AT ");
            if (!known && !found.starts_with("? ")) {
                break;
            }
            if (known && asking.readUntil("\n\n", answerMax).value_or("").empty()) {
                break;
            }
            if (found != answer) {
                std::this_thread::sleep_for(10ms);
            }
        }
        if (found != answer && !stop) {
            complaint.raise("WHATSAT at " + there.name + " after " +
                            std::to_string(since.elapsed().count()) +
                            " ms: " + readable(found).toStdString() + ", not " +
                            readable(answer).toStdString());
            return;
        }
        ++count;
    }
}

/// Of each node, in KiB, as often as somebody looks.
class HeapLooks {
  public:
    HeapLooks(HerdFixture& herd, QString heapPath) : herd_(herd), heapPath_(std::move(heapPath)) {}

    void look() {
        for (const QString& name : herd_.layout().nodes) {
            QFile file(QStringLiteral("%1.%2").arg(heapPath_).arg(herd_.node(name).processId()));
            const bool opened = file.open(QIODevice::ReadOnly);
            const qint64 inUse = opened ? file.readAll().trimmed().toLongLong() : 0;
            const auto least = least_.constFind(name);
            least_[name] = least == least_.constEnd() ? inUse : std::min(*least, inUse);
        }
    }

    /// The least since the last time that this was asked, with what is resident now.
    QMap<QString, qint64> take(const char* when, std::int64_t good) {
        std::printf("%-8s", when);
        for (const QString& name : herd_.layout().nodes) {
            std::printf(" %6.1f of %4.1f MiB", static_cast<double>(least_.value(name)) / 1024,
                        static_cast<double>(herd_.node(name).residentKibibytes()) / 1024);
        }
        std::printf("  %lld good exchanges\n", static_cast<long long>(good));
        std::fflush(stdout);
        return std::exchange(least_, {});
    }

  private:
    HerdFixture& herd_;
    QString heapPath_;
    QMap<QString, qint64> least_;
};

/// Nothing of what strangers sent was taken in, and nothing that is secret was let out.
void lookForLeaks(HerdFixture& herd, const std::vector<AttackedNode>& nodes, Complaint& complaint) {
    for (const AttackedNode& node : nodes) {
        const QString name = QString::fromStdString(node.name);
        if (!LineClient(node.clientPort).ask("WHATSAT inject 1 1", answerMax).starts_with("? ")) {
            complaint.raise(node.name + " took in what a stranger sent");
        }
        const QByteArray text = herd.log(name) + herd.node(name).standardError();
        if (text.contains(secret) || text.contains(token)) {
            complaint.raise("a secret stands in the log of " + node.name);
        }
        if (text.contains("link dropped")) {
            complaint.raise(node.name + " lost a link");
        }
    }
}

/// Until the time is over or somebody complains; checks the memory at the end.
void watch(HerdFixture& herd, HeapLooks looks, std::chrono::milliseconds duration,
           const std::atomic<std::int64_t>& good, Complaint& complaint) {
    const Stopwatch since;
    const auto window = std::min(lookMax, duration / 4);
    auto next = std::min(warmUpMax, duration / 4);
    QMap<QString, qint64> first;
    QMap<QString, qint64> last;
    bool isWarm = false;
    while (since.elapsed() < duration && complaint.text().empty()) {
        static_cast<void>(until(200ms, [] { return false; }));
        for (const QString& name : herd.layout().nodes) {
            if (!herd.node(name).isRunning()) {
                complaint.raise(name.toStdString() + " has ended");
            }
        }
        looks.look();
        if (since.elapsed() >= next) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since.elapsed());
            last = looks.take((std::to_string(seconds.count()) + " s").c_str(), good);
            first = isWarm && first.isEmpty() ? last : first;
            isWarm = true;
            next += window;
        }
    }
    for (auto node = first.constBegin(); node != first.constEnd(); ++node) {
        const qint64 growth = last.value(node.key()) - node.value();
#ifdef HERD_HEAP_WATCH
        if (node.value() == 0) {
            complaint.raise("nothing is known of a heap");
        }
#endif
        if (growth > growthKibibytesMax) {
            complaint.raise("the heap grew by " + std::to_string(growth) + " KiB");
        }
    }
}

int soak(std::chrono::seconds duration) {
    const QTemporaryDir folder;
    const QString heapPath = folder.filePath(QStringLiteral("heap"));
    HerdFixture herd(layout(heapPath));
    if (!writeSecret(herd.filePath(QStringLiteral("secret")), secret) ||
        !writeSecret(herd.filePath(QStringLiteral("token")), token) || !herd.start() ||
        !herd.waitUntilLinked()) {
        std::fprintf(stderr, "the herd did not start: %s\n", qPrintable(herd.error()));
        return 1;
    }
    std::vector<AttackedNode> nodes;
    for (const QString& name : herd.layout().nodes) {
        const ReadyLine& ready = herd.node(name).ready();
        nodes.push_back({name.toStdString(), ready.clientPort, ready.peerPort, ready.adminPort});
    }
    std::atomic<bool> stop = false;
    Complaint complaint;
    std::atomic<std::int64_t> good = 0;
    std::vector<std::atomic<std::int64_t>> counts(attacks().size());
    std::vector<std::thread> threads;
    // Tables that are full grow no more, so that what grows is something else.
    Stamps known = reportMany(herd, herd.layout().nodes[0], "good", goodClients, "0.5");
    known.merge(reportMany(herd, herd.layout().nodes[0], "flood", clientsMax - goodClients, "1"));
    const QString wrong = waitUntilStored(herd, herd.layout().nodes, known);
    if (known.size() != clientsMax || !wrong.isEmpty()) {
        std::fprintf(stderr, "the tables did not fill: %s\n", qPrintable(wrong));
        return 1;
    }
    for (int number = 0; number < goodClients; ++number) {
        threads.emplace_back(beGood, std::cref(nodes), number, std::cref(stop), std::ref(good),
                             std::ref(complaint));
    }
    std::random_device seed;
    for (std::size_t attack = 0; attack < attacks().size(); ++attack) {
        threads.emplace_back(attacks()[attack].run, std::cref(nodes), std::mt19937(seed()),
                             std::cref(stop), std::ref(counts[attack]));
    }
    watch(herd, HeapLooks(herd, heapPath), duration, good, complaint);
    stop = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    lookForLeaks(herd, nodes, complaint);
    for (std::size_t attack = 0; attack < attacks().size(); ++attack) {
        std::printf("%-15s %lld\n", attacks()[attack].name,
                    static_cast<long long>(counts[attack].load()));
    }
    if (good == 0) {
        complaint.raise("no good client was answered");
    }
    if (!complaint.text().empty()) {
        std::fprintf(stderr, "soak: %s\n", complaint.text().c_str());
        return 1;
    }
    return 0;
}

}  // namespace

}  // namespace herd

int main(int argc, char** argv) {
    QCoreApplication program(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A herd of three under attack."));
    parser.addHelpOption();
    const QCommandLineOption seconds(QStringLiteral("seconds"), QStringLiteral("how long"),
                                     QStringLiteral("N"), QStringLiteral("600"));
    parser.addOption(seconds);
    parser.process(program);
    const int count = parser.value(seconds).toInt();
    return count > 0 ? herd::soak(std::chrono::seconds(count)) : 64;
}
