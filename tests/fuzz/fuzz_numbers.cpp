// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <string_view>

#include "common/check.h"
#include "common/position.h"
#include "common/timestamp.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

__extension__ using Wide = __int128;

bool isDigit(char byte) {
    return byte >= '0' && byte <= '9';
}

/// A decimal number, read digit by digit: digits, then a point and digits if there is one.
struct Decimal {
    std::string whole;
    std::string fraction;
};

/// Takes the longest decimal off the front; nothing when there is none.
std::optional<Decimal> takeDecimal(std::string_view& text) {
    Decimal decimal;
    while (!text.empty() && isDigit(text.front())) {
        decimal.whole.push_back(text.front());
        text.remove_prefix(1);
    }
    if (decimal.whole.empty()) {
        return std::nullopt;
    }
    if (text.size() >= 2 && text[0] == '.' && isDigit(text[1])) {
        text.remove_prefix(1);
        while (!text.empty() && isDigit(text.front())) {
            decimal.fraction.push_back(text.front());
            text.remove_prefix(1);
        }
    }
    return decimal;
}

/// The decimal times 10^9, digits past the ninth dropped. 64 digits are more than it can hold, so
/// that it stops well before.
Wide nanosOf(const Decimal& decimal) {
    constexpr Wide enough = Wide(1) << 100;
    Wide value = 0;
    for (const char digit : decimal.whole + (decimal.fraction + "000000000").substr(0, 9)) {
        value = value > enough ? value : value * 10 + (digit - '0');
    }
    return value;
}

/// Whether more than nothing stands behind the ninth digit.
bool hasMore(const Decimal& decimal) {
    return decimal.fraction.find_first_not_of('0', 9) != std::string::npos;
}

std::optional<std::int64_t> timeByReference(std::string_view text) {
    if (text.size() > timeBytesMax) {
        return std::nullopt;
    }
    const std::optional<Decimal> decimal = takeDecimal(text);
    constexpr Wide most = (Wide(1) << 63) - 1;
    if (!decimal || !text.empty() || decimal->fraction.size() > 9 || nanosOf(*decimal) > most) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(nanosOf(*decimal));
}

std::optional<std::int64_t> degreesByReference(std::string_view& text, int most) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) {
        return std::nullopt;
    }
    const bool negative = text.front() == '-';
    text.remove_prefix(1);
    const std::optional<Decimal> decimal = takeDecimal(text);
    const Wide limit = Wide(most) * nanodegreesPerDegree;
    if (!decimal || nanosOf(*decimal) > limit ||
        (nanosOf(*decimal) == limit && hasMore(*decimal))) {
        return std::nullopt;
    }
    const auto value = static_cast<std::int64_t>(nanosOf(*decimal));
    return negative ? -value : value;
}

std::optional<Position> positionByReference(std::string_view text) {
    if (text.size() > positionBytesMax) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> latitude = degreesByReference(text, 90);
    const std::optional<std::int64_t> longitude =
        latitude ? degreesByReference(text, 180) : std::nullopt;
    if (!longitude || !text.empty()) {
        return std::nullopt;
    }
    return Position{*latitude, *longitude};
}

}  // namespace

/// Times and positions against a reader that knows nothing but decimal digits.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = FuzzInput(data, size).rest();
    HERD_CHECK(parseTime(text) == timeByReference(text));
    HERD_CHECK(parsePosition(text) == positionByReference(text));
    if (const std::optional<std::int64_t> diff = parseDiff(text)) {
        std::string again;
        appendDiff(again, *diff);
        HERD_CHECK(again == text);
    }
    return 0;
}
