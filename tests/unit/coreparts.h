// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/timestamp.h"
#include "server/herd/dice.h"
#include "server/herd/herdcore.h"

namespace herd {

/// Dice that count, from 1.
class CountingDice : public Dice {
  public:
    explicit CountingDice(std::uint64_t before = 0) : last_(before) {}
    std::uint64_t roll() override { return ++last_; }

  private:
    std::uint64_t last_;
};

inline constexpr SipKey testIndexKey{1, 2};

/// A core small enough that a test reaches its limits: a ring of 8, 8 by 8 buckets.
inline CoreSettings smallSettings(std::string self, std::vector<std::string> neighbours) {
    CoreSettings settings;
    settings.herd = "test";
    settings.self = std::move(self);
    settings.neighbours = std::move(neighbours);
    settings.secrets = {"sesame"};
    settings.ringEntries = 8;
    settings.superBuckets = 8;
    settings.bucketsPerSuper = 8;
    settings.scanSlotsMax = 3;
    return settings;
}

/// A stamp heard one second after the client's time; its bytes are the caller's.
inline Stamp stampOf(std::string_view client, std::string_view time,
                     std::string_view position = "+1-1", std::string_view origin = "alpha") {
    Stamp stamp;
    stamp.client = client;
    stamp.origin = origin;
    stamp.position = position;
    stamp.time = time;
    stamp.timeNs = parseTime(time).value();
    stamp.rxNs = stamp.timeNs + nanosecondsPerSecond;
    return stamp;
}

inline std::string lineOf(const Stamp& stamp) {
    if (stamp.isTombstone()) {
        return "FORGET " + std::string(stamp.origin) + " " + std::to_string(stamp.rxNs) + " " +
               std::string(stamp.client) + "\n";
    }
    std::string line = "AT ";
    line.append(stamp.origin).append(1, ' ');
    appendDiff(line, stamp.diffNs());
    line.append(1, ' ').append(stamp.client).append(1, ' ').append(stamp.position);
    return line.append(1, ' ').append(stamp.time).append(1, '\n');
}

}  // namespace herd
