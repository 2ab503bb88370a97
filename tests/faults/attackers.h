// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace herd {

/// Where one node listens.
struct AttackedNode {
    std::string name;
    quint16 clientPort = 0;
    quint16 peerPort = 0;
    quint16 adminPort = 0;
};

/// One kind of attack, run in a thread of its own until `stop`: connections that nobody proved,
/// without secret or token. Counts what it did in `count`.
struct Attack {
    const char* name;
    void (*run)(const std::vector<AttackedNode>& nodes, std::mt19937 dice,
                const std::atomic<bool>& stop, std::atomic<std::int64_t>& count);
};

/// Garbage on every port, endless lines, floods of lines of new and of known clients, connections
/// that stay half open, readers that do not read, strangers' greetings at the peer port, requests
/// without a token at the admin port, connects without end.
const std::vector<Attack>& attacks();

}  // namespace herd
