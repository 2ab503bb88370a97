// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/timestamp.h"

#include <charconv>

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

DiffText::DiffText(std::int64_t nanoseconds) {
    const bool negative = nanoseconds < 0;
    // Negated as unsigned, so that the smallest int64 has a magnitude too.
    std::uint64_t magnitude = static_cast<std::uint64_t>(nanoseconds);
    if (negative) {
        magnitude = 0 - magnitude;
    }
    const std::uint64_t seconds = magnitude / nanosecondsPerSecond;
    auto fraction = static_cast<std::uint32_t>(magnitude % nanosecondsPerSecond);
    char* const text = bytes_.data();
    text[0] = negative ? '-' : '+';
    char* const end = std::to_chars(text + 1, text + 12, seconds).ptr;
    *end = '.';
    for (char* digit = end + fractionDigits; digit != end; --digit) {
        *digit = static_cast<char>('0' + fraction % 10);
        fraction /= 10;
    }
    size_ = static_cast<std::size_t>(end + 1 + fractionDigits - text);
}

void appendDiff(std::string& out, std::int64_t nanoseconds) {
    out += DiffText(nanoseconds).view();
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
