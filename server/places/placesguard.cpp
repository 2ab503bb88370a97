// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placesguard.h"

#include <algorithm>
#include <utility>

#include "common/check.h"

namespace herd {

namespace {

/// Two requests are the same when their address and body are: everything else is fixed.
std::string keyOf(const FetchRequest& request) {
    return (request.url.toEncoded() + '\n' + request.body).toStdString();
}

}  // namespace

PlacesGuard::PlacesGuard(const GooglePlacesSettings& settings, PlacesSurroundings surroundings,
                         ReadPlacesBody readBody)
    : service_(settings, std::move(surroundings), std::move(readBody)) {}

PlacesGuard::~PlacesGuard() {
    for (auto& [key, entry] : entries_) {
        delete entry.flight;
    }
}

void PlacesGuard::find(FetchRequest request, int bound, PlacesProvider::Done done) {
    if (askers_ >= static_cast<std::size_t>(service_.limits.askersMax)) {
        refuse(PlacesFailure::queueFull, done);
        return;
    }
    std::string key = keyOf(request);
    const auto existing = entries_.find(key);
    if (existing != entries_.end()) {
        ++service_.counters.asked;
        ++service_.counters.shared;
        ++askers_;
        existing->second.askers.push_back({bound, std::move(done)});
        return;
    }
    const bool mayRun = running_ < service_.limits.runningMax;
    if (!mayRun && waiting_.size() >= static_cast<std::size_t>(service_.limits.waitingMax)) {
        refuse(PlacesFailure::queueFull, done);
        return;
    }
    ++service_.counters.asked;
    ++askers_;
    auto* const flight = new PlacesFlight(service_, std::move(request), this);
    connect(flight, &PlacesFlight::landed, this,
            [this, key](const PlacesFlight::Landing& landing) { onLanded(key, landing); });
    Entry& entry = entries_[key];
    entry.flight = flight;
    entry.askers.push_back({bound, std::move(done)});
    waiting_.push_back(std::move(key));
    startWaiting();
    deliver();
}

void PlacesGuard::refuse(PlacesFailure failure, const PlacesProvider::Done& done) {
    ++service_.counters.asked;
    countPlacesFailure(service_.counters, failure);
    done(placesFailureAnswer(failure).json);
}

void PlacesGuard::startWaiting() {
    // A flight may land while it starts; the loop below then goes on with the next one.
    if (isStarting_) {
        return;
    }
    isStarting_ = true;
    while (running_ < service_.limits.runningMax && !waiting_.empty()) {
        Entry& entry = entries_.at(waiting_.front());
        waiting_.pop_front();
        entry.isRunning = true;
        ++running_;
        entry.flight->start();
    }
    isStarting_ = false;
}

void PlacesGuard::onLanded(const std::string& key, const PlacesFlight::Landing& landing) {
    auto node = entries_.extract(key);
    HERD_CHECK(!node.empty());
    Entry& entry = node.mapped();
    if (entry.isRunning) {
        --running_;
    } else {
        waiting_.erase(std::find(waiting_.begin(), waiting_.end(), key));
    }
    entry.flight->deleteLater();

    if (const auto* const failure = std::get_if<PlacesFailure>(&landing)) {
        countPlacesFailure(service_.counters, *failure);
        queueDeliveries(entry, placesFailureAnswer(*failure));
    } else {
        ++service_.counters.answered;
        queueDeliveries(entry, std::get<PlacesAnswer>(landing));
    }
    startWaiting();
    if (!isStarting_) {
        deliver();
    }
}

void PlacesGuard::queueDeliveries(Entry& entry, PlacesAnswer answer) {
    const auto shared = std::make_shared<const PlacesAnswer>(std::move(answer));
    for (Asker& asker : entry.askers) {
        deliveries_.push_back({std::move(asker), shared});
    }
}

void PlacesGuard::cancelAll() {
    std::map<std::string, Entry> entries;
    entries.swap(entries_);
    waiting_.clear();
    running_ = 0;
    for (auto& [key, entry] : entries) {
        entry.flight->abandon();
        entry.flight->deleteLater();
        countPlacesFailure(service_.counters, PlacesFailure::cancelled);
        queueDeliveries(entry, placesFailureAnswer(PlacesFailure::cancelled));
    }
    deliver();
}

void PlacesGuard::deliver() {
    // An asker may ask again, cancel all or delete this guard.
    const QPointer<PlacesGuard> self(this);
    while (!self.isNull() && !deliveries_.empty()) {
        Delivery delivery = std::move(deliveries_.front());
        deliveries_.pop_front();
        --askers_;
        delivery.asker.done(delivery.answer->cutTo(delivery.asker.bound));
    }
}

}  // namespace herd
