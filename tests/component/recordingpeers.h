// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/check.h"
#include "server/net/peerconnection.h"
#include "server/net/peerservice.h"

namespace herd {

/// A node for tests of peer connections: remembers what happened on each, in the order of opening.
class RecordingPeers : public PeerService {
  public:
    struct Seen {
        PeerConnection* connection = nullptr;  ///< null once closed
        std::vector<std::string> lines;
        std::size_t largestBatch = 0;
        int timesWritable = 0;
        std::optional<std::string> closed;
    };

    std::deque<Seen> connections;
    std::vector<std::pair<std::string, std::string>> unreachable;
    std::vector<std::string> refused;
    std::function<void(PeerConnection& connection)> opened = [](PeerConnection&) {};
    std::function<void(PeerConnection& connection, std::string_view line)> heard =
        [](PeerConnection&, std::string_view) {};

    std::size_t openCount() const {
        return static_cast<std::size_t>(
            std::count_if(connections.begin(), connections.end(),
                          [](const Seen& seen) { return seen.connection != nullptr; }));
    }

    void onPeerOpened(PeerConnection& connection) override {
        connections.push_back({&connection, {}, 0, 0, {}});
        opened(connection);
    }
    void onPeerLines(PeerConnection& connection, std::span<const std::string_view> lines) override {
        Seen& seen = of(connection);
        seen.largestBatch = std::max(seen.largestBatch, lines.size());
        for (const std::string_view line : lines) {
            seen.lines.emplace_back(line);
            heard(connection, line);
        }
    }
    void onPeerWritable(PeerConnection& connection) override { ++of(connection).timesWritable; }
    void onPeerClosed(PeerConnection& connection, const std::string& reason) override {
        Seen& seen = of(connection);
        HERD_CHECK(!connection.isOpen());
        seen.closed = reason;
        seen.connection = nullptr;
    }
    void onPeerUnreachable(const std::string& peer, const std::string& reason) override {
        unreachable.emplace_back(peer, reason);
    }
    void onPeerRefused(const std::string& address) override { refused.push_back(address); }

  private:
    Seen& of(PeerConnection& connection) {
        const auto found = std::find_if(
            connections.begin(), connections.end(),
            [&connection](const Seen& seen) { return seen.connection == &connection; });
        HERD_CHECK(found != connections.end());
        return *found;
    }
};

}  // namespace herd
