// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QSet>
#include <deque>

namespace herd {

/// Joins what one node tells of its log after it was asked anew to what it told before: drops the
/// records that come a second time, and finds out whether some may be missing between. Knows
/// nothing of times and levels. Owned by the log model.
class LogSeam {
  public:
    /// What a node keeps, and tells at most when it is asked.
    static constexpr std::size_t recordsMax = 1'000;
    /// A node that tells more than this before its tail is complete is not waited for.
    static constexpr qsizetype tailBytesMax = 4'194'304;

    /// What is to be shown.
    struct News {
        QList<QByteArray> records;
        bool isTorn = false;    ///< records may be missing before these
        QByteArray lastBefore;  ///< the newest record before the gap
    };

    /// The node was asked and tells its newest records first.
    void begin();
    /// Nothing is news before the tail is complete: only then is it known what is missing.
    [[nodiscard]] News add(const QList<QByteArray>& records);
    /// The tail is complete.
    [[nodiscard]] News complete();

  private:
    void remember(const QByteArray& record);

    // The newest records, by which those that come again are known.
    std::deque<QByteArray> order_;
    QSet<QByteArray> known_;
    QList<QByteArray> tail_;
    qsizetype tailBytes_ = 0;
    bool isInTail_ = false;
};

}  // namespace herd
