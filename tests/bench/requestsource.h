// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace herd::bench {

/// One IAMAT that waits for its answer.
struct Request {
    static constexpr std::size_t textBytesMax = 78;

    std::array<char, textBytesMax> bytes;
    std::uint16_t textBytes = 0;
    std::int64_t timeNs = 0;           ///< the client's time, which is when the line was made
    std::int64_t sentMonotonicNs = 0;  ///< when it was handed to the socket

    /// `<client-id> <position> <time>`: what a right answer ends in.
    std::string_view text() const { return {bytes.data(), textBytes}; }
};

/// The name of the client of that number: 20 bytes, as long as a host name.
[[nodiscard]] std::string clientId(std::uint64_t number);

/// Makes up the reports of a fleet: names, positions with six digits, times with nine that never
/// repeat, so that every report of a client is newer than its last. The same seed gives the same
/// clients in the same order.
class RequestSource {
  public:
    enum class Order {
        random,    ///< any client at any time
        eachOnce,  ///< one after the other, from the first again at the end
    };

    /// `clients`: 1 to 100,000,000 from number `firstClient` on.
    RequestSource(std::uint64_t firstClient, std::uint64_t clients, Order order);

    /// Fills `request` but for `sentMonotonicNs`. `nowNs`: POSIX time.
    void next(Request& request, std::int64_t nowNs);

  private:
    std::uint64_t nextRandom();

    std::uint64_t firstClient_;
    std::uint64_t clients_;
    Order order_;
    std::uint64_t turn_ = 0;
    std::uint64_t randomState_ = 0x9e3779b97f4a7c15;
    std::int64_t lastTimeNs_ = 0;
    std::vector<std::string> positions_;
};

}  // namespace herd::bench
