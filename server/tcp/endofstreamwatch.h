// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QSocketNotifier;
class QTcpSocket;

namespace herd {

class EpollDispatcher;

/// Keeps a connected QTcpSocket usable for writing after the other end closed its sending side.
///
/// Qt takes a read of nothing for the end of the whole connection and closes the descriptor, unsent
/// answers included. So this looks before Qt does: at the end of the stream it says readEnded()
/// once and keeps the event from Qt. What had arrived before stays readable. Looking takes a system
/// call, which an EpollDispatcher saves while the end is not in sight. Owned by the session; made
/// when the socket is connected, on the thread that serves it.
class EndOfStreamWatch : public QObject {
    Q_OBJECT

  public:
    explicit EndOfStreamWatch(QTcpSocket* socket, QObject* parent);

    [[nodiscard]] bool hasEnded() const { return ended_; }

    /// Whether the system holds bytes that the socket has not read; it must be connected.
    [[nodiscard]] bool inputWaits() const;

    bool eventFilter(QObject* watched, QEvent* event) override;

  Q_SIGNALS:
    /// From within the socket's own event: the receiver must not close the socket at once.
    void readEnded();

  private:
    EpollDispatcher* dispatcher_;          ///< null with one of another kind
    QSocketNotifier* notifier_ = nullptr;  ///< the socket engine's own
    bool ended_ = false;
};

}  // namespace herd
