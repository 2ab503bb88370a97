// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/queryconnection.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "common/check.h"
#include "tests/bench/clock.h"
#include "tests/bench/failure.h"

namespace herd::bench {

QueryConnection::QueryConnection(const Address& server, std::uint32_t fromIpv4)
    : socket_(connectTo(server, fromIpv4)) {}

void QueryConnection::send(std::string_view line) {
    HERD_CHECK(received_.empty());
    placesFollow_ = line.starts_with("WHATSAT");
    sendAll(socket_, std::string(line) + '\n');
}

std::optional<std::string> QueryConnection::receive() {
    std::array<char, 16 * 1024> input;
    const ssize_t got = recv(socket_.number(), input.data(), input.size(), 0);
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
        failWithErrno("cannot receive");
    }
    if (got == 0) {
        throw Failure("the server closed a connection");
    }
    if (got > 0) {
        received_.append(input.data(), static_cast<std::size_t>(got));
    }
    if (!complete()) {
        return std::nullopt;
    }
    return std::exchange(received_, {});
}

std::string QueryConnection::ask(std::string_view line, std::int64_t patience) {
    send(line);
    const std::int64_t endNs = monotonicNs() + patience;
    while (true) {
        if (std::optional<std::string> answer = receive()) {
            return *std::move(answer);
        }
        const std::int64_t leftMs = (endNs - monotonicNs()) / 1'000'000;
        pollfd waiting{socket_.number(), POLLIN, 0};
        if (leftMs <= 0 || poll(&waiting, 1, static_cast<int>(leftMs)) == 0) {
            throw Failure("no answer to " + std::string(line));
        }
    }
}

bool QueryConnection::complete() const {
    const bool places = placesFollow_ && received_.starts_with("AT ");
    return received_.ends_with(places ? "\n\n" : "\n");
}

}  // namespace herd::bench
