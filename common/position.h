// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace herd {

inline constexpr std::int64_t nanodegreesPerDegree = 1'000'000'000;

/// A client may write its position with at most this many bytes.
inline constexpr std::size_t positionBytesMax = 64;

/// A point on the earth (WGS 84), digits past the ninth behind the point cut off.
struct Position {
    std::int64_t latitudeNanodegrees = 0;   ///< north positive, -90e9 to 90e9
    std::int64_t longitudeNanodegrees = 0;  ///< east positive, -180e9 to 180e9

    bool operator==(const Position&) const = default;
};

/// Reads ISO 6709 decimal degrees, latitude then longitude, each with its sign and at least one
/// digit before an optional fraction (`+34.068930-118.445127`). Nothing for any other text, more
/// than `positionBytesMax` bytes, or degrees past 90 and 180, however small the excess.
[[nodiscard]] std::optional<Position> parsePosition(std::string_view text);

/// Splits the text of one off the front of `text`, as far as it goes; what it leaves means nothing
/// where there is none.
[[nodiscard]] bool skipPosition(std::string_view& text);

}  // namespace herd
