// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/clienthash.h"

#include <QCryptographicHash>
#include <algorithm>
#include <charconv>

#include "common/check.h"
#include "common/siphash.h"
#include "common/wirewords.h"

namespace herd {

namespace {

/// Known to all nodes. Not the key of the digest's sums, so that a bucket tells nothing of a sum.
constexpr SipKey bucketKey{0x6865726420627563, 0x6b65742030303031};
constexpr std::size_t bucketHexDigits = 4;

}  // namespace

std::uint16_t bucketHashOf(std::string_view client) {
    return static_cast<std::uint16_t>(sipHash(bucketKey, client));
}

ClientHash clientHashOf(std::string_view client) {
    ClientHash hash;
    std::uint16_t bucket = bucketHashOf(client);
    for (std::size_t digit = bucketHexDigits; digit-- > 0; bucket >>= 4) {
        hash[digit] = wire::hexAlphabet[bucket & 15];
    }
    const QByteArray digits =
        QCryptographicHash::hash({client.data(), static_cast<qsizetype>(client.size())},
                                 QCryptographicHash::Sha256)
            .toHex();
    std::copy_n(digits.begin(), hash.size() - bucketHexDigits, hash.begin() + bucketHexDigits);
    return hash;
}

std::uint16_t bucketHashIn(std::string_view clientHash) {
    std::uint16_t bucket = 0;
    const char* const end = clientHash.data() + bucketHexDigits;
    const auto [read, error] = std::from_chars(clientHash.data(), end, bucket, 16);
    HERD_CHECK(error == std::errc() && read == end);
    return bucket;
}

}  // namespace herd
