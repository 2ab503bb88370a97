// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <cerrno>

#include "server/journal/record.h"
#include "server/journal/recovery.h"
#include "server/journal/segmentwriter.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

const JournalIdentity identity{"test", "beta", HerdRules{300, 0}};

/// A table whose changes go through a writer, and what is known to be durable of them.
struct Scene {
    MemoryDisk disk;
    SegmentWriter writer{disk};
    MemoryTable table;
    std::string records;

    Scene() {
        table.position = {0xaa, 100};
        snapshot();
    }

    void change(const std::string& client, int time) {
        const MemoryTable::Entry& entry = table.change(client, time);
        record::appendChange(records, entry.seq, MemoryTable::stampOf(entry));
    }

    void write() {
        writer.write(records, table.position.seq);
        records.clear();
    }

    void changeAndSync(const std::string& client, int time) {
        change(client, time);
        write();
        writer.sync();
    }

    [[nodiscard]] std::string head() const {
        std::string text;
        record::appendStart(text, table.position.seq,
                            {"test", "beta", table.position.epoch, identity.rules});
        return text;
    }

    void writeRow(std::size_t index) {
        std::string text;
        record::appendChange(text, table.row(index)->seq, table.row(index)->stamp);
        writer.writeSnapshot(text);
    }

    bool finish() {
        std::string text;
        record::appendWhole(text, table.position.seq, table.rowCount());
        writer.writeSnapshot(text);
        return writer.finishSnapshot();
    }

    bool snapshot() {
        writer.beginSnapshot();
        writer.writeSnapshot(head());
        for (std::size_t index = 0; index < table.rowCount(); ++index) {
            writeRow(index);
        }
        writer.write({}, table.position.seq);
        return finish();
    }
};

/// What recovery makes of a disk.
struct Read {
    MemoryTable table;
    Result<Recovered> recovered;

    explicit Read(const DiskContent& content) : recovered(recover(content)) {}

  private:
    Result<Recovered> recover(const DiskContent& content) {
        MemoryDisk disk(content);
        return recoverJournal(disk, identity, false, table);
    }
};

std::size_t nothingUnsynced(std::size_t synced, std::size_t) {
    return synced;
}

std::size_t everything(std::size_t, std::size_t all) {
    return all;
}

}  // namespace

class SegmentWriterTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void begins();
    void onlySyncedCounts();
    void resumes();
    void fullDisk();
    void fullDiskWithinARecord();
    void givesUpWaiting();
    void syncErrorIsFinal();
    void writeErrorIsFinal();
    void changesDuringASnapshot();
    void olderSegmentsGo();
    void failingSnapshot_data();
    void failingSnapshot();
    void crashAnywhere_data();
    void crashAnywhere();
};

void SegmentWriterTest::begins() {
    const Scene scene;
    QVERIFY(!scene.writer.needsSnapshot());
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{100});
    QVERIFY(scene.writer.durability() == DurabilityState::ok);
    const Read made(scene.disk.afterCrash(nothingUnsynced, true));
    QVERIFY(made.recovered.ok());
    QVERIFY(made.recovered.value().log == (LogPosition{0xaa, 100}));
    QCOMPARE(qint64{scene.writer.segmentBytes()}, qint64{made.recovered.value().bytes});
}

void SegmentWriterTest::onlySyncedCounts() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    scene.change("plum", 1);
    scene.write();
    QCOMPARE(quint64{scene.writer.writtenSeq()}, quint64{102});
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{101});
    QCOMPARE(Read(scene.disk.afterCrash(nothingUnsynced, true)).table.entries.size(),
             std::size_t{1});
    QCOMPARE(Read(scene.disk.afterCrash(everything, true)).table.entries.size(), std::size_t{2});
}

/// Behind a tail that was cut.
void SegmentWriterTest::resumes() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    scene.changeAndSync("plum", 1);
    DiskContent content = scene.disk.content();
    content.files.begin()->second.bytes.resize(content.files.begin()->second.bytes.size() - 3);
    const Read before(content);
    MemoryDisk disk(content);
    SegmentWriter writer(disk);
    QCOMPARE(writer.resume(1, before.recovered.value().bytes, before.recovered.value().log.seq), 0);
    std::string text;
    record::appendChange(text, 900, MemoryTable::stampOf({900, "pear", "1"}));
    writer.write(text, 900);
    writer.sync();
    QCOMPARE(quint64{writer.syncedSeq()}, quint64{900});
    const Read after(disk.afterCrash(nothingUnsynced, true));
    QVERIFY(after.recovered.ok());
    QVERIFY(after.table.times() ==
            (std::map<std::string, std::string>{{"kiwi", "1"}, {"pear", "1"}}));
    MemoryDisk none;
    SegmentWriter lost(none);
    QCOMPARE(lost.resume(1, 10, 10), ENOENT);
}

