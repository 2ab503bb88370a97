// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTcpServer>
#include <array>
#include <chrono>
#include <cstddef>

namespace herd {

/// What a FaultyProxy does, in the proxy's own thread: takes connections at a port of 127.0.0.1,
/// and holds the faults that its FaultyConnections look at. Owned by the proxy's thread.
class FaultyNet : public QObject {
    Q_OBJECT

  public:
    enum class Way { forth, back };  ///< from the dialler to the acceptor, and the other way

    struct Fault {
        bool silent = false;
        std::chrono::milliseconds delay{0};
        int bytesPerSecond = 0;
        QByteArray cutText;
        qint64 carried = 0;
    };

    FaultyNet();
    ~FaultyNet() override;

    quint16 port() const { return port_; }
    int connectionCount() const { return connectionCount_; }
    Fault& at(Way way) { return faults_[static_cast<std::size_t>(way)]; }

    void setTarget(quint16 port) { target_ = port; }
    void setHangingUp(bool hangsUp) { hangsUp_ = hangsUp; }
    void inject(Way way, const QByteArray& bytes);
    void setOpen(bool open);

  Q_SIGNALS:
    /// Some fault began or ended.
    void changed();
    void cutAll();
    void wasCut();

  private:
    void onConnection();

    QTcpServer server_;
    quint16 port_ = 0;
    quint16 target_ = 0;
    bool hangsUp_ = false;
    std::array<Fault, 2> faults_;
    int connectionCount_ = 0;
};

}  // namespace herd
