// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/timerschedule.h"

#include <QCoreApplication>
#include <QTimerEvent>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace herd {

namespace {

constexpr qint64 millisecond = 1'000'000;
constexpr qint64 second = 1'000 * millisecond;

/// Below, 5 % is less than a millisecond; above, it is more than a second.
constexpr int coarseMsMin = 21;
constexpr int coarseMsMax = 19'999;

qint64 rounded(qint64 timeNs, qint64 unit) {
    return (timeNs + unit / 2) / unit * unit;
}

/// The roundest time within 5 % of the interval: timers of many lengths then meet at few times, and
/// the thread wakes up for all of them at once.
qint64 coarsened(qint64 dueNs, qint64 intervalNs) {
    constexpr std::array<qint64, 9> unitsMs{1'000, 500, 250, 200, 100, 50, 25, 4, 2};
    for (const qint64 unitMs : unitsMs) {
        const qint64 timeNs = rounded(dueNs, unitMs * millisecond);
        if (std::abs(timeNs - dueNs) <= intervalNs / 20) {
            return timeNs;
        }
    }
    return dueNs;
}

}  // namespace

TimerSchedule::Timer TimerSchedule::made(const TimerInfo& timer, QObject* object, qint64 nowNs) {
    Timer result;
    result.object = object;
    result.periodNs = timer.interval * millisecond;
    result.dueNs = nowNs + result.periodNs;
    if (timer.timerType == Qt::PreciseTimer || timer.interval == 0 ||
        (timer.timerType == Qt::CoarseTimer && timer.interval < coarseMsMin)) {
        result.type = Qt::PreciseTimer;
    } else if (timer.timerType == Qt::CoarseTimer && timer.interval <= coarseMsMax) {
        result.type = Qt::CoarseTimer;
        result.dueNs = coarsened(result.dueNs, result.periodNs);
    } else {
        result.type = Qt::VeryCoarseTimer;
        result.periodNs = std::max(rounded(result.periodNs, second), second);
        result.dueNs = rounded(nowNs, second) + result.periodNs;
    }
    return result;
}

/// From one due time to the next, so that no delay adds up; what was missed altogether is left out.
qint64 TimerSchedule::nextDueNs(const Timer& timer, qint64 nowNs) {
    qint64 dueNs = timer.dueNs + timer.periodNs;
    if (timer.type == Qt::VeryCoarseTimer) {
        return dueNs > nowNs ? dueNs : nowNs / second * second + timer.periodNs;
    }
    if (dueNs < nowNs) {
        dueNs = nowNs + timer.periodNs;
    }
    if (timer.type == Qt::CoarseTimer) {
        dueNs = coarsened(dueNs, timer.periodNs);
        if (dueNs < nowNs) {
            dueNs += timer.periodNs;
        }
    }
    return dueNs;
}

void TimerSchedule::add(const TimerInfo& timer, QObject* object, qint64 nowNs) {
    remove(timer.timerId);
    Timer& added = timers_[timer.timerId];
    added = made(timer, object, nowNs);
    added.order = ++lastOrder_;
    added.number = added.order;
    places_.insert({added.dueNs, added.order, timer.timerId});
    byObject_.emplace(object, timer.timerId);
}

bool TimerSchedule::remove(int id) {
    const auto found = timers_.find(id);
    if (found == timers_.end()) {
        return false;
    }
    const Timer& timer = found->second;
    places_.erase({timer.dueNs, timer.order, id});
    byObject_.erase({timer.object, id});
    timers_.erase(found);
    return true;
}

bool TimerSchedule::removeAll(const QObject* object) {
    bool any = false;
    for (;;) {
        const auto found = byObject_.lower_bound({object, std::numeric_limits<int>::min()});
        if (found == byObject_.end() || found->first != object) {
            return any;
        }
        any = remove(found->second);
    }
}

QList<TimerSchedule::TimerInfo> TimerSchedule::timersOf(const QObject* object) const {
    std::set<Place> places;
    for (auto found = byObject_.lower_bound({object, std::numeric_limits<int>::min()});
         found != byObject_.end() && found->first == object; ++found) {
        const Timer& timer = timers_.at(found->second);
        places.insert({timer.dueNs, timer.order, found->second});
    }
    QList<TimerInfo> result;
    for (const Place& place : places) {
        const Timer& timer = timers_.at(place.id);
        result.append(
            TimerInfo(place.id, static_cast<int>(timer.periodNs / millisecond), timer.type));
    }
    return result;
}

std::optional<qint64> TimerSchedule::dueNs(int id) const {
    const auto found = timers_.find(id);
    return found == timers_.end() ? std::nullopt : std::optional(found->second.dueNs);
}

std::optional<qint64> TimerSchedule::nextDueNs() const {
    const auto found = std::find_if(places_.begin(), places_.end(), [this](const Place& place) {
        return !timers_.at(place.id).delivering;
    });
    return found == places_.end() ? std::nullopt : std::optional(found->dueNs);
}

int TimerSchedule::activate(qint64 nowNs) {
    // What a receiver starts, and what comes round again, has a higher number and waits for the
    // next time, so that timers of interval 0 leave room for everything else.
    const quint64 last = lastOrder_;
    int count = 0;
    while (!places_.empty()) {
        const Place first = *places_.begin();
        if (first.dueNs > nowNs || first.order > last) {
            break;
        }
        Timer& timer = timers_.at(first.id);
        count += timer.periodNs > 0 ? 1 : 0;
        auto place = places_.extract(places_.begin());
        timer.dueNs = nextDueNs(timer, nowNs);
        timer.order = ++lastOrder_;
        place.value() = {timer.dueNs, timer.order, first.id};
        places_.insert(std::move(place));
        if (!timer.delivering) {
            deliver(first.id, timer);
        }
    }
    return count;
}

void TimerSchedule::deliver(int id, Timer& timer) {
    const quint64 number = timer.number;
    timer.delivering = true;
    QTimerEvent event(id);
    QCoreApplication::sendEvent(timer.object, &event);
    const auto found = timers_.find(id);
    if (found != timers_.end() && found->second.number == number) {
        found->second.delivering = false;
    }
}

}  // namespace herd
