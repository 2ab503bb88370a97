// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDeadlineTimer>
#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <cerrno>

#include "server/journal/journal.h"
#include "tests/component/diskgate.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

constexpr int patienceMs = 20'000;

std::size_t onlySynced(std::size_t synced, std::size_t) {
    return synced;
}

/// Whether that was told, whatever else a busy machine made the journal say.
bool isTold(const QSignalSpy& changed, DurabilityState durability, int error) {
    return std::any_of(changed.begin(), changed.end(), [&](const QList<QVariant>& told) {
        return told.at(0).value<DurabilityState>() == durability &&
               told.at(1).toString() == qt_error_string(error);
    });
}

}  // namespace

/// A journal with its thread, on a disk in memory that a test lets fail.
class JournalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void everySecondSyncsSoon();
    void alwaysTellsWhenSynced();
    void offNeverSyncs();
    void stopSyncs();
    void epochIsDurableAtOnce();
    void startsAgain();
    void startFailsOnAFullDisk();
    void salvageSetsTheRestAside();
    void salvageFailsAnywhere_data();
    void salvageFailsAnywhere();
    void damagedAlone();
    void fullDiskIsWaitedFor();
    void overflowEndsInASnapshot();
    void gotBehindAnOverflow();
    void slowDisk();
    void syncErrorEndsInASnapshot();
    void syncErrorsGoOn();
    void stopAfterALoss();
    void stopWithoutADisk();
    void lossWhileASnapshotRests();
    void garbageEndsInASnapshot();
    void snapshotOfManyRows();
    void erasureEndsInASnapshot();
    void erasureOutlivesTheProcess();

  private:
    void open(JournalSync sync, const DiskContent& content = {});
    void change(const std::string& client, int time);
    [[nodiscard]] DiskContent damagedContent();
    [[nodiscard]] std::map<std::string, std::string> afterCrash() const;
    [[nodiscard]] Journal::Settings settings(JournalSync sync) const;

    std::size_t bufferBytesMax_ = 1'000'000;
    std::int64_t garbageBytesMax_ = 1'000'000;
    int erasureMs_ = Journal::erasureMsMax;
    std::unique_ptr<MemoryTable> table_;
    std::unique_ptr<Journal> journal_;
    MemoryDisk* disk_ = nullptr;  ///< the journal's
};

void JournalTest::init() {
    bufferBytesMax_ = 1'000'000;
    garbageBytesMax_ = 1'000'000;
    erasureMs_ = Journal::erasureMsMax;
    table_ = std::make_unique<MemoryTable>();
    table_->position = {0xaa, 100};
}

void JournalTest::cleanup() {
    journal_.reset();
    table_.reset();
}

Journal::Settings JournalTest::settings(JournalSync sync) const {
    Journal::Settings settings;
    settings.identity = {"test", "beta", HerdRules{300, 0}};
    settings.sync = sync;
    settings.bufferBytesMax = bufferBytesMax_;
    settings.garbageBytesMax = garbageBytesMax_;
    settings.erasureMs = erasureMs_;
    return settings;
}

