// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/oracle.h"

#include <algorithm>
#include <span>

namespace herd::sim {

namespace {

constexpr std::int64_t secondNs = 1'000'000'000;

/// What wires and restarts alone can bring about.
constexpr std::string_view harmlessEnds[] = {
    "handshake-timeout", "silent", "replaced", "bye-replaced", "duplicate", "bye-duplicate",
};

/// And what a renewed epoch brings about.
constexpr std::string_view renewalEnds[] = {"epoch", "bye-epoch"};

bool contains(std::span<const std::string_view> ends, const std::string& reason) {
    return std::find(ends.begin(), ends.end(), reason) != ends.end();
}

std::string textOf(const Key& key) {
    return key.origin + " rx " + std::to_string(key.rxNs) + " position " + key.position + " time " +
           key.time;
}

}  // namespace

Oracle::Oracle(const Scenario& scenario) : scenario_(scenario), nodes_(scenario.names.size()) {}

void Oracle::fail(std::string what) {
    if (failure_.empty()) {
        failure_ = std::move(what);
    }
}

void Oracle::nodeIs(int node, const HerdCore* core) {
    Watched watched{core, 0, {}, {}};
    if (core != nullptr) {
        watched.seq = core->log().seq;
        for (SlotNumber slot = 0; slot < core->table().size(); ++slot) {
            watched.winners.push_back(keyOf(core->table().stamp(slot)));
        }
    }
    nodes_[static_cast<std::size_t>(node)] = std::move(watched);
}

void Oracle::recovered(int node, const HerdCore& core,
                       const std::vector<std::pair<std::string, Key>>& changes) {
    std::map<std::string, Key, std::less<>> expected;
    for (const auto& [client, key] : changes) {
        Key& best = expected[client];
        best = std::max(best, key);
    }
    if (tableOf(core) != expected) {
        fail(name(node) + " recovered something else than a prefix of its " +
             std::to_string(changes.size()) + " changes");
    }
}

void Oracle::heard(const Stamp& stamp) {
    heard_.emplace_back(stamp.client, keyOf(stamp));
}

void Oracle::lookAt(int node) {
    Watched& watched = nodes_[static_cast<std::size_t>(node)];
    const HerdCore& core = *watched.core;
    while (watched.seq < core.log().seq) {
        const SlotNumber slot = core.ring().slotOf(++watched.seq);
        Key key = keyOf(core.table().stamp(slot));
        if (slot >= watched.winners.size()) {
            watched.winners.resize(slot + 1);
        } else if (!(watched.winners[slot] < key)) {
            fail(name(node) + ": winner of " + std::string(core.table().stamp(slot).client) +
                 " went from " + textOf(watched.winners[slot]) + " back to " + textOf(key));
        }
        watched.winners[slot] = std::move(key);
    }
}

void Oracle::markTaken(int receiver, int sender, const LogPosition& position) {
    const HerdCore* const from = nodes_[static_cast<std::size_t>(sender)].core;
    Watched& watched = nodes_[static_cast<std::size_t>(receiver)];
    if (!marksHonest_ || from == nullptr || from->log().epoch != position.epoch) {
        return;
    }
    // What an earlier MARK covered was looked at then, and winners do not go back.
    LogPosition& verified = watched.verified[sender];
    const std::uint64_t known = verified.epoch == position.epoch ? verified.seq : 0;
    verified = position;
    for (SlotNumber slot = 0; slot < from->table().size(); ++slot) {
        const std::uint64_t changed = from->table().slot(slot).lastSeq;
        if (changed <= known || changed > position.seq) {
            continue;
        }
        const Stamp told = from->table().stamp(slot);
        const std::optional<Stamp> held = watched.core->find(told.client);
        if (!held || keyOf(*held) < keyOf(told)) {
            fail(name(receiver) + " took MARK " + std::to_string(position.seq) + " of " +
                 name(sender) + " but lacks " + std::string(told.client) + ", " +
                 textOf(keyOf(told)) + ", which is change " + std::to_string(changed));
            return;
        }
    }
}

void Oracle::sessionEnded(int node, const SessionEnd& end) {
    const bool renews = scenario_.weights[static_cast<std::size_t>(Blow::renewal)] > 0;
    if (!contains(harmlessEnds, end.reason) && !(renews && contains(renewalEnds, end.reason))) {
        fail(name(node) + ": a session ended with " + end.reason);
    }
}

void Oracle::filled(int node, std::size_t bytes, std::size_t allowedBytes) {
    if (bytes > allowedBytes) {
        fail(name(node) + ": a fill left " + std::to_string(bytes) + " bytes where " +
             std::to_string(allowedBytes) + " were allowed");
    }
}

void Oracle::healed() {
    for (const Watched& node : nodes_) {
        if (node.core == nullptr) {
            continue;
        }
        for (auto& [client, key] : tableOf(*node.core)) {
            Key& best = expected_[client];
            best = std::max(best, key);
        }
    }
}

void Oracle::judge() {
    const auto first = tableOf(*nodes_.front().core);
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        judgeSums(static_cast<int>(node));
        if (node > 0 && tableOf(*nodes_[node].core) != first) {
            fail("the tables of " + name(0) + " and " + name(static_cast<int>(node)) + " differ");
        }
    }
    for (const auto& [client, key] : expected_) {
        const auto held = first.find(client);
        if (held == first.end() || held->second < key) {
            fail("lost: " + client + ", " + textOf(key));
        }
    }
    for (const auto& [client, key] : first) {
        // What was on its way when the storm ended may be newer; it is some client's report still.
        const auto held = expected_.find(client);
        const bool known =
            (held != expected_.end() && held->second == key) ||
            std::find(heard_.begin(), heard_.end(), std::pair(client, key)) != heard_.end();
        if (!known) {
            fail("invented: " + client + ", " + textOf(key));
        }
    }
}

