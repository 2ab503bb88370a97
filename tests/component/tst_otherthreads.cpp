// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/timestamp.h"
#include "server/clock.h"
#include "server/journal/journal.h"
#include "server/log.h"
#include "server/onethreadplaces.h"
#include "tests/component/diskgate.h"
#include "tests/component/dispatchers.h"
#include "tests/component/serve.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

void onAnotherThread(const std::function<void()>& work) {
    std::thread(work).join();
}

/// Answers when a test says so, as a provider on the net does; on its own thread only.
class WaitingPlaces : public PlacesProvider {
  public:
    std::vector<Done> waiting;

    void find(const PlacesQuery&, Done done) override {
        HERD_CHECK(std::this_thread::get_id() == thread_);
        waiting.push_back(std::move(done));
    }
    void cancelAll() override {
        for (const Done& done : std::exchange(waiting, {})) {
            done("cancelled");
        }
    }

  private:
    const std::thread::id thread_ = std::this_thread::get_id();
};

/// The same where other threads may ask, and what was answered.
struct SharedPlaces {
    WaitingPlaces* provider = new WaitingPlaces;
    OneThreadPlaces places{std::unique_ptr<PlacesProvider>(provider)};
    std::vector<std::string> answers;

    void ask() {
        places.find({}, [this](const std::string& json) { answers.push_back(json); });
    }
};

}  // namespace

/// What clients' threads use while they have the node's turn, and what belongs to its thread all
/// the same: timers, and a provider of places.
class OtherThreadsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void logIsWrittenSoon();
    void logTellsOfAFullDisk();
    void slowDiskIsNoticed();
    void garbageEndsInASnapshot();
    void overflowEndsInASnapshot();
    void placesAreFoundOnTheirThread();
    void placesOnTheirWayAreCancelled();

  private:
    void open(const Journal::Settings& wanted);
    void changeElsewhere(const std::string& client, int first, int last);
    [[nodiscard]] std::map<std::string, std::string> afterCrash() const;

    std::unique_ptr<MemoryTable> table_;
    std::unique_ptr<Journal> journal_;
    MemoryDisk* disk_ = nullptr;  ///< the journal's
};

void OtherThreadsTest::init() {
    // Such as Qt's of a timer that another thread wants to start.
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    table_ = std::make_unique<MemoryTable>();
    table_->position = {0xaa, 100};
}

void OtherThreadsTest::cleanup() {
    journal_.reset();
    table_.reset();
}

void OtherThreadsTest::open(const Journal::Settings& wanted) {
    auto disk = std::make_unique<MemoryDisk>();
    disk_ = disk.get();
    Journal::Settings settings = wanted;
    settings.identity = {"test", "beta", HerdRules{300, 0}};
    journal_ = std::make_unique<Journal>(std::move(disk), settings, *table_);
    const Result<Recovered> recovered = journal_->recover(false);
    QVERIFY(recovered.ok());
    QVERIFY(!journal_->start(recovered.value()));
}

void OtherThreadsTest::changeElsewhere(const std::string& client, int first, int last) {
    onAnotherThread([&] {
        for (int time = first; time <= last; ++time) {
            const MemoryTable::Entry entry = table_->change(client, time);
            journal_->appendChange(entry.seq, MemoryTable::stampOf(entry));
            journal_->commit();
        }
    });
}

std::map<std::string, std::string> OtherThreadsTest::afterCrash() const {
    MemoryDisk disk(
        disk_->afterCrash([](std::size_t synced, std::size_t) { return synced; }, true));
    MemoryTable table;
    const JournalIdentity identity{"test", "beta", HerdRules{300, 0}};
    const bool read = recoverJournal(disk, identity, false, table).ok();
    return read ? table.times() : std::map<std::string, std::string>{{"unreadable", ""}};
}

