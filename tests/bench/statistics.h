// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace herd::bench {

/// The value below which the part `quantile` (0 to 1) of the samples lies, straight lines between
/// neighbours; 0 without samples.
[[nodiscard]] double quantileOf(std::vector<double> samples, double quantile);

/// Counts durations in buckets less than 1 % wide, so that recording one costs a few instructions
/// however many there are.
class LatencyHistogram {
  public:
    /// A negative duration counts as zero.
    void record(std::int64_t durationNs);
    void clear();

    std::uint64_t count() const { return count_; }
    std::int64_t maxNs() const { return maxNs_; }

    /// Upper end of the bucket that holds the sample of that rank; 0 without samples.
    [[nodiscard]] std::int64_t quantileNs(double quantile) const;

  private:
    static constexpr std::size_t stepsBits = 7;
    static constexpr std::size_t steps = std::size_t{1} << stepsBits;
    static constexpr std::size_t bucketCount = (64 - stepsBits + 1) * steps;

    std::array<std::uint64_t, bucketCount> buckets_{};
    std::uint64_t count_ = 0;
    std::int64_t maxNs_ = 0;
};

}  // namespace herd::bench
