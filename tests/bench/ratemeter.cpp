// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/ratemeter.h"

#include "tests/bench/clock.h"

namespace herd::bench {

RateMeter::RateMeter(std::int64_t warmUpNs, std::int64_t measureNs, pid_t serverProcess)
    : measureNs_(measureNs), serverProcess_(serverProcess), startNs_(monotonicNs() + warmUpNs) {}

bool RateMeter::isOver() {
    const std::int64_t nowNs = monotonicNs();
    if (!measuring_ && nowNs >= startNs_) {
        measuring_ = true;
        startNs_ = nowNs;
        counted_ = 0;
        before_ = processorTime(serverProcess_);
    }
    if (!measuring_ || nowNs - startNs_ < measureNs_) {
        return false;
    }
    endNs_ = nowNs;
    after_ = processorTime(serverProcess_);
    return true;
}

Figures RateMeter::figures() const {
    const auto count = static_cast<double>(counted_);
    const double seconds = static_cast<double>(endNs_ - startNs_) / 1e9;
    const double busyS = after_.userS + after_.systemS - before_.userS - before_.systemS;
    Figures figures;
    figures.add("verified", count, 0);
    figures.add("seconds", seconds, 3);
    figures.add("rate_per_s", count / seconds, 0);
    figures.add("server_cpu_us_per_request", busyS / count * 1e6, 3);
    figures.add("server_busy_percent", busyS / seconds * 100, 1);
    return figures;
}

}  // namespace herd::bench
