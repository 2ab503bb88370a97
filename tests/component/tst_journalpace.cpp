// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDeadlineTimer>
#include <QTest>
#include <atomic>
#include <thread>

#include "server/journal/journal.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

constexpr int patienceMs = 20'000;

}  // namespace

/// When a journal writes and when it syncs, under a load that does not end.
class JournalPaceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fullBufferIsWrittenAtOnce();

  private:
    void appendABufferful();

    MemoryTable table_;
    std::unique_ptr<Journal> journal_;
};

void JournalPaceTest::appendABufferful() {
    const std::string client(200, 'k');
    for (std::size_t bytes = 0; bytes < Journal::writeBytes; bytes += client.size()) {
        const MemoryTable::Entry entry = table_.change(client, 1);
        journal_->appendChange(entry.seq, MemoryTable::stampOf(entry));
    }
    journal_->commit();
}

/// Between two syncs, which go on nevertheless.
void JournalPaceTest::fullBufferIsWrittenAtOnce() {
    table_.position = {0xaa, 100};
    Journal::Settings settings;
    settings.identity = {"test", "beta", HerdRules{300, 0}};
    settings.bufferBytesMax = 1'000'000'000;
    settings.garbageBytesMax = 1'000'000'000;
    auto disk = std::make_unique<MemoryDisk>();
    MemoryDisk& itsDisk = *disk;
    journal_ = std::make_unique<Journal>(std::move(disk), settings, table_);
    const Result<Recovered> recovered = journal_->recover(false);
    QVERIFY(recovered.ok());
    QVERIFY(!journal_->start(recovered.value()));

    std::atomic<int> appends = 0;
    std::atomic<int> syncs = 0;
    std::atomic<bool> between = false;
    itsDisk.setFault([&, appendsAtSync = 0](DiskCall call, const std::string&) mutable {
        if (call == DiskCall::append) {
            ++appends;
        } else if (call == DiskCall::syncFile) {
            ++syncs;
            between = between || appends - appendsAtSync > 1;
            appendsAtSync = appends;
        }
        return 0;
    });
    const QDeadlineTimer patience(patienceMs);
    while ((!between || syncs < 3) && !patience.hasExpired()) {
        const int before = appends;
        appendABufferful();
        while (appends == before && !patience.hasExpired()) {
            std::this_thread::yield();
        }
    }
    QVERIFY(between);
    QVERIFY(syncs >= 3);
    QVERIFY(journal_->finish());
}

QTEST_GUILESS_MAIN(JournalPaceTest)
#include "tst_journalpace.moc"
