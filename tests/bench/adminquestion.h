// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tests/bench/descriptor.h"
#include "tests/bench/socket.h"

namespace herd::bench {

/// A connection with a node's admin port (resources/ADMIN.md) that asks how far the node is.
class AdminQuestion {
  public:
    explicit AdminQuestion(const Address& admin) : socket_(connectTo(admin)) {}

    /// Clients in the node's table now. Waits for the answer.
    [[nodiscard]] std::uint64_t clients();

  private:
    std::string readLine();

    Descriptor socket_;
    std::string received_;
};

}  // namespace herd::bench
