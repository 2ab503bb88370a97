// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/config.h"
#include "common/result.h"
#include "server/logfile.h"
#include "server/logtail.h"

namespace herd {

class Clock;

enum class LogDirection { received, sent };

/// The node's log (PROTOCOL.md, Logs): one record a line, `<time> <level> <who> <text>`, time in
/// UTC with microseconds. Records reach the file within half a second. Protocol lines are whole and
/// limited per second; what is left out is counted in a record once a second. Notices are never
/// limited. A disk that fails is told once by a signal, counted and tried again. Used by one thread
/// at a time, which need not be its own. Owned by the program's wiring; the clock must outlive it.
class Log : public QObject {
    Q_OBJECT

  public:
    static constexpr int writeOutMs = 200;
    static constexpr std::size_t writeOutBytes = 64 * 1024;  ///< buffered, then sooner

    /// Opens or makes the file, mode 0640; its directory must be there.
    [[nodiscard]] static Result<std::unique_ptr<Log>> open(const QString& path,
                                                           const LogConfig& config,
                                                           const Clock& clock);
    ~Log() override;

    /// A notice: what happened to `who`.
    void notice(LogLevel level, std::string_view who, std::string_view text);

    /// Whether line() would write now, asked before anything is formatted for it:
    /// `if (log.wantsLine()) log.line(...)`. A no beyond the limit counts one line left out.
    [[nodiscard]] bool wantsLine(LogLevel level = LogLevel::info) {
        if (level > config_.level || config_.linesPerSMax == 0) {
            return false;
        }
        if (linesLeft_ > 0) {
            return true;
        }
        ++leftOut_;
        return false;
    }

    /// A protocol line; the LF at its end may be there or not.
    void line(LogDirection direction, std::string_view who, std::string_view bytes,
              LogLevel level = LogLevel::info);

    /// Writes out what is buffered, now.
    void writeOut();

    /// Opens the path again, after somebody moved the file away (SIGHUP); tried until it works.
    void reopen();

    /// The newest records, as they stand in the file.
    [[nodiscard]] const LogTail& tail() const { return tail_; }

    /// Why the file cannot be written now; empty when it can.
    [[nodiscard]] const QString& failure() const { return failure_; }

    [[nodiscard]] std::uint64_t linesLeftOutTotal() const { return leftOutBefore_ + leftOut_; }
    /// Records dropped because the disk did not take them.
    [[nodiscard]] std::uint64_t recordsLostTotal() const { return file_->recordsLostTotal(); }
    [[nodiscard]] std::uint64_t failuresTotal() const { return file_->failuresTotal(); }

  Q_SIGNALS:
    /// The file cannot be written, opened or rotated; not told again until it is mended.
    void failed(const QString& reason);
    void mended();

  private:
    Log(std::unique_ptr<LogFile> file, const LogConfig& config, const Clock& clock);
    void beginRecord(LogLevel level, std::string_view who);
    void endRecord(LogLevel level);
    void startTick();
    void onTick();
    void startSecond(std::int64_t nowNs);
    void setFailing(const std::optional<Error>& error);

    std::unique_ptr<LogFile> file_;
    LogConfig config_;
    const Clock& clock_;
    QTimer tick_;  ///< runs while something is buffered or the second's lines are not all left
    std::string record_;
    std::int64_t linesLeft_;  ///< in this second
    std::int64_t secondBeganNs_ = 0;
    std::uint64_t leftOut_ = 0;  ///< in this second
    std::uint64_t leftOutBefore_ = 0;
    std::uint64_t recordsLostTold_ = 0;
    bool reopenDue_ = false;
    bool tickQueued_ = false;  ///< for its own thread to start
    QString failure_;
    LogTail tail_;
};

}  // namespace herd
