// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <cstdint>

#include "common/config.h"
#include "common/lineframer.h"
#include "server/net/clientservice.h"
#include "server/net/deadlinewheel.h"
#include "server/net/replyqueue.h"
#include "server/tcp/roundtasks.h"

class QTcpSocket;

namespace herd {

class EpollDispatcher;
class SocketStream;

/// One client connection: cuts lines, has the service answer them in batches, and writes the
/// answers in order, one write a batch, all batches of the event loop's round after all reads of
/// it. Keeps to the limits: lines a turn, line length, unsent and
/// awaited answers, deadlines. A client that only closed its sending side still gets every answer.
/// Never closes, writes or asks the service within a ticket's completion: that only queues a turn.
/// Most of what it is made of can serve one connection after the other. Owned by the group, which
/// opens it again or deletes it after ended().
class ClientSession : public QObject, private DeadlineWheel::Entry, private RoundTasks::Task {
    Q_OBJECT

  public:
    static constexpr std::size_t readBytesMax = 16 * 1024;
    /// Of the system's buffer. A large one would hide from us for many seconds that a slow client
    /// reads at all, and cost megabytes for each that does not.
    static constexpr std::int64_t sendBufferBytesMax = 128 * 1024;
    static constexpr std::int64_t unsentCloseBytesMax = 1024 * 1024;

    /// What the sessions of one group share. This and all of it outlives them.
    struct Shared {
        ClientService& service;
        const Limits& limits;
        DeadlineWheel& wheel;
        const QElapsedTimer& time;  ///< the wheel's
        AnswerRooms& rooms;
        EpollDispatcher* dispatcher;  ///< null for Qt's: then answers leave at once
        Mailbox* mailbox;             ///< for answers from other threads; null: there are none
    };

    /// Without a connection.
    ClientSession(const Shared& shared, QObject* parent);
    ~ClientSession() override;

    /// Takes the descriptor of a connected socket over, whose options are set, and tells the
    /// service that it is open. For a session that is new or mayOpenAgain().
    void open(ClientPeer peer, int descriptor);

    /// It ended as most do, and nothing of that connection is left, in the event loop neither.
    /// Asked within ended(); to open it again then must wait for another event.
    [[nodiscard]] bool mayOpenAgain() const;

    /// Reads no more lines; ends when the answers that are due are written.
    void finish();

  Q_SIGNALS:
    /// After the service heard onClientClosed(); once for each open(), from the event loop.
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
    void onDeadline() override;
    void onRoundEnd() override;

    void queueTurn();
    void takeTurn();
    void handLines(std::size_t budget);
    void stopReading(ClientEnd end);
    void leaveReplies();
    void sendReplies();
    void closeWhenWritten();
    void cut(ClientEnd end);
    void setDeadline();

    [[nodiscard]] std::size_t lineBudget() const;
    [[nodiscard]] bool hasInput() const;
    [[nodiscard]] std::int64_t unsentBytes() const;
    [[nodiscard]] std::int64_t nextDeadlineMs() const;

    const Shared& shared_;
    ClientPeer peer_;
    QTcpSocket* socket_;
    SocketStream* stream_ = nullptr;
    LineFramer framer_;
    ReplyQueue replies_;
    State state_ = State::closed;
    ClientEnd end_ = ClientEnd::lost;                  ///< unless it comes to another one
    ClientEnd finishEnd_ = ClientEnd::closedByClient;  ///< when all answers leave
    bool turnQueued_ = false;
    bool readable_ = false;  ///< the stream said so, and was not read since
    bool paused_ = false;    ///< no reading until answers have left
    bool hadLine_ = false;
    std::int64_t openedMs_ = 0;
    std::int64_t lastLineMs_ = 0;
    std::int64_t lastProgressMs_ = 0;  ///< bytes moved, or began to wait
};

}  // namespace herd
