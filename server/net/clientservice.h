// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace herd {

class ReplyQueue;

/// The answer to a line past the limit, written by the session itself.
inline constexpr std::string_view lineTooLongAnswer = "? line too long\n";

/// One client connection, as the log and the counters name it.
struct ClientPeer {
    std::uint64_t number = 0;  ///< of the connection, from 1, never used twice by one listener
    std::string name;          ///< address:port
};

/// Why a client's connection is over.
enum class ClientEnd {
    closedByClient,  ///< everything was answered
    lost,            ///< reset or another network error; answers may be lost
    lineTooLong,     ///< answered, then closed
    firstLineLate,   ///< no whole line within Limits::firstLineMsMax
    idle,            ///< no line within Limits::idleMsMax
    unsentStalled,   ///< answers did not move for Limits::unsentStallMsMax
    unsentTooMuch,   ///< more unsent than `ClientSession::unsentCloseBytesMax`
    stopping,        ///< the node ends
};

/// Why a connection was closed before it became a session.
enum class ClientRefusal {
    connectionsMax,            ///< Limits::connectionsMax
    connectionsPerAddressMax,  ///< Limits::connectionsPerAddressMax
    descriptors,               ///< the process or the system has no descriptor left
};

[[nodiscard]] std::string_view wordOf(ClientEnd end);
[[nodiscard]] std::string_view wordOf(ClientRefusal refusal);

/// What the client port asks of the node. Implemented by the node, which outlives the listener;
/// called on the listener's thread or, where sessions have threads, on whichever has the turn: by
/// one at a time. None of the calls may delete the listener.
class ClientService {
  public:
    ClientService() = default;
    ClientService(const ClientService&) = delete;
    ClientService& operator=(const ClientService&) = delete;
    virtual ~ClientService() = default;

    /// One batch of lines of one session, in order, each without its LF (a CR may be its last
    /// byte), valid during the call. Whatever answer a line earns goes into `replies`, in the order
    /// of the lines: at once, or into a place reserved for it.
    virtual void onClientLines(const ClientPeer& peer, std::span<const std::string_view> lines,
                               ReplyQueue& replies) = 0;

    // Facts, for counters and the log.
    virtual void onClientOpened(const ClientPeer& peer) = 0;
    /// Exactly once for each opened one, also while the listener is destroyed.
    virtual void onClientClosed(const ClientPeer& peer, ClientEnd end) = 0;
    /// `start`: the first bytes of the line; `lineTooLongAnswer` was put into the replies.
    virtual void onClientLineTooLong(const ClientPeer& peer, std::string_view start) = 0;
    /// `address`: of the client, without port; empty when it could not be had.
    virtual void onClientRefused(std::string_view address, ClientRefusal refusal) = 0;
};

}  // namespace herd
