// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "server/places/googlesettings.h"
#include "server/places/placesfailure.h"
#include "server/places/placesprovider.h"

namespace herd {

class PlacesGuard;

/// Google's Nearby Search (legacy): one GET, the answer's bytes passed through, cut to the bound.
/// Builds the request and reads the body; everything that can go wrong on the way is the guard's.
/// The base URL must have passed `parsePlacesBaseUrl`. Owned by the app.
class GoogleLegacyPlaces : public PlacesProvider {
  public:
    explicit GoogleLegacyPlaces(const GooglePlacesSettings& settings,
                                PlacesSurroundings surroundings = PlacesSurroundings::real());
    ~GoogleLegacyPlaces() override;

    void find(const PlacesQuery& query, Done done) override;
    void cancelAll() override;

    const PlacesCounters& counters() const;

  private:
    QByteArray endpoint_;
    QByteArray key_;
    std::unique_ptr<PlacesGuard> guard_;
};

}  // namespace herd
