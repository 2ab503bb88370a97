// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/prng.h"

namespace herd::sim {

/// What the storm can do. Each scenario has weights of its own, many of them zero, so that every
/// kind of trouble also comes without the others.
enum class Blow : std::uint8_t {
    reports,     ///< a few clients report at one node
    hotReports,  ///< a few clients report many times within one turn of a node
    cut,         ///< a connection breaks, with what is on its way
    stall,       ///< one direction of an edge holds its bytes back for a while
    partition,   ///< nothing passes between two groups of nodes for a while
    slowness,    ///< an edge is slow for a while
    freeze,      ///< a node does nothing for a while
    restart,     ///< a node stops and comes back with what its journal kept, if it has one
    clockJump,   ///< a node's wall clock is set
    renewal,     ///< a node draws a new epoch, as after a loss that it noticed
    wipe,        ///< a node with a journal comes back without it
    backup,      ///< a node's journal is copied, or the node comes back with the copy
    forget,      ///< an administrator erases a client
    count
};

/// One run, as its seed says.
struct Scenario {
    std::uint64_t seed = 0;
    std::vector<std::string> names;          ///< of the nodes, ascending
    std::vector<std::pair<int, int>> edges;  ///< lower node first: it dials

    std::size_t ringEntries = 8;
    std::uint32_t superBuckets = 8;
    std::uint32_t bucketsPerSuper = 8;
    std::size_t scanSlotsMax = 3;
    std::int64_t futureSkewMaxS = 300;
    std::int64_t ttlS = 0;

    std::int64_t turnUsMax = 0;  ///< how long a node's turn may take; 0: each event is one

    int clients = 1;
    int reportsMax = 4;               ///< of one blow
    std::int64_t clockStepNs = 1000;  ///< wall clocks stand still in between

    std::int64_t latencyUsMin = 0;  ///< each edge draws its own
    std::int64_t latencyUsMax = 0;
    std::int64_t bytesPerSecond = 0;
    std::size_t roomBytes = 0;  ///< what one direction of a connection takes before it is full
    int cutPercent = 0;         ///< how often the bytes of one send arrive in several pieces

    std::int64_t stormUs = 0;
    std::int64_t blowGapUs = 0;  ///< between two blows, on average
    std::array<int, static_cast<std::size_t>(Blow::count)> weights{};
    bool journal = false;       ///< nodes keep one, and lose the end of it when they crash
    bool syncsAlways = false;   ///< after each event; what is told before is not confirmed
    int syncPercent = 0;        ///< else: how often what was written is synced after an event
    int snapshotPercent = 0;    ///< how often a snapshot begins after an event
    int crashAgainPercent = 0;  ///< how often a node that is back crashes at once
    bool liar = false;          ///< at the end a node comes back empty, but claims to hold all
};

struct ScenarioOptions {
    int nodes = 0;       ///< 0: as the seed says
    bool large = false;  ///< up to 500 nodes instead of up to 12
};

[[nodiscard]] Scenario makeScenario(std::uint64_t seed, const ScenarioOptions& options);

}  // namespace herd::sim
