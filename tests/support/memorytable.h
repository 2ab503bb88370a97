// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/timestamp.h"
#include "server/journal/journalservice.h"

namespace herd {

/// A table as a journal sees one, for tests of the journal alone. Of two stamps of a client the one
/// with the greater time is kept. It knows no tombstones.
class MemoryTable : public JournalTable {
  public:
    struct Entry {
        std::uint64_t seq = 0;
        std::string client;
        std::string time;

        bool operator==(const Entry&) const = default;
    };

    LogPosition position;
    std::map<std::string, LogPosition, std::less<>> neighbours;
    std::vector<Entry> entries;

    static Stamp stampOf(const Entry& entry) {
        Stamp stamp;
        stamp.client = entry.client;
        stamp.origin = "alpha";
        stamp.position = "+1-1";
        stamp.time = entry.time;
        stamp.timeNs = parseTime(entry.time).value();
        stamp.rxNs = stamp.timeNs + 1;
        return stamp;
    }

    /// The next change: a client reports a time.
    const Entry& change(const std::string& client, int time) {
        ++position.seq;
        return put({position.seq, client, std::to_string(time)});
    }

    /// By client, for comparing.
    [[nodiscard]] std::map<std::string, std::string> times() const {
        std::map<std::string, std::string> times;
        for (const Entry& entry : entries) {
            times[entry.client] = entry.time;
        }
        return times;
    }

    void restore(std::uint64_t seq, const Stamp& stamp) override {
        if (!stamp.isTombstone()) {
            put({seq, std::string(stamp.client), std::string(stamp.time)});
        }
    }
    [[nodiscard]] LogPosition log() const override { return position; }
    [[nodiscard]] const std::map<std::string, LogPosition, std::less<>>& allGot() const override {
        return neighbours;
    }
    [[nodiscard]] std::size_t rowCount() const override { return entries.size(); }
    [[nodiscard]] std::optional<Row> row(std::size_t index) const override {
        const Entry& entry = entries[index];
        return entry.client.empty() ? std::nullopt : std::optional(Row{entry.seq, stampOf(entry)});
    }
    [[nodiscard]] std::size_t filledRowCount() const override { return times().size(); }

  private:
    const Entry& put(const Entry& entry) {
        const auto known = std::find_if(
            entries.begin(), entries.end(),
            [&entry](const Entry& candidate) { return candidate.client == entry.client; });
        if (known == entries.end()) {
            entries.push_back(entry);
            return entries.back();
        }
        if (std::stoll(known->time) < std::stoll(entry.time)) {
            *known = entry;
        }
        return *known;
    }
};

}  // namespace herd