/// What the disk does not take now, it takes later; until then nothing is called durable.
void SegmentWriterTest::fullDisk() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    scene.disk.setFault(
        [](DiskCall call, const std::string&) { return call == DiskCall::append ? ENOSPC : 0; });
    scene.changeAndSync("plum", 1);
    scene.changeAndSync("pear", 1);
    QVERIFY(scene.writer.durability() == DurabilityState::degraded);
    QCOMPARE(scene.writer.error(), ENOSPC);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{101});
    QVERIFY(scene.writer.waitingBytes() > 0);
    scene.disk.setFault({});
    scene.write();
    scene.writer.sync();
    QVERIFY(scene.writer.durability() == DurabilityState::ok);
    QCOMPARE(scene.writer.error(), 0);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{103});
    QVERIFY(Read(scene.disk.afterCrash(nothingUnsynced, true)).table.times() ==
            scene.table.times());
}

void SegmentWriterTest::fullDiskWithinARecord() {
    Scene scene;
    const auto used = static_cast<std::size_t>(scene.writer.segmentBytes());
    for (std::size_t room = 0; room < 150; ++room) {
        Scene tight;
        tight.disk.setCapacity(used + room);
        tight.changeAndSync("kiwi", 1);
        tight.changeAndSync("plum", 1);
        const Read full(tight.disk.afterCrash(everything, true));
        QVERIFY(full.recovered.ok());
        tight.disk.setCapacity(used + 10'000);
        tight.write();
        tight.writer.sync();
        QCOMPARE(quint64{tight.writer.syncedSeq()}, quint64{102});
        QVERIFY(Read(tight.disk.afterCrash(nothingUnsynced, true)).table.times() ==
                tight.table.times());
    }
}

void SegmentWriterTest::givesUpWaiting() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    const auto used = static_cast<std::size_t>(scene.writer.segmentBytes());
    scene.disk.setCapacity(used + 20);
    scene.changeAndSync("plum", 1);
    scene.writer.giveUpWaiting();
    QVERIFY(scene.writer.needsSnapshot());
    QVERIFY(scene.writer.durability() == DurabilityState::degraded);
    scene.disk.setCapacity(used + 10'000);
    scene.changeAndSync("pear", 1);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{101});
    const Read gap(scene.disk.afterCrash(everything, true));
    QVERIFY(gap.table.times() == (std::map<std::string, std::string>{{"kiwi", "1"}}));
    QVERIFY(scene.snapshot());
    QVERIFY(scene.writer.durability() == DurabilityState::ok);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{103});
    QVERIFY(Read(scene.disk.afterCrash(nothingUnsynced, true)).table.times() ==
            scene.table.times());
}

/// The system may say once that it lost something, and that all is well the next time.
void SegmentWriterTest::syncErrorIsFinal() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    scene.disk.setFault(
        [](DiskCall call, const std::string&) { return call == DiskCall::syncFile ? EIO : 0; });
    scene.changeAndSync("plum", 1);
    QVERIFY(scene.writer.durability() == DurabilityState::lost);
    QVERIFY(scene.writer.needsSnapshot());
    scene.disk.setFault({});
    scene.changeAndSync("pear", 1);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{101});
    QVERIFY(scene.writer.durability() == DurabilityState::lost);
    QVERIFY(scene.snapshot());
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{103});
    QVERIFY(scene.writer.durability() == DurabilityState::ok);
    QCOMPARE(scene.disk.content().files.size(), std::size_t{1});
    QVERIFY(scene.disk.content().files.contains("journal.2"));
}

void SegmentWriterTest::writeErrorIsFinal() {
    Scene scene;
    scene.disk.setFault(
        [](DiskCall call, const std::string&) { return call == DiskCall::append ? EIO : 0; });
    scene.changeAndSync("kiwi", 1);
    QVERIFY(scene.writer.durability() == DurabilityState::lost);
    QCOMPARE(scene.writer.error(), EIO);
    QVERIFY(scene.writer.needsSnapshot());
}

void SegmentWriterTest::changesDuringASnapshot() {
    Scene scene;
    for (int client = 0; client < 4; ++client) {
        scene.changeAndSync("c" + std::to_string(client), 1);
    }
    scene.writer.beginSnapshot();
    scene.writer.writeSnapshot(scene.head());
    scene.writeRow(0);
    scene.writeRow(1);
    scene.changeAndSync("c0", 2);
    scene.changeAndSync("c3", 2);
    scene.writeRow(2);
    scene.writeRow(3);
    scene.changeAndSync("new", 1);
    scene.writeRow(4);
    QVERIFY(scene.finish());
    scene.changeAndSync("c1", 5);
    const Read made(scene.disk.afterCrash(nothingUnsynced, true));
    QVERIFY(made.recovered.ok());
    QVERIFY(made.table.times() == scene.table.times());
    // Each with the number of the change that wrote it.
    for (const MemoryTable::Entry& entry : scene.table.entries) {
        QCOMPARE(std::count(made.table.entries.begin(), made.table.entries.end(), entry), 1);
    }
}

