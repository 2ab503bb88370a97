// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QEventLoop>
#include <QSemaphore>
#include <QSocketNotifier>
#include <QTimer>
#include <atomic>
#include <memory>
#include <vector>

#include "tests/component/descriptorpairs.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(herd::Scenario)

namespace {

constexpr QEventLoop::ProcessEventsFlags waiting = QEventLoop::WaitForMoreEvents;

QAbstractEventDispatcher& dispatcher() {
    return *QAbstractEventDispatcher::instance();
}

/// One round; tells whether it says that something happened.
void round(Story& story, QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents) {
    story.append(dispatcher().processEvents(flags) ? "something" : "nothing");
}

/// What is left over from the start of the thread.
void settle() {
    serveTimes(2);
}

/// Another thread that does something as soon as this one sleeps, or nearly.
std::unique_ptr<QThread> onceAsleep(std::function<void()> act) {
    auto asleep = std::make_shared<QSemaphore>();
    QObject::connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &dispatcher(),
                     [asleep] { asleep->release(); });
    std::unique_ptr<QThread> thread(QThread::create([asleep, act = std::move(act)] {
        asleep->acquire();
        act();
    }));
    thread->start();
    return thread;
}

void nothingToDo(Story& story) {
    settle();
    round(story);
}

void postedFirst(Story& story) {
    settle();
    QObject context;
    const auto pair = DescriptorPair::pipe();
    pair.write();
    QSocketNotifier notifier(pair.in(), QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &context,
                     [&story] { story.append("read"); });
    QTimer timer;
    timer.callOnTimeout(&context, [&story] { story.append("timer"); });
    timer.start(0);
    post(context, [&story] { story.append("posted"); });
    round(story);
}

void postedWhilePosted(Story& story) {
    settle();
    QObject context;
    post(context, [&] {
        story.append("first");
        post(context, [&] { story.append("second"); });
    });
    round(story, waiting);
    round(story);
}

/// What was posted before the round keeps it from waiting, though it is done by then.
void postedBeforeWaiting(Story& story) {
    settle();
    QObject context;
    post(context, [&story] { story.append("posted"); });
    round(story, waiting);
    QTimer::singleShot(1, &context, [&story] { story.append("timer"); });
    round(story, waiting);
}

void timerCounts(Story& story) {
    settle();
    QObject context;
    QTimer zero;
    zero.callOnTimeout(&context, [&story] { story.append("zero"); });
    zero.start(0);
    round(story);
    round(story, waiting);
    zero.stop();
    QTimer::singleShot(1ms, Qt::PreciseTimer, &context, [&story] { story.append("timer"); });
    round(story, waiting);
}

void signalsOfARound(Story& story) {
    settle();
    QObject context;
    QObject::connect(&dispatcher(), &QAbstractEventDispatcher::awake, &context,
                     [&story] { story.append("awake"); });
    QObject::connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context,
                     [&story] { story.append("about to block"); });
    serveTimes(1);
    QTimer::singleShot(1, &context, [&story] { story.append("timer"); });
    serveTimes(1, waiting);
}

void postedBeforeBlocking(Story& story) {
    settle();
    QObject context;
    QObject::connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &context,
                     [&] { post(context, [&story] { story.append("posted"); }); });
    round(story, waiting);
    round(story);
}

void interruptedByPosted(Story& story) {
    settle();
    QObject context;
    post(context, [] { dispatcher().interrupt(); });
    round(story, waiting);
    story.append("again");
    round(story, waiting);  // woken up
}

void interruptedBeforeBlocking(Story& story) {
    settle();
    QObject context;
    const auto connection = QObject::connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock,
                                             &context, [] { dispatcher().interrupt(); });
    round(story, waiting);
    QObject::disconnect(connection);
}

void wokenByItself(Story& story) {
    settle();
    dispatcher().wakeUp();
    dispatcher().wakeUp();
    round(story, waiting);
    round(story);
}

void wokenFromElsewhere(Story& story) {
    settle();
    auto* const own = &dispatcher();
    const auto thread = onceAsleep([own] {
        own->wakeUp();
        own->wakeUp();
    });
    round(story, waiting);
    thread->wait();
    story.append("woken");
    // The second wake-up may come later than the end of the first wait.
    serveTimes(1);
    round(story);
}

void wokenWithoutSockets(Story& story) {
    settle();
    auto* const own = &dispatcher();
    const auto pair = DescriptorPair::pipe();
    pair.write();
    QSocketNotifier notifier(pair.in(), QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier,
                     [&story] { story.append("read"); });
    const auto thread = onceAsleep([own] { own->wakeUp(); });
    round(story, waiting | QEventLoop::ExcludeSocketNotifiers);
    thread->wait();
    round(story, QEventLoop::ExcludeSocketNotifiers);
}

void timerWithoutSockets(Story& story) {
    settle();
    QObject context;
    QTimer::singleShot(2, &context, [&story] { story.append("timer"); });
    round(story, waiting | QEventLoop::ExcludeSocketNotifiers);
}

void interruptedFromElsewhere(Story& story) {
    settle();
    auto* const own = &dispatcher();
    const auto thread = onceAsleep([own] { own->interrupt(); });
    round(story, waiting);
    thread->wait();
}

void postedFromElsewhere(Story& story) {
    settle();
    QObject context;
    const auto thread = onceAsleep([&] { post(context, [&story] { story.append("posted"); }); });
    round(story, waiting);
    round(story);
    thread->wait();
}

void loopLeftFromElsewhere(Story& story) {
    QEventLoop loop;
    const auto thread = onceAsleep([&loop] { loop.exit(7); });
    story.append(QByteArray::number(loop.exec()));
    thread->wait();
}

