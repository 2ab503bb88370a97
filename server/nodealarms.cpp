// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/nodealarms.h"

#include <algorithm>
#include <cstdlib>

#include "common/timestamp.h"

namespace herd {

namespace {

bool isUp(const LinkStatus& link) {
    return link.state == LinkState::comparing || link.state == LinkState::lagging ||
           link.state == LinkState::flowing;
}

}  // namespace

void NodeAlarms::look(const Facts& facts) {
    lookAtClocks(facts);
    lookAtLinks(facts);
    set("divergence",
        divergences_.look(facts.divergences, facts.nowMs)
            ? "tables differed although nothing was left to tell, and were repaired: " +
                  std::to_string(facts.divergences) + " since the start"
            : "",
        facts.nowMs);
    set("duplicate",
        duplicates_.look(facts.duplicates, facts.nowMs)
            ? "two nodes call themselves " + facts.duplicateName +
                  ": the one that came later is refused"
            : "",
        facts.nowMs);
    set("full",
        facts.clients >= facts.clientsMax
            ? "the table holds " + std::to_string(facts.clients) + " clients and clients_max is " +
                  std::to_string(facts.clientsMax) + ": new clients are refused"
            : "",
        facts.nowMs);
    set("durability",
        facts.journalFailure.empty() ? "" : "stamps are not durable: " + facts.journalFailure,
        facts.nowMs);
    set("log",
        facts.logFailure.empty() ? "" : "the log file cannot be written: " + facts.logFailure,
        facts.nowMs);
}

void NodeAlarms::lookAtClocks(const Facts& facts) {
    std::string text;
    for (const LinkStatus& link : facts.links) {
        const std::int64_t difference = link.clockDifferenceNs.value_or(0);
        if (std::abs(difference) > clockDifferenceNsMax) {
            text.append(text.empty() ? "" : "; ")
                .append("the clock of ")
                .append(link.peer)
                .append(" is ")
                .append(std::to_string(std::abs(difference) / nanosecondsPerSecond))
                .append(difference > 0 ? " s ahead" : " s behind");
        }
    }
    set("clock", text, facts.nowMs);
}

void NodeAlarms::lookAtLinks(const Facts& facts) {
    const bool linked = std::any_of(facts.links.begin(), facts.links.end(), isUp);
    if (linked || !looked_) {
        linkedMs_ = facts.nowMs;
        looked_ = true;
    }
    const bool isolated = !facts.links.empty() && facts.nowMs - linkedMs_ > isolatedMsMax;
    set("isolated", isolated ? "this node has no link with any of its neighbours" : "",
        facts.nowMs);
}

bool NodeAlarms::Rise::look(std::uint64_t count, std::int64_t nowMs) {
    if (count > count_) {
        count_ = count;
        roseMs_ = nowMs;
    }
    return count_ > 0 && nowMs - roseMs_ < latelyMs_;
}

/// An empty text: it does not hold.
void NodeAlarms::set(const std::string& name, const std::string& text, std::int64_t nowMs) {
    if (text.empty()) {
        raised_.erase(name);
        return;
    }
    raised_.try_emplace(name, Raised{{}, nowMs}).first->second.text = text;
}

std::vector<Alarm> NodeAlarms::list(std::int64_t nowMs) const {
    std::vector<Alarm> alarms;
    for (const auto& [name, raised] : raised_) {
        alarms.push_back({name, raised.text, nowMs - raised.sinceMs});
    }
    return alarms;
}

}  // namespace herd
