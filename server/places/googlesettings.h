// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QUrl>
#include <chrono>
#include <functional>

#include "common/result.h"
#include "server/places/placesprovider.h"

namespace herd {

/// What protects the service and this node from each other. Each limit is refused or cut at one
/// past it.
struct PlacesLimits {
    int runningMax = 6;                         ///< requests at the service or between two tries
    int waitingMax = 100;                       ///< requests that wait for one of those places
    int askersMax = 4096;                       ///< questions unanswered, those that share included
    qint64 replyBytesMax = qint64{1} << 20;     ///< body of one reply
    int triesMax = 3;                           ///< sends of one request
    std::chrono::milliseconds retryDelay{500};  ///< before the second try, then doubling
    int failuresMax = 5;                        ///< failed sends in a row, then a pause
    std::chrono::milliseconds pause{30'000};    ///< nothing is sent so long, then one trial
};

/// How to reach one of Google's two services, from the configuration.
struct GooglePlacesSettings {
    QString baseUrl;                           ///< empty: Google's own
    QByteArray key;                            ///< empty: every question is refused
    std::chrono::milliseconds deadline{8000};  ///< for one answer, waiting and tries included
    int requestsPerMinute = 0;                 ///< 0: no limit
    int requestsPerDay = 0;                    ///< 0: no limit
    PlacesLimits limits;
};

/// What the providers take from outside, so that a test can hold the clock and load the dice.
struct PlacesSurroundings {
    /// Time since some fixed moment, never going back.
    std::function<std::chrono::milliseconds()> clock;
    /// A number in [0, 1).
    std::function<double()> dice;
    /// Told once when the service is paused after repeated failures and once when it is back.
    std::function<void(const QString&)> notice;

    /// The machine's steady clock, Qt's random generator, nobody to tell.
    static PlacesSurroundings real();
};

inline constexpr char googleLegacyBaseUrl[] = "https://maps.googleapis.com";
inline constexpr char googleNewBaseUrl[] = "https://places.googleapis.com";

/// Checks a `base_url`: http or https, a host, optionally a port and a path, and nothing else
/// (no user, query or fragment). The URL comes back without a slash at its end. The error never
/// repeats the text, which may hold a secret.
[[nodiscard]] Result<QUrl> parsePlacesBaseUrl(const QString& text);

/// The address of `path` under the base URL, or under `standard` when that is empty. A base URL
/// that `parsePlacesBaseUrl` refuses is a defect of the caller.
[[nodiscard]] QByteArray placesEndpoint(const QString& baseUrl, const char* standard,
                                        const char* path);

/// The numbers of a query have passed the protocol's limits; others are a defect of the caller.
void checkPlacesQuery(const PlacesQuery& query);

}  // namespace herd
