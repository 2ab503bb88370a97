// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/clients.h"

#include <algorithm>

namespace herd::sim {

namespace {

constexpr std::int64_t secondNs = 1'000'000'000;
constexpr int nanosecondDigits = 9;

/// What is left of a second after so many digits.
constexpr std::int64_t unitNs(int digits) {
    std::int64_t unit = secondNs;
    for (; digits > 0; --digits) {
        unit /= 10;
    }
    return unit;
}

}  // namespace

Clients::Clients(const Scenario& scenario, Prng& prng)
    : scenario_(scenario), prng_(prng), clients_(static_cast<std::size_t>(scenario.clients)) {
    for (Client& client : clients_) {
        client.aheadNs = prng.chance(20) ? prng.between(-500, 500) * secondNs : 0;
    }
}

std::string_view Clients::report(std::int64_t wallNs) {
    return reportOf(prng_.below(clients_.size()), wallNs);
}

std::string_view Clients::hotReport(std::int64_t wallNs, int count) {
    const std::size_t hot = std::min(clients_.size(), static_cast<std::size_t>(count));
    return reportOf(prng_.below(hot), wallNs);
}

std::string_view Clients::repeat() {
    return lineOf(prng_.below(clients_.size()));
}

std::string Clients::someId() {
    std::string id(1, 'c');
    id += std::to_string(prng_.below(clients_.size() + 1));
    return id;
}

std::string_view Clients::reportOf(std::size_t number, std::int64_t wallNs) {
    Client& client = clients_[number];
    const std::uint64_t kind = prng_.below(100);
    if (kind < 50) {
        constexpr int precisions[] = {0, 1, 3};
        setTime(client, wallNs + client.aheadNs, prng_.pick(precisions));
    } else if (kind < 75) {
        respell(client);
    } else if (kind < 87) {
        setTime(client, client.timeNs - prng_.between(0, 3) * secondNs / 2, 1);
    } else {
        // About as far ahead as still counts, a little less and a little more, or very far.
        constexpr std::int64_t aheadNs[] = {-secondNs, -1, 0, 1, secondNs, 1'000 * secondNs};
        const std::int64_t edgeNs = wallNs + scenario_.futureSkewMaxS * secondNs;
        setTime(client, edgeNs + prng_.pick(aheadNs), nanosecondDigits);
    }
    return lineOf(number);
}

std::string_view Clients::lineOf(std::size_t number) {
    constexpr std::string_view positions[] = {"+1-1", "+2-2", "-3+3", "+2.5-2"};
    line_ = "IAMAT c" + std::to_string(number) + " ";
    line_.append(prng_.pick(positions)).append(1, ' ').append(clients_[number].time);
    return line_;
}

/// The last time again; now and then it is spelled in another way.
void Clients::respell(Client& client) {
    const std::size_t point = client.time.find('.');
    if (!prng_.chance(30)) {
        return;
    }
    if (point == std::string::npos) {
        client.time += ".0";
    } else if (client.time.size() - point - 1 < nanosecondDigits) {
        client.time += '0';
    }
}

void Clients::setTime(Client& client, std::int64_t timeNs, int digits) {
    client.timeNs = std::max<std::int64_t>(timeNs, 0);
    client.time = std::to_string(client.timeNs / secondNs);
    if (digits > 0) {
        const std::string fraction = std::to_string(secondNs + client.timeNs % secondNs);
        client.time.append(1, '.').append(fraction, 1, static_cast<std::size_t>(digits));
    }
    client.timeNs -= client.timeNs % unitNs(digits);
}

}  // namespace herd::sim
