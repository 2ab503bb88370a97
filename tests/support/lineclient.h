// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/until.h"

namespace herd {

/// One TCP connection as a client program would have it: plain system calls, no Qt, so that what a
/// test sees is what was on the wire. Blocks the test, never longer than the deadline of the call.
/// Each call takes what was received before it and leaves what lies behind its answer.
class LineClient {
  public:
    using Deadline = std::chrono::milliseconds;

    /// How the other side ended its stream, if it did.
    enum class End { open, closed, reset };

    struct Rest {
        std::string bytes;
        End end = End::open;  ///< open: the deadline passed first
    };

    /// Connects to 127.0.0.1. `receiveBytes`: size of the receive buffer, 0 for the system's own.
    explicit LineClient(quint16 port, int receiveBytes = 0);
    /// Takes over a connected socket.
    static LineClient adopt(int descriptor);
    LineClient(LineClient&& other) noexcept;
    LineClient(const LineClient&) = delete;
    LineClient& operator=(const LineClient&) = delete;
    ~LineClient();

    bool isOpen() const { return descriptor_ >= 0; }

    /// Whether all bytes were taken by the system before the deadline.
    bool send(std::string_view bytes, Deadline deadline = patience);
    /// The same, each byte by a send of its own.
    bool sendInSingleBytes(std::string_view bytes, Deadline deadline = patience);
    /// How many bytes the system takes without anybody waiting.
    std::size_t sendWhatFits(std::string_view bytes);
    /// Nothing more will be sent; answers can still be read.
    void halfClose();
    /// Closes without a goodbye: the other side gets a reset.
    void abort();

    /// Up to and including the delimiter; nothing when the stream ended or the deadline passed.
    std::optional<std::string> readUntil(std::string_view delimiter, Deadline deadline = patience);
    std::optional<std::string> readLine(Deadline deadline = patience);
    /// What has arrived and was not taken yet, without waiting; for a test that serves its event
    /// loop.
    const std::string& arrived();
    /// What one single read gives once something is there.
    std::string readOnce(Deadline deadline = patience);
    Rest readToEnd(Deadline deadline = patience);

    /// Sends everything, half-closes, and reads to the end, reading while it sends.
    Rest converse(std::string_view bytes, Deadline deadline = patience);
    /// One command, one line of answer.
    std::string ask(std::string_view line, Deadline deadline = patience);

    /// Whether the other side closed or reset the connection, whatever lies unread before that.
    bool waitUntilGone(Deadline deadline) const;
    /// The same at this moment.
    bool isGone() const { return waitUntilGone(Deadline(0)); }

  private:
    LineClient() = default;

    /// Waits for one of the events of poll(2).
    bool wait(short events, std::chrono::steady_clock::time_point deadline) const;
    /// Moves what has arrived to received_ and notes the end of the stream.
    void receive();

    int descriptor_ = -1;
    std::string received_;
    End end_ = End::open;
};

}  // namespace herd
