// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/oracle.h"

#include <algorithm>
#include <span>

#include "server/herd/clienthash.h"

namespace herd::sim {

namespace {

constexpr std::int64_t secondNs = 1'000'000'000;

constexpr std::int64_t expirySlackNs = Oracle::expirySlackUs * 1'000;

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
    return (key.tombstone ? "tombstone of " : "") + key.origin + " rx " + std::to_string(key.rxNs) +
           " position " + key.position + " time " + key.time;
}

}  // namespace

Oracle::Oracle(const Scenario& scenario) : scenario_(scenario), nodes_(scenario.names.size()) {
    // A stamp may give way to a greater one that expires soon, here sooner than there. What is
    // missing then is for the audit to find.
    marksHonest_ = scenario.ttlS == 0;
}

void Oracle::fail(std::string what) {
    if (failure_.empty()) {
        failure_ = std::move(what);
    }
}

void Oracle::nodeIs(int node, const HerdCore* core) {
    Watched watched{core, 0, {}, {}};
    if (core != nullptr) {
        watched.seq = core->log().seq;
        watched.winners = tableOf(*core);
    }
    nodes_[static_cast<std::size_t>(node)] = std::move(watched);
}

void Oracle::recovered(int node, const HerdCore& core,
                       const std::vector<std::pair<std::string, Key>>& changes,
                       std::int64_t wallNs) {
    Table expected;
    for (const auto& [client, key] : changes) {
        Key& best = expected[client];
        best = scenario_.ttlS > 0 ? key : std::max(best, key);
    }
    std::erase_if(expected, [this, wallNs](const auto& row) { return isOver(row.second, wallNs); });
    if (tableOf(core) != expected) {
        fail(name(node) + " recovered something else than a prefix of its " +
             std::to_string(changes.size()) + " changes");
    }
}

void Oracle::heard(const Stamp& stamp) {
    heard_.emplace_back(identityOf(stamp), keyOf(stamp));
}

void Oracle::forgotten(int node, const std::string& client) {
    const HerdCore& core = *nodes_[static_cast<std::size_t>(node)].core;
    const ClientHash hash = clientHashOf(client);
    Stamp asked;
    asked.client = viewOf(hash);
    const StampTable::Place place = core.locate(asked);
    if (core.find(client) || !place.found || !core.table().slot(place.slot).isTombstone()) {
        fail(name(node) + " forgot " + client + " and still knows it");
        return;
    }
    heard(core.table().stamp(place.slot));
}

void Oracle::expired(int node) {
    Watched& watched = nodes_[static_cast<std::size_t>(node)];
    watched.winners = tableOf(*watched.core);
}

