// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "server/places/placesjson.h"

namespace herd {

/// Why there is no answer of the service to pass on.
enum class PlacesFailure {
    keyMissing,
    queueFull,
    overBudget,
    paused,
    timedOut,
    unreachable,
    tooLarge,
    malformed,
    redirected,
    invalidRequest,
    denied,
    quota,
    serverError,
    unexpectedStatus,
    cancelled,
};

/// What happened so far. `asked` counts questions and `shared` those that joined a request on its
/// way; each other request ends in exactly one of the outcomes, `answered` to `cancelled`.
struct PlacesCounters {
    std::uint64_t asked = 0;
    std::uint64_t shared = 0;
    std::uint64_t sent = 0;     ///< each try counts
    std::uint64_t retried = 0;  ///< sends after the first of a request
    std::uint64_t pauses = 0;   ///< how often repeated failures stopped sending

    std::uint64_t answered = 0;  ///< with the service's own words
    std::uint64_t keyMissing = 0;
    std::uint64_t queueFull = 0;
    std::uint64_t overBudget = 0;
    std::uint64_t paused = 0;
    std::uint64_t timedOut = 0;
    std::uint64_t unreachable = 0;
    std::uint64_t tooLarge = 0;
    std::uint64_t malformed = 0;
    std::uint64_t redirected = 0;
    std::uint64_t invalidRequest = 0;
    std::uint64_t denied = 0;
    std::uint64_t quota = 0;
    std::uint64_t serverError = 0;
    std::uint64_t unexpectedStatus = 0;
    std::uint64_t cancelled = 0;
};

/// The failure as an answer for the client: its status and a fixed message.
[[nodiscard]] PlacesAnswer placesFailureAnswer(PlacesFailure failure);

/// Counts the failure in its own counter.
void countPlacesFailure(PlacesCounters& counters, PlacesFailure failure);

/// What an HTTP status means by itself; nothing for 200, whose body tells.
[[nodiscard]] std::optional<PlacesFailure> failureOfHttpStatus(int httpStatus);

/// Whether another try may help: the network, 429 and 5xx. Never 400 or 403.
[[nodiscard]] bool mayRetry(PlacesFailure failure);

/// Whether the failure says that the service is unwell. A refused request (400, 403, 404 and the
/// like) is the word of a service that works.
[[nodiscard]] bool isServiceFailure(PlacesFailure failure);

}  // namespace herd
