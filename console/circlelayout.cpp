// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/circlelayout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace herd {

namespace {

/// Between two groups, in nodes.
constexpr double gapNodes = 0.9;

std::vector<int> seats(const std::vector<int>& order) {
    std::vector<int> seatOf(order.size());
    for (std::size_t seat = 0; seat < order.size(); ++seat) {
        seatOf[static_cast<std::size_t>(order[seat])] = static_cast<int>(seat);
    }
    return seatOf;
}

/// How long the links are, in seats: among orders with equally few crossings the tidier one wins.
int linkLengths(const std::vector<int>& order, const std::vector<NodePair>& links) {
    const std::vector<int> seatOf = seats(order);
    const auto count = static_cast<int>(order.size());
    int length = 0;
    for (const auto& [a, b] : links) {
        const int apart =
            std::abs(seatOf[static_cast<std::size_t>(a)] - seatOf[static_cast<std::size_t>(b)]);
        length += std::min(apart, count - apart);
    }
    return length;
}

std::pair<int, int> cost(const std::vector<int>& order, const std::vector<NodePair>& links) {
    return {crossings(order, links), linkLengths(order, links)};
}

/// The first node keeps its seat, since turning the circle changes nothing.
std::vector<int> bestOrder(std::vector<int> order, const std::vector<NodePair>& links) {
    std::vector<int> best = order;
    std::pair<int, int> bestCost = cost(order, links);
    while (std::next_permutation(order.begin() + 1, order.end())) {
        const std::pair<int, int> found = cost(order, links);
        if (found < bestCost) {
            best = order;
            bestCost = found;
        }
    }
    return best;
}

/// Swaps pairs for as long as that helps.
std::vector<int> improvedOrder(std::vector<int> order, const std::vector<NodePair>& links) {
    std::pair<int, int> least = cost(order, links);
    for (bool better = true; better;) {
        better = false;
        for (std::size_t a = 0; a < order.size(); ++a) {
            for (std::size_t b = a + 1; b < order.size(); ++b) {
                std::swap(order[a], order[b]);
                const std::pair<int, int> found = cost(order, links);
                if (found < least) {
                    least = found;
                    better = true;
                } else {
                    std::swap(order[a], order[b]);
                }
            }
        }
    }
    return order;
}

}  // namespace

int crossings(const std::vector<int>& order, const std::vector<NodePair>& links) {
    const std::vector<int> seatOf = seats(order);
    const auto seated = [&seatOf](const NodePair& link) {
        return std::minmax(seatOf[static_cast<std::size_t>(link.first)],
                           seatOf[static_cast<std::size_t>(link.second)]);
    };
    int count = 0;
    for (std::size_t i = 0; i < links.size(); ++i) {
        const std::pair<int, int> one = seated(links[i]);
        for (std::size_t j = i + 1; j < links.size(); ++j) {
            const std::pair<int, int> other = seated(links[j]);
            const bool crosses =
                (one.first < other.first && other.first < one.second &&
                 one.second < other.second) ||
                (other.first < one.first && one.first < other.second && other.second < one.second);
            count += crosses ? 1 : 0;
        }
    }
    return count;
}

std::vector<int> circleOrder(int nodeCount, const std::vector<NodePair>& links) {
    std::vector<int> order(static_cast<std::size_t>(std::max(nodeCount, 0)));
    std::iota(order.begin(), order.end(), 0);
    if (nodeCount < 4) {
        return order;
    }
    return nodeCount <= exactNodesMax ? bestOrder(std::move(order), links)
                                      : improvedOrder(std::move(order), links);
}

std::vector<QPointF> circlePlaces(const std::vector<int>& order,
                                  const std::vector<std::vector<int>>& groups) {
    std::vector<int> groupOf(order.size(), 0);
    for (std::size_t group = 0; group < groups.size(); ++group) {
        for (const int node : groups[group]) {
            groupOf[static_cast<std::size_t>(node)] = static_cast<int>(group);
        }
    }
    std::vector<int> grouped = order;
    std::stable_sort(grouped.begin(), grouped.end(), [&groupOf](int a, int b) {
        return groupOf[static_cast<std::size_t>(a)] < groupOf[static_cast<std::size_t>(b)];
    });
    const double gaps = groups.size() > 1 ? gapNodes * static_cast<double>(groups.size()) : 0;
    const double turn = 2 * std::numbers::pi / (static_cast<double>(order.size()) + gaps);
    std::vector<QPointF> places(order.size());
    double seat = 0;
    for (std::size_t index = 0; index < grouped.size(); ++index) {
        const auto node = static_cast<std::size_t>(grouped[index]);
        if (index > 0) {
            const auto before = static_cast<std::size_t>(grouped[index - 1]);
            seat += groupOf[node] == groupOf[before] ? 1 : 1 + gapNodes;
        }
        places[node] = QPointF(std::sin(seat * turn), -std::cos(seat * turn));
    }
    return places;
}

}  // namespace herd
