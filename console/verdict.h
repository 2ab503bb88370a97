// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QtGlobal>
#include <cstdint>
#include <vector>

#include "common/adminmessage.h"
#include "common/topology.h"

namespace herd {

/// What the nodes of a herd agree on, as far as the console can honestly say.
enum class Agreement {
    nothing,      ///< no node is reached
    connecting,   ///< just opened: not all nodes have had the time to answer
    converged,    ///< all nodes are reached and hold the same, and no link lags
    settling,     ///< they differ, but changes are under way
    incomplete,   ///< those reached do not differ for long, but not all are reached
    differing,    ///< they differ with nothing under way, or a link is far behind
    partitioned,  ///< no path of links that are up joins them
};

struct Verdict {
    Agreement agreement = Agreement::nothing;
    QString headline;  ///< "Converged: 5 nodes, 1,204 clients"
    /// Lines: who differs and by how much, who is not reached, which links are down or behind.
    QString details;
    /// When partitioned: the nodes that up links join, as indices of what was judged.
    std::vector<std::vector<int>> groups;

    bool operator==(const Verdict&) const = default;
};

/// One node as the console sees it at a moment.
struct NodeSight {
    QString name;
    bool live = false;
    QString absence;                     ///< why it is not live, for people
    const NodeStatus* status = nullptr;  ///< the newest; null before the first
};

/// Tables that differ for so long while nothing changes are said to differ.
inline constexpr qint64 settlingMsMax = 3'000;
/// A link that has been behind for so long is said to be behind, also while changes flow.
inline constexpr qint64 lagMsMax = 5'000;

/// Whether that node's word says that the link can carry changes.
[[nodiscard]] bool isUp(LinkState state);

/// Pure. Links that neither end can tell about count as down; a link that one reached end tells
/// about is believed, of two ends both must call it up. `quietMs`: for how long no node changed.
[[nodiscard]] Verdict judge(const Topology& topology, const std::vector<NodeSight>& nodes,
                            qint64 quietMs);

/// Measures for how long what the nodes hold has stood still.
class QuietWatch {
  public:
    /// `nowMs`: of any steady clock. Returns the quiet time.
    qint64 observe(const std::vector<NodeSight>& nodes, qint64 nowMs);

  private:
    struct Held {
        bool live = false;
        std::uint64_t epoch = 0;
        std::uint64_t seq = 0;
        std::uint64_t root = 0;

        bool operator==(const Held&) const = default;
    };
    std::vector<Held> held_;
    qint64 sinceMs_ = 0;
};

}  // namespace herd
