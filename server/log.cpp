// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/log.h"

#include <QThread>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "common/escaped.h"
#include "common/timestamp.h"
#include "server/clock.h"

namespace herd {

namespace {

void appendTime(std::string& out, std::int64_t wallNs) {
    const std::time_t seconds = wallNs / nanosecondsPerSecond;
    const int microseconds = static_cast<int>(wallNs % nanosecondsPerSecond / 1'000);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 64> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    out.append(text.data(), length);
    std::snprintf(text.data(), text.size(), ".%06dZ", microseconds);
    out.append(text.data());
}

}  // namespace

Result<std::unique_ptr<Log>> Log::open(const QString& path, const LogConfig& config,
                                       const Clock& clock) {
    Result<std::unique_ptr<LogFile>> file =
        LogFile::open(path, config.fileBytesMax, config.filesMax);
    if (!file) {
        return file.error();
    }
    return std::unique_ptr<Log>(new Log(std::move(file).value(), config, clock));
}

Log::Log(std::unique_ptr<LogFile> file, const LogConfig& config, const Clock& clock)
    : file_(std::move(file)), config_(config), clock_(clock), linesLeft_(config.linesPerSMax) {
    tick_.setInterval(writeOutMs);
    connect(&tick_, &QTimer::timeout, this, &Log::onTick);
}

Log::~Log() {
    startSecond(clock_.monotonicNs());
    writeOut();
}

void Log::notice(LogLevel level, std::string_view who, std::string_view text) {
    if (level <= config_.level) {
        beginRecord(level, who);
        appendEscaped(record_, text);
        endRecord(level);
    }
}

void Log::line(LogDirection direction, std::string_view who, std::string_view bytes,
               LogLevel level) {
    if (!wantsLine(level)) {
        return;
    }
    --linesLeft_;
    if (bytes.ends_with('\n')) {
        bytes.remove_suffix(1);
    }
    beginRecord(level, who);
    record_.append(direction == LogDirection::received ? "received " : "sent ");
    appendEscaped(record_, bytes);
    endRecord(level);
}

void Log::beginRecord(LogLevel level, std::string_view who) {
    record_.clear();
    appendTime(record_, clock_.wallNs());
    record_.append(" ").append(wordOf(level)).append(" ");
    appendEscaped(record_, who);
    record_.push_back(' ');
}

void Log::endRecord(LogLevel level) {
    tail_.append(level, record_);
    record_.push_back('\n');
    file_->append(record_);
    if (!tick_.isActive()) {
        startTick();
    }
    if (file_->bufferedBytes() >= writeOutBytes && failure_.isEmpty()) {
        writeOut();
    }
}

/// A timer can be started on its own thread only.
void Log::startTick() {
    if (QThread::currentThread() == thread()) {
        tickQueued_ = false;
        secondBeganNs_ = clock_.monotonicNs();
        tick_.start();
    } else if (!std::exchange(tickQueued_, true)) {
        QMetaObject::invokeMethod(this, &Log::startTick, Qt::QueuedConnection);
    }
}

void Log::writeOut() {
    std::optional<Error> error = file_->writeOut();
    if (reopenDue_) {
        const std::optional<Error> reopening = file_->reopen();
        reopenDue_ = reopening.has_value();
        if (!error) {
            error = reopening;
        }
    }
    setFailing(error);
}

void Log::reopen() {
    reopenDue_ = true;
    writeOut();
    if (reopenDue_ && !tick_.isActive()) {
        startTick();
    }
}

void Log::setFailing(const std::optional<Error>& error) {
    if (error.has_value() != failure_.isEmpty()) {
        return;
    }
    failure_ = error ? error->message : QString();
    if (error) {
        Q_EMIT failed(error->message);
        return;
    }
    const std::uint64_t lost =
        recordsLostTotal() - std::exchange(recordsLostTold_, recordsLostTotal());
    notice(LogLevel::warning, "log",
           "the file can be written again; records lost: " + std::to_string(lost));
    Q_EMIT mended();
}

void Log::onTick() {
    const std::int64_t nowNs = clock_.monotonicNs();
    if (nowNs - secondBeganNs_ >= nanosecondsPerSecond) {
        startSecond(nowNs);
    }
    writeOut();
    if (file_->bufferedBytes() == 0 && !reopenDue_ && linesLeft_ == config_.linesPerSMax) {
        tick_.stop();
    }
}

void Log::startSecond(std::int64_t nowNs) {
    secondBeganNs_ = nowNs;
    linesLeft_ = config_.linesPerSMax;
    const std::uint64_t count = std::exchange(leftOut_, 0);
    leftOutBefore_ += count;
    if (count > 0) {
        notice(LogLevel::info, "log",
               "left out " + std::to_string(count) + " lines: more than lines_per_s_max = " +
                   std::to_string(config_.linesPerSMax) + " in a second");
    }
}

}  // namespace herd
