// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampfilter.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <limits>

#include "console/stamptexts.h"

namespace herd {

namespace {

/// Steps that matching one client may take, so that no expression holds up the window.
const QString expressionLimit = QStringLiteral("(*LIMIT_MATCH=20000)");
/// Rows looked at between two looks at the clock.
constexpr int stride = 256;
constexpr std::uint64_t signBit = std::uint64_t{1} << 63U;

std::uint64_t keyOfInteger(std::int64_t value) {
    return static_cast<std::uint64_t>(value) ^ signBit;
}

/// Ordered as the numbers are; NaN below all.
std::uint64_t keyOfReal(double value) {
    if (std::isnan(value)) {
        return 0;
    }
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    return (bits & signBit) == 0 ? bits | signBit : ~bits;
}

int signOf(std::strong_ordering ordering) {
    return ordering < 0 ? -1 : ordering > 0 ? 1 : 0;
}

template <typename Value>
int compareValues(Value a, Value b) {
    return signOf(a <=> b);
}

}  // namespace

void StampFilter::setCriteria(const StampCriteria& criteria) {
    if (criteria.isExpression) {
        // Checked without the limit first, so that the fault stands where the user sees it.
        const QRegularExpression asTyped(criteria.text);
        if (!asTyped.isValid()) {
            fault_ = asTyped.errorString();
            return;
        }
        expression_ = QRegularExpression(expressionLimit + criteria.text);
        expression_.optimize();
    }
    fault_.clear();
    if (criteria.text != criteria_.text || criteria.isExpression != criteria_.isExpression) {
        matchedTo_ = 0;
    }
    criteria_ = criteria;
}

void StampFilter::sortBy(StampColumn column, Qt::SortOrder order) {
    if (column != column_ || order != order_) {
        column_ = column;
        order_ = order;
        sortsAll_ = true;
    }
}

void StampFilter::clear() {
    flags_ = {};
    matchedTo_ = 0;
}

void StampFilter::addRows(int first, int count) {
    flags_.resize(static_cast<std::size_t>(first + count), 0);
}

void StampFilter::changeRows(const std::vector<int>& rows) {
    for (const int row : rows) {
        flags_[static_cast<std::size_t>(row)] |= moved;
    }
}

bool StampFilter::textMatches(int row) const {
    if (criteria_.text.isEmpty()) {
        return true;
    }
    const QString text = wholeClientText(store_.client(row));
    return criteria_.isExpression ? expression_.match(text).hasMatch()
                                  : text.contains(criteria_.text, Qt::CaseInsensitive);
}

bool StampFilter::prepare(qint64 nowMs, const QDeadlineTimer& deadline) {
    nowMs_ = nowMs;
    const int size = static_cast<int>(flags_.size());
    while (matchedTo_ < size) {
        const int end = std::min(matchedTo_ + stride, size);
        for (; matchedTo_ < end; ++matchedTo_) {
            std::uint8_t& flags = flags_[static_cast<std::size_t>(matchedTo_)];
            flags = static_cast<std::uint8_t>(textMatches(matchedTo_) ? flags | matches
                                                                      : flags & ~matches);
        }
        if (deadline.hasExpired()) {
            return matchedTo_ == size;
        }
    }
    return true;
}

bool StampFilter::passes(std::uint32_t row) const {
    if ((flags_[row] & matches) == 0) {
        return false;
    }
    const StampStore::Row& stamp = store_.row(static_cast<int>(row));
    if (!criteria_.node.empty() && (!originIsKnown_ || stamp.origin != origin_)) {
        return false;
    }
    if (!dependsOnAge()) {
        return true;
    }
    const qint64 ageMs = nowMs_ - stamp.rxNs / 1'000'000;
    return ageMs >= criteria_.ageMsMin && (criteria_.ageMsMax == 0 || ageMs <= criteria_.ageMsMax);
}

std::vector<std::uint32_t> StampFilter::arrange(const std::vector<std::uint32_t>& shown) {
    originIsKnown_ = false;
    for (std::uint32_t number = 0; number < store_.originCount(); ++number) {
        if (store_.originName(number) == criteria_.node) {
            origin_ = number;
            originIsKnown_ = true;
        }
    }
    // What a stamp says does not move it in the order of clients.
    const std::uint8_t leavesPlace = column_ == StampColumn::client ? 0 : moved;
    std::vector<std::uint32_t> arranged;
    std::vector<std::uint32_t> stays;
    std::vector<std::uint32_t> comes;
    if (!sortsAll_) {
        stays.reserve(shown.size());
        for (const std::uint32_t row : shown) {
            if ((flags_[row] & leavesPlace) == 0 && passes(row)) {
                stays.push_back(row);
                flags_[row] |= kept;
            }
        }
    }
    const auto size = static_cast<std::uint32_t>(flags_.size());
    for (std::uint32_t row = 0; row < size; ++row) {
        if ((flags_[row] & kept) == 0 && passes(row)) {
            comes.push_back(row);
        }
        flags_[row] &= matches;
    }
    sortsAll_ = false;
    sort(comes);
    arranged.reserve(stays.size() + comes.size());
    auto at = stays.cbegin();
    for (const std::uint32_t row : comes) {
        const auto place =
            std::upper_bound(at, stays.cend(), row,
                             [this](std::uint32_t a, std::uint32_t b) { return isBefore(a, b); });
        arranged.insert(arranged.end(), at, place);
        arranged.push_back(row);
        at = place;
    }
    arranged.insert(arranged.end(), at, stays.cend());
    return arranged;
}

/// Of equal rows the one that came first into the store, whatever the direction.
bool StampFilter::isBefore(std::uint32_t a, std::uint32_t b) const {
    const int ordering = order_ == Qt::AscendingOrder ? compare(a, b) : compare(b, a);
    return ordering != 0 ? ordering < 0 : a < b;
}

int StampFilter::compare(std::uint32_t a, std::uint32_t b) const {
    const StampStore::Row& first = store_.row(static_cast<int>(a));
    const StampStore::Row& second = store_.row(static_cast<int>(b));
    switch (column_) {
        case StampColumn::client:
            return signOf(store_.client(static_cast<int>(a)) <=>
                          store_.client(static_cast<int>(b)));
        case StampColumn::node:
            return signOf(store_.originName(first.origin) <=> store_.originName(second.origin));
        case StampColumn::position:
            if (first.latitude == second.latitude) {
                return compareValues(keyOfReal(first.longitude), keyOfReal(second.longitude));
            }
            break;
        case StampColumn::time:
        case StampColumn::age:
        case StampColumn::difference:
        case StampColumn::moved:
            break;
    }
    return compareValues(keyOf(a, 0), keyOf(b, 0));
}

/// Greater for what compare() puts later; equal keys say nothing. For clients: eight bytes behind
/// what all have in common.
std::uint64_t StampFilter::keyOf(std::uint32_t row, std::size_t skipBytes) const {
    const StampStore::Row& stamp = store_.row(static_cast<int>(row));
    switch (column_) {
        case StampColumn::client: {
            const std::string_view client =
                store_.client(static_cast<int>(row)).substr(skipBytes, 8);
            std::uint64_t key = 0;
            for (std::size_t i = 0; i < 8; ++i) {
                key = key << 8U | (i < client.size() ? static_cast<unsigned char>(client[i]) : 0U);
            }
            return key;
        }
        case StampColumn::position:
            return keyOfReal(stamp.latitude);
        case StampColumn::time:
            return keyOfInteger(stamp.timeNs);
        case StampColumn::age:
            return ~keyOfInteger(stamp.rxNs);
        case StampColumn::difference:
            return keyOfInteger(stamp.rxNs - stamp.timeNs);
        case StampColumn::moved:
            return keyOfReal(static_cast<double>(stamp.movedMetres));
        case StampColumn::node:
            break;
    }
    return 0;
}

std::size_t StampFilter::commonPrefix(const std::vector<std::uint32_t>& rows) const {
    if (rows.empty() || column_ != StampColumn::client) {
        return 0;
    }
    const std::string_view first = store_.client(static_cast<int>(rows.front()));
    std::size_t length = first.size();
    for (const std::uint32_t row : rows) {
        const std::string_view client = store_.client(static_cast<int>(row));
        length = std::min(length, client.size());
        length = static_cast<std::size_t>(
            std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(length),
                          client.begin())
                .first -
            first.begin());
    }
    return length;
}

/// Sorts keys that lie beside each other; looks into the store only where they are equal.
void StampFilter::sort(std::vector<std::uint32_t>& rows) const {
    struct Keyed {
        std::uint64_t key;
        std::uint32_t row;
    };
    const std::size_t skipBytes = commonPrefix(rows);
    const std::uint64_t direction =
        order_ == Qt::AscendingOrder ? 0 : std::numeric_limits<std::uint64_t>::max();
    std::vector<Keyed> keyed;
    keyed.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        keyed.push_back({keyOf(row, skipBytes) ^ direction, row});
    }
    std::sort(keyed.begin(), keyed.end(), [this](const Keyed& a, const Keyed& b) {
        return a.key != b.key ? a.key < b.key : isBefore(a.row, b.row);
    });
    std::transform(keyed.begin(), keyed.end(), rows.begin(),
                   [](const Keyed& entry) { return entry.row; });
}

}  // namespace herd
