// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/adminmessage.h"

namespace herd {

/// The alarms of a node, each since when. Whoever looks at the node at a tick says of each whether
/// it holds now. Owned by Node.
class NodeAlarms {
  public:
    /// A clock that differs by more makes stamps compare wrongly, and is an alarm.
    static constexpr std::int64_t clockDifferenceNsMax = 60'000'000'000;
    /// A node without any link is an alarm after this: at start it has none.
    static constexpr std::int64_t isolatedMsMax = 3'000;
    /// How long after a repair that changed something the alarm stays.
    static constexpr std::int64_t divergenceMs = 3'600'000;
    /// How long two nodes of one name are an alarm after they were seen: the one that is refused
    /// tries again after 10 s.
    static constexpr std::int64_t duplicateMs = 30'000;

    /// What the alarms are drawn from.
    struct Facts {
        std::vector<LinkStatus> links;
        std::uint64_t clients = 0;
        std::uint64_t clientsMax = 0;
        std::uint64_t divergences = 0;  ///< since the start
        std::uint64_t duplicates = 0;   ///< since the start
        std::string duplicateName;      ///< of the last one
        std::string logFailure;         ///< empty: the log file is written
        std::string journalFailure;     ///< empty: stamps are durable as promised
        std::int64_t nowMs = 0;
    };
    void look(const Facts& facts);

    /// By name, ascending.
    [[nodiscard]] std::vector<Alarm> list(std::int64_t nowMs) const;

  private:
    void set(const std::string& name, const std::string& text, std::int64_t nowMs);
    void lookAtClocks(const Facts& facts);
    void lookAtLinks(const Facts& facts);

    /// Whether a count rose lately. It never falls, and is 0 at first.
    class Rise {
      public:
        explicit Rise(std::int64_t latelyMs) : latelyMs_(latelyMs) {}
        [[nodiscard]] bool look(std::uint64_t count, std::int64_t nowMs);

      private:
        std::int64_t latelyMs_;
        std::uint64_t count_ = 0;
        std::int64_t roseMs_ = 0;
    };

    struct Raised {
        std::string text;
        std::int64_t sinceMs = 0;
    };

    std::map<std::string, Raised> raised_;
    Rise divergences_{divergenceMs};
    Rise duplicates_{duplicateMs};
    std::int64_t linkedMs_ = 0;  ///< when a link was up last, or the first look
    bool looked_ = false;
};

}  // namespace herd
