// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace herd {

/// The fields of an `AT` line, read by the tests' own strict reader and not by the server's.
struct AtLine {
    std::string server;
    std::string diff;
    std::string client;
    std::string position;
    std::string time;
    std::int64_t timeNs = 0;
    std::int64_t rxNs = 0;  ///< time + diff: when the server received it

    /// `line` with or without its LF; nothing unless it is spelled as PROTOCOL.md says.
    static std::optional<AtLine> read(std::string_view line);
};

/// The system's wall clock, which the servers under test read too.
std::int64_t wallClockNs();

/// Nanoseconds as seconds with nine digits behind the point, as a client would write a time.
std::string timeText(std::int64_t nanoseconds);

std::vector<std::string> splitLines(std::string_view bytes);

/// Compares an answer with what is expected and says what is wrong, or nothing. Everything in
/// `expected` stands for itself but
/// - `{diff}`: a difference in its one spelling;
/// - `{white}`: any white space of a line, also none;
/// - `{places:N}`: JSON in the shape of a Nearby Search answer with at most N results, which lasts
///   until the first empty line.
QString compareAnswer(std::string_view expected, std::string_view answer);

/// Says what is wrong when an AT line in the answer was not received between the two times.
QString checkReceiveTimes(std::string_view answer, std::int64_t fromNs, std::int64_t toNs);

/// Says what is wrong with a text that should be a Nearby Search answer of at most `bound` results.
QString checkPlaces(std::string_view json, int bound);

/// Bytes for a failure message: printable ASCII as it is, the rest as \xNN.
QString readable(std::string_view bytes);

}  // namespace herd
