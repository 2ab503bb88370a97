// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/lineframer.h"
#include "server/admin/adminconversation.h"

class QTcpSocket;

namespace herd {

class SocketStream;

/// One connection of a console: cuts lines for the conversation and carries its output away, never
/// more than one piece of each subscription in a turn of the event loop, so that clients are not
/// held up. Keeps to the bounds; a console that only closed its sending side gets its answers.
/// Owned by the server, which deletes it after ended().
class AdminSession : public QObject {
    Q_OBJECT

  public:
    /// Unsent, then subscriptions wait.
    static constexpr std::int64_t fillUnsentBytesMax = 256 * 1024;
    /// Unsent, then no request is read.
    static constexpr std::int64_t readUnsentBytesMax = 1024 * 1024;
    /// With something unsent that does not move, then the connection is closed.
    static constexpr std::int64_t stallMsMax = 10'000;
    /// Of the system's buffer; a large one would hide that a console does not read.
    static constexpr std::int64_t sendBufferBytesMax = 128 * 1024;
    static constexpr int linesPerTurnMax = 16;

    /// What the sessions of one server share. All of it outlives them.
    struct Shared {
        AdminConversation::Shared conversation;
        const QElapsedTimer& time;
    };

    /// Takes the descriptor of a connected socket over.
    AdminSession(const Shared& shared, std::string who, int descriptor, QObject* parent);
    ~AdminSession() override;

    void onTick();

    [[nodiscard]] const std::string& who() const { return who_; }
    /// Why it ended.
    [[nodiscard]] std::string_view reason() const { return reason_; }

  Q_SIGNALS:
    /// Once, from the event loop.
    void ended();

  private:
    enum class State {
        reading,
        finishing,  ///< no more lines; answers may be awaited or unsent
        lingering,  ///< all is written
        closed,
    };

    void onReadable();
    void onBytesWritten();
    void onDisconnected();

    void queueTurn();
    void takeTurn();
    void handLines();
    void stopReading(std::string_view reason);
    void write();
    void closeWhenWritten();

    [[nodiscard]] std::int64_t unsentBytes() const;
    [[nodiscard]] bool mayRead() const;
    [[nodiscard]] bool mayFill() const;
    [[nodiscard]] bool hasInput() const;

    Shared shared_;
    std::string who_;
    QTcpSocket* socket_;
    SocketStream* stream_;
    LineFramer framer_;
    AdminConversation conversation_;
    State state_ = State::reading;
    std::string_view reason_ = "lost";
    bool turnQueued_ = false;
    bool readable_ = false;        ///< the stream said so, and was not read since
    std::int64_t progressMs_ = 0;  ///< bytes moved, or began to wait
};

}  // namespace herd
