// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <array>
#include <optional>
#include <vector>

#include "common/adminmessage.h"
#include "common/topology.h"
#include "console/tone.h"
#include "console/verdict.h"

namespace herd {

class HerdState;

/// One end of a link, as the node there tells it.
struct LinkEnd {
    QString node;
    QString peer;
    bool isReached = false;            ///< the node is heard now; else the status is an old one
    std::optional<LinkStatus> status;  ///< none: the node has not told of such a link

    bool isPaused() const { return status && status->state == LinkState::paused; }
    /// Reached, and of the opinion that the link carries changes.
    bool isUp() const { return isReached && status && herd::isUp(status->state); }
    Tone tone() const;
    QString stateText() const;
    /// `1,204 changes`, `3.2 s behind`, `40 KiB waiting`; empty when the peer has everything.
    QStringList lagTexts() const;
    /// The same in one line.
    QString lagText() const { return lagTexts().join(QStringLiteral(", ")); }
};

/// A link of the herd with what both ends say, which may differ.
struct HerdLink {
    std::array<LinkEnd, 2> ends;  ///< in the topology's order

    /// No end that is reached denies it, and one confirms it.
    bool isUp() const;
    /// Whether one word serves for both ends.
    bool isAgreed() const;
};

/// Pure. One for each link of the topology, in its order.
[[nodiscard]] std::vector<HerdLink> herdLinks(const Topology& topology,
                                              const std::vector<NodeSight>& nodes);

/// The nodes as they are now. Points into `state`.
[[nodiscard]] std::vector<NodeSight> nodeSights(const HerdState& state);

[[nodiscard]] QString linkStateText(LinkState state);
/// `850 ms`, `3.2 s`, `4 min`, `2 h`, `3 d`.
[[nodiscard]] QString spanText(qint64 ms);
/// `512 B`, `40 KiB`, `1.2 MiB`.
[[nodiscard]] QString bytesText(qint64 bytes);

}  // namespace herd
