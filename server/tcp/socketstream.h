// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QPointer>
#include <QSocketNotifier>
#include <span>
#include <string_view>

class QTcpSocket;

namespace herd {

/// Reads and writes a connected QTcpSocket's descriptor itself, and leaves to the socket what it
/// does well: the notifiers, what cannot be sent at once, errors and closing.
///
/// Through the socket, each read costs a system call to learn its size and a copy, each write an
/// event of its own; and Qt takes a read of nothing for the end of the whole connection and closes
/// the descriptor, unsent answers included. Here the end of the stream is a fact about reading
/// only. Nothing may be read from the socket while a stream has it. Owned by the session; made when
/// the socket is connected, on the thread that serves it.
class SocketStream : public QObject {
    Q_OBJECT

  public:
    explicit SocketStream(QTcpSocket* socket, QObject* parent);

    /// The socket has another connection: begins anew with that.
    void restart();

    /// What has arrived, in `room`, empty for nothing; without waiting. A broken connection is
    /// aborted soon after.
    [[nodiscard]] std::string_view read(std::span<char> room);

    /// A read() came to the end of the stream: the other end has closed its sending side.
    [[nodiscard]] bool hasEnded() const { return ended_; }

    /// errno of the read() that found the connection broken; 0: none did.
    [[nodiscard]] int error() const { return error_; }

    /// Whether the system holds bytes that were not read; the socket must be connected.
    [[nodiscard]] bool inputWaits() const;

    /// Whether readable() is said; at first it is, after the end never again.
    void setReading(bool reading);

    /// Sends what the system takes; the socket queues the rest and says bytesWritten() for that.
    /// Sees to the order with what the socket has queued.
    void write(std::string_view bytes);

  Q_SIGNALS:
    /// There is something to read, the end of the stream or an error: again and again until it is
    /// read. The receiver may abort the socket and must not delete it.
    void readable();

  private:
    bool eventFilter(QObject* watched, QEvent* event) override;

    QTcpSocket* socket_;
    QPointer<QSocketNotifier> notifier_;  ///< the socket engine's own, until that is closed
    int descriptor_ = -1;
    int error_ = 0;
    bool ended_ = false;
};

}  // namespace herd
