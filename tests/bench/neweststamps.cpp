// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/neweststamps.h"

#include <functional>
#include <tuple>

namespace herd::bench {

namespace {

std::uint32_t hashOf(std::string_view client) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(client));
}

}  // namespace

NewestStamps::NewestStamps() : index_(1024) {}

void NewestStamps::offer(std::string_view client, std::string_view positionAndTime,
                         std::int64_t timeNs, std::int64_t rxNs) {
    const std::uint32_t hash = hashOf(client);
    Place& place = index_[find(client, hash)];
    if (place.number != 0) {
        Record& record = records_[place.number - 1];
        if (std::tie(timeNs, rxNs) > std::tie(record.timeNs, record.rxNs)) {
            record.timeNs = timeNs;
            record.rxNs = rxNs;
            record.text.replace(record.clientBytes, std::string::npos, positionAndTime);
        }
        return;
    }
    records_.push_back({timeNs, rxNs, client.size(), std::string()});
    records_.back().text.append(client).append(positionAndTime);
    place = {hash, static_cast<std::uint32_t>(records_.size())};
    if (records_.size() * 2 > index_.size()) {
        grow();
    }
}

std::string NewestStamps::text(std::string_view client) const {
    const Place& place = index_[find(client, hashOf(client))];
    return place.number == 0 ? std::string()
                             : records_[place.number - 1].text.substr(client.size());
}

std::size_t NewestStamps::find(std::string_view client, std::uint32_t hash) const {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = hash & mask;
    while (true) {
        const Place& place = index_[at];
        const bool mine = place.hash == hash && place.number != 0 &&
                          records_[place.number - 1].client() == client;
        if (place.number == 0 || mine) {
            return at;
        }
        at = (at + 1) & mask;
    }
}

void NewestStamps::grow() {
    std::vector<Place> wider(index_.size() * 2);
    for (const Place& place : index_) {
        std::size_t at = place.hash;
        while (place.number != 0 && wider[at & (wider.size() - 1)].number != 0) {
            ++at;
        }
        if (place.number != 0) {
            wider[at & (wider.size() - 1)] = place;
        }
    }
    index_ = std::move(wider);
}

}  // namespace herd::bench