void JournalTest::open(JournalSync sync, const DiskContent& content) {
    auto disk = std::make_unique<MemoryDisk>(content);
    disk_ = disk.get();
    journal_ = std::make_unique<Journal>(std::move(disk), settings(sync), *table_);
    const Result<Recovered> recovered = journal_->recover(false);
    QVERIFY(recovered.ok());
    if (recovered.value().segment != 0) {
        table_->position = {recovered.value().log.epoch, recovered.value().log.seq + 1'000};
        table_->neighbours = recovered.value().got;
    }
    const std::optional<Error> error = journal_->start(recovered.value());
    QVERIFY2(!error, error ? qPrintable(error->message) : "");
}

void JournalTest::change(const std::string& client, int time) {
    const MemoryTable::Entry entry = table_->change(client, time);
    journal_->appendChange(entry.seq, MemoryTable::stampOf(entry));
    journal_->commit();
}

/// What a node would have again if all that is not synced were lost now.
std::map<std::string, std::string> JournalTest::afterCrash() const {
    MemoryDisk disk(disk_->afterCrash(onlySynced, true));
    MemoryTable table;
    const bool read =
        recoverJournal(disk, settings(JournalSync::always).identity, false, table).ok();
    return read ? table.times() : std::map<std::string, std::string>{{"unreadable", ""}};
}

void JournalTest::everySecondSyncsSoon() {
    open(JournalSync::everySecond);
    QSignalSpy synced(journal_.get(), &Journal::synced);
    for (int time = 1; time <= 100; ++time) {
        change("kiwi", time);
        change("c" + std::to_string(time), time);
    }
    QTRY_COMPARE_WITH_TIMEOUT(journal_->state().syncedSeq, std::uint64_t{300}, 1'000);
    QVERIFY(afterCrash() == table_->times());
    QCOMPARE(synced.count(), 0);
    QVERIFY(journal_->state().mode == JournalMode::everySecond);
    QVERIFY(journal_->state().durability == DurabilityState::ok);
    QVERIFY(journal_->state().bytes > 200 * 40);
}

void JournalTest::alwaysTellsWhenSynced() {
    open(JournalSync::always);
    QVERIFY(journal_->confirmsWhenSynced());
    QSignalSpy synced(journal_.get(), &Journal::synced);
    for (int time = 1; time <= 20; ++time) {
        change("kiwi", time);
        QVERIFY(journal_->syncedSeq() < table_->position.seq);
        QTRY_VERIFY_WITH_TIMEOUT(journal_->syncedSeq() == table_->position.seq, patienceMs);
        QVERIFY(afterCrash() == table_->times());
    }
    QCOMPARE(synced.count(), 20);
}

void JournalTest::offNeverSyncs() {
    open(JournalSync::off);
    const auto written = [this] { return disk_->content().files.at("journal.1"); };
    const std::size_t synced = written().syncedBytes;
    change("kiwi", 1);
    QTRY_VERIFY_WITH_TIMEOUT(written().bytes.size() > synced, patienceMs);
    QCOMPARE(written().syncedBytes, synced);
    QVERIFY(!journal_->confirmsWhenSynced());
    QVERIFY(journal_->state().mode == JournalMode::off);
}

void JournalTest::stopSyncs() {
    for (const JournalSync sync :
         {JournalSync::everySecond, JournalSync::always, JournalSync::off}) {
        init();
        open(sync);
        change("kiwi", 1);
        change("plum", 2);
        journal_->appendGot("alpha", {0xbb, 5});
        QVERIFY(journal_->finish());
        QVERIFY(afterCrash() == table_->times());
        journal_.reset();
    }
}

void JournalTest::epochIsDurableAtOnce() {
    open(JournalSync::off);
    change("kiwi", 1);
    table_->position.epoch = 0xcc;
    journal_->appendEpoch(table_->position);
    MemoryDisk disk(disk_->afterCrash(onlySynced, true));
    MemoryTable table;
    const Result<Recovered> recovered =
        recoverJournal(disk, settings(JournalSync::off).identity, false, table);
    QVERIFY(recovered.ok());
    QVERIFY(recovered.value().log == table_->position);
}

void JournalTest::startsAgain() {
    open(JournalSync::everySecond);
    change("kiwi", 1);
    journal_->appendGot("alpha", {0xbb, 5});
    journal_->finish();
    DiskContent content = disk_->content();
    content.files["journal.2.new"] = {"unfinished", 10};
    content.files["journal.1"].bytes += "torn";
    table_ = std::make_unique<MemoryTable>();
    open(JournalSync::everySecond, content);
    QVERIFY(table_->neighbours.at("alpha") == (LogPosition{0xbb, 5}));
    change("plum", 1);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->state().syncedSeq, table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == (std::map<std::string, std::string>{{"kiwi", "1"}, {"plum", "1"}}));
    QVERIFY(!disk_->content().files.contains("journal.2.new"));
}

/// A number that is not on disk must not be told to anybody.
void JournalTest::startFailsOnAFullDisk() {
    auto disk = std::make_unique<MemoryDisk>();
    disk->setCapacity(10);
    Journal journal(std::move(disk), settings(JournalSync::off), *table_);
    const Result<Recovered> recovered = journal.recover(false);
    QVERIFY(recovered.ok());
    const std::optional<Error> error = journal.start(recovered.value());
    QVERIFY(error.has_value());
    QVERIFY(error->message.contains(qt_error_string(ENOSPC)));
}

/// Of a journal whose second record does not hold.
DiskContent JournalTest::damagedContent() {
    open(JournalSync::everySecond);
    change("kiwi", 1);
    change("plum", 1);
    change("pear", 1);
    journal_->finish();
    DiskContent content = disk_->content();
    std::string& bytes = content.files["journal.1"].bytes;
    bytes[bytes.find(" plum ") + 1] = 'P';
    content.files["journal.1"].syncedBytes = bytes.size();
    return content;
}

void JournalTest::salvageSetsTheRestAside() {
    DiskContent content = damagedContent();
    const std::string bytes = content.files["journal.1"].bytes;
    content.files["damaged.1"] = {"of another time", 15};
    auto disk = std::make_unique<MemoryDisk>(content);
    disk_ = disk.get();
    table_ = std::make_unique<MemoryTable>();
    journal_ = std::make_unique<Journal>(std::move(disk), settings(JournalSync::always), *table_);
    QVERIFY(!journal_->recover(false).ok());
    const Result<Recovered> recovered = journal_->recover(true);
    QVERIFY(recovered.ok() && recovered.value().salvaged);
    table_->position = {0xdd, 5'000};
    QVERIFY(!journal_->start(recovered.value()));
    QVERIFY(afterCrash() == (std::map<std::string, std::string>{{"kiwi", "1"}}));
    QCOMPARE(disk_->content().files.at("damaged.1").bytes, std::string("of another time"));
    QCOMPARE(disk_->content().files.at("damaged.1.2").bytes, bytes);
    QVERIFY(!disk_->content().files.contains("journal.1"));
}

/// Every call of the disk fails once, and everything behind it, as if the process had died there:
/// the next start finds what was sound, or says what is wrong, and never comes up with nothing.
void JournalTest::salvageFailsAnywhere_data() {
    QTest::addColumn<bool>("oldNames");
    QTest::newRow("names of the last sync") << true;
    QTest::newRow("names of the last call") << false;
}

void JournalTest::salvageFailsAnywhere() {
    QFETCH(bool, oldNames);
    const DiskContent content = damagedContent();
    const std::string& bytes = content.files.at("journal.1").bytes;
    bool started = false;
    int failures = 0;
    for (int callsLeft = 0; !started; ++callsLeft) {
        auto disk = std::make_unique<MemoryDisk>(content);
        disk_ = disk.get();
        MemoryTable table;
        Journal journal(std::move(disk), settings(JournalSync::always), table);
        const Result<Recovered> recovered = journal.recover(true);
        QVERIFY(recovered.ok());
        table.position = {0xdd, 5'000};
        int calls = callsLeft;
        disk_->setFault([&calls](DiskCall, const std::string&) { return calls-- > 0 ? 0 : EIO; });
        started = !journal.start(recovered.value());
        failures += started ? 0 : 1;
        const DiskContent left = disk_->afterCrash(onlySynced, oldNames);
        QVERIFY(std::ranges::any_of(
            left.files, [&bytes](const auto& file) { return file.second.bytes == bytes; }));
        MemoryDisk next(left);
        MemoryTable again;
        const Result<Recovered> read =
            recoverJournal(next, settings(JournalSync::always).identity, false, again);
        QVERIFY(!read || again.times() == (std::map<std::string, std::string>{{"kiwi", "1"}}));
        QVERIFY(read.ok() || left.files.contains("journal.1"));
        calls = 1'000'000;
    }
    QVERIFY(failures >= 7);
}

void JournalTest::damagedAlone() {
    for (const bool salvage : {false, true}) {
        MemoryDisk disk(DiskContent{{{"damaged.3", {"x\n", 2}}, {"journal.4.new", {"y", 1}}}});
        const Result<Recovered> read =
            recoverJournal(disk, settings(JournalSync::always).identity, salvage, *table_);
        QVERIFY(!read);
        QVERIFY2(read.error().message.contains(QStringLiteral("damaged.3")),
                 qPrintable(read.error().message));
    }
}

void JournalTest::fullDiskIsWaitedFor() {
    open(JournalSync::always);
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    disk_->setCapacity(0);
    change("kiwi", 1);
    QTRY_VERIFY_WITH_TIMEOUT(isTold(changed, DurabilityState::degraded, ENOSPC), patienceMs);
    QVERIFY(journal_->state().durability == DurabilityState::degraded);
    QCOMPARE(QString::fromStdString(journal_->state().trouble), qt_error_string(ENOSPC));
    change("plum", 1);
    QVERIFY(journal_->syncedSeq() < 101);
    disk_->setCapacity(1'000'000);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(journal_->state().durability == DurabilityState::ok, patienceMs);
    QVERIFY(journal_->state().trouble.empty());
    QVERIFY(afterCrash() == table_->times());
    QCOMPARE(quint64{journal_->state().snapshots}, quint64{0});
    QCOMPARE(quint64{journal_->state().failures}, quint64{1});
}

/// More than the buffer holds is not kept; the table is, and goes to disk when that is possible.
void JournalTest::overflowEndsInASnapshot() {
    bufferBytesMax_ = 10'000;
    open(JournalSync::always);
    disk_->setCapacity(0);
    for (int time = 1; time <= 1'000; ++time) {
        change("c" + std::to_string(time % 50), time);
    }
    QTRY_VERIFY_WITH_TIMEOUT(journal_->state().durability == DurabilityState::degraded, patienceMs);
    QVERIFY(journal_->syncedSeq() < table_->position.seq);
    disk_->setCapacity(10'000'000);
    QTRY_VERIFY_WITH_TIMEOUT(journal_->state().durability == DurabilityState::ok, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(journal_->state().snapshots > 0);
    QVERIFY(afterCrash() == table_->times());
    change("kiwi", 1);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == table_->times());
}

/// What was dropped counts as durable with the snapshot, whatever is appended after its begin.
void JournalTest::gotBehindAnOverflow() {
    bufferBytesMax_ = 10'000;
    open(JournalSync::always);
    Gate gate;
    disk_->setFault(gate.faultAt(DiskCall::append));
    for (int time = 1; time <= 1'000; ++time) {
        change("kiwi", time);
    }
    QVERIFY(journal_->state().durability == DurabilityState::degraded);
    journal_->beginSnapshot();
    journal_->appendGot("alpha", {0xbb, 5});
    journal_->commit();
    gate.open();
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == table_->times());
}

/// It reports no error, and keeps nothing either.
void JournalTest::slowDisk() {
    open(JournalSync::everySecond);
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    Gate gate;
    disk_->setFault(gate.faultAt(DiskCall::syncFile));
    const QDeadlineTimer promise(Journal::stallMsMax);
    change("kiwi", 1);
    QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 1, patienceMs);
    QVERIFY(promise.hasExpired());
    QCOMPARE(changed.at(0).at(0).value<DurabilityState>(), DurabilityState::degraded);
    QCOMPARE(changed.at(0).at(1).toString(), QStringLiteral("the disk is too slow"));
    QCOMPARE(QByteArray::fromStdString(journal_->state().trouble), "the disk is too slow");
    gate.open();
    QTRY_COMPARE_WITH_TIMEOUT(changed.count(), 2, patienceMs);
    QVERIFY(journal_->state().durability == DurabilityState::ok);
    QCOMPARE(quint64{journal_->state().failures}, quint64{1});
    QVERIFY(afterCrash() == table_->times());
}

void JournalTest::syncErrorEndsInASnapshot() {
    open(JournalSync::always);
    change("kiwi", 1);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    disk_->setFault([](DiskCall call, const std::string& file) {
        return call == DiskCall::syncFile && file == "journal.1" ? EIO : 0;
    });
    change("plum", 1);
    QTRY_VERIFY_WITH_TIMEOUT(isTold(changed, DurabilityState::lost, EIO), patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == table_->times());
    QVERIFY(!disk_->content().files.contains("journal.1"));
}

/// As long as no file can be synced, nothing is said to be durable.
void JournalTest::syncErrorsGoOn() {
    open(JournalSync::always);
    const std::uint64_t before = journal_->syncedSeq();
    int failed = 0;
    disk_->setFault([&failed](DiskCall call, const std::string&) {
        failed += call == DiskCall::syncFile ? 1 : 0;  // under the disk's lock
        return call == DiskCall::syncFile && failed < 4 ? EIO : 0;
    });
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    change("kiwi", 1);
    QTRY_VERIFY_WITH_TIMEOUT(isTold(changed, DurabilityState::lost, EIO), patienceMs);
    QCOMPARE(quint64{journal_->syncedSeq()}, quint64{before});
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == table_->times());
}

