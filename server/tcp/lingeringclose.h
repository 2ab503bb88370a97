// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <cstdint>

class QTcpSocket;

namespace herd {

class SocketStream;

/// Closes a connection whose other end may still be sending.
///
/// To close a socket with unread input resets the connection, and the reset can destroy answers on
/// their way. So: write out, close the sending side, read and drop what comes until the other end
/// closes too, at most `msMax` and `bytesMax`, then abort. The socket's disconnected() is the end
/// of it. Takes the reading of the stream over; owned by the session.
class LingeringClose : public QObject {
    Q_OBJECT

  public:
    static constexpr int msMax = 2'000;
    static constexpr std::int64_t bytesMax = 8 * 1024 * 1024;

    /// Begins at once, or when what the socket has queued is written.
    LingeringClose(QTcpSocket* socket, SocketStream* stream, QObject* parent);

  private:
    void onBytesWritten();
    void onReadable();

    QTcpSocket* socket_;
    SocketStream* stream_;
    QTimer deadline_;
    std::int64_t dropped_ = 0;
    bool shutDown_ = false;
};

}  // namespace herd
