// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QQueue>
#include <QTcpSocket>
#include <QTimer>

#include "common/topology.h"

namespace herd {

/// A client connection to one node, kept open and dialled again for ever. Sends command lines and
/// tells which answer belongs to which. Never blocks. Owned by the window.
class ClientPort : public QObject {
    Q_OBJECT

  public:
    static constexpr int redialMs = 1'000;
    static constexpr int answerMsMax = 15'000;
    static constexpr qint64 answerBytesMax = 4 * 1'048'576;

    explicit ClientPort(NodeAddress node, QObject* parent = nullptr);
    ~ClientPort() override;

    /// Begins to dial.
    void start();

    /// Sends one command. False when the node is not connected, or the line is all white space,
    /// which no node answers.
    [[nodiscard]] bool send(const QByteArray& line);

    [[nodiscard]] bool connected() const;
    [[nodiscard]] const NodeAddress& node() const { return node_; }

  Q_SIGNALS:
    /// `reason` is empty while connected.
    void stateChanged(bool connected, const QString& reason);
    /// `answer`: with its line ends. `elapsedUs`: since the line was handed to the socket.
    void answered(const QByteArray& command, const QByteArray& answer, qint64 elapsedUs);
    /// The connection ended, or too much time or text passed, before the answer was whole.
    void unanswered(const QByteArray& command, const QString& reason);

  private:
    struct Pending {
        QByteArray command;
        QElapsedTimer since;
    };

    void dial();
    void onConnected();
    void onReadyRead();
    void onClosed();
    void onDeadline();
    [[nodiscard]] qsizetype answerLength(const QByteArray& command) const;
    void giveUp(const QString& reason);

    NodeAddress node_;
    QTcpSocket socket_;
    QTimer redial_;
    QTimer deadline_;
    QByteArray received_;
    QQueue<Pending> pending_;
};

}  // namespace herd
