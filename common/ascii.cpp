// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/ascii.h"

namespace herd {

namespace {

bool appendDigit(std::int64_t& value, char digit) {
    return !__builtin_mul_overflow(value, std::int64_t{10}, &value) &&
           !__builtin_add_overflow(value, std::int64_t{digit - '0'}, &value);
}

}  // namespace

std::optional<Decimal> takeDecimal(std::string_view& text, int fractionDigits) {
    std::string_view rest = text;
    const std::string_view whole = takeDigits(rest);
    if (whole.empty()) {
        return std::nullopt;
    }
    std::string_view fraction;
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        fraction = takeDigits(rest);
        if (fraction.empty()) {
            return std::nullopt;
        }
    }
    Decimal decimal;
    for (const char digit : whole) {
        if (!appendDigit(decimal.scaled, digit)) {
            return std::nullopt;
        }
    }
    for (int place = 0; place < fractionDigits; ++place) {
        const auto index = static_cast<std::size_t>(place);
        if (!appendDigit(decimal.scaled, index < fraction.size() ? fraction[index] : '0')) {
            return std::nullopt;
        }
    }
    const auto kept = static_cast<std::size_t>(fractionDigits);
    if (fraction.size() > kept) {
        decimal.exact = fraction.find_first_not_of('0', kept) == std::string_view::npos;
    }
    text = rest;
    return decimal;
}

}  // namespace herd
