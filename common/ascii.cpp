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

/// The leading run of digits.
inline DigitRun runOf(const char* begin, const char* end) {
    std::uint64_t value = 0;
    const char* at = begin;
    for (; at != end; ++at) {
        const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
        if (digit > 9) {
            break;
        }
        value = value * 10 + digit;
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
    const auto places = static_cast<std::size_t>(fractionDigits);
    const std::string_view digits(at, fraction.count);
    const std::size_t kept = std::min(fraction.count, places);
    // Nearly every number is short enough to be added up without looking for an overflow.
    const std::uint64_t scaled =
        whole.count + places <= plainDigitsMax && kept == fraction.count
            ? whole.value * powersOfTen[places] + fraction.value * powersOfTen[places - kept]
            : valueOfMany({begin, whole.count}, digits.substr(0, kept), places - kept);
    if (scaled > scaledMax) {
        return std::nullopt;
    }
    const bool exact =
        kept == fraction.count || digits.find_first_not_of('0', kept) == std::string_view::npos;
    text.remove_prefix(static_cast<std::size_t>(at + fraction.count - begin));
    return Decimal{static_cast<std::int64_t>(scaled), exact};
}

}  // namespace herd
