// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QFile>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"
#include "tests/support/nodestate.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int clientCount = 2'000;
constexpr int linesPerBatch = 50;
constexpr int roundsShort = 5;
constexpr int roundsLong = 300;
/// What `everysec` may lose of a node that dies alone, if it told nobody else in time, and says
/// that its reports are durable: a second, and the time of two looks at a disk that became slow.
constexpr auto lossMax = 1s + 2 * 250ms;

std::int64_t timeOf(const std::string& atLine) {
    return AtLine::read(atLine).value_or(AtLine()).timeNs;
}

/// What the tests' own reader finds in a journal's newest segment.
struct JournalFile {
    std::map<std::string, std::string> stamps;  ///< the newest of each client, with its LF
    quint64 lastSeq = 0;
    QString wrong;
};

/// The newest segment that is whole; an older one may not be removed yet.
QString newestSegment(const QDir& folder) {
    int newest = 0;
    for (const QString& name : folder.entryList({QStringLiteral("journal.*")}, QDir::Files)) {
        newest = std::max(newest, name.section(QLatin1Char('.'), 1).toInt());  // 0: unfinished
    }
    return folder.filePath(QStringLiteral("journal.%1").arg(newest));
}

/// Reads `<crc> <seq> <what>` lines; the last one may be torn. A segment begins with a table, up to
/// WHOLE; behind that each change has the next number, and START says from where a life goes on.
JournalFile readJournal(const QString& folder) {
    JournalFile journal;
    QFile file(newestSegment(QDir(folder)));
    if (!file.open(QIODevice::ReadOnly)) {
        journal.wrong = QStringLiteral("no segment in %1").arg(folder);
        return journal;
    }
    std::string bytes = file.readAll().toStdString();
    bytes.resize(bytes.rfind('\n') + 1);
    bool isWhole = false;
    quint64 whole = 0;
    quint64 last = 0;  ///< change behind WHOLE, or what START said
    for (const std::string& line : splitLines(bytes)) {
        const std::size_t seqAt = line.find(' ') + 1;
        const std::size_t whatAt = line.find(' ', seqAt) + 1;
        const quint64 seq = std::stoull(line.substr(seqAt, whatAt - seqAt));
        const std::string what = line.substr(whatAt);
        journal.lastSeq = std::max(journal.lastSeq, seq);
        if (what.starts_with("WHOLE ")) {
            isWhole = true;
            whole = seq;
        } else if (isWhole && what.starts_with("START ")) {
            last = seq;
        } else if (const auto at = AtLine::read(what)) {
            // The first ones may be of the time in which the table was written.
            const bool follows = last == 0 ? seq <= whole + 1 : seq == last + 1;
            if (isWhole && !follows) {
                journal.wrong = QStringLiteral("change %1 behind %2").arg(seq).arg(last);
            }
            last = isWhole ? seq : 0;
            std::string& newest = journal.stamps[at->client];
            if (newest.empty() || timeOf(newest) < at->timeNs) {
                newest = what + '\n';
            }
        }
    }
    return journal;
}

}  // namespace

/// Five nodes under load of which a random one is killed with -9 and started again, many times.
/// Each time its journal is read by the tests' own reader: it is what was appended but for the end
/// (I6), nothing answered more than a second before is missing in it, and the numbers of the log go
/// on higher (I5). No stamp goes back (P4), and in the end all tables are equal (P2).
class TestKillLoop : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void killedAgainAndAgain();

  private:
    struct Answered {
        Clock::time_point when;
        QString node;
        std::string client;
        std::string line;
    };

    std::vector<std::string> batch();
    QString load(HerdFixture& herd, const QString& node);
    QString checkJournal(const JournalFile& journal, const QString& node,
                         Clock::time_point wasDurable) const;
    QString checkFinal(HerdFixture& herd) const;
    void forgetOld();

    std::mt19937 dice_;
    std::int64_t lastTime_ = 1'000;
    std::map<std::string, std::int64_t> safe_;  ///< times that must not be lost any more
    std::map<std::string, std::int64_t> sent_;  ///< newest time that was sent at all
    std::deque<Answered> recent_;
    std::int64_t answers_ = 0;
};

/// What stands behind IAMAT in some lines with their LF.
std::vector<std::string> TestKillLoop::batch() {
    std::vector<std::string> lines;
    for (int line = 0; line < linesPerBatch; ++line) {
        const std::string client = "k" + std::to_string(dice_() % clientCount);
        sent_[client] = ++lastTime_ * 1'000'000'000;
        lines.push_back(client + " +0.5-30.5 " + std::to_string(lastTime_) + '\n');
    }
    return lines;
}

/// One batch of reports and its answers; what is wrong with one, or nothing.
QString TestKillLoop::load(HerdFixture& herd, const QString& node) {
    const std::vector<std::string> rests = batch();
    std::string commands;
    for (const std::string& rest : rests) {
        commands += "IAMAT " + rest;
    }
    LineClient client = herd.connectTo(node);
    if (!client.send(commands)) {
        return QStringLiteral("%1 takes no lines").arg(node);
    }
    for (const std::string& rest : rests) {
        const std::string answer = client.readLine().value_or("");
        const QString wrong = compareAnswer("AT " + node.toStdString() + " {diff} " + rest, answer);
        if (!wrong.isEmpty()) {
            return wrong;
        }
        recent_.push_back({Clock::now(), node, AtLine::read(answer)->client, answer});
        ++answers_;
    }
    return {};
}

