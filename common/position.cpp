// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/position.h"

#include "common/ascii.h"

namespace herd {

namespace {

constexpr std::string_view latitudeDegreesMax = "90";
constexpr std::string_view longitudeDegreesMax = "180";

/// Compared as they are written; nothing but zeros may stand behind the limit itself.
bool isWithin(const DecimalText& degrees, std::string_view limit) {
    std::string_view whole = degrees.whole;
    while (whole.size() > limit.size() && whole.front() == '0') {
        whole.remove_prefix(1);
    }
    if (whole.size() != limit.size()) {
        return whole.size() < limit.size();
    }
    const int order = whole.compare(limit);
    return order < 0 ||
           (order == 0 && degrees.fraction.find_first_not_of('0') == std::string_view::npos);
}

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
bool takeCoordinate(std::string_view& text, std::string_view degreesMax, Coordinate& coordinate) {
    if (text.empty() || (text.front() != '+' && text.front() != '-')) {
        return false;
    }
    coordinate.negative = text.front() == '-';
    text.remove_prefix(1);
    const std::optional<DecimalText> degrees = takeDecimalText(text);
    if (!degrees) {
        return false;
    }
    coordinate.degrees = *degrees;
    return isWithin(*degrees, degreesMax);
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
