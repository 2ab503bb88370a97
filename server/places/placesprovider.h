// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace herd {

/// One question for places around a point. Numbers only: nothing else of a client's line ever
/// reaches a provider.
struct PlacesQuery {
    std::int64_t latitudeNanodegrees = 0;   ///< north positive, -90e9 to 90e9
    std::int64_t longitudeNanodegrees = 0;  ///< east positive, -180e9 to 180e9
    std::int64_t radiusMillimetres = 0;     ///< 1 to 50,000,000
    int bound = 0;                          ///< most results wanted, 1 to 20
};

/// Finds the places near a point.
///
/// `find` calls `done` exactly once, at once or later from the event loop, with the JSON text of a
/// Nearby Search answer (legacy shape: html_attributions, results, status): at most `bound`
/// results, no run of two or more newlines, no newline at its end. A failure is an answer too: an
/// empty `results`, the fitting status and an error_message without any secret. The owner keeps the
/// provider alive until all answers came, or calls `cancelAll` first.
class PlacesProvider {
  public:
    using Done = std::function<void(std::string json)>;

    PlacesProvider() = default;
    PlacesProvider(const PlacesProvider&) = delete;
    PlacesProvider& operator=(const PlacesProvider&) = delete;
    virtual ~PlacesProvider() = default;

    virtual void find(const PlacesQuery& query, Done done) = 0;

    /// Answers everything that waits with UNKNOWN_ERROR now, before it returns.
    virtual void cancelAll() = 0;
};

}  // namespace herd
