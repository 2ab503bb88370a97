// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QString>
#include <cstdint>
#include <string>
#include <vector>

#include "console/stampstore.h"

namespace herd {

enum class StampColumn { client, position, time, age, node, difference, moved };
inline constexpr int stampColumnCount = 7;

/// Which stamps are to be seen.
struct StampCriteria {
    QString text;               ///< that the client must contain, whatever the case; empty: any
    bool isExpression = false;  ///< `text` is a regular expression of Perl's kind
    std::string node;           ///< that heard it; empty: any
    qint64 ageMsMin = 0;        ///< since it was heard
    qint64 ageMsMax = 0;        ///< 0: any

    bool operator==(const StampCriteria&) const = default;
};

/// Which rows of a store are shown, and in which order. Takes notes of what happens to the store
/// and turns them into a new arrangement piece by piece, when it is told to: rows that did not
/// change stay in order, the others are sorted and merged in. Owned by StampModel.
class StampFilter {
  public:
    explicit StampFilter(const StampStore& store) : store_(store) {}

    const StampCriteria& criteria() const { return criteria_; }
    /// Criteria with a fault let nothing but their fault be seen: what was shown stays.
    void setCriteria(const StampCriteria& criteria);
    /// What is wrong with the regular expression; empty: nothing.
    const QString& fault() const { return fault_; }
    void sortBy(StampColumn column, Qt::SortOrder order);
    StampColumn sortColumn() const { return column_; }
    Qt::SortOrder sortOrder() const { return order_; }

    void clear();
    void addRows(int first, int count);
    void changeRows(const std::vector<int>& rows);
    /// Whether time alone changes what is shown.
    bool dependsOnAge() const { return criteria_.ageMsMin > 0 || criteria_.ageMsMax > 0; }

    /// Works on the next arrangement until the deadline, which it may miss by one sort. True when
    /// it is ready to be taken.
    [[nodiscard]] bool prepare(qint64 nowMs, const QDeadlineTimer& deadline);
    /// Rows of the store in the order in which they are to be shown.
    [[nodiscard]] std::vector<std::uint32_t> arrange(const std::vector<std::uint32_t>& shown);

  private:
    enum Flag : std::uint8_t { matches = 1, moved = 2, kept = 4 };

    bool passes(std::uint32_t row) const;
    bool textMatches(int row) const;
    bool isBefore(std::uint32_t a, std::uint32_t b) const;
    int compare(std::uint32_t a, std::uint32_t b) const;
    void sort(std::vector<std::uint32_t>& rows) const;
    std::uint64_t keyOf(std::uint32_t row, std::size_t skipBytes) const;
    std::size_t commonPrefix(const std::vector<std::uint32_t>& rows) const;

    const StampStore& store_;
    StampCriteria criteria_;
    QString fault_;
    QRegularExpression expression_;
    StampColumn column_ = StampColumn::client;
    Qt::SortOrder order_ = Qt::AscendingOrder;
    std::vector<std::uint8_t> flags_;  ///< of each row of the store
    int matchedTo_ = 0;                ///< rows whose text has been looked at
    bool sortsAll_ = false;
    std::uint32_t origin_ = 0;  ///< number of criteria_.node
    bool originIsKnown_ = false;
    qint64 nowMs_ = 0;
};

}  // namespace herd
