// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string_view>

namespace herd {

/// Where one client was, as one node heard it. A view: the bytes belong to a line or to the table
/// and must outlive it. `position` and `time` are the client's own spelling, kept byte for byte.
/// A tombstone is a stamp too: it says that the client was erased. It has neither position nor
/// time, and in place of the id a hash of it, in 32 hex digits.
struct Stamp {
    std::string_view client;
    std::string_view origin;  ///< name of the node that heard the client
    std::string_view position;
    std::string_view time;
    std::int64_t timeNs = 0;  ///< the client's time, POSIX nanoseconds, what `time` says
    std::int64_t rxNs = 0;    ///< the origin's wall clock when it heard it, POSIX nanoseconds
    /// The AT line that says all this, without its LF, where somebody has spelled it already; else
    /// empty. No part of the value.
    std::string_view line{};

    /// Receive time minus the client's time. Fits, because neither is negative.
    std::int64_t diffNs() const { return rxNs - timeNs; }

    bool isTombstone() const { return position.empty(); }

    bool operator==(const Stamp& other) const {
        return client == other.client && origin == other.origin && position == other.position &&
               time == other.time && timeNs == other.timeNs && rxNs == other.rxNs;
    }
};

/// The total order of the stamps of one client: the greatest wins on every node. All nodes of a
/// herd must use the same skew, so it travels in HELLO.
class StampOrder {
  public:
    /// `futureSkewMaxNs`: how far a client's time may lead the receive time and still count, >= 0.
    explicit StampOrder(std::int64_t futureSkewMaxNs) : futureSkewMaxNs_(futureSkewMaxNs) {}

    /// The time that orders the stamp: the client's, or the receive time where the client's clock
    /// leads it by more than the skew. A tombstone leads by the whole skew, so that it beats
    /// whatever was heard before it.
    std::int64_t effectiveTimeNs(const Stamp& stamp) const {
        if (stamp.isTombstone()) {
            constexpr std::int64_t lastNs = std::numeric_limits<std::int64_t>::max();
            return stamp.rxNs > lastNs - futureSkewMaxNs_ ? lastNs : stamp.rxNs + futureSkewMaxNs_;
        }
        return -stamp.diffNs() > futureSkewMaxNs_ ? stamp.rxNs : stamp.timeNs;
    }

    /// Compares two stamps of the same client by (effective time, tombstone, rx, origin, position,
    /// time); the last three as unsigned bytes.
    std::strong_ordering compare(const Stamp& a, const Stamp& b) const;

  private:
    std::int64_t futureSkewMaxNs_;
};

}  // namespace herd
