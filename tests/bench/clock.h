// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <ctime>

#include "common/timestamp.h"

namespace herd::bench {

inline std::int64_t clockNs(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return now.tv_sec * nanosecondsPerSecond + now.tv_nsec;
}

/// For durations.
inline std::int64_t monotonicNs() {
    return clockNs(CLOCK_MONOTONIC);
}

/// POSIX time, what stamps are made of.
inline std::int64_t wallNs() {
    return clockNs(CLOCK_REALTIME);
}

}  // namespace herd::bench