void OtherThreadsTest::logIsWrittenSoon() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("node.log"));
    const SystemClock clock;
    const Result<std::unique_ptr<Log>> log = Log::open(path, LogConfig(), clock);
    QVERIFY(log.ok());
    for (int record = 1; record <= 3; ++record) {
        const std::string text = "record " + std::to_string(record);
        onAnotherThread([&] {
            log.value()->notice(LogLevel::info, "node", text);
            log.value()->notice(LogLevel::info, "node", "another");
        });
        QVERIFY(serveUntil([&] {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) &&
                   file.readAll().contains(QByteArray::fromStdString(text));
        }));
    }
}

void OtherThreadsTest::logTellsOfAFullDisk() {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("node.log"));
    QVERIFY(QFile::link(QStringLiteral("/dev/full"), path));
    const SystemClock clock;
    const Result<std::unique_ptr<Log>> log = Log::open(path, LogConfig(), clock);
    QVERIFY(log.ok());
    bool told = false;
    connect(log.value().get(), &Log::failed, this, [this, &told] {
        QCOMPARE(QThread::currentThread(), thread());
        told = true;
    });
    const std::string much(Log::writeOutBytes, 'x');
    onAnotherThread([&] { log.value()->notice(LogLevel::info, "node", much); });
    QVERIFY(!told);
    QVERIFY(serveUntil([&told] { return told; }));
}

void OtherThreadsTest::slowDiskIsNoticed() {
    open({});
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    Gate gate;
    disk_->setFault(gate.faultAt(DiskCall::syncFile));
    changeElsewhere("kiwi", 1, 10);
    QVERIFY(serveUntil([&] { return changed.count() == 1; }));
    QVERIFY(journal_->state().durability == DurabilityState::degraded);
    gate.open();
    QVERIFY(serveUntil([&] { return changed.count() == 2; }));
    QVERIFY(journal_->state().durability == DurabilityState::ok);
    QVERIFY(afterCrash() == table_->times());
}

void OtherThreadsTest::garbageEndsInASnapshot() {
    Journal::Settings settings;
    settings.garbageBytesMax = 20'000;
    open(settings);
    QSignalSpy finished(journal_.get(), &Journal::snapshotFinished);
    int time = 0;
    QVERIFY(serveUntil([&] {
        changeElsewhere("kiwi", time + 1, time + 100);
        time += 100;
        return finished.count() >= 3;
    }));
    journal_->finish();
    QVERIFY(afterCrash() == table_->times());
    QCOMPARE(disk_->content().files.size(), std::size_t{1});
}

void OtherThreadsTest::overflowEndsInASnapshot() {
    Journal::Settings settings;
    settings.sync = JournalSync::always;
    settings.bufferBytesMax = 10'000;
    open(settings);
    disk_->setCapacity(0);
    changeElsewhere("kiwi", 1, 1'000);
    QVERIFY(serveUntil([&] { return journal_->state().durability == DurabilityState::degraded; }));
    disk_->setCapacity(10'000'000);
    QVERIFY(serveUntil([&] { return journal_->syncedSeq() == table_->position.seq; }));
    QVERIFY(journal_->state().snapshots > 0);
    changeElsewhere("kiwi", 1'001, 1'002);
    QVERIFY(serveUntil([&] { return journal_->syncedSeq() == table_->position.seq; }));
    QVERIFY(afterCrash() == table_->times());
}

void OtherThreadsTest::placesAreFoundOnTheirThread() {
    SharedPlaces shared;
    shared.ask();
    QCOMPARE(shared.provider->waiting.size(), std::size_t{1});
    onAnotherThread([&] { shared.ask(); });
    QCOMPARE(shared.provider->waiting.size(), std::size_t{1});
    QVERIFY(serveUntil([&] { return shared.provider->waiting.size() == 2; }));
    shared.provider->waiting[1]("json");
    QCOMPARE(shared.answers, std::vector<std::string>{"json"});
}

/// A question that the provider has not heard yet waits, too.
void OtherThreadsTest::placesOnTheirWayAreCancelled() {
    SharedPlaces shared;
    shared.ask();
    onAnotherThread([&] { shared.ask(); });
    shared.places.cancelAll();
    QCOMPARE(shared.answers, (std::vector<std::string>{"cancelled", "cancelled"}));
}

HERD_TEST_MAIN(OtherThreadsTest)
#include "tst_otherthreads.moc"
