// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <algorithm>
#include <limits>
#include <vector>

#include "common/stamp.h"
#include "common/stamptail.h"
#include "common/timestamp.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

constexpr std::int64_t second = nanosecondsPerSecond;
constexpr std::int64_t skew = 300 * second;
constexpr std::int64_t rx = 1'400'794'699 * second;
constexpr std::int64_t timeMax = std::numeric_limits<std::int64_t>::max();

Stamp stampAt(std::int64_t timeNs, std::int64_t rxNs) {
    return {.client = "kiwi.cs.ucla.edu",
            .origin = "Holiday",
            .position = "+34-118",
            .time = "1400794699",
            .timeNs = timeNs,
            .rxNs = rxNs};
}

}  // namespace

Q_DECLARE_METATYPE(herd::Stamp)

class StampTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void diff_data();
    void diff();
    void effectiveTime_data();
    void effectiveTime();
    void less_data();
    void less();
    void equalWhenAllOfTheKeyIs();
    void clientIsNoPartOfTheKey();
    void skewDecides();
    void brokenClockLosesToTheNextReport();
    void totalOrder();
    void tailStandsInTheLine();
    void tailIsPutTogether_data();
    void tailIsPutTogether();
};

void StampTest::diff_data() {
    QTest::addColumn<qint64>("timeNs");
    QTest::addColumn<qint64>("rxNs");
    QTest::addColumn<qint64>("diffNs");
    QTest::newRow("zero") << qint64{rx} << qint64{rx} << qint64{0};
    QTest::newRow("late") << qint64{rx} << qint64{rx + 1} << qint64{1};
    QTest::newRow("early") << qint64{rx + 1} << qint64{rx} << qint64{-1};
    QTest::newRow("largest") << qint64{0} << qint64{timeMax} << qint64{timeMax};
    QTest::newRow("smallest") << qint64{timeMax} << qint64{0} << qint64{-timeMax};
}

void StampTest::diff() {
    QFETCH(qint64, timeNs);
    QFETCH(qint64, rxNs);
    QFETCH(qint64, diffNs);
    QCOMPARE(qint64{stampAt(timeNs, rxNs).diffNs()}, diffNs);
}

void StampTest::effectiveTime_data() {
    QTest::addColumn<qint64>("skewNs");
    QTest::addColumn<qint64>("timeNs");
    QTest::addColumn<qint64>("rxNs");
    QTest::addColumn<qint64>("effectiveNs");
    const auto row = [](const char* name, qint64 skewNs, qint64 timeNs, qint64 rxNs,
                        qint64 effectiveNs) {
        QTest::newRow(name) << skewNs << timeNs << rxNs << effectiveNs;
    };
    row("past", skew, rx - 1, rx, rx - 1);
    row("long past", skew, 0, rx, 0);
    row("now", skew, rx, rx, rx);
    row("ahead", skew, rx + 1, rx, rx + 1);
    row("1 ns inside the skew", skew, rx + skew - 1, rx, rx + skew - 1);
    row("at the skew", skew, rx + skew, rx, rx + skew);
    row("1 ns past the skew", skew, rx + skew + 1, rx, rx);
    row("far ahead", skew, timeMax, rx, rx);
    row("far ahead of 1970", skew, timeMax, 0, 0);
    row("no skew, now", 0, rx, rx, rx);
    row("no skew, 1 ns ahead", 0, rx + 1, rx, rx);
    row("largest skew", timeMax, timeMax, 0, timeMax);
    row("largest skew but one", timeMax - 1, timeMax, 0, 0);
}

void StampTest::effectiveTime() {
    QFETCH(qint64, skewNs);
    QFETCH(qint64, timeNs);
    QFETCH(qint64, rxNs);
    QFETCH(qint64, effectiveNs);
    QCOMPARE(qint64{StampOrder(skewNs).effectiveTimeNs(stampAt(timeNs, rxNs))}, effectiveNs);
}

