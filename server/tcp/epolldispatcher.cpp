// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/epolldispatcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QThread>
#include <QtDebug>
#include <algorithm>
#include <limits>
#include <utility>

#include "common/check.h"

namespace herd {

namespace {

using SteadyClock = std::chrono::steady_clock;

qint64 nowNs() {
    return std::chrono::nanoseconds(SteadyClock::now().time_since_epoch()).count();
}

/// Whole milliseconds that are not less than the rest of the time, 0 when it is over.
int remainingMs(qint64 dueNs, qint64 atNs) {
    constexpr qint64 nsPerMs = 1'000'000;
    const qint64 restMs = dueNs <= atNs ? 0 : (dueNs - atNs + nsPerMs - 1) / nsPerMs;
    return static_cast<int>(std::min<qint64>(restMs, std::numeric_limits<int>::max()));
}

int openEventCounter() {
    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    HERD_CHECK(descriptor >= 0);
    return descriptor;
}

}  // namespace

EpollDispatcher::EpollDispatcher(QObject* parent)
    : QAbstractEventDispatcher(parent), wakeUps_(openEventCounter()), notifiers_(wakeUps_) {}

EpollDispatcher::~EpollDispatcher() {
    ::close(wakeUps_);
}

EpollDispatcher* EpollDispatcher::ofThread() {
    return qobject_cast<EpollDispatcher*>(QAbstractEventDispatcher::instance());
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags) {
    startingUp();
    interrupted_.store(false, std::memory_order_relaxed);
    Q_EMIT awake();
    bool wokenUp = std::exchange(wakeUpNoted_, false);
    // Posted events that are left, or come up meanwhile, note a wake-up.
    QCoreApplication::sendPostedEvents();
    const bool withSockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool withTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const bool mayBlock = flags.testFlag(QEventLoop::WaitForMoreEvents) && !wakeUpNoted_ &&
                          !interrupted_.load(std::memory_order_relaxed);
    if (mayBlock) {
        Q_EMIT aboutToBlock();
    }
    if (interrupted_.load(std::memory_order_relaxed)) {
        return false;
    }
    // An exec() comes back until exit() interrupts it: what woke it up before is done.
    wokenUp = wokenUp && !flags.testFlag(QEventLoop::EventLoopExec);
    wokenUp = std::exchange(wakeUpNoted_, false) || wokenUp;
    const bool atOnce =
        !mayBlock || wokenUp || !roundTasks_.empty() || (withSockets && notifiers_.isReady());
    const int limitMs = atOnce ? 0 : timeoutMs(withTimers);
    int count = wokenUp ? 1 : 0;
    count += withSockets ? serveSockets(limitMs) : awaitWakeUp(limitMs);
    if (withTimers && !timers_.empty()) {
        count += timers_.activate(nowNs());
    }
    count += roundTasks_.run();
    count += withSockets ? notifiers_.tryWrites() : 0;
    return count > 0;
}

/// Until the next timer is due; -1 for no limit.
int EpollDispatcher::timeoutMs(bool withTimers) const {
    const std::optional<qint64> dueNs = withTimers ? timers_.nextDueNs() : std::nullopt;
    return dueNs ? remainingMs(*dueNs, nowNs()) : -1;
}

int EpollDispatcher::serveSockets(int timeoutMs) {
    NotifierSet::Ready ready;
    wait(ready, timeoutMs);
    if (ready.wakeUp) {
        takeWakeUp();
    }
    return notifiers_.tell(ready) + (ready.wakeUp ? 1 : 0);
}

/// What to give away for a wait, if it is one.
TurnLock* EpollDispatcher::turnsToPause(int timeoutMs) {
    if (turns_ != nullptr && timeoutMs == 0) {
        turns_->giveWay();
        return nullptr;
    }
    return turns_;
}

void EpollDispatcher::wait(NotifierSet::Ready& ready, int timeoutMs) {
    const TurnLock::Pause pause(turnsToPause(timeoutMs));
    if (spin_.count() > 0 && timeoutMs != 0) {
        const SteadyClock::time_point start = SteadyClock::now();
        const SteadyClock::duration most =
            timeoutMs < 0
                ? SteadyClock::duration(spin_)
                : std::min<SteadyClock::duration>(spin_, std::chrono::milliseconds(timeoutMs));
        do {
            notifiers_.wait(ready, 0);
            if (ready.count > 0) {
                return;
            }
        } while (SteadyClock::now() - start < most);
        if (timeoutMs > 0) {
            timeoutMs -= static_cast<int>(
                std::chrono::duration_cast<std::chrono::milliseconds>(most).count());
        }
    }
    notifiers_.wait(ready, timeoutMs);
}

/// epoll cannot leave the sockets out, so this waits for the eventfd alone.
int EpollDispatcher::awaitWakeUp(int timeoutMs) {
    pollfd wakeUps{wakeUps_, POLLIN, 0};
    {
        const TurnLock::Pause pause(turnsToPause(timeoutMs));
        if (::poll(&wakeUps, 1, timeoutMs) <= 0) {
            return 0;
        }
    }
    takeWakeUp();
    return 1;
}

void EpollDispatcher::takeWakeUp() {
    eventfd_t count = 0;
    ::eventfd_read(wakeUps_, &count);
    // After the read: else the read could take the next wake-up, too, while this says it is sent.
    wakeUpSent_.exchange(false, std::memory_order_acq_rel);
}

void EpollDispatcher::wakeUp() {
    if (QThread::currentThreadId() == ownThread_.load(std::memory_order_relaxed)) {
        wakeUpNoted_ = true;  // this thread does not sleep, so that no system call is needed
    } else if (!wakeUpSent_.exchange(true, std::memory_order_acq_rel)) {
        ::eventfd_write(wakeUps_, 1);
    }
}

void EpollDispatcher::interrupt() {
    interrupted_.store(true, std::memory_order_relaxed);
    wakeUp();
}

void EpollDispatcher::startingUp() {
    ownThread_.store(QThread::currentThreadId(), std::memory_order_relaxed);
}

bool EpollDispatcher::isOwnThread() const {
    return QThread::currentThreadId() == ownThread_.load(std::memory_order_relaxed) ||
           QThread::currentThread() == thread();
}

bool EpollDispatcher::mayCall(const char* what) const {
    if (isOwnThread()) {
        return true;
    }
    qWarning("EpollDispatcher: %s from another thread", what);
    return false;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier* notifier) {
    if (mayCall("socket notifiers cannot be enabled")) {
        notifiers_.add(notifier);
    }
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier* notifier) {
    if (mayCall("socket notifiers cannot be disabled")) {
        notifiers_.remove(notifier);
    }
}

void EpollDispatcher::registerTimer(int timerId, qint64 intervalMs, Qt::TimerType timerType,
                                    QObject* object) {
    if (timerId < 1 || intervalMs < 0 || object == nullptr) {
        qWarning("EpollDispatcher: a timer needs an id, an interval and a receiver");
    } else if (mayCall("timers cannot be started")) {
        const int interval =
            static_cast<int>(std::min<qint64>(intervalMs, std::numeric_limits<int>::max()));
        timers_.add(TimerInfo(timerId, interval, timerType), object, nowNs());
    }
}

bool EpollDispatcher::unregisterTimer(int timerId) {
    return mayCall("timers cannot be stopped") && timers_.remove(timerId);
}

bool EpollDispatcher::unregisterTimers(QObject* object) {
    return object != nullptr && mayCall("timers cannot be stopped") && timers_.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(
    QObject* object) const {
    return timers_.timersOf(object);
}

int EpollDispatcher::remainingTime(int timerId) {
    const std::optional<qint64> dueNs = timers_.dueNs(timerId);
    return dueNs ? remainingMs(*dueNs, nowNs()) : -1;
}

}  // namespace herd
