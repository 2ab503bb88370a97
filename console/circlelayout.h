// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <utility>
#include <vector>

namespace herd {

/// Two nodes, by number from 0.
using NodePair = std::pair<int, int>;

/// In which order nodes stand around a circle so that few of their links cross. Always the same for
/// the same herd: the best order for up to `exactNodesMax` nodes, a good one for more.
inline constexpr int exactNodesMax = 8;
[[nodiscard]] std::vector<int> circleOrder(int nodeCount, const std::vector<NodePair>& links);

/// How many pairs of links cross.
[[nodiscard]] int crossings(const std::vector<int>& order, const std::vector<NodePair>& links);

/// Where the nodes stand, by number, on a circle of radius 1 around (0, 0); the first of the order
/// at the top. With more than one group, the nodes of each stand together, with room between the
/// groups.
[[nodiscard]] std::vector<QPointF> circlePlaces(const std::vector<int>& order,
                                                const std::vector<std::vector<int>>& groups);

}  // namespace herd