bool Oracle::allSeemEqual() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [this](const Watched& node) {
        return node.core != nullptr &&
               node.core->digest().root() == nodes_.front().core->digest().root() &&
               node.core->table().size() == nodes_.front().core->table().size();
    });
}

Key Oracle::keyOf(const Stamp& stamp) const {
    Key key;
    const bool beyond = stamp.timeNs - stamp.rxNs > scenario_.futureSkewMaxS * secondNs;
    key.effectiveNs = beyond ? stamp.rxNs : stamp.timeNs;
    key.rxNs = stamp.rxNs;
    key.origin = stamp.origin;
    key.position = stamp.position;
    key.time = stamp.time;
    return key;
}

std::map<std::string, Key, std::less<>> Oracle::tableOf(const HerdCore& core) const {
    std::map<std::string, Key, std::less<>> table;
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        const Stamp stamp = core.table().stamp(slot);
        table.emplace(stamp.client, keyOf(stamp));
    }
    return table;
}

void Oracle::judgeSums(int node) {
    const HerdCore& core = *nodes_[static_cast<std::size_t>(node)].core;
    Digest recount(scenario_.superBuckets, scenario_.bucketsPerSuper);
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        const Stamp stamp = core.table().stamp(slot);
        recount.add(stamp, recount.bucketOf(stamp.client));
    }
    bool equal = recount.root() == core.digest().root();
    for (std::uint32_t super = 0; super < scenario_.superBuckets; ++super) {
        equal = equal && recount.superSums()[super] == core.digest().superSums()[super] &&
                std::ranges::equal(recount.bucketSums(super), core.digest().bucketSums(super));
    }
    if (!equal) {
        fail(name(node) + ": the digest is not the sum of the table");
    }
}

const std::string& Oracle::name(int node) const {
    return scenario_.names[static_cast<std::size_t>(node)];
}

}  // namespace herd::sim