/// What was answered long enough ago is known to be kept.
void TestKillLoop::forgetOld() {
    while (!recent_.empty() && Clock::now() - recent_.front().when > 2 * lossMax) {
        const Answered& old = recent_.front();
        std::int64_t& safe = safe_[old.client];
        safe = std::max(safe, timeOf(old.line));
        recent_.pop_front();
    }
}

QString TestKillLoop::checkJournal(const JournalFile& journal, const QString& node,
                                   Clock::time_point wasDurable) const {
    if (!journal.wrong.isEmpty()) {
        return journal.wrong;
    }
    for (const Answered& answered : recent_) {
        if (answered.node != node || wasDurable - answered.when < lossMax) {
            continue;
        }
        const auto kept = journal.stamps.find(answered.client);
        if (kept == journal.stamps.end() || timeOf(kept->second) < timeOf(answered.line)) {
            return QStringLiteral("%1 lost what it answered: %2")
                .arg(node, readable(answered.line));
        }
    }
    for (const auto& [client, line] : journal.stamps) {
        const auto sent = sent_.find(client);
        if (sent == sent_.end() || timeOf(line) > sent->second) {
            return QStringLiteral("nobody sent %1").arg(readable(line));
        }
    }
    return {};
}

QString TestKillLoop::checkFinal(HerdFixture& herd) const {
    std::vector<std::string> ids;
    for (const auto& entry : sent_) {
        ids.push_back(entry.first);
    }
    Stamps first;
    for (const QString& name : herd.layout().nodes) {
        const Stamps stamps = storedOf(herd, name, ids);
        first = first.empty() ? stamps : first;
        if (stamps != first) {
            return QStringLiteral("%1 holds other stamps").arg(name);
        }
    }
    for (const auto& [client, time] : safe_) {
        const auto kept = first.find(client);
        if (kept == first.end() || timeOf(kept->second) < time) {
            return QStringLiteral("%1 went back").arg(QString::fromStdString(client));
        }
    }
    return {};
}

void TestKillLoop::killedAgainAndAgain() {
    const bool isLong = qEnvironmentVariableIsSet("HERD_TEST_LONG");
    const int rounds = isLong ? roundsLong : roundsShort;
    bool seeded = false;
    const int seed = qEnvironmentVariableIntValue("HERD_TEST_SEED", &seeded);
    const auto drawn = seeded ? static_cast<unsigned>(seed) : std::random_device()();
    dice_.seed(drawn);
    qInfo("seed %u", drawn);
    HerdFixture herd(HerdLayout::sample());
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    const QStringList nodes = herd.layout().nodes;
    const auto any = [this, &nodes] { return nodes.at(static_cast<int>(dice_() % 5)); };
    int durableRounds = 0;
    for (int round = 0; round < rounds; ++round) {
        const QString victim = any();
        const auto until = Clock::now() + std::chrono::milliseconds(300 + dice_() % 1'500);
        while (Clock::now() < until) {
            const QString wrong = load(herd, dice_() % 2 == 0 ? victim : any());
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
            forgetOld();
        }
        const auto asked = Clock::now();
        const NodeState before(herd, victim);
        // A disk that takes a second to sync is told, and may cost more than that.
        const bool isDurable = before.durability() == QLatin1String("ok");
        const Clock::time_point wasDurable = isDurable ? asked : Clock::time_point();
        durableRounds += isDurable ? 1 : 0;
        // It dies with lines half read and answers under way.
        LineClient last = herd.connectTo(victim);
        for (const std::string& rest : batch()) {
            QVERIFY(last.send("IAMAT " + rest));
        }
        herd.node(victim).kill();
        const JournalFile journal = readJournal(herd.dataPath(victim) + QStringLiteral("/journal"));
        const QString wrong = checkJournal(journal, victim, wasDurable);
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("round %1: ").arg(round) + wrong));
        // Of what is younger some may be gone, unless a neighbour has it.
        std::erase_if(recent_, [&](const Answered& answered) {
            return answered.node == victim && wasDurable - answered.when < lossMax;
        });
        QVERIFY2(herd.startNode(victim), qPrintable(herd.error()));
        const NodeState after(herd, victim);
        QCOMPARE(after.epoch(), before.epoch());
        QVERIFY(before.seq() > 0 && journal.lastSeq > 0);
        QVERIFY2(after.seq() > before.seq() && after.seq() > journal.lastSeq,
                 "the log does not go on higher");
    }
    QVERIFY(durableRounds > 0);
    QVERIFY(herd.waitUntilLinked());
    for (const Answered& answered : recent_) {
        std::int64_t& safe = safe_[answered.client];
        safe = std::max(safe, timeOf(answered.line));
    }
    const QString unequal = waitUntilEqual(herd, nodes);
    QVERIFY2(unequal.isEmpty(), qPrintable(unequal));
    const QString wrong = checkFinal(herd);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    for (const QString& name : nodes) {
        QCOMPARE(NodeState(herd, name).counter("divergences"), qint64{0});
    }
    qInfo("%d rounds, %lld answers", rounds, static_cast<long long>(answers_));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestKillLoop)
#include "tst_killloop.moc"
