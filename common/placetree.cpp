// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/placetree.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace herd {

namespace {

constexpr std::size_t pointsPerLeaf = 8;
constexpr std::size_t rootNode = 1;
constexpr double squaredChordOfAll = 4.5;  ///< past the diameter of the unit sphere, squared
constexpr double infinity = std::numeric_limits<double>::infinity();

std::array<double, 3> unitVector(Position position) {
    constexpr double radiansPerNanodegree = std::numbers::pi / 180e9;
    const double latitude =
        static_cast<double>(position.latitudeNanodegrees) * radiansPerNanodegree;
    const double longitude =
        static_cast<double>(position.longitudeNanodegrees) * radiansPerNanodegree;
    const double equatorial = std::cos(latitude);
    return {equatorial * std::cos(longitude), equatorial * std::sin(longitude), std::sin(latitude)};
}

double squaredLength(double x, double y, double z) {
    return x * x + y * y + z * z;
}

bool ranksBefore(const PlaceHit& left, const PlaceHit& right) {
    if (left.prominence != right.prominence) {
        return left.prominence > right.prominence;
    }
    if (left.squaredChord != right.squaredChord) {
        return left.squaredChord < right.squaredChord;
    }
    return left.index < right.index;
}

}  // namespace

PlaceCircle::PlaceCircle(Position position, std::int64_t radiusMillimetres)
    : centre(unitVector(position)), squaredChordMax(-1) {
    const double angle = static_cast<double>(radiusMillimetres) / (earthRadiusMetres * 1000);
    if (angle >= std::numbers::pi) {
        squaredChordMax = squaredChordOfAll;
    } else if (radiusMillimetres > 0) {
        const double chord = 2 * std::sin(angle / 2);
        squaredChordMax = chord * chord;
    }
}

PlaceRanking::PlaceRanking(int bound) : bound_(static_cast<std::size_t>(std::max(bound, 0))) {
    heap_.reserve(std::min<std::size_t>(bound_, 64));
}

bool PlaceRanking::admits(std::uint32_t prominence, double squaredChord) const {
    if (heap_.size() < bound_) {
        return true;
    }
    if (bound_ == 0) {
        return false;
    }
    const PlaceHit& worst = heap_.front();
    return prominence > worst.prominence ||
           (prominence == worst.prominence && squaredChord <= worst.squaredChord);
}

void PlaceRanking::offer(const PlaceHit& hit) {
    if (heap_.size() == bound_) {
        if (bound_ == 0 || !ranksBefore(hit, heap_.front())) {
            return;
        }
        std::pop_heap(heap_.begin(), heap_.end(), ranksBefore);
        heap_.pop_back();
    }
    heap_.push_back(hit);
    std::push_heap(heap_.begin(), heap_.end(), ranksBefore);
}

std::vector<PlaceHit> PlaceRanking::take() {
    std::sort_heap(heap_.begin(), heap_.end(), ranksBefore);
    return std::exchange(heap_, {});
}

PlaceTree::PlaceTree(std::span<const PlacePoint> points) {
    if (points.empty()) {
        return;
    }
    vectors_.reserve(points.size());
    prominences_.reserve(points.size());
    for (const PlacePoint& point : points) {
        vectors_.push_back(unitVector(point.position));
        prominences_.push_back(point.prominence);
    }
    leafCount_ = std::bit_ceil((points.size() + pointsPerLeaf - 1) / pointsPerLeaf);
    nodes_.resize(2 * leafCount_);
    for (std::size_t leaf = 0; leaf < leafCount_; ++leaf) {
        makeLeaf(leaf);
    }
    for (std::size_t node = leafCount_ - 1; node >= rootNode; --node) {
        const Node& left = nodes_[2 * node];
        const Node& right = nodes_[2 * node + 1];
        Node& parent = nodes_[node];
        for (std::size_t axis = 0; axis < 3; ++axis) {
            parent.low[axis] = std::min(left.low[axis], right.low[axis]);
            parent.high[axis] = std::max(left.high[axis], right.high[axis]);
        }
        parent.prominenceMax = std::max(left.prominenceMax, right.prominenceMax);
    }
}

