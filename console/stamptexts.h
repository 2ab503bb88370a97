// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QtGlobal>
#include <string>
#include <string_view>

namespace herd {

// How stamps are written for people and for other programs.

/// Whether the bytes are UTF-8 without control characters, so that a text can stand for them.
[[nodiscard]] bool isPlainText(std::string_view bytes);

/// All of the bytes as text when they are plain, else escaped as in a log.
[[nodiscard]] QString wholeClientText(std::string_view client);

/// Date and time of POSIX nanoseconds, to the millisecond.
[[nodiscard]] QString timeText(qint64 ns, bool utc);
/// "3 s", "12 min 5 s", "2 h 14 min", "9 d 3 h".
[[nodiscard]] QString elapsedText(qint64 ms);
/// Seconds with sign: "+0.026 s".
[[nodiscard]] QString differenceText(qint64 ns);
/// Metres or kilometres; empty for NaN.
[[nodiscard]] QString movedText(float metres);

/// ISO 8601 in UTC with nine digits behind the point, for files.
void appendIsoTime(std::string& out, qint64 ns);
/// Degrees with nine digits behind the point and no sign but `-`.
void appendDegrees(std::string& out, double degrees);

}  // namespace herd
