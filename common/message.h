// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "common/stamp.h"

namespace herd {

// What one line can say. Views point into the line that was parsed.

/// A line of white space: no answer.
struct Blank {
    bool operator==(const Blank&) const = default;
};

/// A line that is no message of its side of the protocol.
struct Malformed {
    bool operator==(const Malformed&) const = default;
};

struct Iamat {
    std::string_view client;
    std::string_view position;
    std::string_view time;
    std::int64_t timeNs = 0;

    bool operator==(const Iamat&) const = default;
};

struct Whatsat {
    std::string_view client;
    std::int64_t radiusMillimetres = 0;  ///< 1 to 50,000,000
    int bound = 0;                       ///< 1 to 20

    bool operator==(const Whatsat&) const = default;
};

using ClientMessage = std::variant<Malformed, Blank, Iamat, Whatsat>;

/// The herd-wide parameters that the order of stamps depends on.
struct HerdRules {
    std::int64_t futureSkewMaxS = 300;
    std::int64_t ttlS = 0;  ///< 0: stamps never expire

    bool operator==(const HerdRules&) const = default;
};

/// How much of one node's log somebody holds. Epoch 0: nothing.
struct LogPosition {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;

    bool operator==(const LogPosition&) const = default;
};

/// First line of a peer connection, both ways.
struct Hello {
    int versionMin = 1;
    int versionMax = 1;
    std::string_view herd;
    std::string_view from;
    std::string_view to;
    LogPosition log;   ///< the sender's own log
    LogPosition want;  ///< what the sender holds of the receiver's log
    std::int64_t wallNs = 0;
    std::string_view nonce;
    HerdRules rules;

    bool operator==(const Hello&) const = default;
};

/// HMAC over both HELLO lines, in lower-case hex.
struct Proof {
    std::string_view hex;

    bool operator==(const Proof&) const = default;
};

struct At {
    Stamp stamp;

    bool operator==(const At&) const = default;
};

/// The client was erased: `stamp` is a tombstone.
struct Forget {
    Stamp stamp;

    bool operator==(const Forget&) const = default;
};

/// "You now hold my whole log up to seq."
struct Mark {
    std::uint64_t seq = 0;

    bool operator==(const Mark&) const = default;
};

struct Ack {
    std::uint64_t seq = 0;

    bool operator==(const Ack&) const = default;
};

/// Sign of life, and what is needed to compare two tables. PONG has the same fields.
struct Heartbeat {
    std::int64_t wallNs = 0;
    std::uint64_t seq = 0;
    std::uint64_t rootDigest = 0;
    std::uint64_t clients = 0;

    bool operator==(const Heartbeat&) const = default;
};
struct Ping : Heartbeat {};
struct Pong : Heartbeat {};

/// `DIGEST 0`: the sum of each super-bucket.
struct DigestTop {
    std::vector<std::uint64_t> sums;

    bool operator==(const DigestTop&) const = default;
};

/// The super-buckets that differ, by number, ascending.
struct Need {
    std::vector<std::uint32_t> superBuckets;
    std::uint32_t superBucketCount = 0;

    bool operator==(const Need&) const = default;
};

/// `DIGEST 1`: the sum of each bucket of one super-bucket.
struct DigestDetail {
    std::uint32_t superBucket = 0;
    std::vector<std::uint64_t> sums;

    bool operator==(const DigestDetail&) const = default;
};

struct Bye {
    std::string_view reason;

    bool operator==(const Bye&) const = default;
};

using PeerMessage = std::variant<Malformed, Hello, Proof, At, Forget, Mark, Ack, Ping, Pong,
                                 DigestTop, Need, DigestDetail, Bye>;

}  // namespace herd
