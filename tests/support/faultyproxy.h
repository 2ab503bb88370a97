// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QThread>
#include <chrono>
#include <utility>

#include "tests/support/faultynet.h"

namespace herd {

/// A bad net between whoever dials and whoever accepts: a TCP port of 127.0.0.1 that carries bytes
/// to another one and back, and does to them what it is told. All faults hold for the connections
/// that are there and for later ones. Its buffers are small, so that a pipe that does not move is
/// soon felt at its other end. Works in a thread of its own: the net goes on while a test waits for
/// a socket. Owned by the test.
class FaultyProxy : public QObject {
    Q_OBJECT

  public:
    using Way = FaultyNet::Way;

    FaultyProxy();
    ~FaultyProxy() override;

    quint16 port() const { return port_; }

    /// The acceptor's port; until it is given, nobody is there.
    void setTarget(quint16 port);
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
    /// Whoever dials is taken and reset at once.
    void setHangingUp(bool hangsUp);
    /// Closed: whoever dials is refused.
    void setOpen(bool open);

    /// Bytes that went that way, over all connections.
    qint64 carried(Way way) const;
    /// Connections that were taken, ever.
    int connectionCount() const;

  Q_SIGNALS:
    /// A text that cutInside() waited for came by.
    void wasCut();

  private:
    /// Waits until the net's thread has carried it out.
    template <typename Task>
    void inNet(Task&& task) const {
        QMetaObject::invokeMethod(net_, std::forward<Task>(task), Qt::BlockingQueuedConnection);
    }
    template <typename Change>
    void setFault(Way way, Change&& change) {
        inNet([&] {
            change(net_->at(way));
            Q_EMIT net_->changed();
        });
    }

    QThread thread_;
    FaultyNet* net_;
    quint16 port_ = 0;
};

}  // namespace herd
