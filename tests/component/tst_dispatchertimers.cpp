// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "server/tcp/timerschedule.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(herd::Scenario)

namespace {

constexpr qint64 nsPerMs = 1'000'000;

/// Tells the story the names of its timers.
class Teller : public QObject {
  public:
    explicit Teller(Story& story) : story_(story) {}

    int start(
        const char* name, int ms, std::function<void()> then = [] {},
        Qt::TimerType type = Qt::PreciseTimer) {
        const int id = startTimer(ms, type);
        timers_[id] = {name, std::move(then)};
        return id;
    }

    void timerEvent(QTimerEvent* event) override {
        const auto [name, then] = timers_.at(event->timerId());
        story_.append(name);
        then();
    }

  private:
    Story& story_;
    std::map<int, std::pair<const char*, std::function<void()>>> timers_;
};

/// Keeps the thread busy, so that timers become due meanwhile.
void passTime(std::chrono::milliseconds time) {
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.nsecsElapsed() <= std::chrono::nanoseconds(time).count()) {
    }
}

void zeroOnceARound(Story& story) {
    Teller teller(story);
    teller.start("zero", 0);
    serveTimes(3);
}

void inOrderOfTime(Story& story) {
    Teller teller(story);
    teller.start("late", 6);
    teller.start("soon", 2);
    teller.start("same, first", 4);
    teller.start("same, second", 4);
    passTime(7ms);
    serveTimes(1);
}

void oncePerRound(Story& story) {
    Teller teller(story);
    teller.start("two", 2);
    passTime(9ms);  // what was missed is left out
    serveTimes(1);
    serveTimes(1);
    passTime(3ms);
    story.append("later");
    serveTimes(1);
}

void killedByItself(Story& story) {
    Teller teller(story);
    int id = 0;
    id = teller.start("timer", 0, [&] { teller.killTimer(id); });
    serveTimes(3);
}

void killedByAnother(Story& story) {
    Teller teller(story);
    int second = 0;
    teller.start("first", 1, [&] { teller.killTimer(second); });
    second = teller.start("second", 2);
    passTime(3ms);
    serveTimes(1);
}

void receiverDeletedByItself(Story& story) {
    auto teller = std::make_unique<Teller>(story);
    teller->start("timer", 0, [&] { teller.reset(); });
    serveTimes(3);
}

void receiverDeletedByAnother(Story& story) {
    Teller teller(story);
    auto other = std::make_unique<Teller>(story);
    teller.start("first", 1, [&] { other.reset(); });
    other->start("second", 2);
    other->start("third", 2);
    passTime(3ms);
    serveTimes(1);
}

void startedByAnother(Story& story) {
    Teller teller(story);
    bool started = false;
    teller.start("first", 0, [&] {
        if (!std::exchange(started, true)) {
            teller.start("second", 0);
        }
    });
    serveTimes(1);
    story.append("next round");
    serveTimes(1);
}

void restartedByItself(Story& story) {
    QTimer timer;
    int count = 0;
    timer.callOnTimeout(&timer, [&] {
        story.append("timer");
        timer.start(++count == 1 ? 0 : 3'600'000);
    });
    timer.start(0);
    serveTimes(4);
    story.append(timer.remainingTime() > 3'000'000 ? "far" : "near");
}

void notWithinItself(Story& story) {
    Teller teller(story);
    bool nested = false;
    teller.start("first", 0, [&] {
        if (!std::exchange(nested, true)) {
            teller.start("second", 0);
            serveTimes(2);
            story.append("back");
        }
    });
    serveTimes(2);
}

/// Killed and started again within its own event, and the loop served there too.
void reusedWithinItself(Story& story) {
    Teller teller(story);
    int id = 0;
    bool nested = false;
    id = teller.start("first", 0, [&] {
        if (!std::exchange(nested, true)) {
            teller.killTimer(id);
            teller.start("second", 0);
            serveTimes(1);
            story.append("back");
        }
    });
    serveTimes(2);
}

void excluded(Story& story) {
    Teller teller(story);
    teller.start("zero", 0);
    serveTimes(2, QEventLoop::X11ExcludeTimers);
    story.append("included");
    serveTimes(1);
}

/// Excluded timers do not end a wait, either.
void excludedWhileWaiting(Story& story) {
    serveTimes(2);
    Teller teller(story);
    teller.start("timer", 1);
    auto* const own = QAbstractEventDispatcher::instance();
    QElapsedTimer elapsed;
    elapsed.start();
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        passTime(20ms);
        own->wakeUp();
    }));
    thread->start();
    own->processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::X11ExcludeTimers);
    story.append(elapsed.elapsed() >= 20 ? "waited" : "did not wait");
    thread->wait();
}

