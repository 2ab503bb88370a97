// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tests/bench/requestsource.h"

namespace herd::bench {

/// How a report of a client is said to a kind of server, and what a right answer is. Answers are
/// lines. Owned by one measurement.
class Dialect {
  public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    virtual ~Dialect() = default;

    virtual void appendRequest(std::string& out, const Request& request) const = 0;

    /// Why `line`, without its LF, is no right answer; null when it is one. `nowNs`: POSIX time
    /// after it was read.
    [[nodiscard]] virtual const char* wrong(std::string_view line, const Request& request,
                                            std::int64_t nowNs) = 0;
};

/// IAMAT and AT. `server`: the name every answer must carry; empty: that of the first answer.
[[nodiscard]] std::unique_ptr<Dialect> makeHerdDialect(std::string_view server);

/// GEOADD in the Redis serialization protocol, one key for the fleet; the answer counts new
/// members.
[[nodiscard]] std::unique_ptr<Dialect> makeRedisDialect();

}  // namespace herd::bench
