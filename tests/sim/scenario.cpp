// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/scenario.h"

#include <algorithm>
#include <set>
#include <span>

namespace herd::sim {

namespace {

constexpr std::int64_t millisecondUs = 1'000;
constexpr std::int64_t secondUs = 1'000'000;
constexpr std::int64_t secondNs = 1'000'000'000;

int drawNodes(Prng& prng, const ScenarioOptions& options) {
    if (options.nodes > 0) {
        return options.nodes;
    }
    if (options.large) {
        return static_cast<int>(prng.between(13, prng.chance(20) ? 500 : 100));
    }
    const std::uint64_t kind = prng.below(100);
    return kind < 30   ? 2
           : kind < 58 ? 3
           : kind < 76 ? 4
           : kind < 86 ? 5
           : kind < 97 ? static_cast<int>(prng.between(6, 8))
                       : static_cast<int>(prng.between(9, 12));
}

std::vector<std::pair<int, int>> drawEdges(Prng& prng, int nodes) {
    std::set<std::pair<int, int>> edges;
    const auto join = [&edges](int a, int b) {
        if (a != b) {
            edges.emplace(std::min(a, b), std::max(a, b));
        }
    };
    const std::uint64_t shape = prng.below(nodes <= 6 ? 5 : 4);
    for (int node = 1; node < nodes; ++node) {
        const bool path = shape == 0 || shape == 1;
        join(node, path ? node - 1 : static_cast<int>(prng.below(static_cast<unsigned>(node))));
    }
    if (shape == 1) {
        join(0, nodes - 1);
    } else if (shape == 3) {
        for (std::int64_t extra = prng.between(1, nodes); extra > 0; --extra) {
            join(static_cast<int>(prng.between(0, nodes - 1)),
                 static_cast<int>(prng.between(0, nodes - 1)));
        }
    } else if (shape == 4) {
        for (int a = 0; a < nodes; ++a) {
            for (int b = 0; b < a; ++b) {
                join(a, b);
            }
        }
    }
    return {edges.begin(), edges.end()};
}

std::vector<std::string> makeNames(int nodes) {
    std::vector<std::string> names;
    for (int node = 0; node < nodes; ++node) {
        names.emplace_back("n").append(std::to_string(1000 + node));
    }
    return names;
}

void drawSizes(Prng& prng, Scenario& scenario) {
    constexpr std::size_t rings[] = {8, 8, 8, 16, 64};
    constexpr std::uint32_t buckets[] = {4, 8, 8, 8, 16};
    constexpr std::size_t scans[] = {1, 3, 3, 7, 64};
    constexpr std::int64_t skews[] = {0, 2, 300, 300};
    scenario.ringEntries = prng.pick(rings);
    scenario.superBuckets = prng.pick(buckets);
    scenario.bucketsPerSuper = prng.pick(buckets);
    scenario.scanSlotsMax = prng.pick(scans);
    scenario.futureSkewMaxS = prng.pick(skews);
    constexpr std::int64_t turns[] = {0, 0, millisecondUs, 5 * millisecondUs};
    scenario.turnUsMax = prng.pick(turns);
    const std::uint64_t crowd = prng.below(100);
    const bool few = crowd < 65;
    const bool many = crowd >= 95;  // the bitmaps of slots take several words
    scenario.clients = static_cast<int>(few    ? prng.between(1, 8)
                                        : many ? prng.between(100, 300)
                                               : prng.between(10, 60));
    scenario.reportsMax = few ? 4 : many ? 40 : 12;
    constexpr std::int64_t clockSteps[] = {1'000, 1'000'000, secondNs, 10 * secondNs,
                                           3'600 * secondNs};
    scenario.clockStepNs = prng.pick(clockSteps);
}

void drawWires(Prng& prng, Scenario& scenario) {
    constexpr std::int64_t latencies[] = {200, 2 * millisecondUs, 20 * millisecondUs,
                                          150 * millisecondUs};
    scenario.latencyUsMax = prng.pick(latencies);
    scenario.latencyUsMin = scenario.latencyUsMax / 10;
    constexpr std::int64_t speeds[] = {5'000, 50'000, 10'000'000};
    scenario.bytesPerSecond = prng.pick(speeds);
    constexpr std::size_t rooms[] = {60, 300, 2'000, 256 * 1024};
    scenario.roomBytes = prng.pick(rooms);
    constexpr int cuts[] = {0, 5, 20, 60};
    scenario.cutPercent = prng.pick(cuts);
}

void drawStorm(Prng& prng, Scenario& scenario) {
    scenario.stormUs = prng.between(2, 8) * secondUs;
    const auto nodes = static_cast<std::int64_t>(scenario.names.size());
    const std::int64_t blows = prng.between(20, 100) * std::max<std::int64_t>(nodes / 10, 1);
    scenario.blowGapUs = scenario.stormUs / blows;
    constexpr auto drawn = static_cast<std::size_t>(Blow::wipe);  // the others need a journal
    for (int& weight : std::span(scenario.weights).first(drawn)) {
        weight = prng.chance(60) ? static_cast<int>(prng.between(1, 6)) : 0;
    }
    const auto weight = [&scenario](Blow blow) -> int& {
        return scenario.weights[static_cast<std::size_t>(blow)];
    };
    weight(Blow::reports) = static_cast<int>(prng.between(8, 30));
    // These hurt everybody at once: a storm of them would hide the rest.
    weight(Blow::partition) = std::min(weight(Blow::partition), 2);
    weight(Blow::freeze) = std::min(weight(Blow::freeze), 3);
}

/// Drawn apart, so that the rest of a seed's scenario does not hang on it.
void drawJournal(Prng prng, Scenario& scenario) {
    scenario.journal = prng.chance(50);
    if (!scenario.journal) {
        return;
    }
    constexpr int syncs[] = {1, 5, 20, 60};
    constexpr int snapshots[] = {0, 1, 5};
    constexpr int crashes[] = {0, 30, 60};
    scenario.syncsAlways = prng.chance(20);
    scenario.syncPercent = prng.pick(syncs);
    scenario.snapshotPercent = prng.pick(snapshots);
    scenario.crashAgainPercent = prng.pick(crashes);
    const auto weight = [&scenario](Blow blow) -> int& {
        return scenario.weights[static_cast<std::size_t>(blow)];
    };
    weight(Blow::restart) = static_cast<int>(prng.between(1, 8));
    weight(Blow::wipe) = prng.chance(25) ? 1 : 0;
    weight(Blow::backup) = prng.chance(25) ? static_cast<int>(prng.between(1, 3)) : 0;
    if (weight(Blow::backup) > 0) {
        // With a clock that went back too, only the audit could tell what a backup lacks.
        weight(Blow::clockJump) = 0;
        scenario.clockStepNs = 1'000;
    }
}

/// Likewise. What expires while nodes disagree about the time is found by the audit alone.
void drawErasure(Prng prng, Scenario& scenario) {
    const auto weight = [&scenario](Blow blow) -> int& {
        return scenario.weights[static_cast<std::size_t>(blow)];
    };
    weight(Blow::forget) = prng.chance(50) ? static_cast<int>(prng.between(1, 8)) : 0;
    if (!prng.chance(25)) {
        return;
    }
    constexpr std::int64_t ttls[] = {1, 5, 20, 120, 120};
    scenario.ttlS = prng.pick(ttls);
    scenario.liar = false;
    if (scenario.journal) {
        weight(Blow::clockJump) = 0;  // else nobody knows what a snapshot left out
    }
}

constexpr std::uint64_t erasureSalt = 0x65726173757265;
constexpr std::uint64_t journalSalt = 0x6a6f75726e616c;

}  // namespace

Scenario makeScenario(std::uint64_t seed, const ScenarioOptions& options) {
    Prng prng(seed);
    Scenario scenario;
    scenario.seed = seed;
    const int nodes = drawNodes(prng, options);
    scenario.names = makeNames(nodes);
    scenario.edges = drawEdges(prng, nodes);
    drawSizes(prng, scenario);
    drawWires(prng, scenario);
    drawStorm(prng, scenario);
    scenario.liar = prng.chance(4);
    drawJournal(Prng(seed ^ journalSalt), scenario);
    drawErasure(Prng(seed ^ erasureSalt), scenario);
    return scenario;
}

}  // namespace herd::sim
