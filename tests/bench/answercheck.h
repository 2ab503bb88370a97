// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/requestsource.h"

namespace herd::bench {

/// Judges the answers of one server (PROTOCOL, IAMAT): the node's name, a canonical diff that puts
/// the receipt between sending and answer, and the client's own bytes. Owned by one measurement.
class AnswerCheck {
  public:
    enum class Verdict {
        right,
        notAnAnswer,      ///< not `AT`, or another number of fields
        wrongServer,      ///< another name than asked for, or than in the first answer
        wrongDiff,        ///< not spelled as the protocol says
        implausibleDiff,  ///< a receipt before sending or after the answer
        wrongEcho,        ///< client, position or time are not those of the request
    };

    /// How far the server's clock may be off from ours.
    static constexpr std::int64_t clockSlackNs = 1'000'000'000;

    /// `server`: the name every answer must carry; empty: that of the first answer.
    explicit AnswerCheck(std::string_view server = {}) : server_(server) {}

    /// `line` without its LF; `nowNs`: POSIX time after it was read.
    [[nodiscard]] Verdict check(std::string_view line, const Request& request, std::int64_t nowNs);

  private:
    std::string server_;
};

[[nodiscard]] const char* describe(AnswerCheck::Verdict verdict);

}  // namespace herd::bench
