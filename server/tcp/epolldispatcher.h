// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractEventDispatcher>
#include <atomic>
#include <chrono>

#include "server/tcp/notifierset.h"
#include "server/tcp/roundtasks.h"
#include "server/tcp/timerschedule.h"
#include "server/tcp/turnlock.h"

namespace herd {

/// An event dispatcher on epoll(7): a round costs what is ready, not what is open, where Qt's own
/// passes every descriptor to poll(2) each time. Does all that QAbstractEventDispatcher asks for,
/// as Qt's does, and four things more: a connected socket that begins to write is tried once at
/// the end of the round before epoll is asked for it; other tasks can be left to the end of the
/// round; before it sleeps it can look for events for a while; and where threads share something,
/// it can have the turn whenever it does not wait. For any thread; owned by that from
/// setEventDispatcher() on.
///
/// A descriptor closed while a notifier of it is enabled is forgotten without the warning that Qt's
/// gives: epoll does not tell.
class EpollDispatcher : public QAbstractEventDispatcher {
    Q_OBJECT

  public:
    explicit EpollDispatcher(QObject* parent = nullptr);
    ~EpollDispatcher() override;

    /// The calling thread's; null when that is of another kind.
    [[nodiscard]] static EpollDispatcher* ofThread();

    /// How long to look for events before sleeping: less latency for more processor time.
    void setSpin(std::chrono::microseconds spin) { spin_ = spin; }

    /// The thread, which has the turn now, gives it away while it waits for events, and once a
    /// round when others want it: all that it calls has the turn. Null, as at first: nothing is
    /// shared.
    void setTurns(TurnLock* turns) { turns_ = turns; }

    /// For who closes a descriptor together with its notifiers: saves a system call.
    void expectClose(int descriptor) { notifiers_.expectClose(descriptor); }

    /// Done after the reads of each round.
    [[nodiscard]] RoundTasks& roundTasks() { return roundTasks_; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier* notifier) override;
    void unregisterSocketNotifier(QSocketNotifier* notifier) override;
    void registerTimer(int timerId, qint64 intervalMs, Qt::TimerType timerType,
                       QObject* object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject* object) override;
    [[nodiscard]] QList<TimerInfo> registeredTimers(QObject* object) const override;
    int remainingTime(int timerId) override;
    void wakeUp() override;
    void interrupt() override;
    void startingUp() override;

  private:
    [[nodiscard]] bool isOwnThread() const;
    [[nodiscard]] bool mayCall(const char* what) const;
    [[nodiscard]] int timeoutMs(bool withTimers) const;
    int serveSockets(int timeoutMs);
    int awaitWakeUp(int timeoutMs);
    [[nodiscard]] TurnLock* turnsToPause(int timeoutMs);
    void wait(NotifierSet::Ready& ready, int timeoutMs);
    void takeWakeUp();

    int wakeUps_;  ///< an eventfd
    NotifierSet notifiers_;
    TimerSchedule timers_;
    RoundTasks roundTasks_;
    std::chrono::microseconds spin_{0};
    TurnLock* turns_ = nullptr;
    std::atomic<Qt::HANDLE> ownThread_{nullptr};  ///< null until it is known
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> wakeUpSent_{false};  ///< by another thread, through the eventfd
    bool wakeUpNoted_ = false;             ///< by the own thread
};

}  // namespace herd
