// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QStringView>
#include <vector>

#include "console/projection.h"

namespace herd {

/// A place that may be drawn on the map.
struct PlottablePlace {
    GeoPoint at;
    QString name;

    bool operator==(const PlottablePlace&) const = default;
};

/// What of an answer may be drawn, and what has to be said beside it.
struct PlottablePlaces {
    std::vector<PlottablePlace> places;
    QStringList attributions;  ///< plain text

    bool operator==(const PlottablePlaces&) const = default;
};

/// An answer has 20 places at most.
inline constexpr int plottablePlacesMax = 20;

/// Whether a place of this id comes from the offline provider: GeoNames, OurAirports or the user.
[[nodiscard]] bool isOfflinePlaceId(QStringView placeId);

/// Reads the answer of a WHATSAT as the node sent it, the AT line and the JSON. Google's places may
/// be drawn on Google's maps only (Places API policies): if one result is not from the offline
/// provider, nothing of the answer is drawn.
[[nodiscard]] PlottablePlaces plottablePlaces(const QByteArray& answer);

}  // namespace herd
