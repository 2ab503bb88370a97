// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "common/config.h"

namespace herd {

/// The newest records of the log, in memory, numbered from 0: older ones go when there are more
/// than either limit. Whoever follows it keeps a number and asks; nobody is told. Owned by Log.
class LogTail {
  public:
    static constexpr std::size_t recordsMax = 1'000;
    static constexpr std::size_t bytesMax = 1024 * 1024;  ///< of the texts; no more than double
                                                          ///< that in memory

    struct Record {
        LogLevel level = LogLevel::info;
        std::string text;  ///< without its LF
    };

    void append(LogLevel level, std::string_view text);

    /// Number of the oldest record there is, and one behind the newest; equal when there is none.
    [[nodiscard]] std::uint64_t first() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + records_.size(); }
    /// `number`: from first() to end() - 1.
    [[nodiscard]] const Record& at(std::uint64_t number) const;

  private:
    std::deque<Record> records_;
    std::uint64_t first_ = 0;
    std::size_t bytes_ = 0;  ///< of the texts
};

}  // namespace herd
