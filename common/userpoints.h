// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/position.h"
#include "common/result.h"

namespace herd {

/// A place that a user added by a file of theirs. Texts are UTF-8, empty when the file has none;
/// only id and name are never empty.
struct UserPoint {
    Position position;
    std::optional<std::uint32_t> population;
    std::string id;  ///< the file's own, else `<file name>/<number>`; no two points share one
    std::string name;
    std::string type;  ///< `cafe`, `depot` …
    std::string vicinity;

    bool operator==(const UserPoint&) const = default;
};

/// What files of points may hold.
struct UserPointLimits {
    std::int64_t fileBytesMax = 64LL * 1024 * 1024;
    std::size_t pointsMax = 500'000;  ///< of all files together
    std::size_t textBytesMax = 255;   ///< of each id, name, type and vicinity
};

inline constexpr std::uint32_t userPointPopulationMax = 4'000'000'000;

/// Reads a population: ASCII digits, at most `userPointPopulationMax`.
[[nodiscard]] std::optional<std::uint32_t> parseUserPopulation(std::string_view text);

/// Reads the files that a user names in `[places] files`, in this order.
///
/// `*.csv`: RFC 4180 in UTF-8 with a header line; columns `name`, `latitude`, `longitude` (degrees,
/// no exponent), and if wanted `type`, `vicinity`, `id`, `population`; others are passed over.
/// `*.geojson`, `*.json`: a FeatureCollection of Points (RFC 7946); the properties `name`, `type`
/// (else `amenity`, `shop`, `tourism`, `office`, `craft`), `vicinity`, `population`, and the
/// feature's `id`; a point without a name is called by its type. All or nothing: the error names
/// file, line and what is wrong there.
[[nodiscard]] Result<std::vector<UserPoint>> readUserPoints(const QStringList& paths,
                                                            const UserPointLimits& limits = {});

}  // namespace herd
