// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace herd::bench {

/// One report of one client, as views.
struct Report {
    std::string_view client;
    std::string_view position;
    std::string_view time;
    std::int64_t timeNs = 0;
    std::int64_t rxNs = 0;
};

/// The newest report of each client, as plainly as a table can keep it: records one after the other
/// and an open-addressed index of their numbers. Orders by time and receipt alone.
class NewestStamps {
  public:
    NewestStamps();

    /// Keeps the report when it is newer than what is kept of its client.
    void offer(const Report& report);

    /// `<client> <position> <time>`; empty when the client is unknown.
    [[nodiscard]] std::string text(std::string_view client) const;

    std::size_t size() const { return records_.size(); }

  private:
    struct Record {
        std::int64_t timeNs = 0;
        std::int64_t rxNs = 0;
        std::size_t clientBytes = 0;
        std::string text;  ///< client, position and time

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
