// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/config.h"
#include "server/net/sessiongroup.h"
#include "server/net/turntakingclients.h"
#include "server/tcp/eventloopthread.h"
#include "server/tcp/mailbox.h"
#include "server/tcp/turnlock.h"

namespace herd {

/// Threads for client sessions beside the listener's, each with a SessionGroup. The service is
/// called from all of them, by the thread whose turn it is; the listener's thread, which makes and
/// destroys this, has the turn whenever it is not in its dispatcher's wait. Owned by the listener.
class SessionThreads {
  public:
    struct Settings {
        std::int64_t count = 2;
        std::chrono::microseconds spin{0};  ///< of each thread's dispatcher
        TurnLock& turns;
    };

    /// `onEnded`: a session with a client at this address is over; on the listener's thread, from
    /// its event loop.
    SessionThreads(ClientService& service, const Limits& limits, const Settings& settings,
                   std::function<void(const QHostAddress&)> onEnded);
    SessionThreads(const SessionThreads&) = delete;
    SessionThreads& operator=(const SessionThreads&) = delete;
    /// Ends what is left, each session on its thread, and waits for that without the turn.
    ~SessionThreads();

    /// On the thread that has the fewest.
    void open(const ClientConnection& connection);

    /// Each session ends when its answers are written.
    void finish();

  private:
    struct Member {
        std::int64_t sessions = 0;            ///< the listener's
        std::unique_ptr<SessionGroup> group;  ///< the thread's
        std::unique_ptr<EventLoopThread> thread;
    };

    void makeGroup(Member& member, const Limits& limits);
    void onEnded(Member& member, const QHostAddress& address);

    TurnTakingClients service_;
    TurnLock& turns_;
    std::function<void(const QHostAddress&)> onEnded_;
    std::shared_ptr<Mailbox> mailbox_;  ///< of the listener's thread
    std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace herd
