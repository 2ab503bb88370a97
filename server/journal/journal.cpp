// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/journal.h"

#include <QThread>
#include <algorithm>
#include <chrono>
#include <utility>

#include "common/check.h"
#include "server/journal/record.h"

namespace herd {

namespace {

/// Memory that is kept for the next records however few come.
constexpr std::size_t keptBytesMax = 256 * 1024;
/// Without a record for so long, all of it is given back.
constexpr std::chrono::milliseconds quiet(1'000);
constexpr std::int64_t garbageCheckBytes = 1024 * 1024;

JournalMode modeOf(JournalSync sync) {
    switch (sync) {
        case JournalSync::everySecond:
            return JournalMode::everySecond;
        case JournalSync::always:
            return JournalMode::always;
        case JournalSync::off:
            return JournalMode::off;
    }
    HERD_CHECK(false);
}

QString troubleOf(DurabilityState durability, int error) {
    if (durability == DurabilityState::ok) {
        return QString();
    }
    return error == 0 ? QStringLiteral("the disk is too slow") : qt_error_string(error);
}

/// Keeps the memory as long as it is of use: to get so much again and again costs more than to
/// fill it.
void empty(std::string& buffer) {
    if (buffer.capacity() > keptBytesMax && buffer.size() < buffer.capacity() / 8) {
        std::string().swap(buffer);
    } else {
        buffer.clear();
    }
}

}  // namespace

Journal::Journal(std::unique_ptr<JournalDisk> disk, Settings settings, JournalTable& table)
    : disk_(std::move(disk)), settings_(std::move(settings)), table_(table), writer_(*disk_) {
    snapshotTurn_.setInterval(snapshotTurnMs);
    snapshotRetry_.setSingleShot(true);
    connect(&snapshotTurn_, &QTimer::timeout, this, &Journal::onSnapshotTurn);
    connect(&snapshotRetry_, &QTimer::timeout, this, &Journal::beginSnapshot);
    erasure_.setSingleShot(true);
    connect(&erasure_, &QTimer::timeout, this, &Journal::onErasureDue);
    connect(&stallCheck_, &QTimer::timeout, this, &Journal::onStallCheck);
}

Journal::~Journal() {
    if (thread_.joinable()) {
        finish();
    }
}

Result<Recovered> Journal::recover(bool salvage) {
    return recoverJournal(*disk_, settings_.identity, salvage, table_);
}

std::optional<Error> Journal::start(const Recovered& recovered) {
    int error = 0;
    bool written = false;
    if (recovered.segment == 0 || recovered.renewEpoch) {
        writer_.numberAfter(recovered.segment);
        if (recovered.salvaged) {
            writer_.keepDamaged(recovered.segment);
        }
        written = writeWholeSegment();
        if (written && recovered.salvaged) {
            // Not before: a start that fails half-way must not leave a directory without a segment.
            error = writer_.setAsideDamaged();
        }
    } else {
        error = writer_.resume(recovered.segment, recovered.bytes, recovered.log.seq);
        if (error == 0) {
            std::string start;
            const LogPosition log = table_.log();
            record::appendStart(start, log.seq,
                                {settings_.identity.herd, settings_.identity.node, log.epoch,
                                 settings_.identity.rules});
            writer_.write(start, log.seq);
            writer_.sync();
            written = writer_.syncedSeq() == log.seq;
        }
        changes_ = recovered.changes;
    }
    if (!written || error != 0) {
        return Error{QStringLiteral("cannot write the journal %1: %2")
                         .arg(QString::fromStdString(disk_->name()),
                              qt_error_string(error != 0 ? error : writer_.error()))};
    }
    writer_.removeOthers();
    segmentBytes_ = writer_.segmentBytes();
    told_.syncedSeq = news_.syncedSeq = writer_.syncedSeq();
    news_.writtenSeq = writer_.writtenSeq();
    news_.bytes = segmentBytes_;
    frontSeq_ = given_.seq = writer_.writtenSeq();
    thread_ = std::thread(&Journal::run, this);
    if (recovered.erasures > 0 && !recovered.renewEpoch) {
        replaceSoon();  // the process before did not come to it
    }
    return std::nullopt;
}

bool Journal::finish() {
    if (!thread_.joinable()) {
        return !unwritten();
    }
    stopThread();
    thread_.join();
    writer_.abandonSnapshot();
    if (unwritten() && !writeWholeSegment()) {
        Q_EMIT durabilityChanged(DurabilityState::lost, qt_error_string(writer_.error()));
    }
    return !unwritten();
}

void Journal::beginFinish() {
    HERD_CHECK(thread_.joinable());
    announces_ = true;
    stopThread();
}

void Journal::onThreadEnded() {
    if (announces_) {
        announces_ = false;
        Q_EMIT finished(finish());
    }
}

void Journal::stopThread() {
    snapshotTurn_.stop();
    snapshotRetry_.stop();
    erasure_.stop();
    commit();
    stallCheck_.stop();
    dropping_ = true;
    ending_ = true;
    {
        const std::lock_guard lock(mutex_);
        given_.stop = true;
    }
    wake_.notify_one();
}

/// The thread's to say, while there is one.
bool Journal::unwritten() const {
    return writer_.needsSnapshot() || writer_.waitingBytes() > 0;
}

void Journal::appendChange(std::uint64_t seq, const Stamp& stamp) {
    if (!dropping_) {
        record::appendChange(front_, seq, stamp, seqText_);
        frontSeq_ = seq;
        ++changes_;
    }
}

void Journal::appendGot(std::string_view peer, const LogPosition& position) {
    if (!dropping_) {
        record::appendGot(front_, frontSeq_, {peer, position});
    }
}

void Journal::appendEpoch(const LogPosition& log) {
    if (dropping_) {
        return;  // the next snapshot says it
    }
    const JournalIdentity& identity = settings_.identity;
    record::appendStart(front_, log.seq, {identity.herd, identity.node, log.epoch, identity.rules});
    frontSeq_ = log.seq;
    commit();
    std::unique_lock lock(mutex_);
    given_.atOnce = true;
    given_.ticket = ++lastTicket_;
    wake_.notify_one();
    worked_.wait_for(lock, std::chrono::milliseconds(epochMsMax),
                     [this] { return news_.ticket == lastTicket_; });
}

void Journal::commit() {
    if (front_.empty()) {
        return;
    }
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        const std::size_t before = given_.records.size();
        given_.records.append(front_);
        wake = before == 0 || (before < writeBytes && given_.isFull());
        given_.seq = frontSeq_;
        if (given_.records.size() + news_.waitingBytes > settings_.bufferBytesMax) {
            // A snapshot that is under way would miss them too.
            std::string().swap(given_.records);
            std::string().swap(given_.rows);
            given_.beginSnapshot = false;
            given_.finishSnapshot = false;
            given_.giveUp = true;
            dropping_ = true;
        }
    }
    segmentBytes_ += static_cast<std::int64_t>(front_.size());
    empty(front_);
    if (wake || dropping_) {
        wake_.notify_one();
    }
    if (dropping_) {
        snapshotting_ = false;
    } else {
        checkGarbage();
    }
    if (dropping_ || garbageDue_ || lacksStallCheck()) {
        attend();
    }
}

bool Journal::lacksStallCheck() const {
    return !stallCheck_.isActive() && settings_.sync != JournalSync::off;
}

/// What a commit() leads to that needs timers: those are this object's thread's, whichever thread
/// has the node's turn.
void Journal::attend() {
    if (QThread::currentThread() != thread()) {
        if (!std::exchange(attendQueued_, true)) {
            QMetaObject::invokeMethod(this, &Journal::attend, Qt::QueuedConnection);
        }
        return;
    }
    attendQueued_ = false;
    const bool garbageDue = std::exchange(garbageDue_, false);
    if (ending_) {
        return;
    }
    if (lacksStallCheck()) {
        watchedSeq_ = frontSeq_;
        watchedSince_ = Clock::now();
        stallCheck_.start(stallCheckMs);
    }
    if (dropping_) {
        snapshotTurn_.stop();
        snapshotRetry_.start(snapshotRetryMs);
    } else if (garbageDue) {
        beginSnapshot();
    }
}

/// Outdated records cost disk and time at recovery. What is live is reckoned by the average record.
void Journal::checkGarbage() {
    const bool mayBegin = !snapshotting_ && !snapshotRetry_.isActive();
    if (!mayBegin || segmentBytes_ < checkAtBytes_ || changes_ == 0) {
        return;
    }
    checkAtBytes_ = segmentBytes_ + std::min(garbageCheckBytes, settings_.garbageBytesMax);
    const auto rows =
        static_cast<double>(std::min<std::uint64_t>(table_.filledRowCount(), changes_));
    const auto all = static_cast<double>(segmentBytes_);
    const double live = all * rows / static_cast<double>(changes_);
    garbageDue_ = all - live > live && all - live > static_cast<double>(settings_.garbageBytesMax);
}

void Journal::beginSnapshot() {
    if (snapshotting_ || ending_ || !thread_.joinable()) {
        return;
    }
    commit();
    snapshotRetry_.stop();
    dropping_ = false;
    frontSeq_ = table_.log().seq;  // of what was dropped too: the snapshot has it
    snapshotting_ = true;
    nextRow_ = 0;
    rowsWritten_ = 0;
    std::string head;
    appendHead(head);
    {
        const std::lock_guard lock(mutex_);
        given_.rows = std::move(head);
        given_.seq = frontSeq_;
        given_.beginSnapshot = true;
        given_.finishSnapshot = false;
    }
    wake_.notify_one();
    snapshotTurn_.start();
}

void Journal::onSnapshotTurn() {
    if (!snapshotting_) {
        snapshotTurn_.stop();  // given up by another thread
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        if (given_.rows.size() > snapshotBytesAhead) {
            return;
        }
    }
    nextRow_ = appendRows(rowsFront_, nextRow_, snapshotRowsPerTurn);
    const bool done = nextRow_ == table_.rowCount();
    if (done) {
        record::appendWhole(rowsFront_, table_.log().seq, rowsWritten_);
        snapshotTurn_.stop();
        commit();  // the finished segment replaces one that has these records
    }
    {
        const std::lock_guard lock(mutex_);
        given_.rows.append(rowsFront_);
        given_.finishSnapshot = done;
    }
    wake_.notify_one();
    empty(rowsFront_);
}

void Journal::onSnapshotOver(bool finished) {
    if (!snapshotting_) {
        return;
    }
    snapshotting_ = false;
    snapshotTurn_.stop();
    if (finished) {
        segmentBytes_ = told_.bytes;
        changes_ = std::max<std::uint64_t>(rowsWritten_, 1);
        checkAtBytes_ = 0;
        Q_EMIT snapshotFinished();
    } else {
        snapshotRetry_.start(told_.needsSnapshot ? snapshotRetryMs : snapshotRestMs);
        if (erases_) {
            replaceSoon();
        }
    }
    erases_ = false;
}

void Journal::replaceSoon() {
    erasureSeq_ = table_.log().seq;
    if (!erasure_.isActive()) {
        erasure_.start(settings_.erasureMs);
    }
}

/// A snapshot that began before, or that gets what the disk has not taken yet, may hold what was
/// erased.
void Journal::onErasureDue() {
    std::uint64_t writtenSeq = 0;
    {
        const std::lock_guard lock(mutex_);
        writtenSeq = news_.writtenSeq;
    }
    if (snapshotting_ || dropping_ || writtenSeq < erasureSeq_) {
        erasure_.start(snapshotRetryMs);
        return;
    }
    erases_ = true;
    beginSnapshot();
}

/// Nothing is durable until there is one: a rest that was meant for its size is over.
void Journal::hastenSnapshot() {
    if (!snapshotRetry_.isActive()) {
        beginSnapshot();
    } else if (snapshotRetry_.remainingTime() > snapshotRetryMs) {
        snapshotRetry_.start(snapshotRetryMs);
    }
}

void Journal::appendHead(std::string& out) const {
    const LogPosition log = table_.log();
    const JournalIdentity& identity = settings_.identity;
    record::appendStart(out, log.seq, {identity.herd, identity.node, log.epoch, identity.rules});
    for (const auto& [peer, position] : table_.allGot()) {
        if (position.epoch != 0) {
            record::appendGot(out, log.seq, {peer, position});
        }
    }
}

std::size_t Journal::appendRows(std::string& out, std::size_t first, std::size_t countMax) {
    const std::size_t end = std::min(table_.rowCount(), first + countMax);
    for (; first < end; ++first) {
        if (const std::optional<JournalTable::Row> row = table_.row(first)) {
            record::appendChange(out, row->seq, row->stamp);
            ++rowsWritten_;
        }
    }
    return first;
}

/// Without the thread: at the start and at the end.
bool Journal::writeWholeSegment() {
    std::string out;
    writer_.beginSnapshot();
    appendHead(out);
    rowsWritten_ = 0;
    std::size_t next = 0;
    while (next < table_.rowCount()) {
        next = appendRows(out, next, snapshotRowsPerTurn);
        writer_.writeSnapshot(out);
        out.clear();
    }
    const std::uint64_t seq = table_.log().seq;
    record::appendWhole(out, seq, rowsWritten_);
    writer_.writeSnapshot(out);
    writer_.write({}, seq);
    changes_ = std::max<std::uint64_t>(rowsWritten_, 1);
    return writer_.finishSnapshot();
}

JournalState Journal::state() const {
    const std::lock_guard lock(mutex_);
    JournalState state;
    state.mode = modeOf(settings_.sync);
    state.durability = durabilityOf(news_);
    state.syncedSeq = news_.syncedSeq;
    state.bytes = news_.bytes;
    state.snapshots = news_.snapshots;
    state.failures = failures_;
    state.trouble = troubleOf(state.durability, errorOf(news_)).toStdString();
    return state;
}

/// A disk that only takes its time says nothing of it.
DurabilityState Journal::durabilityOf(const News& news) const {
    const bool slow = news.durability == DurabilityState::ok && (stalled_ || dropping_);
    return slow ? DurabilityState::degraded : news.durability;
}

int Journal::errorOf(const News& news) const {
    return news.durability == DurabilityState::ok ? 0 : news.error;
}

void Journal::report() {
    const DurabilityState durability = durabilityOf(told_);
    if (durability != reported_) {
        reported_ = durability;
        failures_ += durability != DurabilityState::ok ? 1 : 0;
        Q_EMIT durabilityChanged(durability, troubleOf(durability, errorOf(told_)));
    }
}

/// Looks again and again whether what was handed over last time is durable by now.
void Journal::onStallCheck() {
    std::uint64_t givenSeq = 0;
    std::uint64_t syncedSeq = 0;
    {
        const std::lock_guard lock(mutex_);
        givenSeq = given_.seq;
        syncedSeq = news_.syncedSeq;
    }
    const Clock::time_point now = Clock::now();
    if (syncedSeq < watchedSeq_) {
        stalled_ = now - watchedSince_ > std::chrono::milliseconds(stallMsMax);
    } else {
        stalled_ = false;
        watchedSeq_ = givenSeq;
        watchedSince_ = now;
    }
    if (syncedSeq >= watchedSeq_) {
        stallCheck_.stop();
    }
    report();
}

void Journal::onNews() {
    const News before = told_;
    {
        const std::lock_guard lock(mutex_);
        told_ = news_;
        newsPosted_ = false;
    }
    report();
    if (told_.snapshots != before.snapshots || told_.snapshotsFailed != before.snapshotsFailed) {
        onSnapshotOver(told_.snapshots != before.snapshots);
    }
    if (told_.needsSnapshot) {
        hastenSnapshot();
    }
    if (told_.syncedSeq != before.syncedSeq && confirmsWhenSynced()) {
        Q_EMIT synced();
    }
}

void Journal::run() {
    Handover taken;
    Clock::time_point nextSync = Clock::now();
    bool onlyWrite = false;
    while (!taken.stop) {
        {
            std::unique_lock lock(mutex_);
            const auto urgent = [this] { return given_.urgent(); };
            if (writer_.waitingBytes() > 0) {
                wake_.wait_for(lock, std::chrono::milliseconds(retryMs), urgent);
            } else if (!onlyWrite) {
                const auto any = [this] { return given_.any(); };
                if (!wake_.wait_for(lock, quiet, any)) {
                    for (Handover* const buffers : {&taken, &given_}) {
                        std::string().swap(buffers->records);
                        std::string().swap(buffers->rows);
                    }
                    wake_.wait(lock, any);
                }
            }
            if (settings_.sync != JournalSync::always) {
                wake_.wait_until(lock, nextSync,
                                 [this] { return given_.urgent() || given_.isFull(); });
                onlyWrite = !given_.urgent() && Clock::now() < nextSync;
            }
            std::swap(taken, given_);
            given_.seq = taken.seq;
        }
        if (!onlyWrite) {
            nextSync = Clock::now() + std::chrono::milliseconds(syncMs);
        }
        work(taken, !onlyWrite);
        tell(taken.ticket);
        const bool stop = taken.stop;
        empty(taken.records);
        empty(taken.rows);
        taken = Handover{std::move(taken.records), 0, std::move(taken.rows)};
        taken.stop = stop;
    }
    QMetaObject::invokeMethod(this, &Journal::onThreadEnded, Qt::QueuedConnection);
}

void Journal::work(const Handover& given, bool sync) {
    if (given.giveUp) {
        writer_.giveUpWaiting();
        writer_.abandonSnapshot();
        making_ = false;
    }
    if (given.beginSnapshot) {
        writer_.abandonSnapshot();
        writer_.beginSnapshot();
        making_ = true;
    }
    // A segment begins with the head that comes with the first rows.
    writer_.writeSnapshot(given.rows);
    writer_.write(given.records, given.seq);
    if (sync && (settings_.sync != JournalSync::off || given.urgent())) {
        writer_.sync();
    }
    if (making_ && writer_.makingSnapshot() && given.finishSnapshot && writer_.finishSnapshot()) {
        making_ = false;
        ++snapshots_;
    }
    if (making_ && !writer_.makingSnapshot()) {
        making_ = false;
        ++snapshotsFailed_;
    }
}

void Journal::tell(std::uint64_t ticket) {
    bool post = false;
    {
        const std::lock_guard lock(mutex_);
        const News before = news_;
        news_.syncedSeq = writer_.syncedSeq();
        news_.writtenSeq = writer_.writtenSeq();
        news_.bytes = writer_.segmentBytes();
        news_.waitingBytes = writer_.waitingBytes();
        news_.snapshots = snapshots_;
        news_.snapshotsFailed = snapshotsFailed_;
        news_.ticket = std::max(news_.ticket, ticket);
        news_.durability = writer_.durability();
        news_.error = writer_.error();
        news_.needsSnapshot = writer_.needsSnapshot();
        const bool interesting = news_.durability != before.durability ||
                                 news_.needsSnapshot != before.needsSnapshot ||
                                 news_.snapshots != before.snapshots ||
                                 news_.snapshotsFailed != before.snapshotsFailed ||
                                 (confirmsWhenSynced() && news_.syncedSeq != before.syncedSeq);
        post = interesting && !newsPosted_;
        newsPosted_ = newsPosted_ || interesting;
    }
    worked_.notify_all();
    if (post) {
        QMetaObject::invokeMethod(this, &Journal::onNews, Qt::QueuedConnection);
    }
}

}  // namespace herd
