// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"

namespace herd {

// What the admin port says, as values; server and console read and write them with the same code.
// 64-bit numbers that JSON's doubles cannot hold travel as strings.

/// The newest version of the admin protocol that this code speaks.
inline constexpr int adminVersion = 1;
/// Longest request line, before its LF.
inline constexpr std::size_t adminRequestBytesMax = 64 * 1024;
/// Longest line that a node sends, before its LF.
inline constexpr std::size_t adminAnswerBytesMax = 4 * 1024 * 1024;

/// The answer to `hello`: who the node is and what its herd looks like.
struct AdminHello {
    int version = adminVersion;
    std::string herd;
    std::string node;
    std::string software;     ///< version of the program
    std::uint64_t epoch = 0;  ///< of the node's log
    int clientPort = 0;
    int peerPort = 0;
    int adminPort = 0;
    bool fullAccess = true;
    std::vector<std::string> nodes;                          ///< of the herd, ascending
    std::vector<std::pair<std::string, std::string>> links;  ///< of the herd

    bool operator==(const AdminHello&) const = default;
};

enum class LinkState {
    connecting,   ///< waiting for a connection, in either direction
    handshaking,  ///< connected, not proven yet
    comparing,    ///< finding out by digests what the other lacks
    lagging,      ///< sending the newest value of every client that the other lacks
    flowing,      ///< sending changes as they come
    paused,       ///< by an administrator of this node
    down,         ///< was up and is not
};

/// One link of a node, as that node sees it.
struct LinkStatus {
    std::string peer;
    LinkState state = LinkState::connecting;
    std::int64_t sinceMs = 0;      ///< how long it has been in that state
    std::uint64_t lagChanges = 0;  ///< changes of this node that the peer has not acknowledged
    std::int64_t lagMs = 0;        ///< how long the peer has not had all of them; 0: caught up
    std::int64_t unsentBytes = 0;
    std::uint64_t reconnects = 0;
    std::optional<std::int64_t> clockDifferenceNs;  ///< the peer's wall clock less this node's
    std::uint64_t learnt = 0;                       ///< stamps that came over it and were newer
    std::string lastEnd;                            ///< why it was dropped last; empty: never
    bool dials = false;                             ///< this node is the one that connects

    bool operator==(const LinkStatus&) const = default;
};

/// Something that an operator should know until it is over.
struct Alarm {
    std::string name;  ///< one word, for programs
    std::string text;  ///< a sentence, for people
    std::int64_t sinceMs = 0;

    bool operator==(const Alarm&) const = default;
};

enum class JournalMode { memory, everySecond, always, off };
enum class DurabilityState { memory, ok, degraded, lost };

/// The answer to `status`.
struct NodeStatus {
    std::string name;
    std::string herd;
    std::string software;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;  ///< changes of this node's log
    std::int64_t wallNs = 0;
    std::int64_t uptimeMs = 0;
    bool stopping = false;

    std::uint64_t clients = 0;     ///< in the table
    std::uint64_t tombstones = 0;  ///< of erased clients, in the table too
    std::uint64_t clientsMax = 0;
    std::uint64_t root = 0;  ///< digest of the whole table

    std::int64_t clientConnections = 0;
    std::int64_t clientConnectionsMax = 0;
    std::int64_t peerConnections = 0;
    std::int64_t adminConnections = 0;

    std::map<std::string, std::uint64_t> counters;  ///< since the start

    JournalMode journalMode = JournalMode::memory;
    DurabilityState durability = DurabilityState::memory;
    std::uint64_t syncedSeq = 0;
    std::int64_t journalBytes = 0;

    std::vector<LinkStatus> links;  ///< by peer, ascending
    std::vector<Alarm> alarms;

    bool operator==(const NodeStatus&) const = default;
};

[[nodiscard]] std::string_view wordOf(LinkState state);
[[nodiscard]] std::string_view wordOf(JournalMode mode);
[[nodiscard]] std::string_view wordOf(DurabilityState state);

[[nodiscard]] QJsonObject toJson(const AdminHello& hello);
[[nodiscard]] QJsonObject toJson(const NodeStatus& status);

/// Fields that are missing have their default; one of a wrong type or range is an error.
[[nodiscard]] Result<AdminHello> adminHelloFrom(const QJsonObject& json);
[[nodiscard]] Result<NodeStatus> nodeStatusFrom(const QJsonObject& json);

/// Bytes of the protocol in JSON: a string when they are UTF-8, else {"base64": "…"}.
[[nodiscard]] QJsonValue bytesToJson(std::string_view bytes);
[[nodiscard]] std::optional<std::string> bytesFrom(const QJsonValue& value);

/// Appends the same as text, for lines that are written without a QJsonObject.
void appendJsonBytes(std::string& out, std::string_view bytes);

}  // namespace herd
