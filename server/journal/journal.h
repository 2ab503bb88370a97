// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/config.h"
#include "common/result.h"
#include "server/journal/journalservice.h"
#include "server/journal/record.h"
#include "server/journal/segmentwriter.h"

namespace herd {

/// A node's journal: every change is appended to a buffer, which one thread writes and syncs. A
/// snapshot of the table takes its place when too much of it is outdated, and when the disk failed.
/// While the disk does not take what comes, the node goes on and this says so. Owned by App, on the
/// node's thread; appendChange() and commit() may come from other threads that take turns with it.
/// The table must outlive it.
class Journal : public QObject, public JournalService {
    Q_OBJECT

  public:
    /// From an erasure until the snapshot begins in which nothing of it is left. Others may follow
    /// meanwhile.
    static constexpr int erasureMsMax = 10'000;

    struct Settings {
        JournalIdentity identity;
        JournalSync sync = JournalSync::everySecond;
        std::size_t bufferBytesMax = 64 * 1024 * 1024;    ///< that the disk has not taken
        std::int64_t garbageBytesMax = 64 * 1024 * 1024;  ///< and as much as live data: snapshot
        int erasureMs = erasureMsMax;
    };

    static constexpr int syncMs = 50;  ///< between two syncs, unless answers wait
    /// Written without waiting for the next sync, while it is still in the processor's cache.
    static constexpr std::size_t writeBytes = 256 * 1024;
    static constexpr int retryMs = 500;            ///< until a disk that is full is tried again
    static constexpr int snapshotRetryMs = 1'000;  ///< after one that failed,
    static constexpr int snapshotRestMs = 60'000;  ///< or that was made for its size only
    static constexpr int snapshotTurnMs = 2;
    static constexpr std::size_t snapshotRowsPerTurn = 2'048;
    static constexpr std::size_t snapshotBytesAhead = 4 * 1024 * 1024;
    static constexpr int epochMsMax = 1'000;  ///< appendEpoch() waits for the disk
    /// What is handed over and not synced for longer is not durable as promised; off: no promise.
    static constexpr int stallMsMax = 1'000;
    static constexpr int stallCheckMs = 250;

    Journal(std::unique_ptr<JournalDisk> disk, Settings settings, JournalTable& table);
    ~Journal() override;

    /// First: tells the table what is on disk.
    [[nodiscard]] Result<Recovered> recover(bool salvage);

    /// Then: says on disk that the log goes on as the table's log() now says, and begins to write.
    /// An error when that cannot be made durable.
    [[nodiscard]] std::optional<Error> start(const Recovered& recovered);

    /// Last: writes and syncs what there is, and waits for it. Nothing may be appended after it.
    /// Whether all of it is on disk.
    bool finish();
    /// The same for a caller that must not wait for a disk that hangs: finished() says when it is
    /// done. What is appended from now on is dropped.
    void beginFinish();

    void appendChange(std::uint64_t seq, const Stamp& stamp) override;
    void appendGot(std::string_view peer, const LogPosition& position) override;
    void appendEpoch(const LogPosition& log) override;
    void replaceSoon() override;
    void commit() override;
    [[nodiscard]] bool confirmsWhenSynced() const override {
        return settings_.sync == JournalSync::always;
    }
    [[nodiscard]] std::uint64_t syncedSeq() const override { return told_.syncedSeq; }
    [[nodiscard]] JournalState state() const override;

    /// Begins a snapshot unless one is under way.
    void beginSnapshot();

  Q_SIGNALS:
    /// syncedSeq() has grown; only where answers wait for it.
    void synced();
    /// Durability changed, for a record in the log: `trouble` is empty when all is well again.
    void durabilityChanged(herd::DurabilityState durability, const QString& trouble);
    void snapshotFinished();
    /// After beginFinish(): whether all that was appended before it is on disk.
    void finished(bool durable);

  private:
    using Clock = std::chrono::steady_clock;

