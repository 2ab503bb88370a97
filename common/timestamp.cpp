// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/timestamp.h"

#include <QtEndian>
#include <charconv>

#include "common/ascii.h"

namespace herd {

namespace {

constexpr int fractionDigits = 9;

/// Eight digits: halves, then pairs, then single ones, all of a kind at once.
void writeEight(char* at, std::uint32_t number) {
    std::uint64_t digits = number / 10'000 + (std::uint64_t{number % 10'000} << 32);
    // Division by 100 and by 10 of what is at most 9,999 and 99.
    const std::uint64_t hundreds = (digits * 10'486 >> 20) & 0x0000'007f'0000'007f;
    digits = hundreds + ((digits - hundreds * 100) << 16);
    const std::uint64_t tens = (digits * 103 >> 10) & 0x000f'000f'000f'000f;
    digits = tens + ((digits - tens * 10) << 8);
    qToLittleEndian(digits | 0x3030'3030'3030'3030, at);
}

}  // namespace

std::optional<std::int64_t> takeTime(std::string_view& text) {
    const std::size_t before = text.size();
    const std::optional<DecimalText> seconds = takeDecimalText(text);
    const bool fits = seconds && seconds->fraction.size() <= std::size_t{fractionDigits} &&
                      before - text.size() <= timeBytesMax;
    const std::optional<Decimal> time = fits ? valueOf(*seconds, fractionDigits) : std::nullopt;
    return time ? std::optional(time->scaled) : std::nullopt;
}

std::optional<std::int64_t> parseTime(std::string_view text) {
    const std::optional<std::int64_t> timeNs = takeTime(text);
    return text.empty() ? timeNs : std::nullopt;
}

DiffText::DiffText(std::int64_t nanoseconds) {
    const bool negative = nanoseconds < 0;
    // Negated as unsigned, so that the smallest int64 has a magnitude too.
    std::uint64_t magnitude = static_cast<std::uint64_t>(nanoseconds);
    if (negative) {
        magnitude = 0 - magnitude;
    }
    const std::uint64_t seconds = magnitude / nanosecondsPerSecond;
    const auto fraction = static_cast<std::uint32_t>(magnitude - seconds * nanosecondsPerSecond);
    char* const text = bytes_.data();
    text[0] = negative ? '-' : '+';
    char* const end = std::to_chars(text + 1, text + 12, seconds).ptr;
    *end = '.';
    end[1] = static_cast<char>('0' + fraction / 100'000'000);
    writeEight(end + 2, fraction % 100'000'000);
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
