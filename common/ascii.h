// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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

/// How many bytes `text` has before its first white space.
[[nodiscard]] std::size_t fieldLength(std::string_view text);

/// Removes the leading white space of `text`; returns how much.
inline std::size_t skipWhiteSpace(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && isWhiteSpace(text[count])) {
        ++count;
    }
    text.remove_prefix(count);
    return count;
}

/// Removes the leading white space of `text`, then splits off the bytes up to the next white space
/// and returns them; empty when nothing but white space is left.
inline std::string_view takeField(std::string_view& text) {
    skipWhiteSpace(text);
    const std::string_view field = text.substr(0, fieldLength(text));
    text.remove_prefix(field.size());
    return field;
}

/// A decimal as it is written: one or more ASCII digits, optionally a point and one or more digits.
struct DecimalText {
    std::string_view whole;
    std::string_view fraction;  ///< without a point: empty
};

/// Splits one off the front of `text`. Nothing, and `text` as it was, when it does not start so.
[[nodiscard]] std::optional<DecimalText> takeDecimalText(std::string_view& text);

/// What a decimal says, read exactly.
struct Decimal {
    std::int64_t scaled = 0;  ///< the value times 10^fractionDigits, digits past those cut off
    bool exact = true;        ///< false when a digit that was cut off was not zero
};

/// Nothing when the scaled value passes int64.
[[nodiscard]] std::optional<Decimal> valueOf(const DecimalText& text, int fractionDigits);

/// Both: nothing when there is no decimal, or none that int64 holds.
[[nodiscard]] std::optional<Decimal> takeDecimal(std::string_view& text, int fractionDigits);

}  // namespace herd
