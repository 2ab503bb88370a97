// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractEventDispatcher>
#include <QList>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace herd {

/// The timers of one event dispatcher, with Qt's meaning of the three kinds: precise ones are due
/// to the millisecond, coarse ones at a round time within 5 % of their interval, very coarse ones
/// at a whole second. Each operation takes logarithmic time, however many there are; a list in
/// order of time, which Qt has, takes linear time. All times are nanoseconds of one clock that
/// never goes back. Owned by the dispatcher, which asks and tells it from its own thread only.
class TimerSchedule {
  public:
    using TimerInfo = QAbstractEventDispatcher::TimerInfo;

    /// A timer that is there already is replaced.
    void add(const TimerInfo& timer, QObject* object, qint64 nowNs);
    /// Both say whether there was one. Allowed while a timer's event is delivered, also its own.
    bool remove(int id);
    bool removeAll(const QObject* object);

    /// As they are kept: a coarse timer too short or too long for rounding counts as another kind.
    /// In the order in which they are due.
    [[nodiscard]] QList<TimerInfo> timersOf(const QObject* object) const;

    [[nodiscard]] std::optional<qint64> dueNs(int id) const;

    /// The earliest one that is not being delivered further up the stack.
    [[nodiscard]] std::optional<qint64> nextDueNs() const;

    [[nodiscard]] bool empty() const { return timers_.empty(); }

    /// Delivers a QTimerEvent for each timer that is due, once, whatever the receivers do to the
    /// schedule. A timer is not delivered again within its own event. Returns how many were due,
    /// without those of interval 0, which always are.
    int activate(qint64 nowNs);

  private:
    struct Timer {
        QObject* object = nullptr;
        qint64 periodNs = 0;
        Qt::TimerType type = Qt::PreciseTimer;
        qint64 dueNs = 0;
        quint64 order = 0;   ///< among those due at the same time
        quint64 number = 0;  ///< tells it from a later one with the same id
        bool delivering = false;
    };
    struct Place {
        qint64 dueNs = 0;
        quint64 order = 0;
        int id = 0;

        bool operator<(const Place& other) const {
            return dueNs != other.dueNs ? dueNs < other.dueNs : order < other.order;
        }
    };

    static Timer made(const TimerInfo& timer, QObject* object, qint64 nowNs);
    static qint64 nextDueNs(const Timer& timer, qint64 nowNs);
    void deliver(int id, Timer& timer);

    std::unordered_map<int, Timer> timers_;
    std::set<Place> places_;                             ///< in the order of time
    std::set<std::pair<const QObject*, int>> byObject_;  ///< ids
    quint64 lastOrder_ = 0;
};

}  // namespace herd
