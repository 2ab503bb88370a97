// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/clock.h"

#include <ctime>

#include "common/check.h"
#include "common/timestamp.h"

namespace herd {

namespace {

std::int64_t readNs(clockid_t clock) {
    timespec time{};
    HERD_CHECK(::clock_gettime(clock, &time) == 0);
    return time.tv_sec * nanosecondsPerSecond + time.tv_nsec;
}

}  // namespace

std::int64_t SystemClock::wallNs() const {
    return readNs(CLOCK_REALTIME);
}

std::int64_t SystemClock::monotonicNs() const {
    return readNs(CLOCK_MONOTONIC);
}

}  // namespace herd
