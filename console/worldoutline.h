// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/result.h"
#include "console/projection.h"

namespace herd {

using OutlineLine = std::vector<GeoPoint>;

/// Coasts and borders of the world, as resources/world/README.md describes them. What crosses the
/// antimeridian goes on beyond 180 or -180 degrees; a ring around a pole is closed along it. A
/// plain value.
struct WorldOutline {
    std::vector<OutlineLine> land;     ///< closed rings (first point = last); odd-even is land
    std::vector<OutlineLine> coasts;   ///< without what only closes an area
    std::vector<OutlineLine> borders;  ///< between countries
};

/// Checks all of the bytes; the error says what is wrong with them.
[[nodiscard]] Result<WorldOutline> readWorldOutline(std::span<const std::byte> bytes);

}  // namespace herd
