// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QPointer>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/places/placesflight.h"
#include "server/places/placesprovider.h"

namespace herd {

/// Stands between many askers and one paid service: it lets equal requests share one flight, lets
/// at most `runningMax` flights run and `waitingMax` wait, refuses the rest at once, and gives each
/// asker exactly one answer cut to its own bound. Deadline, tries, budget and breaker are the
/// flights' business. Nothing is kept once it is answered. Owned by a provider; when it goes,
/// askers that still wait hear nothing.
class PlacesGuard : public QObject {
    Q_OBJECT

  public:
    PlacesGuard(const GooglePlacesSettings& settings, PlacesSurroundings surroundings,
                ReadPlacesBody readBody);
    ~PlacesGuard() override;

    /// `done` may be called before this returns, and may call back into the guard.
    void find(FetchRequest request, int bound, PlacesProvider::Done done);

    /// Answers this question with the failure, sending nothing.
    void refuse(PlacesFailure failure, const PlacesProvider::Done& done);

    /// Answers all askers with UNKNOWN_ERROR before it returns and ends their flights.
    void cancelAll();

    const PlacesCounters& counters() const { return service_.counters; }

  private:
    struct Asker {
        int bound;
        PlacesProvider::Done done;
    };
    struct Entry {
        PlacesFlight* flight = nullptr;
        bool isRunning = false;
        std::vector<Asker> askers;
    };
    struct Delivery {
        Asker asker;
        std::shared_ptr<const PlacesAnswer> answer;
    };

    void onLanded(const std::string& key, const PlacesFlight::Landing& landing);
    void startWaiting();
    void queueDeliveries(Entry& entry, PlacesAnswer answer);
    void deliver();

    PlacesService service_;
    std::map<std::string, Entry> entries_;
    std::deque<std::string> waiting_;
    std::deque<Delivery> deliveries_;
    std::size_t askers_ = 0;
    int running_ = 0;
    bool isStarting_ = false;
};

}  // namespace herd