void PlaceTree::makeLeaf(std::size_t leaf) {
    // A leaf past the last point keeps a box that is infinitely far from everything.
    Node node{{infinity, infinity, infinity}, {-infinity, -infinity, -infinity}, 0};
    const std::size_t end = std::min((leaf + 1) * pointsPerLeaf, size());
    for (std::size_t point = leaf * pointsPerLeaf; point < end; ++point) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            node.low[axis] = std::min(node.low[axis], vectors_[point][axis]);
            node.high[axis] = std::max(node.high[axis], vectors_[point][axis]);
        }
        node.prominenceMax = std::max(node.prominenceMax, prominences_[point]);
    }
    nodes_[leafCount_ + leaf] = node;
}

double PlaceTree::squaredDistance(std::size_t node, const PlaceCircle& circle) const {
    const Node& box = nodes_[node];
    std::array<double, 3> outside;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        outside[axis] = std::max(
            {box.low[axis] - circle.centre[axis], 0.0, circle.centre[axis] - box.high[axis]});
    }
    return squaredLength(outside[0], outside[1], outside[2]);
}

void PlaceTree::search(const PlaceCircle& circle, std::uint32_t firstIndex,
                       PlaceRanking& ranking) const {
    if (leafCount_ > 0 && squaredDistance(rootNode, circle) <= circle.squaredChordMax) {
        visit(rootNode, circle, firstIndex, ranking);
    }
}

void PlaceTree::visit(std::size_t node, const PlaceCircle& circle, std::uint32_t firstIndex,
                      PlaceRanking& ranking) const {
    if (node >= leafCount_) {
        scanLeaf(node - leafCount_, circle, firstIndex, ranking);
        return;
    }
    struct Child {
        std::size_t node;
        double squaredChord;
        std::uint32_t prominenceMax;
    };
    const std::size_t left = 2 * node;
    std::array<Child, 2> children{
        Child{left, squaredDistance(left, circle), nodes_[left].prominenceMax},
        Child{left + 1, squaredDistance(left + 1, circle), nodes_[left + 1].prominenceMax}};
    const auto& [first, second] = children;
    if (second.prominenceMax > first.prominenceMax ||
        (second.prominenceMax == first.prominenceMax && second.squaredChord < first.squaredChord)) {
        std::swap(children[0], children[1]);
    }
    for (const Child& child : children) {
        if (child.squaredChord <= circle.squaredChordMax &&
            ranking.admits(child.prominenceMax, child.squaredChord)) {
            visit(child.node, circle, firstIndex, ranking);
        }
    }
}

void PlaceTree::scanLeaf(std::size_t leaf, const PlaceCircle& circle, std::uint32_t firstIndex,
                         PlaceRanking& ranking) const {
    const std::size_t end = std::min((leaf + 1) * pointsPerLeaf, size());
    for (std::size_t point = leaf * pointsPerLeaf; point < end; ++point) {
        const std::array<double, 3>& vector = vectors_[point];
        const double squaredChord =
            squaredLength(vector[0] - circle.centre[0], vector[1] - circle.centre[1],
                          vector[2] - circle.centre[2]);
        if (squaredChord <= circle.squaredChordMax) {
            ranking.offer({prominences_[point], squaredChord,
                           firstIndex + static_cast<std::uint32_t>(point)});
        }
    }
}

std::size_t PlaceTree::heapBytes() const {
    return vectors_.capacity() * sizeof(vectors_[0]) +
           prominences_.capacity() * sizeof(prominences_[0]) + nodes_.capacity() * sizeof(Node);
}

std::uint32_t hilbertIndex(Position position) {
    constexpr std::int64_t cellsPerAxis = 65'536;
    constexpr auto cell = [](std::int64_t value, std::int64_t range) {
        return static_cast<std::uint32_t>(
            std::clamp(value / (range / cellsPerAxis), std::int64_t{0}, cellsPerAxis - 1));
    };
    std::uint32_t x = cell(position.longitudeNanodegrees + 180 * nanodegreesPerDegree,
                           360 * nanodegreesPerDegree);
    std::uint32_t y =
        cell(position.latitudeNanodegrees + 90 * nanodegreesPerDegree, 180 * nanodegreesPerDegree);
    std::uint32_t index = 0;
    for (std::uint32_t side = cellsPerAxis / 2; side > 0; side /= 2) {
        const std::uint32_t right = (x & side) != 0 ? 1 : 0;
        const std::uint32_t upper = (y & side) != 0 ? 1 : 0;
        index = index * 4 + ((3 * right) ^ upper);
        if (upper == 0) {
            if (right == 1) {
                x = cellsPerAxis - 1 - x;
                y = cellsPerAxis - 1 - y;
            }
            std::swap(x, y);
        }
    }
    return index;
}

}  // namespace herd