void StampTest::less_data() {
    QTest::addColumn<Stamp>("lesser");
    QTest::addColumn<Stamp>("greater");
    // Each row differs in one part of the key, and in all later ones the other way round.
    const auto row = [](const char* name, const Stamp& lesser, const Stamp& greater) {
        QTest::newRow(name) << lesser << greater;
    };
    const auto stamp = [](std::int64_t timeNs, std::int64_t rxNs, std::string_view origin,
                          std::string_view position, std::string_view time) {
        return Stamp{"kiwi", origin, position, time, timeNs, rxNs};
    };
    row("effective time", stamp(rx - 1, rx + 9, "Wilkes", "+9+9", "9"),
        stamp(rx, rx, "Goloman", "+1+1", "1"));
    row("effective time, clock ahead", stamp(rx + skew + 1, rx, "Wilkes", "+9+9", "9"),
        stamp(rx + 1, rx, "Goloman", "+1+1", "1"));
    row("rx", stamp(rx, rx, "Wilkes", "+9+9", "9"), stamp(rx, rx + 1, "Goloman", "+1+1", "1"));
    row("rx, behind the skew", stamp(rx + 1, rx, "Wilkes", "+9+9", "9"),
        stamp(rx + 1 + skew + 1, rx + 1, "Goloman", "+1+1", "1"));
    row("origin", stamp(rx, rx, "Goloman", "+9+9", "9"), stamp(rx, rx, "Hands", "+1+1", "1"));
    row("origin, prefix", stamp(rx, rx, "Hand", "+9+9", "9"), stamp(rx, rx, "Hands", "+1+1", "1"));
    row("origin, case", stamp(rx, rx, "Z", "+9+9", "9"), stamp(rx, rx, "a", "+1+1", "1"));
    row("position", stamp(rx, rx, "Hands", "+1+1", "9"), stamp(rx, rx, "Hands", "+1+2", "1"));
    row("position, spelling", stamp(rx, rx, "Hands", "+1+1", "9"),
        stamp(rx, rx, "Hands", "+1+1.0", "1"));
    row("position, high bytes", stamp(rx, rx, "Hands", "\x7f", "9"),
        stamp(rx, rx, "Hands", "\x80", "1"));
    row("time, spelling", stamp(rx, rx, "Hands", "+1+1", "1"),
        stamp(rx, rx, "Hands", "+1+1", "1.0"));
    const auto tombstone = [](std::int64_t rxNs, std::string_view origin) {
        return Stamp{"0123456789abcdef0123456789abcdef", origin, {}, {}, rxNs, rxNs};
    };
    row("tombstone over what was heard before", stamp(rx + skew, rx, "Wilkes", "+9+9", "9"),
        tombstone(rx + 1, "Goloman"));
    row("tombstone over an equal effective time", stamp(rx + skew, rx + 9, "Wilkes", "+9+9", "9"),
        tombstone(rx, "Goloman"));
    row("stamp over an earlier tombstone", tombstone(rx, "Wilkes"),
        stamp(rx + skew + 1, rx + 1, "Goloman", "+1+1", "1"));
    row("tombstone over tombstone, rx", tombstone(rx, "Wilkes"), tombstone(rx + 1, "Goloman"));
    row("tombstone over tombstone, origin", tombstone(rx, "Goloman"), tombstone(rx, "Hands"));
    row("tombstone at the end of time", stamp(timeMax, timeMax, "Wilkes", "+9+9", "9"),
        tombstone(timeMax, "Goloman"));
    row("effective time is the same, time is not", stamp(rx + skew + 2, rx, "Hands", "+1+1", "1"),
        stamp(rx + skew + 1, rx, "Hands", "+1+1", "2"));
}

void StampTest::less() {
    QFETCH(Stamp, lesser);
    QFETCH(Stamp, greater);
    const StampOrder order(skew);
    QVERIFY(order.compare(lesser, greater) < 0);
    QVERIFY(order.compare(greater, lesser) > 0);
}

void StampTest::equalWhenAllOfTheKeyIs() {
    QVERIFY(StampOrder(skew).compare(stampAt(rx, rx), stampAt(rx, rx)) == 0);
}

void StampTest::clientIsNoPartOfTheKey() {
    Stamp other = stampAt(rx, rx);
    other.client = "another";
    QVERIFY(StampOrder(skew).compare(stampAt(rx, rx), other) == 0);
}

void StampTest::skewDecides() {
    const Stamp ahead = stampAt(rx + skew, rx);
    const Stamp later = stampAt(rx + 1, rx + 1);
    QVERIFY(StampOrder(skew).compare(ahead, later) > 0);
    QVERIFY(StampOrder(skew - 1).compare(ahead, later) < 0);
}

