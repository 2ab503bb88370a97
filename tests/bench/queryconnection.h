// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/bench/descriptor.h"
#include "tests/bench/socket.h"

namespace herd::bench {

/// One client connection with one question under way at a time. Knows where answers end: an AT line
/// after IAMAT, an AT line with its places after WHATSAT, and `?` lines.
class QueryConnection {
  public:
    /// `fromIpv4`: as of connectTo().
    explicit QueryConnection(const Address& server, std::uint32_t fromIpv4 = 0);

    int descriptor() const { return socket_.number(); }

    /// `line` without LF; the answer to the one before must have been received.
    void send(std::string_view line);

    /// Reads what has come; the whole answer when it is complete. Never waits.
    [[nodiscard]] std::optional<std::string> receive();

    /// send() and wait for the answer, `patienceNs` at most.
    [[nodiscard]] std::string ask(std::string_view line, std::int64_t patienceNs);

    static constexpr std::int64_t patienceNs = 10'000'000'000;

  private:
    bool complete() const;

    Descriptor socket_;
    bool placesFollow_ = false;
    std::string received_;
};

}  // namespace herd::bench
