// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/ascii.h"

#include <QtEndian>
#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace herd {

namespace {

constexpr std::ptrdiff_t bytesPerWord = sizeof(std::uint64_t);

/// A word whose bytes are all the same.
constexpr std::uint64_t eachByte(std::uint8_t byte) {
    return std::uint64_t{0x0101010101010101} * byte;
}

/// Eight bytes; the first one is the lowest of the word.
std::uint64_t wordAt(const char* at) {
    return qFromLittleEndian<std::uint64_t>(at);
}

/// Marks the top bit of the first byte that is a space or a control byte; what is marked behind it
/// means nothing.
constexpr std::uint64_t marksOfBlanks(std::uint64_t word) {
    return (word - eachByte(' ' + 1)) & ~word & eachByte(0x80);
}

constexpr std::array<std::uint64_t, 20> makePowersOfTen() {
    std::array<std::uint64_t, 20> powers{1};
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}
constexpr std::array<std::uint64_t, 20> powersOfTen = makePowersOfTen();

/// Every number of so many digits fits uint64.
constexpr std::size_t plainDigitsMax = 19;

/// A run of digits and its value, which means nothing past `plainDigitsMax` digits.
struct DigitRun {
    std::uint64_t value = 0;
    std::size_t count = 0;
};

/// Marks the top bit of the first byte that is no digit value; what is marked behind it means
/// nothing.
constexpr std::uint64_t marksOfNoDigits(std::uint64_t word) {
    return ((word + eachByte(0x80 - 10)) | word) & eachByte(0x80);
}

/// Of eight digit values, the first one in the lowest byte: pairs, then fours, then all.
constexpr std::uint64_t valueOfEight(std::uint64_t digits) {
    digits = digits * 10 + (digits >> 8);
    constexpr std::uint64_t everyOther = 0x0000'00ff'0000'00ff;
    constexpr std::uint64_t ofFirst = 100 + (std::uint64_t{1'000'000} << 32);
    constexpr std::uint64_t ofSecond = 1 + (std::uint64_t{10'000} << 32);
    return ((digits & everyOther) * ofFirst + (digits >> 16 & everyOther) * ofSecond) >> 32;
}

/// The leading run of digits.
inline DigitRun runOf(const char* begin, const char* end) {
    std::uint64_t value = 0;
    const char* at = begin;
    for (; end - at >= bytesPerWord; at += bytesPerWord) {
        const std::uint64_t digits = wordAt(at) ^ eachByte('0');
        if (marksOfNoDigits(digits) != 0) {
            break;
        }
        value = value * 100'000'000 + valueOfEight(digits);
    }
    for (; at != end && isDigit(*at); ++at) {
        value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    return {value, static_cast<std::size_t>(at - begin)};
}

constexpr auto scaledMax = std::uint64_t{std::numeric_limits<std::int64_t>::max()};

/// The number that the digits spell, followed by so many zeros; past `scaledMax` some other number
/// that is, too.
std::uint64_t valueOfMany(std::string_view whole, std::string_view fraction, std::size_t zeros) {
    std::uint64_t sum = 0;
    const auto add = [&sum](char digit) {
        const auto value = static_cast<std::uint64_t>(digit - '0');
        sum = sum <= (scaledMax - value) / 10 ? sum * 10 + value : scaledMax + 1;
    };
    std::for_each(whole.begin(), whole.end(), add);
    std::for_each(fraction.begin(), fraction.end(), add);
    for (; zeros > 0; --zeros) {
        add('0');
    }
    return sum;
}

}  // namespace

std::size_t fieldLength(std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* at = begin;
    while (end - at >= bytesPerWord) {
        const std::uint64_t marks = marksOfBlanks(wordAt(at));
        at += marks == 0 ? bytesPerWord : std::countr_zero(marks) / 8;
        if (marks != 0) {
            if (isWhiteSpace(*at)) {
                return static_cast<std::size_t>(at - begin);
            }
            ++at;
        }
    }
    while (at != end && !isWhiteSpace(*at)) {
        ++at;
    }
    return static_cast<std::size_t>(at - begin);
}

std::size_t digitCount(std::string_view text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* at = begin;
    for (; end - at >= bytesPerWord; at += bytesPerWord) {
        const std::uint64_t marks = marksOfNoDigits(wordAt(at) ^ eachByte('0'));
        if (marks != 0) {
            return static_cast<std::size_t>(at - begin + std::countr_zero(marks) / 8);
        }
    }
    while (at != end && isDigit(*at)) {
        ++at;
    }
    return static_cast<std::size_t>(at - begin);
}

std::optional<Decimal> takeDecimal(std::string_view& text, int fractionDigits) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const DigitRun whole = runOf(begin, end);
    if (whole.count == 0) {
        return std::nullopt;
    }
    const char* at = begin + whole.count;
    DigitRun fraction;
    if (at != end && *at == '.') {
        ++at;
        fraction = runOf(at, end);
        if (fraction.count == 0) {
            return std::nullopt;
        }
    }
    Decimal decimal;
    decimal.places = fraction.count;
    const auto places = static_cast<std::size_t>(fractionDigits);
    std::uint64_t scaled = 0;
    if (whole.count + places <= plainDigitsMax && fraction.count <= places) {
        // Nearly every number is short enough to be added up without looking for an overflow.
        scaled = whole.value * powersOfTen[places] +
                 fraction.value * powersOfTen[places - fraction.count];
    } else {
        const std::string_view digits(at, fraction.count);
        const std::size_t kept = std::min(fraction.count, places);
        scaled = valueOfMany({begin, whole.count}, digits.substr(0, kept), places - kept);
        decimal.exact = digits.find_first_not_of('0', kept) == std::string_view::npos;
    }
    if (scaled > scaledMax) {
        return std::nullopt;
    }
    decimal.scaled = static_cast<std::int64_t>(scaled);
    text.remove_prefix(static_cast<std::size_t>(at + fraction.count - begin));
    return decimal;
}

}  // namespace herd
