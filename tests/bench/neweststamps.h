// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace herd::bench {

/// The newest report of each client, as plainly as a table can keep it: records one after the other
/// and an open-addressed index of their numbers. Orders by time and receipt alone.
class NewestStamps {
  public:
    NewestStamps();

    /// Keeps the report when it is newer than what is kept of this client.
    void offer(std::string_view client, std::string_view positionAndTime, std::int64_t timeNs,
               std::int64_t rxNs);

    /// Position and time of the client; empty when it is unknown.
    [[nodiscard]] std::string text(std::string_view client) const;

    std::size_t size() const { return records_.size(); }

  private:
    struct Record {
        std::int64_t timeNs = 0;
        std::int64_t rxNs = 0;
        std::size_t clientBytes = 0;
        std::string text;  ///< client, position, time

        std::string_view client() const { return std::string_view(text).substr(0, clientBytes); }
    };
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;  ///< of the record, from 1; 0: free
    };

    /// Where the client's record number is or would be, as an index into `index_`.
    std::size_t find(std::string_view client, std::uint32_t hash) const;
    void grow();

    std::vector<Record> records_;
    std::vector<Place> index_;  ///< a power of two, at most half full
};

}  // namespace herd::bench
