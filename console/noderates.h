// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <cstdint>
#include <deque>

#include "common/adminmessage.h"

namespace herd {

/// How fast one node takes changes and gives answers: means over its statuses of the last seconds,
/// by the node's own clock. Starts anew when the node does. Owned by HerdState.
class NodeRates {
  public:
    /// Rates are means over about this long.
    static constexpr qint64 spanMs = 2'000;

    void add(const NodeStatus& status);
    void clear() { counts_.clear(); }

    /// Accepted changes, heard and learnt; 0 with fewer than two statuses, as the other one.
    [[nodiscard]] double updatesPerS() const;
    [[nodiscard]] double answersPerS() const;

  private:
    struct Count {
        qint64 atMs = 0;  ///< the node's uptime
        std::uint64_t epoch = 0;
        std::uint64_t seq = 0;
        std::uint64_t answers = 0;
    };
    [[nodiscard]] double rateOf(std::uint64_t Count::*counter) const;

    std::deque<Count> counts_;
};

}  // namespace herd
