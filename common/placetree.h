// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/position.h"

namespace herd {

/// The mean radius of the earth (IUGG), which every distance here is reckoned with.
inline constexpr double earthRadiusMetres = 6'371'008.8;

/// A point as the tree sees it.
struct PlacePoint {
    Position position;
    std::uint32_t prominence = 0;
};

/// A circle on the earth, ready to be compared with: the centre as a unit vector and the radius as
/// the square of its chord, so that a test takes neither sine nor root. A chord test and a
/// great-circle (haversine) test accept the same points, since the one grows with the other.
struct PlaceCircle {
    /// A radius below 1 mm holds nothing, half the earth's circumference and more everything.
    PlaceCircle(Position centre, std::int64_t radiusMillimetres);

    std::array<double, 3> centre;
    double squaredChordMax;
};

/// A point that lies in the circle.
struct PlaceHit {
    std::uint32_t prominence = 0;
    double squaredChord = 0;
    std::uint32_t index = 0;
};

/// The best hits so far, at most `bound` of them: the more prominent first, then the nearer, then
/// the lower index, so that there is one answer only.
class PlaceRanking {
  public:
    /// A bound below 1 keeps nothing.
    explicit PlaceRanking(int bound);

    /// Whether a point of at most this prominence and at least this distance can still get in.
    bool admits(std::uint32_t prominence, double squaredChord) const;
    void offer(const PlaceHit& hit);

    /// The hits, best first. The ranking is empty afterwards.
    [[nodiscard]] std::vector<PlaceHit> take();

  private:
    std::size_t bound_;
    std::vector<PlaceHit> heap_;
};

/// Finds the most prominent points of a circle, anywhere on the earth.
///
/// A binary tree of boxes around runs of the points as unit vectors, so that poles and antimeridian
/// are places like others. Each box knows its greatest prominence: a search goes to the best first
/// and leaves out what cannot get into the ranking. Any order of the points gives right answers,
/// quick ones need neighbours side by side (see `hilbertIndex`). Unchanging once made, and safe to
/// search from several threads.
class PlaceTree {
  public:
    PlaceTree() = default;
    explicit PlaceTree(std::span<const PlacePoint> points);

    /// Offers what lies in the circle to `ranking`, with `firstIndex` added to each index.
    void search(const PlaceCircle& circle, std::uint32_t firstIndex, PlaceRanking& ranking) const;

    std::size_t size() const { return prominences_.size(); }

    /// Memory held, without this object itself.
    std::size_t heapBytes() const;

  private:
    struct Node {
        std::array<double, 3> low;
        std::array<double, 3> high;
        std::uint32_t prominenceMax;
    };

    void makeLeaf(std::size_t leaf);
    double squaredDistance(std::size_t node, const PlaceCircle& circle) const;
    void visit(std::size_t node, const PlaceCircle& circle, std::uint32_t firstIndex,
               PlaceRanking& ranking) const;
    void scanLeaf(std::size_t leaf, const PlaceCircle& circle, std::uint32_t firstIndex,
                  PlaceRanking& ranking) const;

    std::vector<std::array<double, 3>> vectors_;
    std::vector<std::uint32_t> prominences_;
    std::vector<Node> nodes_;    ///< node n has the children 2n and 2n+1, the root is 1
    std::size_t leafCount_ = 0;  ///< a power of two; leaf k is node leafCount_ + k
};

/// The position's place on a Hilbert curve through the map: sorted by it, most neighbours on the
/// earth stand side by side.
[[nodiscard]] std::uint32_t hilbertIndex(Position position);

}  // namespace herd
