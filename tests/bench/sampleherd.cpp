// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/sampleherd.h"

#include <unistd.h>

#include <array>
#include <fstream>

#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr std::array<const char*, SampleHerd::size> names = {"Goloman", "Hands", "Holiday", "Welsh",
                                                             "Wilkes"};

constexpr const char* links = R"(links = [
  ["Goloman", "Hands"], ["Goloman", "Holiday"], ["Goloman", "Wilkes"],
  ["Hands", "Wilkes"], ["Holiday", "Welsh"], ["Holiday", "Wilkes"],
]
)";

/// Ports that nobody listens on, below those the system gives to outgoing connections. Peers must
/// know each other's ports before they start, so the system cannot choose.
std::vector<std::uint16_t> freePorts(std::size_t count) {
    constexpr unsigned first = 15'000;
    constexpr unsigned range = 15'000;
    std::vector<Descriptor> held;
    std::vector<std::uint16_t> ports;
    const auto start = static_cast<unsigned>(getpid()) * 37;
    for (unsigned step = 0; step < range && ports.size() < count; ++step) {
        const auto port = static_cast<std::uint16_t>(first + (start + step) % range);
        try {
            held.push_back(listenOn(port));
            ports.push_back(port);
        } catch (const Failure&) {
            continue;  // taken: the next one
        }
    }
    if (ports.size() < count) {
        throw Failure("no free ports");
    }
    return ports;
}

}  // namespace

const char* SampleHerd::name(std::size_t node) {
    return names[node];
}

SampleHerd::SampleHerd(const std::string& program) {
    const std::string configuration = writeConfiguration();
    for (const char* name : names) {
        const std::string data = directory_.path() + "/" + name;
        nodes_.push_back(std::make_unique<ServerProcess>(
            std::vector<std::string>{program, "--name", name, "--config", configuration, "--data",
                                     data},
            data + ".stderr"));
    }
    for (const std::unique_ptr<ServerProcess>& node : nodes_) {
        node->awaitReady();
    }
}

std::string SampleHerd::writeConfiguration() const {
    const std::vector<std::uint16_t> peerPorts = freePorts(size);
    const std::string path = directory_.path() + "/herd.toml";
    std::ofstream file(path);
    file << "herd = \"bench\"\n" << links;
    for (std::size_t node = 0; node < size; ++node) {
        file << "\n[node." << names[node]
             << "]\nhost = \"127.0.0.1\"\nclient = 0\npeer = " << peerPorts[node] << '\n';
    }
    file.close();
    if (!file) {
        throw Failure("cannot write " + path);
    }
    return path;
}

Address SampleHerd::clientAddress(std::size_t node) const {
    return {"127.0.0.1", nodes_[node]->port("client")};
}

}  // namespace herd::bench
