// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace herd {

inline constexpr std::int64_t nanosecondsPerSecond = 1'000'000'000;

/// A client's time may be written with at most this many bytes.
inline constexpr std::size_t timeBytesMax = 32;

/// Reads POSIX seconds as a client writes them: ASCII digits, optionally a point and 1 to 9 digits.
/// Returns nanoseconds, 0 to 9,223,372,036,854,775,807, exactly; nothing for any other text, more
/// than `timeBytesMax` bytes, or a value past that range.
[[nodiscard]] std::optional<std::int64_t> parseTime(std::string_view text);

/// Splits one off the front of `text`, as far as it goes; what it leaves means nothing where there
/// is none.
[[nodiscard]] std::optional<std::int64_t> takeTime(std::string_view& text);

/// A time difference in nanoseconds as seconds: sign, digits, point, nine digits. Zero is
/// `+0.000000000`.
class DiffText {
  public:
    explicit DiffText(std::int64_t nanoseconds);

    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }

  private:
    std::array<char, 24> bytes_;
    std::size_t size_;
};

/// Appends the same.
void appendDiff(std::string& out, std::int64_t nanoseconds);

/// Reads what `appendDiff` writes, and only that spelling. Not the smallest int64, which no
/// difference of two times since 1970 reaches.
[[nodiscard]] std::optional<std::int64_t> parseDiff(std::string_view text);

}  // namespace herd
