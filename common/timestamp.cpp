// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/timestamp.h"

#include "common/ascii.h"

namespace herd {

namespace {
constexpr int fractionDigits = 9;
}

std::optional<std::int64_t> parseTime(std::string_view text) {
    if (text.size() > timeBytesMax) {
        return std::nullopt;
    }
    const std::size_t point = text.find('.');
    if (point != std::string_view::npos && text.size() - point - 1 > fractionDigits) {
        return std::nullopt;
    }
    const std::optional<Decimal> seconds = takeDecimal(text, fractionDigits);
    if (!seconds || !text.empty()) {
        return std::nullopt;
    }
    return seconds->scaled;
}

void appendDiff(std::string& out, std::int64_t nanoseconds) {
    const bool negative = nanoseconds < 0;
    // Negated as unsigned, so that the smallest int64 has a magnitude too.
    std::uint64_t magnitude = static_cast<std::uint64_t>(nanoseconds);
    if (negative) {
        magnitude = 0 - magnitude;
    }
    char text[24];
    char* const end = text + sizeof text;
    char* first = end;
    int digits = 0;
    do {
        if (digits == fractionDigits) {
            *--first = '.';
        }
        *--first = static_cast<char>('0' + magnitude % 10);
        magnitude /= 10;
        ++digits;
    } while (magnitude != 0 || digits <= fractionDigits);
    *--first = negative ? '-' : '+';
    out.append(first, static_cast<std::size_t>(end - first));
}

std::optional<std::int64_t> parseDiff(std::string_view text) {
    if (text.size() < 12 || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    const bool negative = text.front() == '-';
    std::string_view rest = text.substr(1);
    const bool pointInPlace = rest[rest.size() - fractionDigits - 1] == '.';
    const bool leadingZero = rest[0] == '0' && rest[1] != '.';
    if (!pointInPlace || leadingZero) {
        return std::nullopt;
    }
    const std::optional<Decimal> magnitude = takeDecimal(rest, fractionDigits);
    if (!magnitude || !rest.empty() || (negative && magnitude->scaled == 0)) {
        return std::nullopt;
    }
    return negative ? -magnitude->scaled : magnitude->scaled;
}

}  // namespace herd