void kindsAsKept(Story& story) {
    QObject object;
    for (const Qt::TimerType type : {Qt::PreciseTimer, Qt::CoarseTimer, Qt::VeryCoarseTimer}) {
        for (const int ms : {1, 20, 21, 2'000, 19'999, 20'000, 20'499, 20'500, 100'000}) {
            const int id = object.startTimer(ms, type);
            for (const auto& timer :
                 QAbstractEventDispatcher::instance()->registeredTimers(&object)) {
                if (type == Qt::VeryCoarseTimer && ms < 500) {
                    continue;  // Qt turns those into timers that are always due
                }
                story.append(QByteArray::number(timer.interval) + " ms " +
                             QByteArray::number(timer.timerType));
            }
            object.killTimer(id);
        }
    }
}

const Story keptKinds{"1 ms 0",     "20 ms 0",    "21 ms 0",     "2000 ms 0",   "19999 ms 0",
                      "20000 ms 0", "20499 ms 0", "20500 ms 0",  "100000 ms 0", "1 ms 0",
                      "20 ms 0",    "21 ms 1",    "2000 ms 1",   "19999 ms 1",  "20000 ms 2",
                      "20000 ms 2", "21000 ms 2", "100000 ms 2", "2000 ms 2",   "20000 ms 2",
                      "20000 ms 2", "20000 ms 2", "21000 ms 2",  "100000 ms 2"};

