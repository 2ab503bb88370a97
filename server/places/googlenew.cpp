// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/googlenew.h"

#include <utility>

#include "server/places/placesguard.h"
#include "server/places/placesnumbers.h"
#include "server/places/placestranslate.h"

namespace herd {

GoogleNewPlaces::GoogleNewPlaces(const GooglePlacesSettings& settings,
                                 PlacesSurroundings surroundings)
    : endpoint_(placesEndpoint(settings.baseUrl, googleNewBaseUrl, "/v1/places:searchNearby")),
      key_(settings.key),
      guard_(std::make_unique<PlacesGuard>(
          settings, std::move(surroundings),
          [key = settings.key](std::string_view body) { return readNewAnswer(body, key); })) {}

GoogleNewPlaces::~GoogleNewPlaces() = default;

void GoogleNewPlaces::find(const PlacesQuery& query, Done done) {
    checkPlacesQuery(query);
    if (key_.isEmpty()) {
        guard_->refuse(PlacesFailure::keyMissing, done);
        return;
    }
    FetchRequest request;
    request.method = "POST";
    request.url = QUrl::fromEncoded(endpoint_, QUrl::StrictMode);
    request.headers = {{"Content-Type", "application/json"},
                       {"X-Goog-Api-Key", key_},
                       {"X-Goog-FieldMask", newFieldMask}};
    request.body = "{\"maxResultCount\":" + QByteArray::number(query.bound) +
                   ",\"locationRestriction\":{\"circle\":{\"center\":{\"latitude\":" +
                   degreesText(query.latitudeNanodegrees) +
                   ",\"longitude\":" + degreesText(query.longitudeNanodegrees) +
                   "},\"radius\":" + metresText(query.radiusMillimetres) + "}}}";
    guard_->find(std::move(request), query.bound, std::move(done));
}

void GoogleNewPlaces::cancelAll() {
    guard_->cancelAll();
}

const PlacesCounters& GoogleNewPlaces::counters() const {
    return guard_->counters();
}

}  // namespace herd
