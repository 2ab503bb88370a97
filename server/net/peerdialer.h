// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <string>

#include "server/net/backoff.h"

class QTcpSocket;

namespace herd {

class PeerConnection;
class PeerService;

/// Keeps one connection to one neighbour: dials it, bounds each attempt in time, and dials again
/// for ever, after a back-off. Whether the connection is good is the node's verdict (established(),
/// hold()). Owned by the node's wiring; the service must outlive it.
class PeerDialer : public QObject {
    Q_OBJECT

  public:
    static constexpr int attemptMsMax = 3'000;

    struct Target {
        std::string name;  ///< of the neighbour
        QString host;      ///< literal address, or a name, which is looked up at each attempt
        quint16 port = 0;
    };

    /// `dice` gives numbers of [0, 1).
    PeerDialer(PeerService& service, Target target, std::function<double()> dice,
               QObject* parent = nullptr);
    ~PeerDialer() override;

    /// Begins to dial, at once.
    void start();

    /// Dials no more. A connection that is open stays.
    void stop();

    /// The session on the connection is proven: the next back-off begins anew.
    void established();

    /// The next attempt waits `Backoff::holdMs` (after a BYE or a failed PROOF).
    void hold();

    [[nodiscard]] const std::string& name() const { return target_.name; }
    /// The connection that is open or closing, null while there is none.
    [[nodiscard]] PeerConnection* connection() const { return connection_; }

  private:
    void dial();
    void onConnected();
    void onFailed(const QString& reason);
    void onClosed();
    void wait();
    void dropSocket();

    PeerService& service_;
    Target target_;
    Backoff backoff_;
    QTimer waiting_;
    QTimer attempt_;
    QTcpSocket* socket_ = nullptr;  ///< of the attempt under way
    PeerConnection* connection_ = nullptr;
    bool running_ = false;
};

}  // namespace herd
