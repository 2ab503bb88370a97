// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/position.h"

#include "common/ascii.h"

namespace herd {

namespace {

constexpr std::int64_t latitudeDegreesMax = 90;
constexpr std::int64_t longitudeDegreesMax = 180;

/// A coordinate as it is written: whether it is within its limit can be told without its value.
struct Coordinate {
    bool negative = false;
    DecimalText degrees;

    [[nodiscard]] std::int64_t nanodegrees() const {
        const std::int64_t magnitude = valueOf(degrees, 9)->scaled;
        return negative ? -magnitude : magnitude;
    }
};

/// Splits one off the front of `text`.
bool takeCoordinate(std::string_view& text, std::int64_t degreesMax, Coordinate& coordinate) {
    if (!text.starts_with('+') && !text.starts_with('-')) {
        return false;
    }
    coordinate.negative = text.starts_with('-');
    text.remove_prefix(1);
    const std::optional<DecimalText> degrees = takeDecimalText(text);
    const std::optional<Decimal> whole = degrees ? valueOf({degrees->whole, {}}, 0) : std::nullopt;
    if (!whole || whole->scaled > degreesMax) {
        return false;
    }
    coordinate.degrees = *degrees;
    return whole->scaled < degreesMax ||
           degrees->fraction.find_first_not_of('0') == std::string_view::npos;
}

bool takeBoth(std::string_view& text, Coordinate& latitude, Coordinate& longitude) {
    const std::size_t before = text.size();
    return takeCoordinate(text, latitudeDegreesMax, latitude) &&
           takeCoordinate(text, longitudeDegreesMax, longitude) &&
           before - text.size() <= positionBytesMax;
}

}  // namespace

bool skipPosition(std::string_view& text) {
    Coordinate latitude;
    Coordinate longitude;
    return takeBoth(text, latitude, longitude);
}

std::optional<Position> parsePosition(std::string_view text) {
    Coordinate latitude;
    Coordinate longitude;
    if (!takeBoth(text, latitude, longitude) || !text.empty()) {
        return std::nullopt;
    }
    return Position{latitude.nanodegrees(), longitude.nanodegrees()};
}

}  // namespace herd
