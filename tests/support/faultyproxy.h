// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpServer>
#include <array>
#include <chrono>
#include <cstddef>
#include <functional>

namespace herd {

class FaultyConnection;

/// A bad net between whoever dials and whoever accepts: a TCP port of 127.0.0.1 that carries bytes
/// to another one and back, and does to them what it is told. All faults hold for the connections
/// that are there and for later ones. Its buffers are small, so that a pipe that does not move is
/// soon felt at its other end. Needs the test's event loop; owned by the test.
class FaultyProxy : public QObject {
    Q_OBJECT

  public:
    enum class Way { forth, back };  ///< from the dialler to the acceptor, and the other way

    /// `target`: the acceptor's port, asked for at each connection.
    explicit FaultyProxy(std::function<quint16()> target, QObject* parent = nullptr);
    ~FaultyProxy() override;

    quint16 port() const { return port_; }

    /// Nothing goes that way, not even the end of a connection, until it is let go on.
    void setSilent(Way way, bool silent);
    /// Each byte arrives this much later.
    void setDelay(Way way, std::chrono::milliseconds delay);
    /// 0: as fast as may be.
    void setBytesPerSecond(Way way, int bytes);
    /// The next time `text` comes by, its first half still arrives; then the connection is reset.
    void cutInside(Way way, const QByteArray& text);
    /// Bytes of nobody's, behind those that went that way so far; on every connection.
    void inject(Way way, const QByteArray& bytes);
    /// Resets every connection.
    void cut();
    /// Closed: whoever dials is refused.
    void setOpen(bool open);

    /// Bytes that went that way, over all connections.
    qint64 carried(Way way) const { return at(way).carried; }
    /// Connections that were taken, ever.
    int connectionCount() const { return connectionCount_; }

  Q_SIGNALS:
    /// Some fault began or ended.
    void changed();
    void connectionTaken();
    void cutAll();
    /// A text that cutInside() waited for came by.
    void wasCut();

  private:
    friend class FaultyConnection;

    struct Fault {
        bool silent = false;
        std::chrono::milliseconds delay{0};
        int bytesPerSecond = 0;
        QByteArray cutText;
        qint64 carried = 0;
    };

    const Fault& at(Way way) const { return faults_[static_cast<std::size_t>(way)]; }
    Fault& at(Way way) { return faults_[static_cast<std::size_t>(way)]; }
    void onConnection();

    std::function<quint16()> target_;
    QTcpServer server_;
    quint16 port_ = 0;
    std::array<Fault, 2> faults_;
    int connectionCount_ = 0;
};

}  // namespace herd
