// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/answercheck.h"

#include <optional>

#include "common/timestamp.h"

namespace herd::bench {

AnswerCheck::Verdict AnswerCheck::check(std::string_view line, const Request& request,
                                        std::int64_t nowNs) {
    constexpr std::string_view word = "AT ";
    if (!line.starts_with(word)) {
        return Verdict::notAnAnswer;
    }
    line.remove_prefix(word.size());
    const std::size_t serverBytes = line.find(' ');
    const std::size_t diffEnd = line.find(' ', serverBytes + 1);
    if (serverBytes == 0 || serverBytes == std::string_view::npos ||
        diffEnd == std::string_view::npos) {
        return Verdict::notAnAnswer;
    }
    const std::string_view server = line.substr(0, serverBytes);
    if (server_.empty()) {
        server_ = server;
    }
    if (server != server_) {
        return Verdict::wrongServer;
    }
    const std::optional<std::int64_t> diffNs =
        parseDiff(line.substr(serverBytes + 1, diffEnd - serverBytes - 1));
    if (!diffNs) {
        return Verdict::wrongDiff;
    }
    const bool early = *diffNs < -clockSlackNs;
    const bool late = *diffNs > nowNs - request.timeNs + clockSlackNs;
    if (early || late) {
        return Verdict::implausibleDiff;
    }
    return line.substr(diffEnd + 1) == request.text() ? Verdict::right : Verdict::wrongEcho;
}

const char* describe(AnswerCheck::Verdict verdict) {
    switch (verdict) {
        case AnswerCheck::Verdict::right:
            return "right";
        case AnswerCheck::Verdict::notAnAnswer:
            return "not an AT line";
        case AnswerCheck::Verdict::wrongServer:
            return "another server's name";
        case AnswerCheck::Verdict::wrongDiff:
            return "a diff in another spelling";
        case AnswerCheck::Verdict::implausibleDiff:
            return "a diff that cannot be";
        case AnswerCheck::Verdict::wrongEcho:
            return "not the client, position and time sent";
    }
    return "unknown";
}

}  // namespace herd::bench