void loopLeftByPosted(Story& story) {
    QEventLoop loop;
    post(loop, [&loop] { loop.exit(3); });
    story.append(QByteArray::number(loop.exec()));
}

void chainOfPosted(Story& story) {
    QEventLoop loop;
    int left = 1'000;
    std::function<void()> next = [&] {
        if (--left == 0) {
            loop.quit();
        } else {
            post(loop, next);
        }
    };
    post(loop, next);
    loop.exec();
    story.append(QByteArray::number(left));
}

void nestedLoops(Story& story) {
    QEventLoop outer;
    QEventLoop inner;
    post(outer, [&] {
        story.append("inner begins");
        // Left before the inner one, from within it.
        QTimer::singleShot(0, &inner, [&] { outer.quit(); });
        QTimer::singleShot(2, &inner, [&] { inner.quit(); });
        inner.exec();
        story.append("inner ends");
    });
    outer.exec();
    story.append("outer ends");
}

void deletedLater(Story& story) {
    QEventLoop loop;
    auto* const object = new QObject;
    QObject::connect(object, &QObject::destroyed, &loop, [&story] { story.append("deleted"); });
    post(loop, [&] {
        object->deleteLater();
        story.append("later");
        QTimer::singleShot(1, &loop, &QEventLoop::quit);
    });
    loop.exec();
}

struct Row {
    const char* name;
    Scenario scenario;
    Story expected;
};

}  // namespace

/// Rounds of the event loop: order, waiting, waking, leaving, as with Qt's own dispatcher.
class DispatcherRoundsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sameAsQt_data();
    void sameAsQt();
    void postsFromManyThreads_data();
    void postsFromManyThreads();
};

void DispatcherRoundsTest::sameAsQt_data() {
    QTest::addColumn<Scenario>("scenario");
    QTest::addColumn<QByteArrayList>("expected");
    const std::vector<Row> rows{
        {"nothing to do", nothingToDo, {"nothing"}},
        {"posted, read, timer", postedFirst, {"posted", "read", "timer", "something"}},
        {"posted while posted", postedWhilePosted, {"first", "something", "second", "nothing"}},
        {"posted before waiting",
         postedBeforeWaiting,
         {"posted", "something", "timer", "something"}},
        {"timers count, zero ones do not",
         timerCounts,
         {"zero", "nothing", "zero", "nothing", "timer", "something"}},
        {"signals", signalsOfARound, {"awake", "awake", "about to block", "timer"}},
        {"posted before blocking", postedBeforeBlocking, {"something", "posted", "nothing"}},
        {"interrupted by posted", interruptedByPosted, {"nothing", "again", "something"}},
        {"interrupted before blocking", interruptedBeforeBlocking, {"nothing"}},
        {"woken by itself", wokenByItself, {"something", "nothing"}},
        {"woken from elsewhere", wokenFromElsewhere, {"something", "woken", "nothing"}},
        {"woken without sockets", wokenWithoutSockets, {"something", "nothing"}},
        {"timer without sockets", timerWithoutSockets, {"timer", "something"}},
        {"interrupted from elsewhere", interruptedFromElsewhere, {"something"}},
        {"posted from elsewhere", postedFromElsewhere, {"something", "posted", "nothing"}},
        {"loop left from elsewhere", loopLeftFromElsewhere, {"7"}},
        {"loop left by posted", loopLeftByPosted, {"3"}},
        {"chain of posted", chainOfPosted, {"0"}},
        {"nested loops", nestedLoops, {"inner begins", "inner ends", "outer ends"}},
        {"deleted later", deletedLater, {"later", "deleted"}},
    };
    for (const Row& row : rows) {
        QTest::newRow(row.name) << row.scenario << row.expected;
    }
}

void DispatcherRoundsTest::sameAsQt() {
    QFETCH(Scenario, scenario);
    QFETCH(QByteArrayList, expected);
    QCOMPARE(played(DispatcherKind::qt, scenario).join(", "), expected.join(", "));
    QCOMPARE(played(DispatcherKind::epoll, scenario).join(", "), expected.join(", "));
}

void DispatcherRoundsTest::postsFromManyThreads_data() {
    QTest::addColumn<DispatcherKind>("kind");
    QTest::newRow("qt") << DispatcherKind::qt;
    QTest::newRow("epoll") << DispatcherKind::epoll;
}

/// Between a sleeping and a waking thread no wake-up may be lost.
void DispatcherRoundsTest::postsFromManyThreads() {
    QFETCH(DispatcherKind, kind);
    constexpr int threadCount = 4;
    constexpr int postCount = 2'000;
    const Story story = played(kind, [](Story& told) {
        QEventLoop loop;
        int got = 0;
        std::atomic<int> seen{0};
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < threadCount; ++i) {
            threads.emplace_back(QThread::create([&] {
                for (int k = 0; k < postCount; ++k) {
                    post(loop, [&] {
                        seen.store(++got);
                        if (got == threadCount * postCount) {
                            loop.quit();
                        }
                    });
                    // Some of them wait until the loop sleeps again, as far as anybody can tell.
                    while (k % 8 == 0 && seen.load() == 0) {
                        QThread::yieldCurrentThread();
                    }
                }
            }));
            threads.back()->start();
        }
        loop.exec();
        for (const auto& thread : threads) {
            thread->wait();
        }
        told.append(QByteArray::number(got));
    });
    QCOMPARE(story.join(", "), QByteArray::number(threadCount * postCount));
}

HERD_TEST_MAIN(DispatcherRoundsTest)
#include "tst_dispatcherrounds.moc"
