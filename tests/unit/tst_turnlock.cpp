// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "server/tcp/turnlock.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// Threads that wait for a turn, which somebody else has until all are there.
class Queue {
  public:
    explicit Queue(TurnLock& turns) : turns_(turns) {}
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;
    ~Queue() { join(); }

    /// One more, behind the others, which does `work` in its turn.
    void add(std::function<void()> work) {
        threads_.emplace_back([this, work = std::move(work)] {
            const std::lock_guard turn(turns_);
            work();
        });
        while (turns_.waiting() < threads_.size()) {
            std::this_thread::yield();
        }
    }
    void join() {
        for (std::thread& thread : threads_) {
            thread.join();
        }
        threads_.clear();
    }

  private:
    TurnLock& turns_;
    std::vector<std::thread> threads_;
};

void spin(std::chrono::microseconds time) {
    const Clock::time_point end = Clock::now() + time;
    while (Clock::now() < end) {
    }
}

}  // namespace

class TurnLockTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void oneAtATime();
    void givesWayInOrderOfArrival();
    void giveWayWithNobodyThere();
    void pauseIsATurnForOthers();
    void whoWaitedLongIsNext();
    void busyThreadsStarveNobody();
};

void TurnLockTest::oneAtATime() {
    TurnLock turns;
    std::int64_t count = 0;
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&] {
            for (int i = 0; i < 20'000; ++i) {
                const std::lock_guard turn(turns);
                const std::int64_t before = count;
                count = before + 1;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    QCOMPARE(count, 80'000);
}

void TurnLockTest::givesWayInOrderOfArrival() {
    TurnLock turns;
    turns.lock();
    QByteArray order;
    Queue queue(turns);
    for (const char name : {'a', 'b', 'c'}) {
        queue.add([&order, &turns, name] {
            order.append(name);
            turns.giveWay();
            order.append(name);
        });
    }
    turns.giveWay();
    order.append('m');
    turns.giveWay();
    order.append('m');
    turns.unlock();
    queue.join();
    QCOMPARE(order, QByteArray("abcmabcm"));
}

void TurnLockTest::giveWayWithNobodyThere() {
    TurnLock turns;
    turns.lock();
    turns.giveWay();
    turns.unlock();
    const TurnLock::Pause nothingIsShared(nullptr);
}

void TurnLockTest::pauseIsATurnForOthers() {
    TurnLock turns;
    turns.lock();
    int done = 0;
    Queue queue(turns);
    queue.add([&done] { ++done; });
    QCOMPARE(done, 0);
    {
        const TurnLock::Pause pause(&turns);
        queue.join();
    }
    QCOMPARE(done, 1);
    turns.unlock();
}

/// However quickly the thread that gives its turn back wants another.
void TurnLockTest::whoWaitedLongIsNext() {
    TurnLock turns;
    turns.lock();
    std::atomic<bool> hadATurn{false};
    Queue queue(turns);
    queue.add([&hadATurn] { hadATurn = true; });
    spin(2 * TurnLock::patience);
    turns.unlock();
    turns.lock();
    QVERIFY(hadATurn);
    turns.unlock();
}

/// Threads that take the next turn as soon as they gave the last one back, beside one that pauses
/// for a moment as a thread with an event loop does.
void TurnLockTest::busyThreadsStarveNobody() {
    TurnLock turns;
    std::atomic<bool> over{false};
    std::array<int, 3> turnsOf{};
    std::vector<std::thread> threads;
    for (int& count : turnsOf) {
        threads.emplace_back([&] {
            while (!over) {
                const std::lock_guard turn(turns);
                ++count;
                spin(50us);
            }
        });
    }
    turns.lock();
    const Clock::time_point start = Clock::now();
    while (*std::ranges::min_element(turnsOf) < 20) {
        { const TurnLock::Pause pause(&turns); }
        turns.giveWay();
        if (Clock::now() - start > 30s) {
            break;
        }
    }
    QVERIFY(*std::ranges::min_element(turnsOf) >= 20);
    turns.unlock();
    over = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
}

QTEST_APPLESS_MAIN(TurnLockTest)
#include "tst_turnlock.moc"
