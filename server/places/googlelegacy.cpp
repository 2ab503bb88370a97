// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/googlelegacy.h"

#include <utility>

#include "server/places/placesguard.h"
#include "server/places/placesnumbers.h"

namespace herd {

GoogleLegacyPlaces::GoogleLegacyPlaces(const GooglePlacesSettings& settings,
                                       PlacesSurroundings surroundings)
    : endpoint_(placesEndpoint(settings.baseUrl, googleLegacyBaseUrl,
                               "/maps/api/place/nearbysearch/json")),
      key_(settings.key),
      guard_(std::make_unique<PlacesGuard>(
          settings, std::move(surroundings),
          [key = settings.key](std::string_view body) { return readLegacyAnswer(body, key); })) {}

GoogleLegacyPlaces::~GoogleLegacyPlaces() = default;

void GoogleLegacyPlaces::find(const PlacesQuery& query, Done done) {
    checkPlacesQuery(query);
    if (key_.isEmpty()) {
        guard_->refuse(PlacesFailure::keyMissing, done);
        return;
    }
    FetchRequest request;
    request.method = "GET";
    request.url = QUrl::fromEncoded(
        endpoint_ + "?location=" + degreesText(query.latitudeNanodegrees) + ',' +
            degreesText(query.longitudeNanodegrees) +
            "&radius=" + metresText(query.radiusMillimetres) + "&key=" + key_.toPercentEncoding(),
        QUrl::StrictMode);
    guard_->find(std::move(request), query.bound, std::move(done));
}

void GoogleLegacyPlaces::cancelAll() {
    guard_->cancelAll();
}

const PlacesCounters& GoogleLegacyPlaces::counters() const {
    return guard_->counters();
}

}  // namespace herd
