// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "common/lineframer.h"
#include "console/adminevent.h"

namespace herd {

/// The thread in which all admin connections of the program live, so that neither a large table nor
/// a hostile node holds up the window. Runs while somebody holds it.
[[nodiscard]] std::shared_ptr<QThread> adminThread();

/// Steady nanoseconds, comparable between threads.
[[nodiscard]] qint64 steadyNs();

/// One attempt after another at an admin connection: greets, asks for the status every half second,
/// reads lines into events. What it has read and its listener has not taken is bounded: beyond that
/// it stops reading, so that the node finds its stream full. Lives in adminThread(); everything but
/// the constructor and heardNs() is called there. Owned by its NodeClient.
class AdminConnection : public QObject {
    Q_OBJECT

  public:
    static constexpr int dialMsMax = 3'000;
    static constexpr int helloMsMax = 3'000;
    static constexpr int statusMs = 500;
    /// Without a whole line; then the connection is given up.
    static constexpr int silenceMsMax = 10'000;
    /// Read and not taken yet; then nothing more is read.
    static constexpr qint64 untakenBytesMax = 1'048'576;
    /// Read in one turn, and stamps in one list of events.
    static constexpr qint64 turnBytesMax = 131'072;
    static constexpr std::size_t turnStampsMax = 2'000;
    /// The ids of requests that the connection makes itself; others use greater ones.
    static constexpr std::int64_t helloId = 1;
    static constexpr std::int64_t statusId = 2;

    AdminConnection();
    ~AdminConnection() override;

    /// Gives up what was before. Every signal from now on carries this number. `token`: empty when
    /// the port needs none.
    void open(int attempt, const QString& host, quint16 port, const QByteArray& token);
    /// A request line with its LF; nothing happens when not connected.
    void send(const QByteArray& line);
    void close();
    /// The listener is done with that many bytes.
    void take(qint64 bytes);

    /// When the node was last heard, in any thread.
    [[nodiscard]] qint64 heardNs() const { return heardNs_; }

  Q_SIGNALS:
    /// `bytes`: to be given to take() afterwards.
    void received(int attempt, const std::shared_ptr<std::vector<herd::AdminEvent>>& events,
                  qint64 bytes, qint64 atNs);
    /// The connection did not come about, or ended.
    void closed(int attempt, const QString& reason);

  private:
    void onConnected();
    void onReadyRead();
    void onSocketClosed();
    void onTick();
    void readTurn();
    [[nodiscard]] bool readLines(std::string_view chunk, qint64 atNs);
    [[nodiscard]] bool readEvent(AdminEvent event, qint64 atNs);
    void deliver(qint64 bytes, qint64 atNs);
    void fail(const QString& reason);

    QTcpSocket socket_{this};
    QTimer deadline_{this};
    QTimer tick_{this};
    std::optional<LineFramer> framer_;
    std::shared_ptr<std::vector<AdminEvent>> events_;
    std::size_t eventStamps_ = 0;
    int attempt_ = 0;
    QByteArray token_;
    qint64 untakenBytes_ = 0;
    qint64 statusAskedNs_ = 0;  ///< 0: no status is on its way
    bool isOpen_ = false;
    bool isTurnQueued_ = false;
    std::atomic<qint64> heardNs_ = 0;
};

}  // namespace herd
