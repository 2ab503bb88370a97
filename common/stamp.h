// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace herd {

/// Where one client was, as one node heard it. A view: the bytes belong to a line or to the table
/// and must outlive it. `position` and `time` are the client's own spelling, kept byte for byte.
struct Stamp {
    std::string_view client;
    std::string_view origin;  ///< name of the node that heard the client
    std::string_view position;
    std::string_view time;
    std::int64_t timeNs = 0;  ///< the client's time, POSIX nanoseconds, what `time` says
    std::int64_t rxNs = 0;    ///< the origin's wall clock when it heard it, POSIX nanoseconds

    /// Receive time minus the client's time. Fits, because neither is negative.
    std::int64_t diffNs() const { return rxNs - timeNs; }

    bool operator==(const Stamp&) const = default;
};

/// The total order of the stamps of one client: the greatest wins on every node. All nodes of a
/// herd must use the same skew, so it travels in HELLO.
class StampOrder {
  public:
    /// `futureSkewMaxNs`: how far a client's time may lead the receive time and still count, >= 0.
    explicit StampOrder(std::int64_t futureSkewMaxNs) : futureSkewMaxNs_(futureSkewMaxNs) {}

    /// The time that orders the stamp: the client's, or the receive time where the client's clock
    /// leads it by more than the skew.
    std::int64_t effectiveTimeNs(const Stamp& stamp) const {
        return -stamp.diffNs() > futureSkewMaxNs_ ? stamp.rxNs : stamp.timeNs;
    }

    /// Compares two stamps of the same client by (effective time, rx, origin, position, time); the
    /// last three as unsigned bytes.
    std::strong_ordering compare(const Stamp& a, const Stamp& b) const;

  private:
    std::int64_t futureSkewMaxNs_;
};

}  // namespace herd