void SegmentWriterTest::olderSegmentsGo() {
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    std::unique_ptr<JournalFile> file;
    const std::string others[] = {"journal.7.bak", "journal.", "journal.x", "journal.07",
                                  "journal.0",     "lock",     "damaged.1", "journal.2.new.old"};
    for (const std::string& name : others) {
        QCOMPARE(scene.disk.create(name, file), 0);
    }
    QCOMPARE(scene.disk.create("journal.9.new", file), 0);
    QVERIFY(scene.snapshot());
    QVERIFY(scene.snapshot());
    const DiskContent content = scene.disk.content();
    QVERIFY(content.files.contains("journal.3"));
    QCOMPARE(content.files.size(), std::size(others) + 1);
    for (const std::string& name : others) {
        QVERIFY2(content.files.contains(name), name.c_str());
    }
}

/// Whatever fails, the segment in use stays in use, and the next try can succeed.
void SegmentWriterTest::failingSnapshot_data() {
    QTest::addColumn<int>("call");
    QTest::addColumn<bool>("renamed");
    QTest::newRow("create") << static_cast<int>(DiskCall::create) << false;
    QTest::newRow("append") << static_cast<int>(DiskCall::append) << false;
    QTest::newRow("sync") << static_cast<int>(DiskCall::syncFile) << false;
    QTest::newRow("rename") << static_cast<int>(DiskCall::rename) << false;
    QTest::newRow("sync of the names") << static_cast<int>(DiskCall::syncNames) << true;
}

void SegmentWriterTest::failingSnapshot() {
    QFETCH(int, call);
    QFETCH(bool, renamed);
    Scene scene;
    scene.changeAndSync("kiwi", 1);
    scene.disk.setFault([call](DiskCall made, const std::string& file) {
        const bool next = file.empty() || file == "journal.2.new";
        return static_cast<int>(made) == call && next ? EIO : 0;
    });
    QVERIFY(!scene.snapshot());
    QVERIFY(!scene.writer.makingSnapshot());
    QCOMPARE(scene.writer.needsSnapshot(), renamed);
    QVERIFY(scene.writer.durability() == (renamed ? DurabilityState::lost : DurabilityState::ok));
    scene.disk.setFault({});
    scene.changeAndSync("plum", 1);
    QCOMPARE(quint64{scene.writer.syncedSeq()}, renamed ? quint64{101} : quint64{102});
    QVERIFY(scene.snapshot());
    QCOMPARE(quint64{scene.writer.syncedSeq()}, quint64{102});
    QVERIFY(Read(scene.disk.afterCrash(nothingUnsynced, true)).table.times() ==
            scene.table.times());
}

/// A crash before the n-th call of the disk during changes and a snapshot: nothing that was synced
/// is missing, and what is there is a prefix.
void SegmentWriterTest::crashAnywhere_data() {
    QTest::addColumn<bool>("oldNames");
    QTest::addColumn<bool>("keepsUnsynced");
    QTest::newRow("least of all") << true << false;
    QTest::newRow("old names, new bytes") << true << true;
    QTest::newRow("new names, old bytes") << false << false;
    QTest::newRow("everything") << false << true;
}

void SegmentWriterTest::crashAnywhere() {
    QFETCH(bool, oldNames);
    QFETCH(bool, keepsUnsynced);
    int crashes = 0;
    bool reached = true;
    for (int callsLeft = 0; reached; ++callsLeft) {
        Scene scene;
        reached = false;
        std::uint64_t syncedSeq = 0;
        DiskContent left;
        int calls = callsLeft;
        // Called with the disk locked: the copy is made before the call that does not happen.
        scene.disk.setFault([&](DiskCall, const std::string&) {
            reached = reached || calls-- == 0;
            return reached ? EIO : 0;
        });
        const auto step = [&](auto&& act) {
            if (!reached) {
                act();
                syncedSeq = reached ? syncedSeq : scene.writer.syncedSeq();
            }
        };
        step([&] { scene.changeAndSync("kiwi", 1); });
        step([&] { scene.changeAndSync("plum", 1); });
        step([&] {
            scene.writer.beginSnapshot();
            scene.writer.writeSnapshot(scene.head());
        });
        step([&] { scene.writeRow(0); });
        step([&] { scene.changeAndSync("kiwi", 2); });
        step([&] { scene.writeRow(1); });
        step([&] { static_cast<void>(scene.finish()); });
        step([&] { scene.changeAndSync("pear", 3); });
        crashes += reached ? 1 : 0;
        const Read made(
            scene.disk.afterCrash(keepsUnsynced ? everything : nothingUnsynced, oldNames));
        QVERIFY2(made.recovered.ok(), qPrintable(QString::number(callsLeft)));
        const std::uint64_t seq = made.recovered.value().log.seq;
        QVERIFY(seq >= syncedSeq);
        MemoryTable expected;
        expected.position.seq = 100;
        const std::pair<const char*, int> changes[] = {
            {"kiwi", 1}, {"plum", 1}, {"kiwi", 2}, {"pear", 3}};
        for (const auto& [client, time] : changes) {
            if (expected.position.seq < seq) {
                expected.change(client, time);
            }
        }
        QVERIFY(made.table.times() == expected.times());
    }
    QVERIFY(crashes > 15);
}

QTEST_APPLESS_MAIN(SegmentWriterTest)
#include "tst_segmentwriter.moc"
