// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QHostAddress>
#include <QObject>
#include <QTimer>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "common/config.h"
#include "server/net/answerrooms.h"
#include "server/net/clientservice.h"
#include "server/net/clientsession.h"
#include "server/net/deadlinewheel.h"
#include "server/tcp/mailbox.h"

namespace herd {

/// A connection that was taken in and is to become a session.
struct ClientConnection {
    int descriptor = -1;
    ClientPeer peer;
    QHostAddress address;
};

/// The client sessions that one thread serves, and what they share there: deadlines, the time,
/// memory for answers. A session that ended serves the next connection when that comes within a
/// tick, so that short connections cost little; then it goes. Which connections there may be is the
/// listener's business. Owned by the listener or, on another thread, by its SessionThreads; lives
/// on the thread that made it. The service must outlive it.
class SessionGroup : public QObject {
    Q_OBJECT

  public:
    static constexpr std::size_t spareMax = 64;

    /// `mailbox`: of the thread, when answers may come from other threads; null when all are given
    /// on this one.
    SessionGroup(ClientService& service, const Limits& limits, std::shared_ptr<Mailbox> mailbox,
                 QObject* parent = nullptr);
    ~SessionGroup() override;

    void open(ClientConnection connection);

    /// Each session ends when its answers are written.
    void finish();

  Q_SIGNALS:
    /// A session with a client at this address is over; from the event loop.
    void ended(const QHostAddress& address);

  private:
    void onEnded(ClientSession* session);
    void onTick();
    [[nodiscard]] ClientSession* unusedSession();

    const Limits limits_;
    std::shared_ptr<Mailbox> mailbox_;
    QElapsedTimer time_;
    DeadlineWheel wheel_;
    AnswerRooms rooms_;
    QTimer tick_;  ///< drives the wheel and clears up while there are sessions, spare ones too
    const ClientSession::Shared shared_;
    std::unordered_map<ClientSession*, QHostAddress> sessions_;  ///< and their clients' addresses
    std::vector<ClientSession*> spare_;                          ///< ended since the last tick
};

}  // namespace herd
