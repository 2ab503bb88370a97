// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/faults/attackers.h"

#include <chrono>
#include <deque>
#include <thread>

#include "tests/support/lineclient.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

using Nodes = std::vector<AttackedNode>;

/// Shortest rest between two steps of an attack, so that one of them does not take the machine.
constexpr auto rest = 5ms;
constexpr std::size_t endlessBytes = 4 * 1024 * 1024;
constexpr std::size_t halfOpenMax = 150;

const AttackedNode& any(const Nodes& nodes, std::mt19937& dice) {
    return nodes[dice() % nodes.size()];
}

quint16 anyPort(const Nodes& nodes, std::mt19937& dice) {
    const AttackedNode& node = any(nodes, dice);
    const quint16 ports[] = {node.clientPort, node.peerPort, node.adminPort};
    return ports[dice() % 3];
}

std::string randomBytes(std::mt19937& dice, std::size_t count) {
    std::string bytes(count, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(dice());
    }
    return bytes;
}

void garbage(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
             std::atomic<std::int64_t>& count) {
    while (!stop) {
        LineClient client(anyPort(nodes, dice));
        for (int piece = 0; piece < 8 && !stop; ++piece, ++count) {
            static_cast<void>(client.sendWhatFits(randomBytes(dice, dice() % 3'000) + '\n'));
            std::this_thread::sleep_for(rest);
            static_cast<void>(client.arrived());
        }
        if (dice() % 2 == 0) {
            client.abort();
        }
    }
}

void endlessLines(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
                  std::atomic<std::int64_t>& count) {
    const std::string piece(64 * 1024, 'x');
    while (!stop) {
        LineClient client(anyPort(nodes, dice));
        std::size_t sent = 0;
        for (int step = 0; step < 200 && sent < endlessBytes && !client.isGone() && !stop; ++step) {
            sent += client.sendWhatFits(piece);
            std::this_thread::sleep_for(rest);
        }
        ++count;
    }
}

void floods(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
            std::atomic<std::int64_t>& count) {
    while (!stop) {
        LineClient client(any(nodes, dice).clientPort);
        std::string lines;
        for (int line = 0; line < 500; ++line) {
            const bool isNew = dice() % 2 == 0;
            lines += "IAMAT flood" + std::to_string(isNew ? dice() : dice() % 100) + " +1-1 " +
                     std::to_string(dice()) + "\nWHATSAT flood" + std::to_string(dice() % 100) +
                     " 1 1\n";
        }
        for (int turn = 0; turn < 4 && !stop; ++turn) {
            const LineClient::Deadline deadline = 2s;
            if (!client.send(lines, deadline)) {
                break;
            }
            count += 1'000;
            // Read what is there: this one is greedy, not slow.
            const auto until = std::chrono::steady_clock::now() + 100ms;
            while (std::chrono::steady_clock::now() < until && !client.readOnce(10ms).empty()) {
            }
        }
    }
}

void halfOpen(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
              std::atomic<std::int64_t>& count) {
    std::deque<LineClient> clients;
    while (!stop) {
        clients.emplace_back(anyPort(nodes, dice));
        const char* const beginnings[] = {"", "IAMAT half", "HELLO herd/1-1 besieged ",
                                          "{\"kind\":"};
        static_cast<void>(clients.back().sendWhatFits(beginnings[dice() % 4]));
        if (clients.size() > halfOpenMax) {
            clients.pop_front();
        }
        ++count;
        std::this_thread::sleep_for(rest);
    }
}

void slowReaders(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
                 std::atomic<std::int64_t>& count) {
    std::string lines;
    while (lines.size() < 256 * 1024) {
        lines += "WHATSAT flood1 50 20\nIAMAT flood2 +1-1 1\n";
    }
    while (!stop) {
        std::vector<LineClient> clients;
        for (int client = 0; client < 10; ++client) {
            clients.emplace_back(any(nodes, dice).clientPort, 4096);
            static_cast<void>(clients.back().sendWhatFits(lines));
            ++count;
        }
        for (int turn = 0; turn < 120 && !stop; ++turn) {
            std::this_thread::sleep_for(100ms);
        }
    }
}

void strangers(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
               std::atomic<std::int64_t>& count) {
    const std::string zeros(64, '0');
    while (!stop) {
        const AttackedNode& to = any(nodes, dice);
        LineClient client(to.peerPort);
        const std::string hello = "HELLO herd/1-1 besieged " + any(nodes, dice).name + ' ' +
                                  to.name +
                                  " 0123456789abcdef 1 0000000000000000 0 1500000000000000000"
                                  " 00112233445566778899aabbccddeeff"
                                  " future_skew_max_s=300,ttl_s=0\n";
        const std::string ends[] = {"PROOF " + zeros + '\n', "AT Ann +1.000000000 inject +1+1 9\n",
                                    "FORGET Ann 4000000000000000000 good0\n", "NEED ffff\n"};
        static_cast<void>(client.sendWhatFits(hello + ends[dice() % 4]));
        static_cast<void>(client.readToEnd(200ms));
        ++count;
    }
}

void requests(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
              std::atomic<std::int64_t>& count) {
    while (!stop) {
        LineClient client(any(nodes, dice).adminPort);
        const char* const lines[] = {
            R"({"id":1,"kind":"stop"})",
            R"({"id":1,"kind":"stamps","follow":true})",
            R"({"id":1,"kind":"run","line":"IAMAT inject +1+1 9"})",
            R"({"id":1,"kind":"hello","token":"no-such-token-at-all"})",
            R"({"id":1,"kind":"link","peer":"Ann","action":"pause"})",
        };
        static_cast<void>(client.sendWhatFits(lines[dice() % 5] + std::string("\n")));
        static_cast<void>(client.readLine(200ms));
        ++count;
    }
}

void connects(const Nodes& nodes, std::mt19937 dice, const std::atomic<bool>& stop,
              std::atomic<std::int64_t>& count) {
    while (!stop) {
        for (int client = 0; client < 20; ++client, ++count) {
            LineClient(any(nodes, dice).clientPort).abort();
        }
        std::this_thread::sleep_for(4 * rest);
    }
}

}  // namespace

const std::vector<Attack>& attacks() {
    static const std::vector<Attack> all = {
        {"garbage", garbage},         {"endless lines", endlessLines}, {"floods", floods},
        {"half open", halfOpen},      {"slow readers", slowReaders},   {"strangers", strangers},
        {"admin requests", requests}, {"connects", connects},
    };
    return all;
}

}  // namespace herd