void Oracle::lookAt(int node, std::int64_t wallNs) {
    Watched& watched = nodes_[static_cast<std::size_t>(node)];
    const HerdCore& core = *watched.core;
    while (watched.seq < core.log().seq) {
        const Stamp stamp = core.table().stamp(core.ring().slotOf(++watched.seq));
        const Key key = keyOf(stamp);
        const auto [winner, isNew] = watched.winners.try_emplace(identityOf(stamp), key);
        if (!isNew && !(winner->second < key) && !isOver(winner->second, wallNs)) {
            fail(name(node) + ": winner of " + std::string(stamp.client) + " went from " +
                 textOf(winner->second) + " back to " + textOf(key));
        }
        winner->second = key;
        if (scenario_.ttlS > 0 && healed_) {
            // From a node that was down until then: it may expire and leave nothing behind.
            Key& best = expected_[winner->first];
            best = std::max(best, key);
        }
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
        const StampTable::Place place = watched.core->locate(told);
        const bool holds =
            place.found && !(keyOf(watched.core->table().stamp(place.slot)) < keyOf(told));
        if (!holds) {
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
    healed_ = true;
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

void Oracle::judge(std::int64_t wallNs, std::int64_t wallBeforeNs) {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        judgeSums(static_cast<int>(node));
        judgeTable(static_cast<int>(node), wallNs, wallBeforeNs);
    }
    const Table first = liveTableOf(*nodes_.front().core, wallNs);
    for (const auto& [client, key] : expected_) {
        const auto held = first.find(client);
        const bool lacks = held == first.end() || held->second < key;
        if (lacks && !isOver(key, wallNs + expirySlackNs)) {
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

void Oracle::judgeTable(int node, std::int64_t wallNs, std::int64_t wallBeforeNs) {
    const HerdCore& core = *nodes_[static_cast<std::size_t>(node)].core;
    const Table table = tableOf(core);
    if (table.size() != core.table().used()) {
        fail(name(node) + " holds a client and its tombstone");
    }
    if (liveTableOf(core, wallNs) != liveTableOf(*nodes_.front().core, wallNs)) {
        fail("the tables of " + name(0) + " and " + name(node) + " differ");
    }
    for (const auto& [client, key] : table) {
        if (isOver(key, wallBeforeNs)) {
            fail(name(node) + " still holds " + client + ", " + textOf(key));
        }
    }
}

bool Oracle::allHoldTheSame(std::int64_t wallNs) const {
    return std::all_of(nodes_.begin(), nodes_.end(), [this, wallNs](const Watched& node) {
        return node.core != nullptr &&
               liveTableOf(*node.core, wallNs) == liveTableOf(*nodes_.front().core, wallNs);
    });
}

bool Oracle::allSeemEqual() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [this](const Watched& node) {
        return node.core != nullptr &&
               node.core->digest().root() == nodes_.front().core->digest().root() &&
               node.core->table().used() == nodes_.front().core->table().used();
    });
}

Key Oracle::keyOf(const Stamp& stamp) const {
    Key key;
    const std::int64_t skewNs = scenario_.futureSkewMaxS * secondNs;
    key.tombstone = stamp.position.empty() && stamp.time.empty();
    key.effectiveNs = key.tombstone                        ? stamp.rxNs + skewNs
                      : stamp.timeNs - stamp.rxNs > skewNs ? stamp.rxNs
                                                           : stamp.timeNs;
    key.rxNs = stamp.rxNs;
    key.origin = stamp.origin;
    key.position = stamp.position;
    key.time = stamp.time;
    return key;
}

std::string Oracle::identityOf(const Stamp& stamp) const {
    if (stamp.position.empty()) {
        return std::string(stamp.client);
    }
    const auto known = identities_.find(stamp.client);
    if (known != identities_.end()) {
        return known->second;
    }
    const ClientHash hash = clientHashOf(stamp.client);
    return identities_.emplace(stamp.client, viewOf(hash)).first->second;
}

/// By the page's words, apart from the core's.
bool Oracle::isOver(const Key& key, std::int64_t wallNs) const {
    const std::int64_t ageS = (wallNs - key.rxNs) / secondNs;
    const std::int64_t lifeS = scenario_.ttlS + (key.tombstone ? scenario_.futureSkewMaxS : 0);
    return scenario_.ttlS > 0 &&
           (ageS > lifeS || (ageS == lifeS && (wallNs - key.rxNs) % secondNs > 0));
}

Oracle::Table Oracle::tableOf(const HerdCore& core) const {
    Table table;
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        if (!core.table().slot(slot).isFree()) {
            const Stamp stamp = core.table().stamp(slot);
            table.emplace(identityOf(stamp), keyOf(stamp));
        }
    }
    return table;
}

/// Without what may expire at any moment.
Oracle::Table Oracle::liveTableOf(const HerdCore& core, std::int64_t wallNs) const {
    Table table = tableOf(core);
    std::erase_if(table, [this, wallNs](const auto& row) {
        return isOver(row.second, wallNs + expirySlackNs);
    });
    return table;
}

void Oracle::judgeSums(int node) {
    const HerdCore& core = *nodes_[static_cast<std::size_t>(node)].core;
    Digest recount(scenario_.superBuckets, scenario_.bucketsPerSuper);
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        if (!core.table().slot(slot).isFree()) {
            const Stamp stamp = core.table().stamp(slot);
            recount.add(Digest::sumOf(stamp), recount.bucketOf(stamp));
        }
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
