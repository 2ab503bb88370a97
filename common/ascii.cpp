// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/ascii.h"

#include <limits>

namespace herd {

namespace {

/// Adds up decimal digits. A value past int64 is only asked for at the end: once past the last step
/// it can never look small again.
class DigitSum {
  public:
    void add(char digit) {
        past_ = past_ || value_ > stepMax;
        value_ = value_ * 10 + static_cast<std::uint64_t>(digit - '0');
    }

    [[nodiscard]] std::optional<std::int64_t> value() const {
        constexpr auto max = std::numeric_limits<std::int64_t>::max();
        return past_ || value_ > std::uint64_t{max}
                   ? std::nullopt
                   : std::optional(static_cast<std::int64_t>(value_));
    }

  private:
    /// Above it ten times as much does not fit int64, up to it one more digit fits uint64.
    static constexpr std::uint64_t stepMax = (std::numeric_limits<std::uint64_t>::max() - 9) / 10;

    std::uint64_t value_ = 0;
    bool past_ = false;
};

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
    const auto kept = static_cast<std::size_t>(fractionDigits);
    DigitSum sum;
    for (const char digit : whole) {
        sum.add(digit);
    }
    for (const char digit : fraction.substr(0, kept)) {
        sum.add(digit);
    }
    for (std::size_t place = fraction.size(); place < kept; ++place) {
        sum.add('0');
    }
    const std::optional<std::int64_t> scaled = sum.value();
    if (!scaled) {
        return std::nullopt;
    }
    text = rest;
    const bool exact =
        fraction.size() <= kept || fraction.find_first_not_of('0', kept) == std::string_view::npos;
    return Decimal{*scaled, exact};
}

}  // namespace herd
