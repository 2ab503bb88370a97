// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/plottableplaces.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTextDocumentFragment>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace herd {

namespace {

constexpr std::array<QLatin1String, 3> offlinePrefixes{
    QLatin1String("geonames:"), QLatin1String("ourairports:"), QLatin1String("user:")};

std::optional<PlottablePlace> readPlace(const QJsonObject& result) {
    const QJsonObject location = result.value(QLatin1String("geometry"))
                                     .toObject()
                                     .value(QLatin1String("location"))
                                     .toObject();
    const double nowhere = std::nan("");
    const double latitude = location.value(QLatin1String("lat")).toDouble(nowhere);
    const double longitude = location.value(QLatin1String("lng")).toDouble(nowhere);
    if (!(std::abs(latitude) <= 90) || !(std::abs(longitude) <= 180)) {
        return std::nullopt;
    }
    return PlottablePlace{{latitude, longitude}, result.value(QLatin1String("name")).toString()};
}

}  // namespace

bool isOfflinePlaceId(QStringView placeId) {
    return std::any_of(offlinePrefixes.begin(), offlinePrefixes.end(),
                       [placeId](QLatin1String prefix) {
                           return placeId.size() > prefix.size() && placeId.startsWith(prefix);
                       });
}

PlottablePlaces plottablePlaces(const QByteArray& answer) {
    const qsizetype lineEnd = answer.indexOf('\n');
    if (!answer.startsWith("AT ") || lineEnd < 0) {
        return {};
    }
    const QJsonObject json = QJsonDocument::fromJson(answer.mid(lineEnd + 1).trimmed()).object();
    PlottablePlaces result;
    for (const QJsonValue value : json.value(QLatin1String("results")).toArray()) {
        const QJsonObject place = value.toObject();
        if (!isOfflinePlaceId(place.value(QLatin1String("place_id")).toString())) {
            return {};
        }
        std::optional<PlottablePlace> read = readPlace(place);
        if (read && result.places.size() < std::size_t{plottablePlacesMax}) {
            result.places.push_back(std::move(*read));
        }
    }
    if (result.places.empty()) {
        return {};
    }
    for (const QJsonValue value : json.value(QLatin1String("html_attributions")).toArray()) {
        result.attributions.append(QTextDocumentFragment::fromHtml(value.toString()).toPlainText());
    }
    return result;
}

}  // namespace herd
