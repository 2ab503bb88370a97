// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/sim/clients.h"
#include "tests/sim/simnode.h"

namespace herd::sim {

/// Everything that happens to a herd while it is watched: clients that report, wires and nodes that
/// fail. Owned by the world.
class Storm {
  public:
    Storm(Surroundings& around, std::vector<std::unique_ptr<SimNode>>& nodes);

    /// One blow, chosen by the scenario's weights.
    void strike();

    /// A node is back: some of its clients report at once, as they did before, and it may crash
    /// again.
    void greet(SimNode& node);

    /// A node stops, and comes back after a while.
    void crash(SimNode& node);

  private:
    [[nodiscard]] Blow chooseBlow();
    [[nodiscard]] int someNode();
    [[nodiscard]] SimNode* someAwakeNode();
    [[nodiscard]] std::uint32_t someEdge();
    [[nodiscard]] std::int64_t someDurationUs();
    void reports(bool hot);
    void stall();
    void partition();
    void slow();
    void freeze();
    void restart();
    void wipe();
    void backup();
    void setClock();
    void renewEpoch();
    void forget();

    Surroundings& around_;
    std::vector<std::unique_ptr<SimNode>>& nodes_;
    Clients clients_;
};

}  // namespace herd::sim
