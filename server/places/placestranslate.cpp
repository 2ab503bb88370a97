// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placestranslate.h"

#include <QString>
#include <algorithm>
#include <array>

namespace herd {

namespace {

/// A member that goes over as it is, under another name.
struct PlainField {
    const char* newName;
    const char* legacyName;
    QJsonValue::Type type;
};

constexpr std::array<PlainField, 6> plainFields{{
    {"businessStatus", "business_status", QJsonValue::String},
    {"iconMaskBaseUri", "icon_mask_base_uri", QJsonValue::String},
    {"id", "place_id", QJsonValue::String},
    {"rating", "rating", QJsonValue::Double},
    {"shortFormattedAddress", "vicinity", QJsonValue::String},
    {"userRatingCount", "user_ratings_total", QJsonValue::Double},
}};

/// `{lat,lng}` of a `{latitude,longitude}`; undefined unless both are numbers.
QJsonValue cornerFromNew(const QJsonValue& corner) {
    const QJsonValue latitude = corner[QLatin1String("latitude")];
    const QJsonValue longitude = corner[QLatin1String("longitude")];
    if (!latitude.isDouble() || !longitude.isDouble()) {
        return QJsonValue::Undefined;
    }
    return QJsonObject{{QLatin1String("lat"), latitude}, {QLatin1String("lng"), longitude}};
}

QJsonObject geometryFromNew(const QJsonObject& place) {
    QJsonObject geometry;
    const QJsonValue location = cornerFromNew(place.value(QLatin1String("location")));
    if (!location.isUndefined()) {
        geometry.insert(QLatin1String("location"), location);
    }
    const QJsonValue viewport = place.value(QLatin1String("viewport"));
    const QJsonValue northeast = cornerFromNew(viewport[QLatin1String("high")]);
    const QJsonValue southwest = cornerFromNew(viewport[QLatin1String("low")]);
    if (!northeast.isUndefined() && !southwest.isUndefined()) {
        geometry.insert(QLatin1String("viewport"),
                        QJsonObject{{QLatin1String("northeast"), northeast},
                                    {QLatin1String("southwest"), southwest}});
    }
    return geometry;
}

/// The strings among the elements; empty for what is no array.
QJsonArray stringsOf(const QJsonValue& value) {
    QJsonArray strings;
    const QJsonArray elements = value.toArray();
    for (const QJsonValue& element : elements) {
        if (element.isString()) {
            strings.append(element);
        }
    }
    return strings;
}

QJsonObject resultFromNew(const QJsonObject& place) {
    QJsonObject result;
    for (const PlainField& field : plainFields) {
        const QJsonValue value = place.value(QLatin1String(field.newName));
        if (value.type() == field.type) {
            result.insert(QLatin1String(field.legacyName), value);
        }
    }
    const QJsonObject geometry = geometryFromNew(place);
    if (!geometry.isEmpty()) {
        result.insert(QLatin1String("geometry"), geometry);
    }
    const QJsonValue name = place.value(QLatin1String("displayName"))[QLatin1String("text")];
    if (name.isString()) {
        result.insert(QLatin1String("name"), name);
    }
    const QJsonArray types = stringsOf(place.value(QLatin1String("types")));
    if (!types.isEmpty()) {
        result.insert(QLatin1String("types"), types);
    }
    return result;
}

/// Adds the place's attributions as HTML, each text once.
void collectAttributions(const QJsonObject& place, QJsonArray& attributions) {
    const QJsonArray sources = place.value(QLatin1String("attributions")).toArray();
    for (const QJsonValue& source : sources) {
        const QString provider = source[QLatin1String("provider")].toString();
        if (provider.isEmpty()) {
            continue;
        }
        QString html = provider.toHtmlEscaped();
        const QString address = source[QLatin1String("providerUri")].toString();
        if (address.startsWith(QLatin1String("https://")) ||
            address.startsWith(QLatin1String("http://"))) {
            html = QLatin1String("<a href=\"%1\">%2</a>").arg(address.toHtmlEscaped(), html);
        }
        if (!attributions.contains(html)) {
            attributions.append(html);
        }
    }
}

}  // namespace

QJsonObject legacyFromNew(const QJsonArray& places) {
    QJsonArray results;
    QJsonArray attributions;
    const qsizetype count = std::min(places.size(), newResultsMax);
    for (qsizetype index = 0; index < count; ++index) {
        const QJsonObject object = places.at(index).toObject();
        results.append(resultFromNew(object));
        collectAttributions(object, attributions);
    }
    const QLatin1String status(results.isEmpty() ? "ZERO_RESULTS" : "OK");
    return QJsonObject{{QLatin1String("html_attributions"), attributions},
                       {QLatin1String("results"), results},
                       {QLatin1String("status"), status}};
}

}  // namespace herd
