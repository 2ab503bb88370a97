// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/adminmessage.h"
#include "server/herd/peersession.h"
#include "server/lagclock.h"

namespace herd {

/// What the node remembers of its link with one neighbour, whether there is a connection or not:
/// its state and since when, what the neighbour said it holds, how the last connection ended. Node
/// tells it what happens and has it look at the session at each tick. Owned by Node.
class NodeLink {
  public:
    /// `dials`: this node is the one that connects.
    NodeLink(std::string peer, bool dials, const Instant& now);

    /// The session of the neighbour, null when there is none; `log`: of this node.
    void observe(const PeerSession* session, std::int64_t unsentBytes, const LogPosition& log,
                 const Instant& now);

    void onProven();
    /// A connection with the neighbour is over, proven or not.
    void onEnded(const PeerSession& session, const std::string& reason);
    /// No connection could be made.
    void onUnreachable(const std::string& reason);

    void setPaused(bool paused) { paused_ = paused; }

    /// As of the last observe(). `clients`: in this node's table, what a neighbour lacks at most
    /// whose lag cannot be counted.
    [[nodiscard]] LinkStatus status(const LogPosition& log, std::uint64_t clients,
                                    const Instant& now) const;

  private:
    [[nodiscard]] LinkState stateWith(const PeerSession* session) const;

    LinkStatus status_;  ///< but for what changes with time
    LogPosition holds_;  ///< of this node's log, as the neighbour said last
    LagClock lag_;
    std::uint64_t lagEpoch_ = 0;      ///< of the log that lag_ speaks of
    std::int64_t sinceMs_;            ///< of the state
    std::int64_t downSinceMs_ = 0;    ///< valid when it was up and is not
    std::uint64_t learntBefore_ = 0;  ///< over earlier sessions
    std::uint64_t timesUp_ = 0;
    bool up_ = false;
    bool paused_ = false;
};

}  // namespace herd
