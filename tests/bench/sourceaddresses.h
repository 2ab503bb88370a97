// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "tests/bench/socket.h"

namespace herd::bench {

/// Where the connections of a load come from, one after the other. A connection that this side
/// closed keeps its port for a while (TIME_WAIT), and two addresses have some 28,000 ports between
/// them: beyond half of that in a second connect() searches longer and longer, and then fails. All
/// of 127/8 is one's own, so towards a server there each address serves for some thousands of
/// connections; towards others the system chooses. Owned by one measurement.
class SourceAddresses {
  public:
    static constexpr std::uint32_t connectionsEach = 4'000;
    static constexpr std::uint32_t addressesMax = 60'000;  ///< then the first one comes again

    explicit SourceAddresses(const Address& server) : own_(server.host.starts_with("127.")) {}

    /// For the next connection: an IPv4 address, 0 for the system's choice.
    [[nodiscard]] std::uint32_t next();

  private:
    bool own_;
    std::uint32_t connections_ = 0;
};

}  // namespace herd::bench
