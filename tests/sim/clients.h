// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/scenario.h"

namespace herd::sim {

/// The clients of a run and what they say: few places and few times, so that reports tie in every
/// part of their key; late, repeated and hurried clocks.
class Clients {
  public:
    Clients(const Scenario& scenario, Prng& prng);

    /// An IAMAT line of some client, as heard by a node whose clock shows `wallNs`. Valid until the
    /// next call.
    std::string_view report(std::int64_t wallNs);

    /// The same from one of the first `count` clients.
    std::string_view hotReport(std::int64_t wallNs, int count);

    /// A client's last time again, from elsewhere as a rule.
    std::string_view repeat();

    /// The id of some client, or of one that never reports.
    std::string someId();

  private:
    struct Client {
        std::int64_t aheadNs = 0;  ///< of its clock
        std::int64_t timeNs = 0;
        std::string time = "1";
    };

    std::string_view reportOf(std::size_t number, std::int64_t wallNs);
    std::string_view lineOf(std::size_t number);
    void respell(Client& client);
    void setTime(Client& client, std::int64_t timeNs, int digits);

    const Scenario& scenario_;
    Prng& prng_;
    std::vector<Client> clients_;
    std::string line_;
};

}  // namespace herd::sim
