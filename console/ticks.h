// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <vector>

namespace herd {

/// The greatest of 1, 2 and 5 times a power of ten that is not above `value`, which is above 0.
[[nodiscard]] double roundedDown(double value);

/// The least of 1, 2 and 5 times a power of ten that is not below `value`, which is above 0.
[[nodiscard]] double roundedUp(double value);

/// Where an axis from 0 to at least `greatest` has its ticks: evenly, at round numbers, about
/// `wanted` of them and never more than twice as many; the last is at or above `greatest`. A
/// greatest value that is 0 or no number gives an axis to 1.
[[nodiscard]] std::vector<double> axisTicks(double greatest, int wanted);

/// `12`, `1.5 k`, `2 M`: for axes and small labels; at most two digits behind the point.
[[nodiscard]] QString shortNumber(double value);

/// A bar of a map's scale.
struct ScaleBar {
    double pixels = 0;
    QString text;  ///< `200 m`, `5 km`
};

/// The longest bar of a round length that is at most `pixelsMax` long.
[[nodiscard]] ScaleBar scaleBar(double metresPerPixel, double pixelsMax);

/// Degrees between lines of a map's grid, so that they are at least `pixelsMin` apart.
[[nodiscard]] double graticuleStep(double degreesPerPixel, double pixelsMin);

/// `51.51° N`, `0.13° W`, `0°`: with as many digits as make sense at that many degrees a pixel.
[[nodiscard]] QString latitudeText(double degrees, double degreesPerPixel);
[[nodiscard]] QString longitudeText(double degrees, double degreesPerPixel);

}  // namespace herd
