// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placesflight.h"

#include <QNetworkProxy>
#include <utility>

#include "server/places/retrydelay.h"

namespace herd {

namespace {

/// The body of a reply as an answer, or why it is none.
PlacesFlight::Landing landingOf(const FetchOutcome& outcome, const ReadPlacesBody& readBody) {
    switch (outcome.kind) {
        case FetchOutcome::Kind::unreachable:
            return PlacesFailure::unreachable;
        case FetchOutcome::Kind::tooLarge:
            return PlacesFailure::tooLarge;
        case FetchOutcome::Kind::replied:
            break;
    }
    if (const std::optional<PlacesFailure> failure = failureOfHttpStatus(outcome.httpStatus)) {
        return *failure;
    }
    std::optional<PlacesAnswer> answer = readBody(outcome.body);
    if (!answer) {
        return PlacesFailure::malformed;
    }
    return *std::move(answer);
}

}  // namespace

PlacesService::PlacesService(const GooglePlacesSettings& settings, PlacesSurroundings around,
                             ReadPlacesBody bodyReader)
    : deadline(settings.deadline),
      limits(settings.limits),
      surroundings(std::move(around)),
      readBody(std::move(bodyReader)),
      budget(settings.requestsPerMinute, settings.requestsPerDay, surroundings.clock),
      breaker(limits.failuresMax, limits.pause, surroundings.clock) {
    network.setProxy(QNetworkProxy::NoProxy);
}

void PlacesService::report(bool wentWell) {
    const bool wasPaused = breaker.isPaused();
    if (wentWell) {
        breaker.succeeded();
    } else {
        breaker.failed();
    }
    if (breaker.isPaused() == wasPaused) {
        return;
    }
    if (wentWell) {
        surroundings.notice(QStringLiteral("the places service answers again"));
    } else {
        ++counters.pauses;
        surroundings.notice(
            QStringLiteral("the places service failed %1 times in a row and is left alone for %2 s")
                .arg(limits.failuresMax)
                .arg(std::chrono::duration_cast<std::chrono::seconds>(limits.pause).count()));
    }
}

PlacesFlight::PlacesFlight(PlacesService& service, FetchRequest request, QObject* parent)
    : QObject(parent),
      service_(service),
      request_(std::move(request)),
      lastTryBy_(service.surroundings.clock() + service.deadline - service.deadline / 16) {
    for (QTimer* const timer : {&deadlineTimer_, &retryTimer_}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&deadlineTimer_, &QTimer::timeout, this, &PlacesFlight::onDeadline);
    connect(&retryTimer_, &QTimer::timeout, this, &PlacesFlight::send);
    deadlineTimer_.start(service_.deadline);
}

void PlacesFlight::start() {
    send();
}

void PlacesFlight::send() {
    if (service_.surroundings.clock() > lastTryBy_) {
        land(PlacesFailure::timedOut);
        return;
    }
    if (!service_.budget.allows()) {
        land(PlacesFailure::overBudget);
        return;
    }
    if (!service_.breaker.admit()) {
        land(lastFailure_);
        return;
    }
    service_.budget.spend();
    ++service_.counters.sent;
    if (++tries_ > 1) {
        ++service_.counters.retried;
    }
    fetch_ = new HttpFetch(service_.network, request_, service_.limits.replyBytesMax, this);
    connect(fetch_, &HttpFetch::finished, this, &PlacesFlight::onFetched);
}

void PlacesFlight::onFetched(const FetchOutcome& outcome) {
    dropFetch();
    const Landing landing = landingOf(outcome, service_.readBody);
    const auto* const failure = std::get_if<PlacesFailure>(&landing);
    service_.report(failure == nullptr || !isServiceFailure(*failure));
    if (failure != nullptr && mayRetry(*failure)) {
        retryOrLand(*failure);
    } else {
        land(landing);
    }
}

void PlacesFlight::retryOrLand(PlacesFailure failure) {
    const std::chrono::milliseconds delay =
        retryDelay(service_.limits.retryDelay, tries_, service_.surroundings.dice());
    if (tries_ >= service_.limits.triesMax || service_.surroundings.clock() + delay > lastTryBy_) {
        land(failure);
        return;
    }
    lastFailure_ = failure;
    retryTimer_.start(delay);
}

void PlacesFlight::onDeadline() {
    if (!fetch_.isNull()) {
        dropFetch();
        service_.report(false);
    }
    land(PlacesFailure::timedOut);
}

void PlacesFlight::abandon() {
    if (!fetch_.isNull()) {
        dropFetch();
        service_.breaker.abandoned();
    }
    deadlineTimer_.stop();
    retryTimer_.stop();
}

void PlacesFlight::dropFetch() {
    HttpFetch* const fetch = fetch_;
    fetch_.clear();
    fetch->abandon();
    fetch->deleteLater();
}

void PlacesFlight::land(const Landing& landing) {
    deadlineTimer_.stop();
    retryTimer_.stop();
    Q_EMIT landed(landing);
}

}  // namespace herd