void JournalTest::stopAfterALoss() {
    open(JournalSync::everySecond);
    disk_->setFault([](DiskCall call, const std::string& file) {
        return call == DiskCall::syncFile && file == "journal.1" ? EIO : 0;
    });
    change("kiwi", 1);
    journal_->finish();
    QVERIFY(afterCrash() == table_->times());
}

void JournalTest::stopWithoutADisk() {
    open(JournalSync::everySecond);
    disk_->setFault([](DiskCall, const std::string&) { return EIO; });
    change("kiwi", 1);
    QVERIFY(!journal_->finish());
    QVERIFY(!journal_->finish());
}

/// A snapshot that only saves space and fails is not tried again soon; one for a loss is.
void JournalTest::lossWhileASnapshotRests() {
    garbageBytesMax_ = 5'000;
    open(JournalSync::everySecond);
    // The journal's thread outlives the test if that fails.
    const auto begun = std::make_shared<std::atomic<int>>(0);
    disk_->setFault([begun](DiskCall call, const std::string&) {
        *begun += call == DiskCall::create ? 1 : 0;
        return call == DiskCall::create ? ENOSPC : 0;
    });
    int time = 1;
    for (; time <= 200; ++time) {
        change("kiwi", time);
    }
    QTRY_COMPARE_WITH_TIMEOUT(begun->load(), 1, patienceMs);
    // What is synced after that is told together with the failure, or later.
    change("kiwi", time++);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->state().syncedSeq, table_->position.seq, patienceMs);
    for (; time <= 1'000; ++time) {
        change("kiwi", time);
    }
    QTRY_COMPARE_WITH_TIMEOUT(journal_->state().syncedSeq, table_->position.seq, patienceMs);
    QCOMPARE(begun->load(), 1);
    QSignalSpy changed(journal_.get(), &Journal::durabilityChanged);
    disk_->setFault([](DiskCall call, const std::string& file) {
        return call == DiskCall::syncFile && file == "journal.1" ? EIO : 0;
    });
    change("plum", 1);
    QTRY_VERIFY_WITH_TIMEOUT(isTold(changed, DurabilityState::lost, EIO), patienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(journal_->state().durability == DurabilityState::ok, patienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(journal_->syncedSeq(), table_->position.seq, patienceMs);
    QVERIFY(afterCrash() == table_->times());
}

void JournalTest::garbageEndsInASnapshot() {
    garbageBytesMax_ = 20'000;
    open(JournalSync::everySecond);
    QSignalSpy finished(journal_.get(), &Journal::snapshotFinished);
    for (int client = 0; client < 100; ++client) {
        change("c" + std::to_string(client), 1);
    }
    std::int64_t largest = 0;
    const QDeadlineTimer deadline(patienceMs);
    for (int time = 2; finished.count() < 3; ++time) {
        QVERIFY(!deadline.hasExpired());
        change("kiwi", time);
        largest = std::max(largest, journal_->state().bytes);
        QCoreApplication::processEvents();
    }
    journal_->finish();
    QVERIFY(largest > garbageBytesMax_);
    QVERIFY(afterCrash() == table_->times());
    QCOMPARE(disk_->content().files.size(), std::size_t{1});
}

/// Changes go on while rows are written a few at a time.
void JournalTest::snapshotOfManyRows() {
    garbageBytesMax_ = 1'000'000'000;
    open(JournalSync::everySecond);
    constexpr int clients = 3 * static_cast<int>(Journal::snapshotRowsPerTurn);
    for (int client = 0; client < clients; ++client) {
        const MemoryTable::Entry entry{++table_->position.seq, "c" + std::to_string(client), "1"};
        table_->entries.push_back(entry);
        journal_->appendChange(entry.seq, MemoryTable::stampOf(entry));
    }
    journal_->commit();
    QSignalSpy finished(journal_.get(), &Journal::snapshotFinished);
    journal_->beginSnapshot();
    const QDeadlineTimer deadline(patienceMs);
    for (int time = 2; finished.isEmpty(); ++time) {
        QVERIFY(!deadline.hasExpired());
        change("c0", time);
        change("c" + std::to_string(clients - 1), time);
        change("new" + std::to_string(time % 10), time);
        QCoreApplication::processEvents();
    }
    journal_->finish();
    QVERIFY(afterCrash() == table_->times());
    QVERIFY(disk_->content().files.contains("journal.2"));
}

/// What was erased leaves the disk within a bounded time, garbage or not.
void JournalTest::erasureEndsInASnapshot() {
    erasureMs_ = 20;
    open(JournalSync::everySecond);
    QSignalSpy finished(journal_.get(), &Journal::snapshotFinished);
    change("kiwi", 1);
    change("plum", 1);
    std::erase_if(table_->entries, [](const auto& entry) { return entry.client == "kiwi"; });
    ++table_->position.seq;
    Stamp tombstone;
    tombstone.client = "0123456789abcdef0123456789abcdef";
    tombstone.origin = "beta";
    tombstone.rxNs = tombstone.timeNs = 900;
    journal_->appendChange(table_->position.seq, tombstone);
    QCOMPARE(finished.count(), 0);
    journal_->replaceSoon();
    journal_->replaceSoon();
    journal_->commit();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
    journal_->finish();
    const auto files = disk_->content().files;
    QCOMPARE(files.size(), std::size_t{1});
    QCOMPARE(files.begin()->first, std::string("journal.2"));
    QVERIFY(files.begin()->second.bytes.find("kiwi") == std::string::npos);
    QVERIFY(files.begin()->second.bytes.find("plum") != std::string::npos);
}

/// A process that ends before it comes to it leaves it to the next one.
void JournalTest::erasureOutlivesTheProcess() {
    open(JournalSync::everySecond);
    change("kiwi", 1);
    Stamp tombstone;
    tombstone.client = "0123456789abcdef0123456789abcdef";
    tombstone.origin = "beta";
    tombstone.rxNs = tombstone.timeNs = 900;
    journal_->appendChange(++table_->position.seq, tombstone);
    journal_->replaceSoon();
    journal_->finish();
    const DiskContent content = disk_->content();
    cleanup();
    init();
    erasureMs_ = 20;
    open(JournalSync::everySecond, content);
    QSignalSpy finished(journal_.get(), &Journal::snapshotFinished);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
}

QTEST_GUILESS_MAIN(JournalTest)
#include "tst_journal.moc"
