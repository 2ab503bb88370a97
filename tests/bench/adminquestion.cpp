// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/adminquestion.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <string_view>

#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr int answerPatienceMs = 10'000;

}  // namespace

std::uint64_t AdminQuestion::clients() {
    sendAll(socket_, "{\"kind\":\"status\"}\n");
    std::string line;
    while (line.find("\"kind\":\"status\"") == std::string::npos) {
        line = readLine();
    }
    constexpr std::string_view key = "\"table\":{\"clients\":";
    const std::size_t at = line.find(key);
    std::uint64_t clients = 0;
    const char* const end = line.data() + line.size();
    if (at == std::string::npos ||
        std::from_chars(line.data() + at + key.size(), end, clients).ec != std::errc()) {
        throw Failure("no table in a node's status: " + line);
    }
    return clients;
}

std::string AdminQuestion::readLine() {
    std::size_t end = received_.find('\n');
    while (end == std::string::npos) {
        pollfd waiting{socket_.number(), POLLIN, 0};
        std::array<char, 16 * 1024> input;
        const bool readable = poll(&waiting, 1, answerPatienceMs) > 0;
        const ssize_t got =
            readable ? recv(socket_.number(), input.data(), input.size(), MSG_DONTWAIT) : -1;
        if (got <= 0) {
            throw Failure("an admin port does not answer");
        }
        received_.append(input.data(), static_cast<std::size_t>(got));
        end = received_.find('\n');
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

}  // namespace herd::bench
