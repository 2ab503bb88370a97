// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/config.h"

namespace herd {

// What a console can ask, one struct for each kind of request.

struct HelloRequest {
    std::string token;  ///< empty: none

    bool operator==(const HelloRequest&) const = default;
};

struct StatusRequest {
    std::int64_t everyMs = 0;  ///< 0: once

    bool operator==(const StatusRequest&) const = default;
};

struct StampsRequest {
    bool follow = true;

    bool operator==(const StampsRequest&) const = default;
};

struct FindRequest {
    std::string client;

    bool operator==(const FindRequest&) const = default;
};

struct LogRequest {
    int tail = 100;
    bool follow = true;
    LogLevel level = LogLevel::debug;  ///< and everything more severe

    bool operator==(const LogRequest&) const = default;
};

struct RunRequest {
    std::string line;  ///< without its LF

    bool operator==(const RunRequest&) const = default;
};

struct ForgetRequest {
    std::string client;

    bool operator==(const ForgetRequest&) const = default;
};

struct LinkRequest {
    std::string peer;
    bool pause = false;

    bool operator==(const LinkRequest&) const = default;
};

struct StopRequest {
    bool operator==(const StopRequest&) const = default;
};

/// A request that cannot be carried out; the connection goes on.
struct RefusedRequest {
    std::string error;  ///< a sentence

    bool operator==(const RefusedRequest&) const = default;
};

/// A line that is no request at all; the connection ends.
struct NoRequest {
    std::string error;

    bool operator==(const NoRequest&) const = default;
};

/// One line of a console.
struct AdminRequest {
    static constexpr std::int64_t everyMsMin = 100;
    static constexpr std::int64_t everyMsMax = 60'000;
    static constexpr int logTailMax = 1'000;
    /// Of an `id` that is a string, and of a `kind` that is not known: they are repeated in each
    /// line that follows from the request.
    static constexpr std::size_t repeatedBytesMax = 64;

    std::string kind = "error";  ///< of the answer
    std::string id;              ///< as JSON text; empty: the request had none
    std::variant<NoRequest, RefusedRequest, HelloRequest, StatusRequest, StampsRequest, FindRequest,
                 LogRequest, RunRequest, ForgetRequest, LinkRequest, StopRequest>
        body;
};

/// Reads a line without its LF. Fields that are not known are ignored.
[[nodiscard]] AdminRequest parseAdminRequest(std::string_view line);

}  // namespace herd
