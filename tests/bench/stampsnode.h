// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QTcpServer>
#include <QTimer>
#include <cstdint>

class QTcpSocket;

namespace herd {

/// Plays the admin port of a node that has many clients, some of which move. Makes its lines as it
/// sends them and so needs no memory. Lives in a thread of its own; owned by the benchmark.
class StampsNode : public QObject {
  public:
    StampsNode(int clients, int movesPerS);

    /// In the thread it lives in.
    void listen();
    quint16 port() const { return server_.serverPort(); }

  private:
    void onConnection();
    void onRequest(QTcpSocket* socket, const QJsonObject& request);
    void sendSnapshot();
    void sendMoves();
    QByteArray batch(int first, int count, std::int64_t timeNs) const;

    int clients_;
    int movesPerS_;
    QTcpServer server_{this};
    QTimer moves_{this};
    QTcpSocket* follower_ = nullptr;
    qint64 stampsId_ = 0;
    int sent_ = 0;   ///< of the snapshot
    int moved_ = 0;  ///< the next one to move
};

}  // namespace herd
