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
    std::int64_t degrees = 0;     ///< whole ones
    std::string_view fraction{};  ///< the digits behind the point

    [[nodiscard]] std::int64_t nanodegrees() const {
        std::string_view digits = fraction.substr(0, 9);
        std::int64_t value = degrees;
        for (std::size_t place = 0; place < 9; ++place) {
            value = value * 10 + (place < digits.size() ? digits[place] - '0' : 0);
        }
        return negative ? -value : value;
    }
};

/// Splits one off the front of `text`.
inline bool takeCoordinate(std::string_view& text, std::int64_t degreesMax,
                           Coordinate& coordinate) {
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at == end || (*at != '+' && *at != '-')) {
        return false;
    }
    coordinate.negative = *at == '-';
    ++at;
    const char* const whole = at;
    for (; at != end && isDigit(*at) && coordinate.degrees <= degreesMax; ++at) {
        coordinate.degrees = coordinate.degrees * 10 + (*at - '0');
    }
    if (at == whole || coordinate.degrees > degreesMax) {
        return false;
    }
    if (at != end && *at == '.') {
        ++at;
        coordinate.fraction = {at, digitCount({at, static_cast<std::size_t>(end - at)})};
        if (coordinate.fraction.empty()) {
            return false;
        }
        at += coordinate.fraction.size();
    }
    text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    return coordinate.degrees < degreesMax ||
           coordinate.fraction.find_first_not_of('0') == std::string_view::npos;
}

inline bool takeBoth(std::string_view& text, Coordinate& latitude, Coordinate& longitude) {
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
