// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "console/projection.h"

namespace herd {

/// What stands for one client on the map, or for several that are too close to tell apart.
struct ClientMark {
    QPointF at;     ///< in the view
    int count = 1;  ///< of clients
    int row = 0;    ///< of the client, or of one of them

    bool isCluster() const { return count > 1; }
};

/// Sorts clients into the cells of a grid that is fixed to the map, so that clusters stay the same
/// while the map is moved. A cell with few clients shows each of them, one with more a cluster. One
/// pass over all clients, without memory for each. Reused from frame to frame for its memory.
class ClientMarks {
  public:
    /// Width and height of a cell in pixels.
    static constexpr int cellPixels = 56;
    /// More clients than these in a cell become a cluster.
    static constexpr std::uint32_t singlesMax = 9;

    /// The marks of all clients in view, on every copy of the world that shows.
    const std::vector<ClientMark>& place(std::span<const PackedPoint> clients,
                                         const MapCamera& camera);

    const std::vector<ClientMark>& marks() const { return marks_; }

    /// The mark under `pixel`, the nearest if there are several; null if there is none.
    const ClientMark* at(QPointF pixel) const;

    /// How far a mark reaches from its centre, in pixels.
    static double radius(int count);

  private:
    struct Cell {
        std::uint32_t count = 0;
        std::uint64_t sumX = 0;  ///< in pixels from the left edge of the grid
        std::uint64_t sumY = 0;
        std::array<std::uint32_t, singlesMax> rows{};
    };

    void count(std::span<const PackedPoint> clients, const MapCamera& camera);
    void markCell(std::size_t index, std::span<const PackedPoint> clients, const MapCamera& camera);

    int columns_ = 0;
    int rows_ = 0;
    QPointF corner_;          ///< of the grid, in the view
    std::uint32_t west_ = 0;  ///< of the grid, on the map
    std::vector<Cell> cells_;
    std::vector<ClientMark> marks_;
};

}  // namespace herd