void listedInOrderOfTime(Story& story) {
    QObject object;
    QObject other;
    std::map<int, QByteArray> names;
    names[object.startTimer(30'000, Qt::PreciseTimer)] = "late";
    names[object.startTimer(10'000, Qt::PreciseTimer)] = "soon";
    names[object.startTimer(60'000, Qt::VeryCoarseTimer)] = "last";
    names[object.startTimer(20'000, Qt::PreciseTimer)] = "between";
    names[other.startTimer(20'000, Qt::PreciseTimer)] = "not its own";
    for (const auto& timer : QAbstractEventDispatcher::instance()->registeredTimers(&object)) {
        story.append(names.at(timer.timerId));
    }
}

void remainingTime(Story& story) {
    auto* const own = QAbstractEventDispatcher::instance();
    QObject object;
    const int id = object.startTimer(5'000, Qt::PreciseTimer);
    const int ms = own->remainingTime(id);
    story.append(ms > 4'900 && ms <= 5'001 ? "about five seconds" : QByteArray::number(ms));
    const int due = object.startTimer(1, Qt::PreciseTimer);
    passTime(3ms);
    story.append(QByteArray::number(own->remainingTime(due)));
    object.killTimer(id);
    story.append(QByteArray::number(own->remainingTime(id)));
    story.removeAll("warning");  // which only a debug build of Qt gives
}

void unregistering(Story& story) {
    auto* const own = QAbstractEventDispatcher::instance();
    QObject object;
    const int id = object.startTimer(5'000);
    object.startTimer(5'000);
    story.append(own->unregisterTimer(id) ? "yes" : "no");
    story.append(own->unregisterTimer(id) ? "yes" : "no");
    story.append(own->unregisterTimers(&object) ? "yes" : "no");
    story.append(own->registeredTimers(&object).isEmpty() ? "none" : "some");
}

void movedToAnotherThread(Story& story) {
    auto* const teller = new Teller(story);
    QThread other;
    teller->start("timer", 0, [&other] { other.quit(); });
    teller->moveToThread(&other);
    serveTimes(2);
    story.append("moved");
    QObject::connect(&other, &QThread::finished, teller, &QObject::deleteLater);
    other.start();
    other.wait();
    story.append("stopped");
    while (story.count("timer") > 1) {
        story.removeOne("timer");
    }
}

void neverEarly(Story& story) {
    QEventLoop loop;
    for (const int ms : {1, 3, 7, 20}) {
        QElapsedTimer elapsed;
        elapsed.start();
        QTimer::singleShot(ms, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec();
        if (elapsed.nsecsElapsed() < ms * nsPerMs) {
            story.append("early: " + QByteArray::number(ms));
        }
    }
}

struct Row {
    const char* name;
    Scenario scenario;
    Story expected;
};

}  // namespace

/// Timers: as with Qt's own dispatcher, and for as many as there are.
class DispatcherTimersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qInstallMessageHandler(tellWarning); }
    void sameAsQt_data();
    void sameAsQt();
    void coarseWithinFivePercent();
    void coarseMeet();
    void veryCoarseAtWholeSeconds_data();
    void veryCoarseAtWholeSeconds();
    void anyNumber();
};

void DispatcherTimersTest::sameAsQt_data() {
    QTest::addColumn<Scenario>("scenario");
    QTest::addColumn<QByteArrayList>("expected");
    const std::vector<Row> rows{
        {"zero, once a round", zeroOnceARound, {"zero", "zero", "zero"}},
        {"in order of time", inOrderOfTime, {"soon", "same, first", "same, second", "late"}},
        {"once per round", oncePerRound, {"two", "later", "two"}},
        {"killed by itself", killedByItself, {"timer"}},
        {"killed by another", killedByAnother, {"first"}},
        {"receiver deleted by itself", receiverDeletedByItself, {"timer"}},
        {"receiver deleted by another", receiverDeletedByAnother, {"first"}},
        {"started by another", startedByAnother, {"first", "next round", "first", "second"}},
        {"restarted by itself", restartedByItself, {"timer", "timer", "far"}},
        {"not within itself",
         notWithinItself,
         {"first", "second", "second", "back", "first", "second"}},
        {"reused within itself", reusedWithinItself, {"first", "second", "back", "second"}},
        {"excluded", excluded, {"included", "zero"}},
        {"excluded while waiting", excludedWhileWaiting, {"waited"}},
        {"kinds as kept", kindsAsKept, keptKinds},
        {"listed in order of time", listedInOrderOfTime, {"soon", "between", "late", "last"}},
        {"remaining time", remainingTime, {"about five seconds", "0", "-1"}},
        {"unregistering", unregistering, {"yes", "no", "yes", "none"}},
        {"moved to another thread", movedToAnotherThread, {"moved", "timer", "stopped"}},
        {"never early", neverEarly, {}},
    };
    for (const Row& row : rows) {
        QTest::newRow(row.name) << row.scenario << row.expected;
    }
}

void DispatcherTimersTest::sameAsQt() {
    QFETCH(Scenario, scenario);
    QFETCH(QByteArrayList, expected);
    QCOMPARE(played(DispatcherKind::qt, scenario).join(", "), expected.join(", "));
    QCOMPARE(played(DispatcherKind::epoll, scenario).join(", "), expected.join(", "));
}

void DispatcherTimersTest::coarseWithinFivePercent() {
    QObject receiver;
    for (int ms = 21; ms < 20'000; ms += ms < 200 ? 1 : 37) {
        const qint64 intervalNs = ms * nsPerMs;
        TimerSchedule timers;
        qint64 nowNs = 123'456'789 * qint64{ms};
        timers.add({1, ms, Qt::CoarseTimer}, &receiver, nowNs);
        for (int i = 0; i < 5; ++i) {
            const qint64 dueNs = *timers.nextDueNs();
            QVERIFY2(std::abs(dueNs - (nowNs + intervalNs)) <= intervalNs / 20,
                     qPrintable(QString::number(ms)));
            nowNs = dueNs;
            timers.activate(nowNs);
        }
    }
}

/// The purpose of rounding: timers started at different times come due together.
void DispatcherTimersTest::coarseMeet() {
    QObject receiver;
    TimerSchedule timers;
    for (int id = 1; id <= 40; ++id) {
        timers.add({id, 2'000, Qt::CoarseTimer}, &receiver, 5'000 * nsPerMs + id * 2 * nsPerMs);
    }
    QCOMPARE(*timers.nextDueNs(), 7'000 * nsPerMs);
    QCOMPARE(timers.activate(7'000 * nsPerMs), 40);
}

void DispatcherTimersTest::veryCoarseAtWholeSeconds_data() {
    QTest::addColumn<int>("ms");
    QTest::addColumn<int>("startMs");
    QTest::addColumn<int>("dueMs");
    QTest::addColumn<int>("nextMs");
    QTest::newRow("rounded down") << 2'499 << 10'400 << 12'000 << 14'000;
    QTest::newRow("rounded up") << 2'500 << 10'600 << 14'000 << 17'000;
    QTest::newRow("less than a second") << 100 << 10'400 << 11'000 << 12'000;
    QTest::newRow("coarse and long") << 25'000 << 10'700 << 36'000 << 61'000;
}

void DispatcherTimersTest::veryCoarseAtWholeSeconds() {
    QFETCH(int, ms);
    QFETCH(int, startMs);
    QFETCH(int, dueMs);
    QFETCH(int, nextMs);
    QObject receiver;
    TimerSchedule timers;
    const Qt::TimerType type = ms > 20'000 ? Qt::CoarseTimer : Qt::VeryCoarseTimer;
    timers.add({1, ms, type}, &receiver, startMs * nsPerMs);
    QCOMPARE(*timers.nextDueNs(), dueMs * nsPerMs);
    QCOMPARE(timers.activate(dueMs * nsPerMs - 1), 0);
    QCOMPARE(timers.activate(dueMs * nsPerMs), 1);
    QCOMPARE(*timers.nextDueNs(), nextMs * nsPerMs);
}

/// Qt's list takes a hundred times as long for these.
void DispatcherTimersTest::anyNumber() {
    constexpr int count = 300'000;
    QObject receiver;
    TimerSchedule timers;
    QElapsedTimer elapsed;
    elapsed.start();
    for (int id = 1; id <= count; ++id) {
        timers.add({id, 1'000'000 - id, Qt::PreciseTimer}, &receiver, 0);
    }
    for (int id = 1; id <= count; id += 2) {
        QVERIFY(timers.remove(id));
    }
    QCOMPARE(*timers.nextDueNs(), (1'000'000 - count) * nsPerMs);
    QVERIFY(timers.removeAll(&receiver));
    QVERIFY(timers.empty());
    QVERIFY2(elapsed.elapsed() < 30'000, qPrintable(QString::number(elapsed.elapsed())));
}

HERD_TEST_MAIN(DispatcherTimersTest)
#include "tst_dispatchertimers.moc"
