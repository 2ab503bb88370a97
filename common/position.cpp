// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/position.h"

#include "common/ascii.h"

namespace herd {

namespace {

std::optional<std::int64_t> takeCoordinate(std::string_view& text, std::int64_t degreesMax) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    const std::optional<Decimal> degrees = takeDecimal(text, 9);
    const std::int64_t limit = degreesMax * nanodegreesPerDegree;
    if (!degrees || degrees->scaled > limit || (degrees->scaled == limit && !degrees->exact)) {
        return std::nullopt;
    }
    return negative ? -degrees->scaled : degrees->scaled;
}

}  // namespace

std::optional<Position> parsePosition(std::string_view text) {
    if (text.size() > positionBytesMax) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> latitude = takeCoordinate(text, 90);
    if (!latitude) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> longitude = takeCoordinate(text, 180);
    if (!longitude || !text.empty()) {
        return std::nullopt;
    }
    return Position{*latitude, *longitude};
}

}  // namespace herd
