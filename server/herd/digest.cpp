// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/digest.h"

#include <QtEndian>
#include <bit>

#include "common/check.h"
#include "server/herd/clienthash.h"

namespace herd {

namespace {

/// Two multiplications a word. All nodes must agree on what comes out, and nobody is kept from
/// making two stamps of one sum: a sum is no secret, and serves against defects only.
class WordSum {
  public:
    /// Each word can be told from what was there before and what is there after, so that two
    /// sequences that differ in one word never end alike.
    void add(std::uint64_t word) {
        sum_ = std::rotl(sum_ ^ word * 0x9e3779b97f4a7c15, 29) * 0xbf58476d1ce4e5b9;
    }

    [[nodiscard]] std::uint64_t finish() const {
        std::uint64_t mixed = (sum_ ^ sum_ >> 32) * 0x94d049bb133111eb;
        mixed = (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9;
        return mixed ^ mixed >> 32;
    }

  private:
    std::uint64_t sum_ = 0x6865726420737461;
};

/// Less than eight bytes as one word; bytes in the middle may count twice.
std::uint64_t wordOf(std::string_view text) {
    if (text.size() >= 4) {
        const char* const last = text.data() + text.size() - 4;
        return std::uint64_t{qFromLittleEndian<std::uint32_t>(last)} << 32 |
               qFromLittleEndian<std::uint32_t>(text.data());
    }
    std::uint64_t word = 0;
    for (const char byte : text) {
        word = word << 8 | static_cast<unsigned char>(byte);
    }
    return word;
}

void addBytes(WordSum& sum, std::string_view text) {
    if (text.size() < 8) {
        sum.add(wordOf(text));
        return;
    }
    const char* const last = text.data() + text.size() - 8;
    for (const char* at = text.data(); at < last; at += 8) {
        sum.add(qFromLittleEndian<std::uint64_t>(at));
    }
    sum.add(qFromLittleEndian<std::uint64_t>(last));
}

/// Covers the payload and the whole key: the time's bytes say its value. The lengths come first, so
/// that two different stamps never make the same words.
std::uint64_t hashOf(const Stamp& stamp) {
    const std::string_view fields[] = {stamp.client, stamp.origin, stamp.position, stamp.time};
    WordSum sum;
    std::uint64_t lengths = 0;
    for (const std::string_view field : fields) {
        lengths = lengths << 16 | field.size();
    }
    sum.add(lengths);
    sum.add(static_cast<std::uint64_t>(stamp.rxNs));
    for (const std::string_view field : fields) {
        addBytes(sum, field);
    }
    return sum.finish();
}

}  // namespace

Digest::Digest(std::uint32_t superBuckets, std::uint32_t bucketsPerSuper)
    : bucketsPerSuper_(bucketsPerSuper),
      superSums_(superBuckets),
      bucketSums_(std::size_t{superBuckets} * bucketsPerSuper) {
    HERD_CHECK(std::has_single_bit(superBuckets) && superBuckets >= 4 && superBuckets <= 256);
    HERD_CHECK(std::has_single_bit(bucketsPerSuper) && bucketsPerSuper <= 256);
}

std::uint16_t Digest::bucketOf(std::string_view client) const {
    return static_cast<std::uint16_t>(bucketHashOf(client) & (bucketSums_.size() - 1));
}

std::uint16_t Digest::bucketOf(const Stamp& stamp) const {
    const std::uint16_t hash =
        stamp.isTombstone() ? bucketHashIn(stamp.client) : bucketHashOf(stamp.client);
    return static_cast<std::uint16_t>(hash & (bucketSums_.size() - 1));
}

void Digest::add(const Stamp& stamp, std::uint16_t bucket) {
    change(bucket, hashOf(stamp));
}

void Digest::remove(const Stamp& stamp, std::uint16_t bucket) {
    change(bucket, 0 - hashOf(stamp));
}

std::span<const std::uint64_t> Digest::bucketSums(std::uint32_t superBucket) const {
    HERD_CHECK(superBucket < superSums_.size());
    return std::span(bucketSums_)
        .subspan(std::size_t{superBucket} * bucketsPerSuper_, bucketsPerSuper_);
}

void Digest::change(std::uint16_t bucket, std::uint64_t amount) {
    bucketSums_[bucket] += amount;
    superSums_[bucket / bucketsPerSuper_] += amount;
    root_ += amount;
}

}  // namespace herd
