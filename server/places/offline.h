// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>
#include <cstdint>
#include <memory>
#include <string>

#include "common/gazetteer.h"
#include "common/result.h"
#include "server/places/placesprovider.h"

namespace herd {

/// An answer's viewport reaches this far from a place, north, south, east and west. The gazetteer
/// knows points and no outlines, so it is the same for each.
inline constexpr std::int64_t viewportMarginNanodegrees = 10'000'000;

/// The gazetteer that is part of the program together with the points of these files (see
/// `readUserPoints`). The error names the file, and its line if it has one.
[[nodiscard]] Result<std::shared_ptr<const Gazetteer>> loadGazetteer(const QStringList& files);

/// Answers from the gazetteer, at once and without network.
///
/// A result has geometry, name, place_id (`geonames:<id>`, `ourairports:<ident>`, `user:<id>`),
/// types (`locality` and `political`, `airport`, or the point's own type and `point_of_interest`)
/// and vicinity if it is known; nothing else, since nothing else is known. Most prominent first.
/// The attributions are those of the data in the answer. Nothing ever waits.
class OfflinePlaces final : public PlacesProvider {
  public:
    explicit OfflinePlaces(std::shared_ptr<const Gazetteer> gazetteer);

    void find(const PlacesQuery& query, Done done) override;
    void cancelAll() override {}

    /// What `find` hands over: one line of JSON.
    [[nodiscard]] std::string answer(const PlacesQuery& query) const;

  private:
    std::shared_ptr<const Gazetteer> gazetteer_;
};

}  // namespace herd
