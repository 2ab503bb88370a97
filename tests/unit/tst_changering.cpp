// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "server/herd/changering.h"

using namespace herd;

class ChangeRingTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbersFromOne();
    void remembers_data();
    void remembers();
    void givesTheSlots_data();
    void givesTheSlots();
    void startsBehindARestart();
};

namespace {

/// Change n writes slot 100 + n.
ChangeRing filledRing(int entries, int changes) {
    ChangeRing ring(static_cast<std::size_t>(entries));
    for (int change = 1; change <= changes; ++change) {
        ring.record(static_cast<SlotNumber>(100 + change));
    }
    return ring;
}

}  // namespace

void ChangeRingTest::numbersFromOne() {
    ChangeRing ring(2);
    QCOMPARE(quint64{ring.seq()}, quint64{0});
    for (quint64 seq = 1; seq <= 5; ++seq) {
        QCOMPARE(quint64{ring.record(7)}, seq);
        QCOMPARE(quint64{ring.seq()}, seq);
    }
}

void ChangeRingTest::remembers_data() {
    QTest::addColumn<int>("entries");
    QTest::addColumn<int>("changes");
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("all");
    QTest::newRow("nothing happened") << 8 << 0 << 0 << true;
    QTest::newRow("not full") << 8 << 7 << 0 << true;
    QTest::newRow("just full") << 8 << 8 << 0 << true;
    QTest::newRow("one too many") << 8 << 9 << 0 << false;
    QTest::newRow("one too many, but the first is known") << 8 << 9 << 1 << true;
    QTest::newRow("long ago") << 8 << 1'000 << 1 << false;
    QTest::newRow("edge, kept") << 8 << 1'000 << 992 << true;
    QTest::newRow("edge, lost") << 8 << 1'000 << 991 << false;
    QTest::newRow("up to date") << 8 << 1'000 << 1'000 << true;
    QTest::newRow("a ring of one, kept") << 1 << 5 << 4 << true;
    QTest::newRow("a ring of one, lost") << 1 << 5 << 3 << false;
}

void ChangeRingTest::remembers() {
    QFETCH(int, entries);
    QFETCH(int, changes);
    QFETCH(int, after);
    QFETCH(bool, all);
    const ChangeRing ring = filledRing(entries, changes);
    QCOMPARE(ring.remembersAllAfter(static_cast<std::uint64_t>(after)), all);
}

void ChangeRingTest::givesTheSlots_data() {
    QTest::addColumn<int>("entries");
    QTest::addColumn<int>("changes");
    QTest::newRow("not full") << 8 << 5;
    QTest::newRow("just full") << 8 << 8;
    QTest::newRow("round once") << 8 << 13;
    QTest::newRow("round often") << 8 << 1'001;
    QTest::newRow("a ring of one") << 1 << 3;
}

void ChangeRingTest::givesTheSlots() {
    QFETCH(int, entries);
    QFETCH(int, changes);
    const ChangeRing ring = filledRing(entries, changes);
    for (int seq = std::max(1, changes - entries + 1); seq <= changes; ++seq) {
        QCOMPARE(ring.slotOf(static_cast<std::uint64_t>(seq)), static_cast<SlotNumber>(100 + seq));
    }
}

/// What was changed before a restart is not remembered, however much room there is.
void ChangeRingTest::startsBehindARestart() {
    ChangeRing ring(8);
    ring.startAfter(1'000);
    QCOMPARE(quint64{ring.seq()}, quint64{1'000});
    QVERIFY(ring.remembersAllAfter(1'000));
    QVERIFY(!ring.remembersAllAfter(999));
    QCOMPARE(quint64{ring.record(7)}, quint64{1'001});
    QVERIFY(ring.remembersAllAfter(1'000));
    QVERIFY(!ring.remembersAllAfter(999));
    QCOMPARE(ring.slotOf(1'001), SlotNumber{7});
}

QTEST_GUILESS_MAIN(ChangeRingTest)
#include "tst_changering.moc"
