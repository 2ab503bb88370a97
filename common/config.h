// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/topology.h"

namespace herd {

// What herd.toml can say, with the value of every key that it leaves out. Fields are named as
// their keys are, in camel case.

/// `[limits]`: what a node takes from clients before it refuses.
struct Limits {
    std::int64_t lineBytesMax = 4'096;          ///< of a client's line, before its LF
    std::int64_t clientsMax = 10'000'000;       ///< client ids in the table
    std::int64_t connectionsMax = 0;            ///< 0: the hard RLIMIT_NOFILE less 64
    std::int64_t connectionsPerAddressMax = 0;  ///< 0: any number on loopback, 256 elsewhere
    std::int64_t firstLineMsMax = 60'000;       ///< until a connection's first whole line
    std::int64_t idleMsMax = 0;                 ///< without a line; 0: for ever
    std::int64_t unsentBytesMax = 65'536;       ///< of answers, then nothing more is read
    std::int64_t unsentStallMsMax = 10'000;     ///< with unsent answers that do not move
    std::int64_t linesPerTurnMax = 64;          ///< of one connection before others get a turn
    std::int64_t pendingAnswersMax = 64;        ///< of one connection that wait for places

    bool operator==(const Limits&) const = default;
};

/// `[server]`: how the program serves its threads.
struct ServerConfig {
    std::int64_t ioThreads = 1;  ///< that serve clients; 1: the one that does all the rest
    std::int64_t spinUs = 0;     ///< looks for events before sleeping; 0: sleeps at once

    bool operator==(const ServerConfig&) const = default;
};

enum class PlacesProviderKind { offline, google, googleLegacy };

/// `[places]`: where the places of a WHATSAT come from.
struct PlacesConfig {
    PlacesProviderKind provider = PlacesProviderKind::offline;
    QString baseUrl;  ///< empty: the provider's own
    QString keyFile;  ///< absolute; empty: none
    std::int64_t deadlineMs = 8'000;
    std::int64_t requestsPerMinute = 60;  ///< 0: any number
    std::int64_t requestsPerDay = 1'000;  ///< 0: any number
    QStringList files;                    ///< the user's own points for `offline`; absolute

    bool operator==(const PlacesConfig&) const = default;
};

enum class JournalSync { everySecond, always, off };

/// `[journal]`: how soon a stamp is on disk.
struct JournalConfig {
    JournalSync sync = JournalSync::everySecond;

    bool operator==(const JournalConfig&) const = default;
};

enum class LogLevel { error, warning, info, debug };

/// `[log]`: the node's log file.
struct LogConfig {
    std::int64_t linesPerSMax = 2'000;       ///< of line records; 0: none of them
    std::int64_t fileBytesMax = 67'108'864;  ///< then the file is rotated
    std::int64_t filesMax = 5;               ///< kept, the current one among them
    LogLevel level = LogLevel::info;

    bool operator==(const LogConfig&) const = default;
};

/// `[security]`: files of secrets, which only their owner may read; empty: none.
struct SecurityConfig {
    QString secretFile;          ///< with which nodes prove that they belong to the herd; absolute
    QString adminTokenFile;      ///< for everything that the admin port offers; absolute
    QString adminReadTokenFile;  ///< for looking only; absolute

    bool operator==(const SecurityConfig&) const = default;
};

/// One herd.toml. The same file serves all nodes of a herd.
struct HerdConfig {
    Topology topology;
    std::int64_t futureSkewMaxS = 300;  ///< how far a client's clock may lead; herd-wide
    std::int64_t ttlS = 0;  ///< a stamp is forgotten so long after it was heard; 0: never
    ServerConfig server;
    Limits limits;
    PlacesConfig places;
    JournalConfig journal;
    LogConfig log;
    SecurityConfig security;

    bool operator==(const HerdConfig&) const = default;
};

/// A key whose value is a whole number: where it stands in the file and what it may be.
struct NumberKey {
    std::string_view table;  ///< empty: the top level
    std::string_view key;
    std::int64_t min;
    std::int64_t max;
    std::int64_t& (*field)(HerdConfig& config);
};

/// Every whole number of the file but the ports, in the order they are printed.
[[nodiscard]] std::span<const NumberKey> numberKeys();

// The words that the file uses for the choices.
[[nodiscard]] std::string_view wordOf(PlacesProviderKind provider);
[[nodiscard]] std::string_view wordOf(JournalSync sync);
[[nodiscard]] std::string_view wordOf(LogLevel level);

/// The one of `known` that takes the fewest single-byte edits to reach from `text`, the first of
/// equals; empty when nothing is known.
[[nodiscard]] std::string_view nearestOf(std::string_view text,
                                         std::span<const std::string_view> known);

/// The address that `host` spells: 4 bytes of IPv4 or 16 of IPv6; empty for anything else.
[[nodiscard]] std::string addressBytes(const QString& host);

/// Whether `host` is a literal IP address or has the shape of a host name (RFC 1123 section 2.1).
[[nodiscard]] bool isHost(const QString& host);

/// 127.0.0.0/8, ::1 and `localhost`. Names are not looked up.
[[nodiscard]] bool isLoopbackHost(const QString& host);

/// The address of the node that is about to start. An error when the herd has no such node, or when
/// the node would listen outside loopback without what keeps strangers out: a herd secret, and a
/// token if it has an admin port.
[[nodiscard]] Result<NodeAddress> checkNodeMayBind(const HerdConfig& config,
                                                   std::string_view nodeName);

}  // namespace herd
