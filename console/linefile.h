// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <optional>

#include "common/result.h"

namespace herd {

/// Reads the lines of a file one after the other, however big it is. Blank lines and those that
/// begin with # are skipped, lines that no node would take are counted. Owned by a replay.
class LineFile {
  public:
    /// Of one line before its LF; a longer one is skipped.
    static constexpr qint64 lineBytesMax = 32'768;
    /// Read in one call; then the caller gets a turn.
    static constexpr qint64 readBytesMax = 1'048'576;

    struct Step {
        enum class Kind { line, more /* call again later */, end, failed };
        Kind kind = Kind::end;
        QByteArray line;
    };

    /// Nothing, or the reason why the file cannot be read.
    [[nodiscard]] std::optional<Error> open(const QString& path);
    [[nodiscard]] Step next();

    [[nodiscard]] qint64 bytesRead() const { return bytesRead_; }
    [[nodiscard]] qint64 bytesTotal() const { return bytesTotal_; }
    [[nodiscard]] qint64 tooLongCount() const { return tooLong_; }
    [[nodiscard]] QString errorText() const { return file_.errorString(); }

  private:
    QFile file_;
    bool skipping_ = false;  ///< the rest of a line that is too long
    qint64 bytesRead_ = 0;
    qint64 bytesTotal_ = 0;
    qint64 tooLong_ = 0;
};

}  // namespace herd