void StampTest::brokenClockLosesToTheNextReport() {
    const StampOrder order(skew);
    const Stamp broken = stampAt(timeMax, rx);
    QVERIFY(order.compare(broken, stampAt(rx + second, rx + second)) < 0);
    QVERIFY(order.compare(broken, stampAt(timeMax, rx + second)) < 0);
    // A lead within the skew holds until the clock has passed it.
    const Stamp lead = stampAt(rx + skew, rx);
    QVERIFY(order.compare(lead, stampAt(rx + skew - 1, rx + skew)) > 0);
    QVERIFY(order.compare(lead, stampAt(rx + skew + 1, rx + skew + 1)) < 0);
}

void StampTest::totalOrder() {
    // Few values of each part, so that equal ones meet often.
    constexpr std::string_view origins[] = {"A", "B", "b"};
    constexpr std::string_view positions[] = {"+1+1", "+1+1.0", "-1+1"};
    constexpr std::string_view times[] = {"1", "1.0", "2"};
    const StampOrder order(2);
    Dice dice(1);
    std::vector<Stamp> stamps;
    for (int count = 0; count < 150; ++count) {
        stamps.push_back({"kiwi", origins[dice.below(3)], positions[dice.below(3)],
                          times[dice.below(3)], static_cast<std::int64_t>(dice.below(8)),
                          static_cast<std::int64_t>(dice.below(4))});
    }
    const auto key = [&order](const Stamp& stamp) {
        return std::tuple(order.effectiveTimeNs(stamp), stamp.rxNs, stamp.origin, stamp.position,
                          stamp.time);
    };
    for (const Stamp& a : stamps) {
        for (const Stamp& b : stamps) {
            const auto compared = order.compare(a, b);
            QVERIFY((compared == 0) == (key(a) == key(b)));
            QVERIFY((compared < 0) == (order.compare(b, a) > 0));
            for (const Stamp& c : stamps) {
                if (compared <= 0 && order.compare(b, c) <= 0) {
                    QVERIFY(order.compare(a, c) <= 0);
                }
            }
        }
    }
    // Accept-if-newer ends with the same stamp whatever the order of arrival.
    const auto newest = [&order](const std::vector<Stamp>& arrivals) {
        Stamp kept = arrivals.front();
        for (const Stamp& stamp : arrivals) {
            kept = order.compare(stamp, kept) > 0 ? stamp : kept;
        }
        return kept;
    };
    const auto expected = key(newest(stamps));
    for (int round = 0; round < 100; ++round) {
        for (std::size_t left = stamps.size(); left > 1; --left) {
            std::swap(stamps[left - 1], stamps[dice.below(left)]);
        }
        QVERIFY(key(newest(stamps)) == expected);
    }
}

void StampTest::tailStandsInTheLine() {
    const std::string line = "AT alpha +1.000000000 kiwi +1-1 5";
    Stamp stamp;
    stamp.client = std::string_view(line).substr(22, 4);
    stamp.position = std::string_view(line).substr(27, 4);
    stamp.time = std::string_view(line).substr(32);
    const StampTail tail(stamp);
    QCOMPARE(static_cast<const void*>(tail.view().data()),
             static_cast<const void*>(line.data() + 22));
    QCOMPARE(tail.view(), std::string_view("kiwi +1-1 5"));
}

void StampTest::tailIsPutTogether_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("position");
    QTest::addColumn<int>("time");
    QTest::newRow("tabs") << QByteArray("kiwi\t+1-1\t5") << 5 << 10;
    QTest::newRow("a tab at last") << QByteArray("kiwi +1-1\t5") << 5 << 10;
    QTest::newRow("two spaces") << QByteArray("kiwi  +1-1 5") << 6 << 11;
    QTest::newRow("two spaces at last") << QByteArray("kiwi +1-1  5") << 5 << 11;
    QTest::newRow("without a space") << QByteArray("kiwi+1-15") << 4 << 8;
}

void StampTest::tailIsPutTogether() {
    QFETCH(const QByteArray, text);
    QFETCH(const int, position);
    QFETCH(const int, time);
    const std::string_view line = viewOf(text);
    Stamp stamp;
    stamp.client = line.substr(0, 4);
    stamp.position = line.substr(static_cast<std::size_t>(position), 4);
    stamp.time = line.substr(static_cast<std::size_t>(time));
    QCOMPARE(StampTail(stamp).view(), std::string_view("kiwi +1-1 5"));
    stamp.position = {};
    stamp.time = {};
    QCOMPARE(StampTail(stamp).view(), std::string_view("kiwi  "));
}

QTEST_GUILESS_MAIN(StampTest)
#include "tst_stamp.moc"
