// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/requestsource.h"

#include <bit>
#include <cstdio>
#include <cstring>

#include "common/check.h"
#include "common/timestamp.h"

namespace herd::bench {

namespace {

constexpr std::size_t positionCount = 4096;
constexpr std::size_t clientDigits = 8;
constexpr std::string_view clientPrefix = "unit";
constexpr std::string_view clientSuffix = ".example";
constexpr std::size_t secondDigits = 10;
constexpr std::size_t fractionDigits = 9;

void writeDigits(char* first, std::size_t digits, std::uint64_t number) {
    while (digits-- > 0) {
        first[digits] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
}

char* append(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

char* appendClient(char* to, std::uint64_t number) {
    to = append(to, clientPrefix);
    writeDigits(to, clientDigits, number);
    return append(to + clientDigits, clientSuffix);
}

char* appendTime(char* to, std::int64_t timeNs) {
    const auto time = static_cast<std::uint64_t>(timeNs);
    writeDigits(to, secondDigits, time / nanosecondsPerSecond);
    to[secondDigits] = '.';
    writeDigits(to + secondDigits + 1, fractionDigits, time % nanosecondsPerSecond);
    return to + secondDigits + 1 + fractionDigits;
}

}  // namespace

std::string clientId(std::uint64_t number) {
    char text[Request::textBytesMax];
    return {text, appendClient(text, number)};
}

RequestSource::RequestSource(std::uint64_t firstClient, std::uint64_t clients, Order order)
    : firstClient_(firstClient), clients_(clients), order_(order) {
    HERD_CHECK(clients > 0 && firstClient + clients <= 100'000'000);
    positions_.reserve(positionCount);
    for (std::size_t index = 0; index < positionCount; ++index) {
        // Inside what every server takes; Redis takes no latitude past 85.05 degrees.
        const std::uint64_t random = nextRandom();
        char text[32];
        const int bytes = std::snprintf(
            text, sizeof text, "%c%02u.%06u%c%03u.%06u", (random & 1) != 0 ? '+' : '-',
            static_cast<unsigned>(random >> 8) % 85, static_cast<unsigned>(random >> 16) % 1000000,
            (random & 2) != 0 ? '+' : '-', static_cast<unsigned>(random >> 24) % 180,
            static_cast<unsigned>(random >> 32) % 1000000);
        positions_.emplace_back(text, static_cast<std::size_t>(bytes));
    }
}

std::uint64_t RequestSource::nextRandom() {
    // splitmix64 (Steele, Lea and Flood, 2014).
    std::uint64_t mixed = randomState_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

void RequestSource::next(Request& request, std::int64_t nowNs) {
    const std::uint64_t random = nextRandom();
    std::uint64_t client = turn_;
    if (order_ == Order::eachOnce) {
        turn_ = turn_ + 1 == clients_ ? 0 : turn_ + 1;
    } else {
        client = (random >> 32) * clients_ >> 32;
    }
    lastTimeNs_ = nowNs > lastTimeNs_ ? nowNs : lastTimeNs_ + 1;
    request.timeNs = lastTimeNs_;
    char* end = appendClient(request.bytes.data(), firstClient_ + client);
    *end++ = ' ';
    end = append(end, positions_[random % positionCount]);
    *end++ = ' ';
    end = appendTime(end, lastTimeNs_);
    request.textBytes = static_cast<std::uint16_t>(end - request.bytes.data());
}

}  // namespace herd::bench
