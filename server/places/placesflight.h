// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>

#include "server/places/circuitbreaker.h"
#include "server/places/googlesettings.h"
#include "server/places/httpfetch.h"
#include "server/places/placesfailure.h"
#include "server/places/requestbudget.h"

namespace herd {

/// Reads the body of a 200 reply; nothing when it is malformed.
using ReadPlacesBody = std::function<std::optional<PlacesAnswer>(std::string_view body)>;

/// What all requests to one service have in common. Owned by the guard.
struct PlacesService {
    PlacesService(const GooglePlacesSettings& settings, PlacesSurroundings surroundings,
                  ReadPlacesBody readBody);

    /// Tells the breaker how a send went, and the world when that changed its state.
    void report(bool wentWell);

    std::chrono::milliseconds deadline;
    PlacesLimits limits;
    PlacesSurroundings surroundings;
    ReadPlacesBody readBody;
    RequestBudget budget;
    CircuitBreaker breaker;
    PlacesCounters counters;
    QNetworkAccessManager network;
};

/// One request on its way to its answer: the tries, the pauses between them, the deadline that runs
/// from its making. In the last sixteenth of its time no try begins: it would be paid for and
/// hardly be answered. It asks breaker and budget before each send. It lands once, or is dropped by
/// `abandon`. Owned by the guard; the service must outlive it.
class PlacesFlight : public QObject {
    Q_OBJECT

  public:
    using Landing = std::variant<PlacesAnswer, PlacesFailure>;

    PlacesFlight(PlacesService& service, FetchRequest request, QObject* parent);

    /// Sends the first try. Lands at once when breaker or budget refuse it, so it may be followed
    /// by `landed` before it returns.
    void start();

    /// Ends it without a word.
    void abandon();

  Q_SIGNALS:
    void landed(const herd::PlacesFlight::Landing& landing);

  private:
    void send();
    void onFetched(const FetchOutcome& outcome);
    void onDeadline();
    void retryOrLand(PlacesFailure failure);
    void land(const Landing& landing);
    void dropFetch();

    PlacesService& service_;
    FetchRequest request_;
    std::chrono::milliseconds lastTryBy_;
    QTimer deadlineTimer_;
    QTimer retryTimer_;
    QPointer<HttpFetch> fetch_;
    int tries_ = 0;
    PlacesFailure lastFailure_ = PlacesFailure::paused;
};

}  // namespace herd
