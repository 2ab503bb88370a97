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

/// Behind the leading digits.
inline const char* digitsEnd(const char* at, const char* end) {
    for (; end - at >= bytesPerWord; at += bytesPerWord) {
        const std::uint64_t marks = marksOfNoDigits(wordAt(at) ^ eachByte('0'));
        if (marks != 0) {
            return at + std::countr_zero(marks) / 8;
        }
    }
    while (at != end && isDigit(*at)) {
        ++at;
    }
    return at;
}

/// The number that the digits spell; it means nothing past `plainDigitsMax` digits.
std::uint64_t numberOf(std::string_view digits) {
    const char* at = digits.data();
    const char* const end = at + digits.size();
    std::uint64_t value = 0;
    if (end - at > bytesPerWord && end - at <= 2 * bytesPerWord) {
        // The digits that the last eight have before them, with zeros before those.
        const auto zeroBits = static_cast<int>(8 * (2 * bytesPerWord - (end - at)));
        const std::uint64_t first = (wordAt(at) ^ eachByte('0')) << zeroBits;
        const std::uint64_t last = wordAt(end - bytesPerWord) ^ eachByte('0');
        return valueOfEight(first) * 100'000'000 + valueOfEight(last);
    }
    for (; end - at >= bytesPerWord; at += bytesPerWord) {
        value = value * 100'000'000 + valueOfEight(wordAt(at) ^ eachByte('0'));
    }
    for (; at != end; ++at) {
        value = value * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    return value;
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

std::optional<DecimalText> takeDecimalText(std::string_view& text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* const wholeEnd = digitsEnd(begin, end);
    const bool hasPoint = wholeEnd != end && *wholeEnd == '.';
    const char* const fraction = wholeEnd + (hasPoint ? 1 : 0);
    const char* const fractionEnd = hasPoint ? digitsEnd(fraction, end) : fraction;
    if (wholeEnd == begin || (hasPoint && fractionEnd == fraction)) {
        return std::nullopt;
    }
    text = {fractionEnd, end};
    return DecimalText{{begin, wholeEnd}, {fraction, fractionEnd}};
}

std::optional<Decimal> valueOf(const DecimalText& text, int fractionDigits) {
    const auto places = static_cast<std::size_t>(fractionDigits);
    const std::string_view kept = text.fraction.substr(0, places);
    const std::size_t zeros = places - kept.size();
    // Nearly every number is short enough to be added up without looking for an overflow.
    const std::uint64_t scaled =
        text.whole.size() + places <= plainDigitsMax
            ? numberOf(text.whole) * powersOfTen[places] + numberOf(kept) * powersOfTen[zeros]
            : valueOfMany(text.whole, kept, zeros);
    if (scaled > scaledMax) {
        return std::nullopt;
    }
    const bool exact = text.fraction.size() <= places ||
                       text.fraction.find_first_not_of('0', places) == std::string_view::npos;
    return Decimal{static_cast<std::int64_t>(scaled), exact};
}

std::optional<Decimal> takeDecimal(std::string_view& text, int fractionDigits) {
    std::string_view rest = text;
    const std::optional<DecimalText> decimal = takeDecimalText(rest);
    const std::optional<Decimal> value = decimal ? valueOf(*decimal, fractionDigits) : std::nullopt;
    if (value) {
        text = rest;
    }
    return value;
}

}  // namespace herd
