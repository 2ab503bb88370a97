// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/noderates.h"

namespace herd {

namespace {

std::uint64_t answersOf(const NodeStatus& status) {
    const auto at = status.counters.find("lines_answered");
    return at == status.counters.end() ? 0 : at->second;
}

}  // namespace

void NodeRates::add(const NodeStatus& status) {
    const Count newest{status.uptimeMs, status.epoch, status.seq, answersOf(status)};
    counts_.push_back(newest);
    // Started anew: what was counted before is of another life.
    while (counts_.front().epoch != newest.epoch || counts_.front().atMs > newest.atMs ||
           counts_.front().seq > newest.seq || counts_.front().answers > newest.answers) {
        counts_.pop_front();
    }
    while (counts_.size() > 2 && newest.atMs - counts_.front().atMs > spanMs) {
        counts_.pop_front();
    }
}

double NodeRates::updatesPerS() const {
    return rateOf(&Count::seq);
}

double NodeRates::answersPerS() const {
    return rateOf(&Count::answers);
}

double NodeRates::rateOf(std::uint64_t Count::*counter) const {
    const qint64 elapsedMs = counts_.empty() ? 0 : counts_.back().atMs - counts_.front().atMs;
    if (elapsedMs == 0) {
        return 0;
    }
    const std::uint64_t counted = counts_.back().*counter - counts_.front().*counter;
    return static_cast<double>(counted) * 1'000 / static_cast<double>(elapsedMs);
}

}  // namespace herd
