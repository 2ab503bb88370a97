// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/stamp.h"

namespace herd {

/// A summary of a table that two nodes compare to find where they differ: each stamp's 64-bit hash
/// is added to the bucket of its client, the buckets stand in super-buckets, and the root is the
/// sum of all. Equal tables have equal sums, in whatever order they were filled.
class Digest {
  public:
    /// Both a power of two; all nodes of a herd use the same. `superBuckets` at least 4 and both at
    /// most 256, so that a level fits one line and a bucket number 16 bits.
    Digest(std::uint32_t superBuckets, std::uint32_t bucketsPerSuper);

    /// Which bucket a client's stamps count in.
    [[nodiscard]] std::uint16_t bucketOf(std::string_view client) const;
    /// The same bucket for its tombstone as for its stamps.
    [[nodiscard]] std::uint16_t bucketOf(const Stamp& stamp) const;

    /// What a stamp counts.
    [[nodiscard]] static std::uint64_t sumOf(const Stamp& stamp);

    /// Has the processor fetch what add() and remove() will change.
    void prefetch(std::span<const std::uint16_t> buckets) const {
        for (const std::uint16_t bucket : buckets) {
            __builtin_prefetch(&bucketSums_[bucket], 1);
        }
    }

    void add(std::uint64_t sum, std::uint16_t bucket);
    void remove(std::uint64_t sum, std::uint16_t bucket) { add(0 - sum, bucket); }

    [[nodiscard]] std::uint64_t root() const { return root_; }
    [[nodiscard]] std::span<const std::uint64_t> superSums() const { return superSums_; }
    [[nodiscard]] std::span<const std::uint64_t> bucketSums(std::uint32_t superBucket) const;
    [[nodiscard]] std::uint32_t bucketsPerSuper() const { return bucketsPerSuper_; }
    [[nodiscard]] std::size_t buckets() const { return bucketSums_.size(); }

  private:
    std::uint32_t bucketsPerSuper_;
    std::uint64_t root_ = 0;
    std::vector<std::uint64_t> superSums_;
    std::vector<std::uint64_t> bucketSums_;
};

}  // namespace herd
