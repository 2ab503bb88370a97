// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/digest.h"

#include <QtEndian>
#include <algorithm>
#include <array>
#include <bit>

#include "common/check.h"
#include "common/position.h"
#include "common/siphash.h"
#include "common/timestamp.h"
#include "common/wire.h"
#include "server/herd/clienthash.h"

namespace herd {

namespace {

/// Known to all nodes, since they must agree.
constexpr SipKey stampKey{0x6865726420737461, 0x6d70203030303031};

/// Bytes of the longest stamp, a space behind each field, and its receive time.
constexpr std::size_t stampBytesMax =
    wire::clientIdBytesMax + wire::nameBytesMax + positionBytesMax + timeBytesMax + 4 + 8;

/// Covers the payload and the whole key: the time's bytes say its value. No field can hold the
/// space between them, so two different stamps never make the same text.
std::uint64_t hashOf(const Stamp& stamp) {
    const std::string_view fields[] = {stamp.client, stamp.origin, stamp.position, stamp.time};
    std::array<char, stampBytesMax> text;
    char* end = text.data();
    for (const std::string_view field : fields) {
        const auto left = static_cast<std::size_t>(text.data() + text.size() - end);
        HERD_CHECK(field.size() + 1 + sizeof stamp.rxNs <= left);
        end = std::copy(field.begin(), field.end(), end);
        *end++ = ' ';
    }
    qToLittleEndian(stamp.rxNs, end);
    end += sizeof stamp.rxNs;
    return sipHash(stampKey, {text.data(), static_cast<std::size_t>(end - text.data())});
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
