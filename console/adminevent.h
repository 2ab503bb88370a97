// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/adminmessage.h"

namespace herd {

// What one line of a node's admin port tells the console.

/// A node that names more links, counters or alarms than this in one status is not believed.
inline constexpr std::size_t adminLinksMax = 1'024;
inline constexpr std::size_t adminCountersMax = 4'096;
inline constexpr std::size_t adminAlarmsMax = 1'024;

struct HelloEvent {
    AdminHello hello;
};

struct StatusEvent {
    NodeStatus status;
    std::int64_t roundTripUs = 0;  ///< filled in by the connection
};

struct StampsEvent {
    std::int64_t id = 0;                  ///< of the request that this follows
    std::optional<std::uint64_t> begins;  ///< a snapshot of so many clients begins
    std::vector<std::string> atLines;     ///< without LF
    std::vector<std::string> gone;        ///< clients of which there is no stamp any more
    bool completes = false;               ///< the snapshot is whole
    std::uint64_t behind = 0;             ///< changes that did not fit where they were due
};

struct LogEvent {
    std::int64_t id = 0;  ///< of the request that this follows
    QList<QByteArray> records;
    std::uint64_t leftOut = 0;
    bool completes = false;  ///< what the node had when it was asked is told
};

/// The answer to a request of the console, or its refusal.
struct ReplyEvent {
    std::int64_t id = 0;
    QString kind;
    QString error;  ///< empty: none
    QJsonObject fields;
};

/// The node found the connection itself at fault and is about to close it.
struct RefusedEvent {
    QString error;
};

/// Nothing that this console knows.
struct UnknownEvent {};

/// No line of the admin protocol.
struct BrokenEvent {
    QString fault;
};

using AdminEvent = std::variant<BrokenEvent, UnknownEvent, RefusedEvent, HelloEvent, StatusEvent,
                                StampsEvent, LogEvent, ReplyEvent>;

/// Reads one line, without its LF. Bounded by the length of the line; the result may be anything.
[[nodiscard]] AdminEvent readAdminLine(std::string_view line);

}  // namespace herd
