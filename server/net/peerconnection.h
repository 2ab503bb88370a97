// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/lineframer.h"

class QTcpSocket;

namespace herd {

class PeerService;
class SocketStream;

/// One TCP connection with another node, dialled or accepted: lines in, bytes out, and the room in
/// between. What the lines mean, who the other is and when it is too silent is the node's matter.
/// Owned by the listener or dialler that made it, which deletes it after onPeerClosed().
class PeerConnection : public QObject {
    Q_OBJECT

  public:
    static constexpr std::int64_t roomBytesMax = 256 * 1024;  ///< unsent; SO_SNDBUF too
    static constexpr std::size_t readBytesMax = 32 * 1024;    ///< in one turn
    static constexpr std::size_t lineBytesMax = 64 * 1024;    ///< before the LF
    static constexpr int linesPerTurnMax = 512;

    struct Names {
        std::string
            configuredPeer;  ///< the node that was dialled, empty for an accepted connection
        std::string remote;  ///< address:port of the other end
    };

    /// Takes a connected socket over. Call start() next.
    PeerConnection(PeerService& service, QTcpSocket* socket, Names names, QObject* parent);
    ~PeerConnection() override;

    /// Tells the service that the connection is open, then begins to read.
    void start();

    /// Queues bytes, whole lines; they leave in the next round of the event loop. Ignored when the
    /// connection is no longer open.
    void send(std::string_view lines);

    /// Bytes queued that the system has not taken yet.
    [[nodiscard]] std::int64_t bytesToWrite() const;

    /// Bytes that may be queued now, 0 when full or no longer open.
    [[nodiscard]] std::int64_t room() const;

    /// Writes what is queued, then closes; nothing more is read. Bounded in time.
    void closeAfterWriting(std::string reason);

    /// Closes at once and drops what is queued.
    void abort(std::string reason);

    /// The other node is who it says; the connection no longer counts as a stranger's.
    void setProven();
    [[nodiscard]] bool isProven() const { return proven_; }

    /// False after abort(), closeAfterWriting() or the other end's closing.
    [[nodiscard]] bool isOpen() const { return state_ == State::open && isConnected(); }
    [[nodiscard]] bool isDialled() const { return !names_.configuredPeer.empty(); }
    [[nodiscard]] const std::string& configuredPeerName() const { return names_.configuredPeer; }
    /// address:port of the other end.
    [[nodiscard]] const std::string& remoteName() const { return names_.remote; }

  Q_SIGNALS:
    void proven();
    /// After onPeerClosed().
    void closed();

  private:
    enum class State {
        open,     ///< until all that came is read, also when the other end has closed
        closing,  ///< closeAfterWriting()
        closed,   ///< onPeerClosed() is due or was called
    };

    void onReadable();
    void onBytesWritten();
    void onDisconnected();
    void queueTurn();
    void takeTurn();
    void end(std::string reason);
    void reportClosed();
    [[nodiscard]] bool isConnected() const;
    [[nodiscard]] std::string lossReason() const;

    PeerService& service_;
    QTcpSocket* socket_;
    SocketStream* stream_;
    Names names_;
    std::string reason_;
    LineFramer framer_;
    State state_ = State::open;
    bool proven_ = false;
    bool turnQueued_ = false;
};

}  // namespace herd
