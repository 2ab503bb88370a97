// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace herd {

/// A file that records are appended to, with a buffer in front and older files behind it
/// (`path.1` is the youngest). What the disk does not take stays in the buffer up to
/// `bufferBytesMax`; records past that are dropped and counted. Owned by one Log.
class LogFile {
  public:
    static constexpr std::size_t bufferBytesMax = 1'048'576;

    /// `fileBytesMax`: rotate before a record would take the file past it; `filesMax`: kept, the
    /// current one among them.
    [[nodiscard]] static Result<LogFile> open(const QString& path, std::int64_t fileBytesMax,
                                              std::int64_t filesMax);
    LogFile(LogFile&& other) noexcept;
    LogFile& operator=(LogFile&& other) noexcept;
    ~LogFile();

    /// `record`: one line with its LF.
    void append(std::string_view record);

    [[nodiscard]] std::size_t bufferedBytes() const { return buffer_.size(); }

    /// Writes the buffer to the file. An error leaves what was not written for the next time.
    [[nodiscard]] Result<bool> writeOut();

    /// Opens the path again. An error leaves the old file in use.
    [[nodiscard]] Result<bool> reopen();

    [[nodiscard]] std::uint64_t recordsLostTotal() const { return recordsLost_; }
    [[nodiscard]] std::uint64_t failuresTotal() const { return failures_; }

  private:
    LogFile(QString path, std::int64_t fileBytesMax, std::int64_t filesMax);
    Result<bool> rotate();

    QString path_;
    std::int64_t fileBytesMax_;
    std::int64_t filesMax_;
    int descriptor_ = -1;
    std::int64_t fileBytes_ = 0;
    std::string buffer_;
    std::uint64_t recordsLost_ = 0;
    std::uint64_t failures_ = 0;
};

}  // namespace herd
