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

/// Every number of so many digits fits int64.
constexpr std::size_t plainDigitsMax = 18;

/// DigitSum for at most that many.
class PlainSum {
  public:
    void add(char digit) { value_ = value_ * 10 + (digit - '0'); }

    [[nodiscard]] std::optional<std::int64_t> value() const { return value_; }

  private:
    std::int64_t value_ = 0;
};

/// The sum of the digits and of the zeros that fill the fraction up to `kept` places.
template <typename Sum>
Sum added(std::string_view whole, std::string_view fraction, std::size_t kept) {
    Sum sum;
    for (const char digit : whole) {
        sum.add(digit);
    }
    for (const char digit : fraction) {
        sum.add(digit);
    }
    for (std::size_t place = fraction.size(); place < kept; ++place) {
        sum.add('0');
    }
    return sum;
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
    const auto kept = static_cast<std::size_t>(fractionDigits);
    // Nearly every number is short enough to be added up without looking for an overflow.
    const std::optional<std::int64_t> scaled =
        whole.size() + kept <= plainDigitsMax
            ? added<PlainSum>(whole, fraction.substr(0, kept), kept).value()
            : added<DigitSum>(whole, fraction.substr(0, kept), kept).value();
    if (!scaled) {
        return std::nullopt;
    }
    text = rest;
    const bool exact =
        fraction.size() <= kept || fraction.find_first_not_of('0', kept) == std::string_view::npos;
    return Decimal{*scaled, exact};
}

}  // namespace herd
