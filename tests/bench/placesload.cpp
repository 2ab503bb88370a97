// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/placesload.h"

#include <poll.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/failure.h"
#include "tests/bench/queryconnection.h"
#include "tests/bench/ratemeter.h"

namespace herd::bench {

namespace {

constexpr int silenceMaxMs = 10'000;

/// Los Angeles, London, Paris, Lagos, Delhi, Tokyo, Sydney, Lima: from dense to sparse.
constexpr const char* cities[] = {
    "+34.05-118.24", "+51.51-000.13", "+48.86+002.35", "+06.45+003.39",
    "+28.61+077.21", "+35.68+139.69", "-33.87+151.21", "-12.05-077.04",
};

std::string clientAt(std::size_t city) {
    return "city" + std::to_string(city);
}

bool isGood(std::string_view answer, std::string_view client) {
    const std::string_view line = answer.substr(0, answer.find('\n'));
    const bool found = answer.find("\"OK\"") != std::string_view::npos;
    const bool none = answer.find("\"ZERO_RESULTS\"") != std::string_view::npos;
    return line.starts_with("AT ") &&
           line.find(' ' + std::string(client) + ' ') != std::string_view::npos && (found || none);
}

}  // namespace

Figures measurePlaces(const PlacesPlan& plan) {
    std::deque<QueryConnection> connections;
    std::vector<pollfd> waiting;
    std::vector<std::size_t> asked;
    for (std::size_t city = 0; city < std::size(cities); ++city) {
        QueryConnection teller(plan.server);
        static_cast<void>(teller.ask("IAMAT " + clientAt(city) + ' ' + cities[city] + " 1700000000",
                                     QueryConnection::patienceNs));
    }
    const std::string tail =
        ' ' + std::to_string(plan.radiusKilometres) + ' ' + std::to_string(plan.bound);
    const auto ask = [&](std::size_t index) {
        connections[index].send("WHATSAT " + clientAt(asked[index]) + tail);
    };
    for (int index = 0; index < plan.inFlight; ++index) {
        connections.emplace_back(plan.server);
        waiting.push_back({connections.back().descriptor(), POLLIN, 0});
        asked.push_back(static_cast<std::size_t>(index) % std::size(cities));
        ask(asked.size() - 1);
    }
    RateMeter meter(plan.warmUpNs, plan.measureNs, plan.serverProcess);
    while (!meter.isOver()) {
        if (poll(waiting.data(), waiting.size(), silenceMaxMs) == 0) {
            throw Failure("no answer for ten seconds");
        }
        for (std::size_t index = 0; index < connections.size(); ++index) {
            const std::optional<std::string> answer =
                waiting[index].revents != 0 ? connections[index].receive() : std::nullopt;
            if (!answer) {
                continue;
            }
            if (!isGood(*answer, clientAt(asked[index]))) {
                throw Failure("wrong answer: " + *answer);
            }
            meter.count();
            asked[index] = (asked[index] + 1) % std::size(cities);
            ask(index);
        }
    }
    return meter.figures();
}

}  // namespace herd::bench
