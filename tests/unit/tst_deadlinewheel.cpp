// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <functional>
#include <memory>
#include <vector>

#include "server/net/deadlinewheel.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

constexpr std::int64_t tickMs = 10;

struct Waiter : DeadlineWheel::Entry {
    void onDeadline() override {
        ++told;
        then();
    }

    int told = 0;
    std::function<void()> then = [] {};
};

}  // namespace

class DeadlineWheelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void toldInTime_data();
    void toldInTime();
    void movedAndCleared();
    void passedDeadlineIsToldAtTheNextTick();
    void toldOnesMaySetAndClearOthers();
    void longGap();
    void sameAsAPlainList();
};

void DeadlineWheelTest::toldInTime_data() {
    QTest::addColumn<qint64>("deadlineMs");
    QTest::addColumn<qint64>("toldAtMs");
    const std::vector<std::pair<qint64, qint64>> rows = {
        {1'005, 1'010}, {1'010, 1'010}, {1'011, 1'020}, {2'270, 2'270},     {2'280, 2'280},
        {2'281, 2'290}, {3'560, 3'560}, {3'561, 3'570}, {100'000, 100'000},
    };
    for (const auto& [deadlineMs, toldAtMs] : rows) {
        QTest::addRow("%lld", deadlineMs) << deadlineMs << toldAtMs;
    }
}

void DeadlineWheelTest::toldInTime() {
    QFETCH(qint64, deadlineMs);
    QFETCH(qint64, toldAtMs);
    DeadlineWheel wheel(tickMs, 1'000);
    Waiter waiter;
    wheel.set(waiter, deadlineMs);
    QVERIFY(waiter.isSet());
    std::int64_t nowMs = 1'000;
    for (; waiter.told == 0 && nowMs < 200'000; ++nowMs) {
        wheel.advance(nowMs + 1);
    }
    QCOMPARE(nowMs, toldAtMs);
    QVERIFY(!waiter.isSet());
    QVERIFY(wheel.empty());
    wheel.advance(2 * nowMs);
    QCOMPARE(waiter.told, 1);
}

void DeadlineWheelTest::movedAndCleared() {
    DeadlineWheel wheel(tickMs, 0);
    Waiter sooner;
    Waiter later;
    Waiter cleared;
    wheel.set(sooner, 500);
    wheel.set(sooner, 100);
    wheel.set(later, 100);
    wheel.set(later, 500);
    QCOMPARE(later.deadlineMs(), 500);
    wheel.set(cleared, 100);
    wheel.clear(cleared);
    wheel.clear(cleared);
    wheel.advance(100);
    QCOMPARE(sooner.told, 1);
    QCOMPARE(later.told, 0);
    wheel.advance(499);
    QCOMPARE(later.told, 0);
    wheel.advance(500);
    QCOMPARE(later.told, 1);
    QCOMPARE(sooner.told, 1);
    QCOMPARE(cleared.told, 0);
    QVERIFY(wheel.empty());
}

void DeadlineWheelTest::passedDeadlineIsToldAtTheNextTick() {
    DeadlineWheel wheel(tickMs, 1'000);
    Waiter waiter;
    wheel.set(waiter, 5);
    wheel.advance(1'009);
    QCOMPARE(waiter.told, 0);
    wheel.advance(1'010);
    QCOMPARE(waiter.told, 1);
}

void DeadlineWheelTest::toldOnesMaySetAndClearOthers() {
    DeadlineWheel wheel(tickMs, 0);
    Waiter first;
    Waiter second;
    Waiter again;
    first.then = [&] { wheel.clear(second); };
    again.then = [&] {
        if (again.told < 3) {
            wheel.set(again, 0);
        }
    };
    wheel.set(first, 10);
    wheel.set(second, 10);
    wheel.set(again, 10);
    wheel.advance(10);
    QCOMPARE(first.told, 1);
    QCOMPARE(second.told, 0);
    QCOMPARE(again.told, 1);
    wheel.advance(20);
    wheel.advance(30);
    wheel.advance(40);
    QCOMPARE(again.told, 3);
    QVERIFY(wheel.empty());
}

void DeadlineWheelTest::longGap() {
    DeadlineWheel wheel(tickMs, 0);
    std::vector<std::unique_ptr<Waiter>> waiters;
    for (std::int64_t deadlineMs = 1; deadlineMs <= 5'000; deadlineMs += 7) {
        waiters.push_back(std::make_unique<Waiter>());
        wheel.set(*waiters.back(), deadlineMs);
    }
    wheel.advance(1'000'000'000'000);
    for (const auto& waiter : waiters) {
        QCOMPARE(waiter->told, 1);
    }
    QVERIFY(wheel.empty());
}

void DeadlineWheelTest::sameAsAPlainList() {
    constexpr std::size_t count = 200;
    Dice dice(7);
    DeadlineWheel wheel(tickMs, 0);
    std::vector<Waiter> waiters(count);
    std::vector<std::int64_t> deadlines(count, -1);
    std::vector<int> told(count, 0);
    std::int64_t nowMs = 0;
    for (int step = 0; step < 5'000; ++step) {
        const std::size_t index = dice.below(count);
        if (dice.below(4) == 0) {
            wheel.clear(waiters[index]);
            deadlines[index] = -1;
        } else {
            deadlines[index] = nowMs + static_cast<std::int64_t>(dice.below(4'000));
            wheel.set(waiters[index], deadlines[index]);
        }
        const std::int64_t tickBefore = nowMs / tickMs;
        nowMs += static_cast<std::int64_t>(dice.below(step % 100 == 0 ? 3'000 : 25));
        wheel.advance(nowMs);
        const std::int64_t tick = nowMs / tickMs;
        for (std::size_t i = 0; i < count; ++i) {
            if (deadlines[i] >= 0 && tick > tickBefore && deadlines[i] <= tick * tickMs) {
                ++told[i];
                deadlines[i] = -1;
            }
            QCOMPARE(waiters[i].told, told[i]);
            QCOMPARE(waiters[i].isSet(), deadlines[i] >= 0);
        }
    }
    for (Waiter& waiter : waiters) {
        wheel.clear(waiter);
    }
    QVERIFY(wheel.empty());
}

QTEST_APPLESS_MAIN(DeadlineWheelTest)
#include "tst_deadlinewheel.moc"
