// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/storm.h"

#include <numeric>
#include <string>

namespace herd::sim {

namespace {

constexpr std::int64_t millisecondUs = 1'000;
constexpr std::int64_t secondNs = 1'000'000'000;

constexpr std::string_view blowNames[] = {
    "reports", "hot reports", "cut",     "stall", "partition", "slowness", "freeze",
    "restart", "clock jump",  "renewal", "wipe",  "backup",    "forget"};

}  // namespace

Storm::Storm(Surroundings& around, std::vector<std::unique_ptr<SimNode>>& nodes)
    : around_(around), nodes_(nodes), clients_(around.scenario, around.prng) {}

void Storm::strike() {
    const Blow blow = chooseBlow();
    if (around_.trace.wanted()) {
        around_.trace.note(around_.queue.nowUs(),
                           {"storm:", blowNames[static_cast<std::size_t>(blow)]});
    }
    switch (blow) {
        case Blow::reports:
        case Blow::hotReports:
            reports(blow == Blow::hotReports);
            break;
        case Blow::cut:
            around_.network.cut(someEdge());
            break;
        case Blow::stall:
            stall();
            break;
        case Blow::partition:
            partition();
            break;
        case Blow::slowness:
            slow();
            break;
        case Blow::freeze:
            freeze();
            break;
        case Blow::restart:
            restart();
            break;
        case Blow::clockJump:
            setClock();
            break;
        case Blow::renewal:
            renewEpoch();
            break;
        case Blow::wipe:
            wipe();
            break;
        case Blow::backup:
            backup();
            break;
        case Blow::forget:
            forget();
            break;
        case Blow::count:
            break;
    }
}

void Storm::greet(SimNode& node) {
    if (around_.prng.chance(around_.scenario.crashAgainPercent)) {
        // Within what it has not synced yet, as a rule.
        around_.queue.push(EventKind::crash,
                           around_.queue.nowUs() + around_.prng.between(0, 300) * millisecondUs,
                           static_cast<std::uint32_t>(node.index()), node.incarnation());
    }
    if (!around_.prng.chance(60)) {
        return;
    }
    for (std::int64_t left = around_.prng.between(1, 4); left > 0; --left) {
        node.hear(clients_.repeat());
    }
    node.takeTurnSoon();
}

Blow Storm::chooseBlow() {
    const auto& weights = around_.scenario.weights;
    const int sum = std::accumulate(weights.begin(), weights.end(), 0);
    auto drawn = static_cast<int>(around_.prng.below(static_cast<std::uint64_t>(sum)));
    std::size_t blow = 0;
    while (drawn >= weights[blow]) {
        drawn -= weights[blow++];
    }
    return static_cast<Blow>(blow);
}

int Storm::someNode() {
    return static_cast<int>(around_.prng.below(nodes_.size()));
}

SimNode* Storm::someAwakeNode() {
    SimNode& node = *nodes_[static_cast<std::size_t>(someNode())];
    return node.running() && node.frozenUntilUs() <= around_.queue.nowUs() ? &node : nullptr;
}

std::uint32_t Storm::someEdge() {
    return static_cast<std::uint32_t>(around_.prng.below(around_.network.edgeCount()));
}

/// Mostly short; now and then longer than a session stands silence.
std::int64_t Storm::someDurationUs() {
    const std::uint64_t kind = around_.prng.below(100);
    return millisecondUs * (kind < 70   ? around_.prng.between(20, 1'500)
                            : kind < 92 ? around_.prng.between(1'500, 6'000)
                                        : around_.prng.between(9'000, 12'500));
}

void Storm::reports(bool hot) {
    SimNode* const node = someAwakeNode();
    if (node == nullptr) {
        return;
    }
    Prng& prng = around_.prng;
    const std::int64_t count =
        hot ? prng.between(5, 20) : prng.between(1, around_.scenario.reportsMax);
    const int hotClients = static_cast<int>(prng.between(1, 3));
    for (std::int64_t left = count; left > 0; --left) {
        node->hear(hot ? clients_.hotReport(node->wallNs(), hotClients)
                       : clients_.report(node->wallNs()));
    }
    node->takeTurnSoon();
}

void Storm::stall() {
    Network::Edge& edge = around_.network.edge(someEdge());
    edge.blockedUntilUs[around_.prng.below(2)] = around_.queue.nowUs() + someDurationUs();
}

void Storm::partition() {
    std::vector<bool> here(nodes_.size());
    for (std::size_t node = 0; node < here.size(); ++node) {
        here[node] = around_.prng.chance(50);
    }
    const std::int64_t untilUs = around_.queue.nowUs() + someDurationUs();
    for (std::uint32_t number = 0; number < around_.network.edgeCount(); ++number) {
        Network::Edge& edge = around_.network.edge(number);
        if (here[static_cast<std::size_t>(edge.nodes[0])] !=
            here[static_cast<std::size_t>(edge.nodes[1])]) {
            edge.blockedUntilUs[0] = edge.blockedUntilUs[1] = untilUs;
        }
    }
}

void Storm::slow() {
    Network::Edge& edge = around_.network.edge(someEdge());
    edge.slowPace.bytesPerSecond = around_.prng.between(500, 5'000);
    edge.slowUntilUs = around_.queue.nowUs() + someDurationUs();
}

void Storm::freeze() {
    if (SimNode* const node = someAwakeNode(); node != nullptr) {
        node->freezeUntil(around_.queue.nowUs() + someDurationUs());
    }
}

void Storm::restart() {
    SimNode& node = *nodes_[static_cast<std::size_t>(someNode())];
    if (node.running()) {
        crash(node);
    }
}

void Storm::crash(SimNode& node) {
    const bool silent = around_.prng.chance(15);
    node.stop(silent ? Leaving::silently : Leaving::abruptly);
    const std::int64_t downMs =
        around_.prng.chance(80) ? around_.prng.between(1, 300) : around_.prng.between(300, 4'000);
    around_.queue.push(EventKind::nodeUp, around_.queue.nowUs() + downMs * millisecondUs,
                       static_cast<std::uint32_t>(node.index()), 0);
}

void Storm::wipe() {
    SimNode& node = *nodes_[static_cast<std::size_t>(someNode())];
    if (node.running()) {
        crash(node);
        node.journal().wipe();
    }
}

void Storm::backup() {
    SimNode& node = *nodes_[static_cast<std::size_t>(someNode())];
    if (!node.running()) {
        return;
    }
    if (!node.journal().hasBackup() || around_.prng.chance(30)) {
        node.journal().makeBackup();
    } else {
        crash(node);
        node.journal().restoreBackup();
    }
}

void Storm::setClock() {
    SimNode& node = *nodes_[static_cast<std::size_t>(someNode())];
    const bool far = around_.prng.chance(20);
    node.setClockAhead(around_.prng.between(far ? -6'000 : -3, far ? 600 : 3) * secondNs);
}

void Storm::forget() {
    if (SimNode* const node = someAwakeNode(); node != nullptr) {
        for (std::int64_t left = around_.prng.between(1, 3); left > 0; --left) {
            node->forget(clients_.someId());
        }
        node->takeTurnSoon();
    }
}

void Storm::renewEpoch() {
    if (SimNode* const node = someAwakeNode(); node != nullptr) {
        node->renewEpoch();
    }
}

}  // namespace herd::sim
