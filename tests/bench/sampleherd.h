// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/bench/serverprocess.h"
#include "tests/bench/socket.h"

namespace herd::bench {

/// The five nodes and six links of the sample herd (PROTOCOL, The sample herd) as five processes on
/// free ports of loopback, with their data in a directory that goes with them.
class SampleHerd {
  public:
    /// `program`: the herd-server to start. Returns when every node is ready, links or not.
    explicit SampleHerd(const std::string& program);

    static constexpr std::size_t size = 5;

    [[nodiscard]] static const char* name(std::size_t node);
    [[nodiscard]] Address clientAddress(std::size_t node) const;
    [[nodiscard]] pid_t process(std::size_t node) const { return nodes_[node]->process(); }

  private:
    std::string writeConfiguration() const;

    TemporaryDirectory directory_;
    std::vector<std::unique_ptr<ServerProcess>> nodes_;  ///< ended before their directory goes
};

}  // namespace herd::bench
