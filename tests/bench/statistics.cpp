// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace herd::bench {

double quantileOf(std::vector<double> samples, double quantile) {
    if (samples.empty()) {
        return 0;
    }
    std::sort(samples.begin(), samples.end());
    const double rank = quantile * static_cast<double>(samples.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, samples.size() - 1);
    return std::lerp(samples[below], samples[above], rank - static_cast<double>(below));
}

void LatencyHistogram::record(std::int64_t durationNs) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(durationNs, 0));
    // Below 2 * steps every value has a bucket of its own; above, the leading bits choose it.
    const auto width = static_cast<std::size_t>(std::bit_width(value));
    const std::size_t shift = width > stepsBits + 1 ? width - stepsBits - 1 : 0;
    ++buckets_[shift * steps + static_cast<std::size_t>(value >> shift)];
    ++count_;
    maxNs_ = std::max(maxNs_, durationNs);
}

void LatencyHistogram::clear() {
    *this = LatencyHistogram();
}

std::int64_t LatencyHistogram::quantileNs(double quantile) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < bucketCount; ++bucket) {
        seen += buckets_[bucket];
        if (buckets_[bucket] != 0 && seen >= rank) {
            const std::size_t shift = bucket < 2 * steps ? 0 : bucket / steps - 1;
            const std::uint64_t lead = bucket - shift * steps;
            const auto upperEnd = static_cast<std::int64_t>(((lead + 1) << shift) - 1);
            return std::min(upperEnd, maxNs_);
        }
    }
    return 0;
}

}  // namespace herd::bench
