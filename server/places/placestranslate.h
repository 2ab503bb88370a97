// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>

namespace herd {

/// The New service gives at most this many results.
inline constexpr qsizetype newResultsMax = 20;

/// Google's Places API (New) in the legacy shape: the whole answer for the first `newResultsMax`
/// of these `places`, status OK or ZERO_RESULTS. Each field that is present and of its documented
/// type goes over as PLACES maps it, attributions become `html_attributions`; all else is left out.
/// The keys come out in the legacy order, which is the alphabetical one that QJsonObject writes.
[[nodiscard]] QJsonObject legacyFromNew(const QJsonArray& places);

/// What to ask the New service for (its field mask): exactly what `legacyFromNew` reads.
inline constexpr char newFieldMask[] =
    "places.attributions,places.businessStatus,places.displayName,places.iconMaskBaseUri,"
    "places.id,places.location,places.rating,places.shortFormattedAddress,places.types,"
    "places.userRatingCount,places.viewport";

}  // namespace herd
