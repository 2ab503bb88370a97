// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/sim/eventqueue.h"
#include "tests/sim/scenario.h"
#include "tests/sim/wire.h"

namespace herd::sim {

/// A connection as its two nodes know it.
struct WireId {
    std::uint32_t index = 0;
    std::uint32_t ticket = 0;

    bool operator==(const WireId&) const = default;
};

/// How an end leaves its connection.
enum class Leaving : std::uint8_t {
    orderly,   ///< the other end reads everything, then the end
    abruptly,  ///< the other end is told, and what was on its way is lost
    silently,  ///< nobody is told: the machine is gone
};

/// The edges of the herd and the connections on them: what was sent arrives in order, late, in
/// pieces, or not at all. It knows nothing of nodes; the world hands them what arrives.
class Network {
  public:
    struct Edge {
        int nodes[2] = {0, 0};  ///< by side
        Pace pace;
        Pace slowPace;
        std::int64_t slowUntilUs = 0;
        std::int64_t blockedUntilUs[2] = {0, 0};  ///< by the side whose bytes are held back
        std::uint32_t attempt = 0;                ///< of dialling; an older one is void
    };

    Network(const Scenario& scenario, EventQueue& queue, Prng& prng);

    [[nodiscard]] std::size_t edgeCount() const { return edges_.size(); }
    [[nodiscard]] Edge& edge(std::uint32_t number) { return edges_[number]; }

    /// Begins an attempt; dialOver or dialLost follows.
    void dial(std::uint32_t edge);
    /// What was dialled and has not been answered is void.
    void cancelDial(std::uint32_t edge) { ++edges_[edge].attempt; }

    WireId open(std::uint32_t edge);
    [[nodiscard]] bool stands(const WireId& id) const;
    [[nodiscard]] const Wire& wire(std::uint32_t index) const { return wires_[index]; }

    /// Bytes that `side` may send before it is full.
    [[nodiscard]] std::size_t room(const WireId& id, Side side) const;
    void send(const WireId& id, Side side, std::string_view bytes);
    void leave(const WireId& id, Side side, Leaving how);

    /// Breaks the connections of an edge that both nodes believe in. Each end is told soon or, now
    /// and then, never.
    void cut(std::uint32_t edge);

    /// What an arrival or closed event is about.
    [[nodiscard]] static std::uint32_t subjectOf(std::uint32_t wire, Side side) {
        return wire * 2 + static_cast<std::uint32_t>(side);
    }
    [[nodiscard]] static std::uint32_t wireOf(const Event& event) { return event.subject / 2; }
    [[nodiscard]] static Side sideOf(const Event& event) {
        return static_cast<Side>(event.subject & 1);
    }

    /// The piece of an arrival event; nothing when it is lost, or held back and comes later.
    [[nodiscard]] std::optional<std::string_view> arriving(const Event& event);
    /// The piece was read.
    void arrived(const Event& event);

    /// Whether `side` of the wire learns of its end now; else it never does, or later.
    [[nodiscard]] bool closing(const Event& event);

    /// Nothing is held back any more, and nothing slow for what is sent from now on.
    void heal();

  private:
    [[nodiscard]] std::int64_t blockedUntilUs(const Wire& wire, Side sender) const;
    void queueArrival(std::uint32_t index, Side sender);
    void tellClosed(std::uint32_t index, Side side, std::int64_t atUs);

    EventQueue& queue_;
    Prng& prng_;
    std::size_t roomBytes_;
    std::vector<Edge> edges_;
    std::deque<Wire> wires_;  ///< never moved
    std::vector<std::uint32_t> freeWires_;
};

}  // namespace herd::sim