    /// What the node's thread has for the other one.
    struct Handover {
        std::string records;
        std::uint64_t seq = 0;  ///< of the last record
        std::string rows;       ///< of a snapshot
        bool giveUp = false;    ///< too much waits
        bool beginSnapshot = false;
        bool finishSnapshot = false;
        bool atOnce = false;  ///< and synced, whatever the mode
        bool stop = false;
        std::uint64_t ticket = 0;  ///< of the last appendEpoch()

        [[nodiscard]] bool urgent() const { return atOnce || stop; }
        [[nodiscard]] bool isFull() const { return records.size() >= writeBytes; }
        [[nodiscard]] bool any() const {
            return urgent() || giveUp || beginSnapshot || finishSnapshot || !records.empty() ||
                   !rows.empty();
        }
    };
    /// What the other thread says.
    struct News {
        std::uint64_t syncedSeq = 0;
        std::uint64_t writtenSeq = 0;
        std::int64_t bytes = 0;
        std::size_t waitingBytes = 0;
        std::uint64_t snapshots = 0;
        std::uint64_t snapshotsFailed = 0;
        std::uint64_t ticket = 0;  ///< all up to this one are done
        DurabilityState durability = DurabilityState::ok;
        int error = 0;
        bool needsSnapshot = false;
    };

    void stopThread();
    void onThreadEnded();
    void run();
    void work(const Handover& given, bool sync);
    void tell(std::uint64_t ticket);
    void onNews();
    void report();
    [[nodiscard]] DurabilityState durabilityOf(const News& news) const;
    [[nodiscard]] int errorOf(const News& news) const;
    void onStallCheck();
    void hastenSnapshot();
    void onErasureDue();
    void onSnapshotTurn();
    void onSnapshotOver(bool finished);
    void checkGarbage();
    [[nodiscard]] bool lacksStallCheck() const;
    void attend();
    void appendHead(std::string& out) const;
    std::size_t appendRows(std::string& out, std::size_t first, std::size_t countMax);
    [[nodiscard]] bool writeWholeSegment();
    [[nodiscard]] bool unwritten() const;

    std::unique_ptr<JournalDisk> disk_;
    Settings settings_;
    JournalTable& table_;
    SegmentWriter writer_;         ///< the other thread's while it runs
    bool making_ = false;          ///< likewise: a snapshot that was begun and is not over
    std::uint64_t snapshots_ = 0;  ///< likewise
    std::uint64_t snapshotsFailed_ = 0;

    // The node's thread, or the one that has its turn:
    std::string front_;           ///< appended since the last commit()
    record::SeqText seqText_;     ///< of the changes in it
    std::uint64_t frontSeq_ = 0;  ///< of its last record
    bool dropping_ = false;       ///< the buffer overflowed; until the next snapshot begins
    std::int64_t segmentBytes_ = 0;
    std::int64_t checkAtBytes_ = 0;
    std::uint64_t changes_ = 0;  ///< records of them in the segment
    bool snapshotting_ = false;
    std::size_t nextRow_ = 0;
    std::uint64_t rowsWritten_ = 0;  ///< of the snapshot
    bool erases_ = false;            ///< the snapshot that is under way is for an erasure
    std::string rowsFront_;
    QTimer snapshotTurn_;
    QTimer snapshotRetry_;
    QTimer erasure_;
    std::uint64_t erasureSeq_ = 0;  ///< of the last one
    QTimer stallCheck_;             ///< while something is not synced
    std::uint64_t watchedSeq_ = 0;  ///< handed over by then
    Clock::time_point watchedSince_;
    bool stalled_ = false;
    bool garbageDue_ = false;    ///< a snapshot is to begin
    bool attendQueued_ = false;  ///< to its thread
    DurabilityState reported_ = DurabilityState::ok;
    News told_;
    std::uint64_t failures_ = 0;
    std::uint64_t lastTicket_ = 0;
    bool ending_ = false;     ///< the other thread was told to stop
    bool announces_ = false;  ///< finished() is due

    std::thread thread_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable worked_;
    Handover given_;
    News news_;
    bool newsPosted_ = false;
};

}  // namespace herd
