// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpSocket>
#include <QTimer>
#include <array>
#include <chrono>
#include <deque>

#include "tests/support/faultynet.h"

namespace herd {

/// One connection through a FaultyNet, which owns it and says what is wrong with the net. Goes
/// away by itself when both ends are closed.
class FaultyConnection : public QObject {
    Q_OBJECT

  public:
    FaultyConnection(FaultyNet& net, QTcpSocket* dialler, quint16 target);

    void inject(FaultyNet::Way way, const QByteArray& bytes);

  private:
    using Way = FaultyNet::Way;
    using Clock = std::chrono::steady_clock;

    struct Piece {
        Clock::time_point due;
        QByteArray bytes;
    };
    /// One of the two directions.
    struct Pipe {
        QTcpSocket* from = nullptr;
        QTcpSocket* to = nullptr;
        std::deque<Piece> underWay;
        double budgetBytes = 0;  ///< while there is a limit
        Clock::time_point budgetSince = Clock::now();
        QByteArray last;  ///< what was carried last: a text to cut in may come in two pieces
    };

    static constexpr int bufferBytes = 64 * 1024;
    static constexpr int turnMs = 10;

    Pipe& at(Way way) { return pipes_[static_cast<std::size_t>(way)]; }
    void prepare(QTcpSocket* socket, Way way);
    void move();
    void take(Way way);
    void deliver(Way way);
    void passEndOn(Way way);
    bool cutsIn(Way way, QByteArray& bytes);
    void reset();

    FaultyNet& net_;
    std::array<Pipe, 2> pipes_;
    QTimer turn_;  ///< while something waits for its time
};

}  // namespace herd
