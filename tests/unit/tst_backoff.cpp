// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <vector>

#include "server/net/backoff.h"

using namespace herd;

class BackoffTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void waits_data();
    void waits();
    void resetBeginsAnew();
    void holdCountsOnce();
    void resetEndsAHold();
    void diceAreRolledForEachWait();
};

void BackoffTest::waits_data() {
    QTest::addColumn<double>("dice");
    QTest::addColumn<QList<int>>("expectedMs");
    QTest::newRow("least") << 0.0 << QList<int>{150, 300, 600, 1200, 1500, 1500};
    QTest::newRow("middle") << 0.5 << QList<int>{200, 400, 800, 1600, 2000, 2000};
    QTest::newRow("most") << 0.999999 << QList<int>{249, 499, 999, 1999, 2499, 2499};
}

void BackoffTest::waits() {
    QFETCH(double, dice);
    QFETCH(QList<int>, expectedMs);
    Backoff backoff([dice] { return dice; });
    QList<int> waits;
    for (qsizetype i = 0; i < expectedMs.size(); ++i) {
        waits.append(backoff.nextMs());
    }
    QCOMPARE(waits, expectedMs);
}

void BackoffTest::resetBeginsAnew() {
    Backoff backoff([] { return 0.5; });
    QCOMPARE(backoff.nextMs(), 200);
    QCOMPARE(backoff.nextMs(), 400);
    backoff.reset();
    QCOMPARE(backoff.nextMs(), 200);
}

void BackoffTest::holdCountsOnce() {
    Backoff backoff([] { return 0.5; });
    QCOMPARE(backoff.nextMs(), 200);
    backoff.hold();
    backoff.hold();
    QCOMPARE(backoff.nextMs(), 10'000);
    QCOMPARE(backoff.nextMs(), 400);
}

void BackoffTest::resetEndsAHold() {
    Backoff backoff([] { return 0.5; });
    backoff.hold();
    backoff.reset();
    QCOMPARE(backoff.nextMs(), 200);
}

void BackoffTest::diceAreRolledForEachWait() {
    double next = 0.0;
    Backoff backoff([&next] { return std::exchange(next, next + 0.5); });
    QCOMPARE(backoff.nextMs(), 150);
    QCOMPARE(backoff.nextMs(), 400);
    QCOMPARE(next, 1.0);
}

QTEST_APPLESS_MAIN(BackoffTest)
#include "tst_backoff.moc"
