// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

class QSettings;

namespace herd {

/// Lines that were sent, oldest first, each once, bounded in number and size; with a place in it
/// for going back and forth. Owned by the command panel.
class LineHistory {
  public:
    static constexpr qsizetype linesMax = 200;
    /// Of all lines together.
    static constexpr qsizetype charactersMax = 262'144;

    /// Makes it the newest line and forgets the place.
    void add(const QString& line);

    /// The line before the place, or the oldest again.
    [[nodiscard]] QString back();
    /// The line behind the place; empty behind the newest.
    [[nodiscard]] QString forward();

    [[nodiscard]] const QStringList& lines() const { return lines_; }

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

  private:
    QStringList lines_;
    qsizetype characters_ = 0;
    qsizetype place_ = 0;
};

}  // namespace herd
