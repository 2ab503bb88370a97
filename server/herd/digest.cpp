// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/digest.h"

#include <QtEndian>
#include <bit>

#include "common/check.h"
#include "common/stamptail.h"
#include "server/herd/clienthash.h"

namespace herd {

namespace {

/// One multiplication for two words. All nodes must agree on what comes out, and nobody is kept
/// from making two stamps of one sum: a sum is no secret, and serves against defects only.
class WordSum {
  public:
    void add(std::uint64_t first, std::uint64_t second) {
        __extension__ using Product = unsigned __int128;
        const Product product =
            Product{sum_ ^ first} * (second ^ std::uint64_t{0x9e3779b97f4a7c15});
        sum_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
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

/// The last bytes may count twice, so that there is no rest.
void addBytes(WordSum& sum, std::string_view text) {
    if (text.size() < 8) {
        sum.add(wordOf(text), text.size());
        return;
    }
    const auto wordAt = [](const char* at) { return qFromLittleEndian<std::uint64_t>(at); };
    const char* const end = text.data() + text.size();
    const char* at = text.data();
    for (; end - at > 16; at += 16) {
        sum.add(wordAt(at), wordAt(at + 8));
    }
    sum.add(wordAt(end - at > 8 ? at : end - 8), wordAt(end - 8));
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

/// Covers the payload and the whole key: the time's bytes say its value. No field has a space in
/// it, so that two different stamps never make the same words.
std::uint64_t Digest::sumOf(const Stamp& stamp) {
    const StampTail tail(stamp);
    WordSum sum;
    sum.add(static_cast<std::uint64_t>(stamp.rxNs),
            std::uint64_t{stamp.origin.size()} << 32 | tail.view().size());
    addBytes(sum, tail.view());
    addBytes(sum, stamp.origin);
    return sum.finish();
}

void Digest::add(std::uint64_t sum, std::uint16_t bucket) {
    bucketSums_[bucket] += sum;
    superSums_[bucket / bucketsPerSuper_] += sum;
    root_ += sum;
}

std::span<const std::uint64_t> Digest::bucketSums(std::uint32_t superBucket) const {
    HERD_CHECK(superBucket < superSums_.size());
    return std::span(bucketSums_)
        .subspan(std::size_t{superBucket} * bucketsPerSuper_, bucketsPerSuper_);
}

}  // namespace herd
