// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/googlesettings.h"

#include <QRandomGenerator>
#include <cstdlib>

#include "common/position.h"

namespace herd {

PlacesSurroundings PlacesSurroundings::real() {
    PlacesSurroundings surroundings;
    surroundings.clock = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now().time_since_epoch());
    };
    surroundings.dice = [] { return QRandomGenerator::global()->generateDouble(); };
    surroundings.notice = [](const QString&) {};
    return surroundings;
}

Result<QUrl> parsePlacesBaseUrl(const QString& text) {
    QUrl url(text, QUrl::StrictMode);
    if (!url.isValid()) {
        return Error{QStringLiteral("the places base_url is not a valid URL")};
    }
    if (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")) {
        return Error{QStringLiteral("the places base_url must begin with http:// or https://")};
    }
    if (url.host().isEmpty()) {
        return Error{QStringLiteral("the places base_url names no host")};
    }
    if (url.port() == 0) {
        return Error{QStringLiteral("the places base_url must not have the port 0")};
    }
    if (!url.userInfo().isEmpty()) {
        return Error{QStringLiteral("the places base_url must not hold a user or password")};
    }
    if (url.hasQuery() || url.hasFragment()) {
        return Error{QStringLiteral("the places base_url must not hold a query or fragment")};
    }
    QString path = url.path(QUrl::FullyEncoded);
    while (path.endsWith(QLatin1Char('/'))) {
        path.chop(1);
    }
    url.setPath(path, QUrl::StrictMode);
    return url;
}

QByteArray placesEndpoint(const QString& baseUrl, const char* standard, const char* path) {
    const Result<QUrl> url =
        parsePlacesBaseUrl(baseUrl.isEmpty() ? QString::fromLatin1(standard) : baseUrl);
    return url.value().toEncoded() + path;
}

void checkPlacesQuery(const PlacesQuery& query) {
    constexpr std::int64_t radiusMillimetresMax = 50'000'000;
    constexpr int boundMax = 20;
    HERD_CHECK(std::abs(query.latitudeNanodegrees) <= 90 * nanodegreesPerDegree);
    HERD_CHECK(std::abs(query.longitudeNanodegrees) <= 180 * nanodegreesPerDegree);
    HERD_CHECK(query.radiusMillimetres >= 1 && query.radiusMillimetres <= radiusMillimetresMax);
    HERD_CHECK(query.bound >= 1 && query.bound <= boundMax);
}

}  // namespace herd
