// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "server/places/googlesettings.h"
#include "server/places/placesfailure.h"
#include "server/places/placesprovider.h"

namespace herd {

class PlacesGuard;

/// Google's Places API (New): one POST, the answer translated to the legacy shape. Builds the
/// request and reads the body; everything that can go wrong on the way is the guard's. The base URL
/// must have passed `parsePlacesBaseUrl`. Owned by the app.
class GoogleNewPlaces : public PlacesProvider {
  public:
    explicit GoogleNewPlaces(const GooglePlacesSettings& settings,
                             PlacesSurroundings surroundings = PlacesSurroundings::real());
    ~GoogleNewPlaces() override;

    void find(const PlacesQuery& query, Done done) override;
    void cancelAll() override;

    const PlacesCounters& counters() const;

  private:
    QByteArray endpoint_;
    QByteArray key_;
    std::unique_ptr<PlacesGuard> guard_;
};

}  // namespace herd
