// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QHostAddress>
#include <QObject>
#include <QTcpServer>
#include <QTimer>
#include <functional>
#include <string>

#include "common/result.h"

class QSocketNotifier;

namespace herd {

/// `address:port`, an IPv6 address in brackets.
[[nodiscard]] std::string socketName(const QHostAddress& address, quint16 port);

/// A listening port. QTcpServer binds it, but connections are taken here, because QTcpServer takes
/// any number in one turn and, out of descriptors, spins for ever. This one takes `perTurnMax` a
/// turn; without a descriptor it sheds connections through a spare one and rests in between. Owned
/// by the listener that it serves.
class Acceptor : public QObject {
    Q_OBJECT

  public:
    static constexpr int backlogMax = 4096;
    static constexpr int perTurnMax = 128;
    static constexpr int restMs = 100;  ///< after a failed accept

    /// A connection just taken: non-blocking, close-on-exec.
    struct Accepted {
        int descriptor = -1;
        QHostAddress address;  ///< an IPv4 client is an IPv4 address also on an IPv6 port
        quint16 port = 0;
    };

    /// `onAccepted` owns the descriptor from then on.
    explicit Acceptor(std::function<void(const Accepted&)> onAccepted, QObject* parent);
    ~Acceptor() override;

    /// Before listen(): connections are to go without Nagle's delay, be kept alive by the system
    /// and send through a buffer of so many bytes. They have it from the listening socket, so that
    /// it costs no system call for each.
    void setSendBuffer(int bytes) { sendBufferBytes_ = bytes; }

    /// `purpose`: whom the port is for, in the error. Port 0: one that is free. Returns the port.
    [[nodiscard]] Result<quint16> listen(const QString& purpose, const QString& host, quint16 port);

    void stop();

  Q_SIGNALS:
    /// A connection was closed for want of a descriptor.
    void shed(const QHostAddress& address);

  private:
    enum class Outcome { taken, none, noDescriptor, failed };

    void onReadable();
    Outcome acceptOne();
    void setOptions(int descriptor) const;
    void shedSome();
    void openSpare();
    void rest();

    std::function<void(const Accepted&)> onAccepted_;
    QTcpServer server_;
    QSocketNotifier* notifier_ = nullptr;
    QTimer resting_;
    int sendBufferBytes_ = 0;   ///< 0: no options
    bool mayBeEarlier_ = true;  ///< a connection that came before the options were set
    int spare_ = -1;            ///< a descriptor to give up for a moment when there is no other
};

}  // namespace herd
