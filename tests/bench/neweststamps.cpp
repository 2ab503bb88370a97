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

void NewestStamps::offer(const Report& report) {
    const std::uint32_t hash = hashOf(report.client);
    Place& place = index_[find(report.client, hash)];
    const bool known = place.number != 0;
    if (!known) {
        records_.push_back({report.timeNs, report.rxNs, report.client.size(), std::string()});
        place = {hash, static_cast<std::uint32_t>(records_.size())};
    }
    Record& record = records_[place.number - 1];
    if (known && std::tie(report.timeNs, report.rxNs) <= std::tie(record.timeNs, record.rxNs)) {
        return;
    }
    record.timeNs = report.timeNs;
    record.rxNs = report.rxNs;
    record.text.reserve(report.client.size() + report.position.size() + report.time.size() + 2);
    record.text.assign(report.client).append(1, ' ').append(report.position);
    record.text.append(1, ' ').append(report.time);
    if (!known && records_.size() * 2 > index_.size()) {
        grow();
    }
}

std::string NewestStamps::text(std::string_view client) const {
    const Place& place = index_[find(client, hashOf(client))];
    return place.number == 0 ? std::string() : records_[place.number - 1].text;
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
    const std::size_t mask = wider.size() - 1;
    for (const Place& place : index_) {
        if (place.number == 0) {
            continue;
        }
        std::size_t at = place.hash & mask;
        while (wider[at].number != 0) {
            at = (at + 1) & mask;
        }
        wider[at] = place;
    }
    index_ = std::move(wider);
}

}  // namespace herd::bench
