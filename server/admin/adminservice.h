// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/adminmessage.h"
#include "common/config.h"
#include "common/result.h"

namespace herd {

/// What one subscriber still has to be told of the table: first all of it, then what changes, each
/// client only with its newest stamp. Owned by the subscription; the service outlives it.
class StampStream {
  public:
    StampStream() = default;
    StampStream(const StampStream&) = delete;
    StampStream& operator=(const StampStream&) = delete;
    virtual ~StampStream() = default;

    /// Clients in the table when it began.
    [[nodiscard]] virtual std::uint64_t clientsAtStart() const = 0;
    /// Whether each of them was told.
    [[nodiscard]] virtual bool toldAll() const = 0;
    /// How much there is to tell: stamps, clients that are gone, a restart.
    [[nodiscard]] virtual std::uint64_t waiting() const = 0;
    /// Whether all that was told counts no longer, and the table comes again; said once.
    [[nodiscard]] virtual bool takeRestart() = 0;
    /// The next client of which there is no stamp any more. To be told before any next().
    [[nodiscard]] virtual std::optional<std::string> nextGone() = 0;
    /// The next AT line, without its LF; valid until the next call. Nothing when all is told.
    [[nodiscard]] virtual std::optional<std::string_view> next() = 0;
};

/// The newest records of the log, by number; one is added with each record.
class LogRecords {
  public:
    LogRecords() = default;
    LogRecords(const LogRecords&) = delete;
    LogRecords& operator=(const LogRecords&) = delete;
    virtual ~LogRecords() = default;

    struct Record {
        LogLevel level = LogLevel::info;
        std::string_view text;  ///< without its LF; valid until the log is written to
    };

    /// The oldest that is still there, and one behind the newest; equal when there is none.
    [[nodiscard]] virtual std::uint64_t first() const = 0;
    [[nodiscard]] virtual std::uint64_t end() const = 0;
    /// `number`: from first() to end() - 1.
    [[nodiscard]] virtual Record at(std::uint64_t number) const = 0;
};

/// What a console may do.
enum class AdminAccess {
    none,  ///< say hello with a token
    read,  ///< look at everything
    full,  ///< also run lines, erase clients, pause links, stop the node
};

/// What the admin port asks of the node. Implemented by the node, which outlives the server; called
/// on the server's thread. None of the calls may delete the server.
class AdminService {
  public:
    AdminService() = default;
    AdminService(const AdminService&) = delete;
    AdminService& operator=(const AdminService&) = delete;
    virtual ~AdminService() = default;

    /// What the bearer of `token` may do; an empty one: whoever gave none.
    [[nodiscard]] virtual AdminAccess accessOf(std::string_view token) const = 0;

    /// All but the access, which the server knows.
    [[nodiscard]] virtual AdminHello hello() = 0;

    /// All but the number of admin connections, which the server knows.
    [[nodiscard]] virtual NodeStatus status() = 0;

    /// The newest AT line of a client, without its LF.
    [[nodiscard]] virtual std::optional<std::string> find(std::string_view client) = 0;

    /// Erases a client from the herd. `done` gets whether this node had a stamp of it, once, when
    /// the erasure is as durable as an answer to a client demands: at once or later from the event
    /// loop; not at all when the node is destroyed before. An error, and no answer, when the node
    /// erases nothing.
    using ForgetDone = std::function<void(bool known)>;
    [[nodiscard]] virtual std::optional<Error> forget(const std::string& who,
                                                      std::string_view client, ForgetDone done) = 0;

    [[nodiscard]] virtual std::unique_ptr<StampStream> followStamps() = 0;
    [[nodiscard]] virtual const LogRecords& logRecords() const = 0;

    /// Executes one line as a client's. `done` gets the whole answer with its line ends, once, at
    /// once or later from the event loop; not at all when the node is destroyed before. An error,
    /// and no answer, when the node takes no more lines.
    using RunDone = std::function<void(std::string answer)>;
    [[nodiscard]] virtual std::optional<Error> run(const std::string& who, std::string_view line,
                                                   RunDone done) = 0;

    /// Pauses or resumes the link with a neighbour and says what state it is in now; an error when
    /// `peer` is none.
    [[nodiscard]] virtual Result<LinkState> setPaused(const std::string& who,
                                                      const std::string& peer, bool paused) = 0;

    /// Begins to stop the node, from the event loop.
    virtual void stop(const std::string& who) = 0;

    // Facts, for the log. `who`: as above, one word that names the connection.
    virtual void onAdminOpened(const std::string& who) = 0;
    virtual void onAdminClosed(const std::string& who, std::string_view reason) = 0;
    /// A connection was closed at once.
    virtual void onAdminRefused(const std::string& address, std::string_view reason) = 0;
};

}  // namespace herd
