// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/network.h"

#include <algorithm>

namespace herd::sim {

namespace {

constexpr std::int64_t attemptUsMax = 3'000'000;  ///< a dialler gives up
constexpr std::int64_t noticeUsMax = 50'000;      ///< until an end notices a cut

}  // namespace

Network::Network(const Scenario& scenario, EventQueue& queue, Prng& prng)
    : queue_(queue), prng_(prng), roomBytes_(scenario.roomBytes) {
    for (const auto& [dialer, acceptor] : scenario.edges) {
        Edge edge;
        edge.nodes[0] = dialer;
        edge.nodes[1] = acceptor;
        edge.pace.latencyUs = prng.between(scenario.latencyUsMin, scenario.latencyUsMax);
        edge.pace.bytesPerSecond = scenario.bytesPerSecond;
        edge.pace.cutPercent = scenario.cutPercent;
        edge.slowPace = edge.pace;
        edges_.push_back(edge);
    }
}

void Network::dial(std::uint32_t number) {
    Edge& edge = edges_[number];
    const std::int64_t nowUs = queue_.nowUs();
    ++edge.attempt;
    if (std::max(edge.blockedUntilUs[0], edge.blockedUntilUs[1]) > nowUs) {
        queue_.push(EventKind::dialLost, nowUs + attemptUsMax, number, edge.attempt);
    } else {
        queue_.push(EventKind::dialOver, nowUs + 2 * edge.pace.latencyUs, number, edge.attempt);
    }
}

WireId Network::open(std::uint32_t edge) {
    std::uint32_t index = static_cast<std::uint32_t>(wires_.size());
    if (freeWires_.empty()) {
        wires_.emplace_back();
    } else {
        index = freeWires_.back();
        freeWires_.pop_back();
    }
    Wire& wire = wires_[index];
    for (Stream& stream : wire.streams) {
        stream.lose();
        stream.queued = false;
    }
    wire.attached[0] = wire.attached[1] = true;
    wire.dead = false;
    wire.edge = edge;
    ++wire.ticket;
    return {index, wire.ticket};
}

bool Network::stands(const WireId& id) const {
    return wires_[id.index].ticket == id.ticket;
}

std::size_t Network::room(const WireId& id, Side side) const {
    const std::size_t waiting = wires_[id.index].streams[static_cast<int>(side)].waiting();
    return waiting < roomBytes_ ? roomBytes_ - waiting : 0;
}

void Network::send(const WireId& id, Side side, std::string_view bytes) {
    Wire& wire = wires_[id.index];
    if (!wire.open(otherSide(side)) && !wire.dead) {
        return;
    }
    const Edge& edge = edges_[wire.edge];
    const bool slow = edge.slowUntilUs > queue_.nowUs();
    wire.from(side).send(bytes, queue_.nowUs(), slow ? edge.slowPace : edge.pace, prng_);
    queueArrival(id.index, side);
}

void Network::leave(const WireId& id, Side side, Leaving how) {
    Wire& wire = wires_[id.index];
    wire.attached[static_cast<int>(side)] = false;
    wire.from(otherSide(side)).lose();
    Stream& stream = wire.from(side);
    if (how == Leaving::orderly && !stream.empty() && !wire.dead) {
        stream.finishing = true;
    } else {
        stream.lose();
        if (how != Leaving::silently && !wire.dead) {
            tellClosed(id.index, otherSide(side),
                       queue_.nowUs() + edges_[wire.edge].pace.latencyUs);
        }
    }
    if (wire.free()) {
        ++wire.ticket;
        freeWires_.push_back(id.index);
    }
}

void Network::cut(std::uint32_t edge) {
    for (std::uint32_t index = 0; index < wires_.size(); ++index) {
        Wire& wire = wires_[index];
        if (wire.edge != edge || wire.dead || !wire.attached[0] || !wire.attached[1]) {
            continue;
        }
        wire.dead = true;
        for (const Side side : {Side::dialer, Side::acceptor}) {
            wire.from(side).lose();
            if (prng_.chance(85)) {
                tellClosed(index, side, queue_.nowUs() + prng_.between(0, noticeUsMax));
            }
        }
    }
}

std::optional<std::string_view> Network::arriving(const Event& event) {
    Wire& wire = wires_[wireOf(event)];
    if (wire.ticket != event.ticket) {
        return std::nullopt;
    }
    const Side sender = sideOf(event);
    Stream& stream = wire.from(sender);
    stream.queued = false;
    if (wire.dead || stream.empty() || !wire.open(otherSide(sender))) {
        return std::nullopt;
    }
    // A piece that was sent before a cut or a stall does not decide for those sent since.
    const std::int64_t dueUs = std::max(stream.nextArrivalUs(), blockedUntilUs(wire, sender));
    if (dueUs > queue_.nowUs()) {
        stream.queued = true;
        queue_.postpone(event, dueUs);
        return std::nullopt;
    }
    return stream.next();
}

void Network::arrived(const Event& event) {
    Wire& wire = wires_[wireOf(event)];
    const Side sender = sideOf(event);
    Stream& stream = wire.from(sender);
    if (wire.ticket != event.ticket || stream.empty()) {
        return;  // its reader has closed the connection
    }
    stream.takeNext();
    if (stream.empty() && stream.finishing) {
        tellClosed(wireOf(event), otherSide(sender), queue_.nowUs());
    }
    queueArrival(wireOf(event), sender);
}

bool Network::closing(const Event& event) {
    Wire& wire = wires_[wireOf(event)];
    const Side side = sideOf(event);
    if (wire.ticket != event.ticket || !wire.open(side)) {
        return false;
    }
    const std::int64_t untilUs = wire.dead ? 0 : blockedUntilUs(wire, otherSide(side));
    if (untilUs > queue_.nowUs()) {
        queue_.postpone(event, untilUs);
        return false;
    }
    return true;
}

void Network::heal() {
    for (Edge& edge : edges_) {
        edge.slowUntilUs = 0;
        edge.blockedUntilUs[0] = edge.blockedUntilUs[1] = 0;
    }
    for (std::uint32_t index = 0; index < wires_.size(); ++index) {
        for (const Side sender : {Side::dialer, Side::acceptor}) {
            // Its arrival may be queued for the end of a stall; that event will find nothing new.
            wires_[index].from(sender).queued = false;
            queueArrival(index, sender);
        }
    }
}

std::int64_t Network::blockedUntilUs(const Wire& wire, Side sender) const {
    return edges_[wire.edge].blockedUntilUs[static_cast<int>(sender)];
}

void Network::queueArrival(std::uint32_t index, Side sender) {
    Wire& wire = wires_[index];
    Stream& stream = wire.from(sender);
    if (!stream.queued && !stream.empty() && !wire.dead) {
        stream.queued = true;
        queue_.push(EventKind::arrival, std::max(stream.nextArrivalUs(), queue_.nowUs()),
                    subjectOf(index, sender), wire.ticket);
    }
}

void Network::tellClosed(std::uint32_t index, Side side, std::int64_t atUs) {
    if (wires_[index].open(side)) {
        queue_.push(EventKind::closed, atUs, subjectOf(index, side), wires_[index].ticket);
    }
}

}  // namespace herd::sim
