// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/descriptor.h"

namespace herd::bench {

struct Address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
};

/// Reads `HOST:PORT`.
[[nodiscard]] Address parseAddress(std::string_view text);

/// A connected, non-blocking TCP socket without Nagle's delay. `fromIpv4`: one's own address that
/// it comes from; 0 for the system's choice.
[[nodiscard]] Descriptor connectTo(const Address& address, std::uint32_t fromIpv4 = 0);

/// A non-blocking listener on loopback; port 0 lets the system choose.
[[nodiscard]] Descriptor listenOn(std::uint16_t port);

/// The port a socket is bound to.
[[nodiscard]] std::uint16_t localPort(const Descriptor& socket);

/// Sends all of `bytes`, waiting for room where there is none.
void sendAll(const Descriptor& socket, std::string_view bytes);

/// Raises the soft limit of open files to the hard one; each connection takes one.
void raiseOpenFilesLimit();

/// Keeps this process on one processor; nothing for a negative number.
void pinToProcessor(int processor);

}  // namespace herd::bench
