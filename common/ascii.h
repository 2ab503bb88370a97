// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace herd {

/// The six bytes that the protocol calls white space, and no others.
constexpr bool isWhiteSpace(char byte) {
    // One comparison for almost every byte.
    return static_cast<unsigned char>(byte) <= ' ' &&
           (byte == ' ' || (byte >= '\t' && byte <= '\r'));
}

constexpr bool isDigit(char byte) {
    return byte >= '0' && byte <= '9';
}

/// Splits the leading run of ASCII digits off `text` and returns it.
constexpr std::string_view takeDigits(std::string_view& text) {
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const char* at = begin;
    while (at != end && isDigit(*at)) {
        ++at;
    }
    const auto length = static_cast<std::size_t>(at - begin);
    text.remove_prefix(length);
    return {begin, length};
}

/// Removes the leading white space of `text`, then splits off the bytes up to the next white space
/// and returns them; empty when nothing but white space is left.
constexpr std::string_view takeField(std::string_view& text) {
    const char* begin = text.data();
    const char* const end = begin + text.size();
    while (begin != end && isWhiteSpace(*begin)) {
        ++begin;
    }
    const char* at = begin;
    while (at != end && !isWhiteSpace(*at)) {
        ++at;
    }
    text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    return {begin, static_cast<std::size_t>(at - begin)};
}

/// A decimal written with digits and an optional point, read exactly.
struct Decimal {
    std::int64_t scaled = 0;  ///< the value times 10^fractionDigits, digits past those cut off
    bool exact = true;        ///< false when a digit that was cut off was not zero
};

/// Splits a decimal off the front of `text`: one or more ASCII digits, optionally a point and one
/// or more digits. Nothing when `text` does not start so or when the scaled value passes int64.
[[nodiscard]] std::optional<Decimal> takeDecimal(std::string_view& text, int fractionDigits);

}  // namespace herd
