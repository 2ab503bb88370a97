// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placesfailure.h"

#include <array>
#include <string_view>

#include "common/check.h"

namespace herd {

namespace {

struct FailureRow {
    PlacesFailure failure;
    PlacesStatus status;
    std::uint64_t PlacesCounters::*counter;
    bool mayRetry;
    bool isServiceFailure;
    std::string_view message;
};

constexpr std::array<FailureRow, 15> failureRows{{
    {PlacesFailure::keyMissing, PlacesStatus::requestDenied, &PlacesCounters::keyMissing, false,
     false, "no key for the places service is configured"},
    {PlacesFailure::queueFull, PlacesStatus::overQueryLimit, &PlacesCounters::queueFull, false,
     false, "too many places requests are waiting"},
    {PlacesFailure::overBudget, PlacesStatus::overQueryLimit, &PlacesCounters::overBudget, false,
     false, "the budget for places requests is used up for now"},
    {PlacesFailure::paused, PlacesStatus::unknownError, &PlacesCounters::paused, false, false,
     "the places service failed repeatedly and is left alone for a while"},
    {PlacesFailure::timedOut, PlacesStatus::unknownError, &PlacesCounters::timedOut, false, true,
     "the places service did not answer in time"},
    {PlacesFailure::unreachable, PlacesStatus::unknownError, &PlacesCounters::unreachable, true,
     true, "the connection to the places service failed"},
    {PlacesFailure::tooLarge, PlacesStatus::unknownError, &PlacesCounters::tooLarge, false, true,
     "the answer of the places service was too large"},
    {PlacesFailure::malformed, PlacesStatus::unknownError, &PlacesCounters::malformed, false, true,
     "the answer of the places service was malformed"},
    {PlacesFailure::redirected, PlacesStatus::unknownError, &PlacesCounters::redirected, false,
     true, "the places service answered with a redirection"},
    {PlacesFailure::invalidRequest, PlacesStatus::invalidRequest, &PlacesCounters::invalidRequest,
     false, false, "the places service found the request invalid"},
    {PlacesFailure::denied, PlacesStatus::requestDenied, &PlacesCounters::denied, false, false,
     "the places service denied the request"},
    {PlacesFailure::quota, PlacesStatus::overQueryLimit, &PlacesCounters::quota, true, true,
     "the quota at the places service is used up"},
    {PlacesFailure::serverError, PlacesStatus::unknownError, &PlacesCounters::serverError, true,
     true, "the places service failed"},
    {PlacesFailure::unexpectedStatus, PlacesStatus::unknownError, &PlacesCounters::unexpectedStatus,
     false, false, "the places service answered with an unexpected HTTP status"},
    {PlacesFailure::cancelled, PlacesStatus::unknownError, &PlacesCounters::cancelled, false, false,
     "the request for places was cancelled"},
}};

const FailureRow& rowOf(PlacesFailure failure) {
    const auto index = static_cast<std::size_t>(failure);
    HERD_CHECK(index < failureRows.size() && failureRows[index].failure == failure);
    return failureRows[index];
}

}  // namespace

PlacesAnswer placesFailureAnswer(PlacesFailure failure) {
    const FailureRow& row = rowOf(failure);
    PlacesAnswer answer;
    answer.json = placesFailureJson(row.status, row.message);
    answer.results.ends.assign(1, 0);
    return answer;
}

void countPlacesFailure(PlacesCounters& counters, PlacesFailure failure) {
    ++(counters.*rowOf(failure).counter);
}

std::optional<PlacesFailure> failureOfHttpStatus(int httpStatus) {
    if (httpStatus == 200) {
        return std::nullopt;
    }
    if (httpStatus >= 300 && httpStatus < 400) {
        return PlacesFailure::redirected;
    }
    if (httpStatus >= 500 && httpStatus < 600) {
        return PlacesFailure::serverError;
    }
    switch (httpStatus) {
        case 400:
            return PlacesFailure::invalidRequest;
        case 403:
            return PlacesFailure::denied;
        case 429:
            return PlacesFailure::quota;
        default:
            return PlacesFailure::unexpectedStatus;
    }
}

bool mayRetry(PlacesFailure failure) {
    return rowOf(failure).mayRetry;
}

bool isServiceFailure(PlacesFailure failure) {
    return rowOf(failure).isServiceFailure;
}

}  // namespace herd
