// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace herd {

/// A file that records are appended to, with a buffer in front of it and older files beside it
/// (`path.1` is the youngest). Records are never torn by a rotation. What the disk does not take
/// stays in the buffer; records that no longer fit in there are dropped and counted. Owned by a
/// Log.
class LogFile {
  public:
    static constexpr std::size_t bufferBytesMax = 4 * 1'048'576;

    /// `fileBytesMax`: rotate before a record would take the file past it; a longer record has a
    /// file of its own. `filesMax`: kept, the current one among them.
    [[nodiscard]] static Result<std::unique_ptr<LogFile>> open(const QString& path,
                                                               std::int64_t fileBytesMax,
                                                               std::int64_t filesMax);
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    ~LogFile();

    /// `record`: one line with its LF.
    void append(std::string_view record);

    [[nodiscard]] std::size_t bufferedBytes() const { return buffer_.size(); }

    /// Writes the buffer to the file. After an error what is not written waits for the next time; a
    /// file that cannot be rotated grows on.
    [[nodiscard]] std::optional<Error> writeOut();

    /// Opens the path again. After an error the old file stays in use.
    [[nodiscard]] std::optional<Error> reopen();

    [[nodiscard]] std::uint64_t recordsLostTotal() const { return recordsLost_; }
    [[nodiscard]] std::uint64_t failuresTotal() const { return failures_; }

  private:
    LogFile(QString path, std::int64_t fileBytesMax, std::int64_t filesMax);
    [[nodiscard]] std::size_t recordsThatFit(std::int64_t roomBytes) const;
    [[nodiscard]] std::optional<Error> rotate();
    [[nodiscard]] Error failure(const QString& what);
    void use(int descriptor);

    QString path_;
    std::int64_t fileBytesMax_;
    std::int64_t filesMax_;
    int descriptor_ = -1;
    bool atRecord_ = true;  ///< the file's last byte ends a record
    std::string buffer_;
    std::uint64_t recordsLost_ = 0;
    std::uint64_t failures_ = 0;
};

}  // namespace herd
