// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>
#include <vector>

#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"

namespace herd {

/// Five real nodes with the links of the sample herd: what one hears all know, the same stamp wins
/// everywhere, and whoever can reach each other goes on. PROTOCOL.md "Order of stamps", "Flooding".
class TestHerd : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void everyPair_data();
    void everyPair();
    void olderAtAnotherNodeChangesNothing();
    void equalTimes_data();
    void equalTimes();
    void brokenClockAtOneNode();
    void equalLineAtTwoNodes();
    void bytesTravelUnchanged_data();
    void bytesTravelUnchanged();
    void twoDown_data();
    void twoDown();

  private:
    HerdFixture herd_{HerdLayout::sample()};
    QStringList all_ = herd_.layout().nodes;
    int clients_ = 0;  ///< used up so far
};

void TestHerd::initTestCase() {
    QVERIFY2(herd_.start(), qPrintable(herd_.error()));
    QVERIFY(herd_.waitUntilLinked());
    for (const QString& name : all_) {
        QCOMPARE(herd_.node(name).ready().name, name);
        QCOMPARE(herd_.node(name).peerPort(), herd_.peerPort(name));
    }
}

void TestHerd::cleanupTestCase() {
    for (const QString& name : all_) {
        QVERIFY2(herd_.node(name).isRunning(), qPrintable(name));
        herd_.node(name).terminate();
    }
    for (const QString& name : all_) {
        QVERIFY2(herd_.node(name).waitUntilEnded(), qPrintable(name));
        QCOMPARE(herd_.node(name).exitCode(), 0);
    }
}

void TestHerd::everyPair_data() {
    QTest::addColumn<QString>("told");
    QTest::addColumn<QString>("asked");
    for (const QString& told : all_) {
        for (const QString& asked : all_) {
            QTest::addRow("%s to %s", qPrintable(told), qPrintable(asked)) << told << asked;
        }
    }
}

void TestHerd::everyPair() {
    QFETCH(const QString, told);
    QFETCH(const QString, asked);
    const std::string id = "pair" + std::to_string(++clients_);
    QCOMPARE(stored(herd_, asked, id), std::string());
    const std::string line = report(herd_, told, id + " +0.5-30.5 1479413884.392014450");
    QVERIFY(!line.empty());
    const QString wrong = waitUntilStored(herd_, {asked}, {{id, line}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerd::olderAtAnotherNodeChangesNothing() {
    const std::string newer = report(herd_, QStringLiteral("Goloman"), "moving +1-30 2000");
    QVERIFY(waitUntilStored(herd_, all_, {{"moving", newer}}).isEmpty());
    QVERIFY(!report(herd_, QStringLiteral("Welsh"), "moving +2-30 1999.999999999").empty());
    // A later report of another client over the same links is known: so would the older one be.
    const std::string mark = report(herd_, QStringLiteral("Welsh"), "behind +2-30 1");
    const QString wrong = waitUntilStored(herd_, all_, {{"behind", mark}, {"moving", newer}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    const std::string newest = report(herd_, QStringLiteral("Hands"), "moving +3-30 2000.5");
    QVERIFY(waitUntilStored(herd_, all_, {{"moving", newest}}).isEmpty());
}

void TestHerd::equalTimes_data() {
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    for (qsizetype one = 0; one < all_.size(); ++one) {
        for (qsizetype other = one + 1; other < all_.size(); ++other) {
            QTest::addRow("%s and %s", qPrintable(all_[one]), qPrintable(all_[other]))
                << all_[one] << all_[other];
        }
    }
}

void TestHerd::equalTimes() {
    QFETCH(const QString, one);
    QFETCH(const QString, other);
    constexpr int rounds = 20;
    LineClient first = herd_.connectTo(one);
    LineClient second = herd_.connectTo(other);
    Stamps expected;
    for (int round = 0; round < rounds; ++round) {
        const std::string id = "twice" + std::to_string(++clients_);
        // Both are on their way before either is answered.
        QVERIFY(first.send("IAMAT " + id + " +1-30 1000\n"));
        QVERIFY(second.send("IAMAT " + id + " +2-30 1000\n"));
        expected[id] = winner({first.readLine().value_or(""), second.readLine().value_or("")});
        QVERIFY(AtLine::read(expected[id]).has_value());
    }
    const QString wrong = waitUntilStored(herd_, all_, expected);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerd::brokenClockAtOneNode() {
    const std::string ahead = timeText(wallClockNs() + 3'600'000'000'000);
    const std::string wild = report(herd_, QStringLiteral("Welsh"), "ahead +1-30 " + ahead);
    QVERIFY2(waitUntilStored(herd_, all_, {{"ahead", wild}}).isEmpty(), wild.c_str());
    const std::string mended =
        report(herd_, QStringLiteral("Goloman"), "ahead +2-30 " + timeText(wallClockNs()));
    const QString wrong = waitUntilStored(herd_, all_, {{"ahead", mended}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerd::equalLineAtTwoNodes() {
    // The second node is not the one the stored stamp came from: its own arrival is later.
    const std::string first = report(herd_, QStringLiteral("Goloman"), "same +1-30 1000");
    QVERIFY(waitUntilStored(herd_, all_, {{"same", first}}).isEmpty());
    const std::string second = report(herd_, QStringLiteral("Wilkes"), "same +1-30 1000");
    QVERIFY(waitUntilStored(herd_, all_, {{"same", second}}).isEmpty());
    // Wilkes is where the stored stamp came from now: once more changes nothing.
    QVERIFY(!report(herd_, QStringLiteral("Wilkes"), "same +1-30 1000").empty());
    const std::string mark = report(herd_, QStringLiteral("Wilkes"), "behind +2-30 2");
    QVERIFY(waitUntilStored(herd_, all_, {{"behind", mark}, {"same", second}}).isEmpty());
}

void TestHerd::bytesTravelUnchanged_data() {
    QTest::addColumn<std::string>("id");
    QTest::addColumn<std::string>("positionAndTime");
    const std::string usual = "+0.5-30.5 1";
    QTest::newRow("longest id") << std::string(1024, 'i') << usual;
    QTest::newRow("NUL") << std::string("n\0l", 3) << usual;
    QTest::newRow("not UTF-8") << std::string("\xff\xfe\x80") << usual;
    QTest::newRow("control bytes") << std::string("\x1b[2J\x01\x7f") << usual;
    QTest::newRow("a peer's word") << std::string("BYE") << usual;
    QTest::newRow("longest position") << std::string("p") << "+1+1." + std::string(59, '2') + " 1";
    QTest::newRow("longest time") << std::string("t") << "+0-0 " + std::string(31, '0') + "7";
    QTest::newRow("latest time") << std::string("l") << std::string("+0-0 9223372036.854775807");
    QTest::newRow("zero time") << std::string("z") << std::string("-0.0+0.0 0.000000000");
    QTest::newRow("zeros kept") << std::string("0") << std::string("+034.00-118.0 0100.50");
}

void TestHerd::bytesTravelUnchanged() {
    QFETCH(const std::string, id);
    QFETCH(const std::string, positionAndTime);
    const std::string line = report(herd_, QStringLiteral("Welsh"), id + ' ' + positionAndTime);
    QVERIFY(!line.empty());
    const QString wrong = waitUntilStored(herd_, all_, {{id, line}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestHerd::twoDown_data() {
    QTest::addColumn<QStringList>("down");
    for (qsizetype one = 0; one < all_.size(); ++one) {
        for (qsizetype other = one + 1; other < all_.size(); ++other) {
            QTest::addRow("%s and %s", qPrintable(all_[one]), qPrintable(all_[other]))
                << QStringList{all_[one], all_[other]};
        }
    }
}

void TestHerd::twoDown() {
    QFETCH(const QStringList, down);
    for (const QString& name : down) {
        herd_.node(name).kill();
    }
    Stamps everything;
    for (const QString& told : all_) {
        if (down.contains(told)) {
            continue;
        }
        const std::string id = "down" + std::to_string(++clients_);
        const std::string line = report(herd_, told, id + " +0.5-30.5 1");
        QVERIFY(!line.empty());
        everything[id] = line;
        const QStringList reached = reachable(herd_.layout(), told, down);
        const QString wrong = waitUntilStored(herd_, reached, {{id, line}});
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        for (const QString& other : all_) {
            const bool cutOff = !reached.contains(other) && !down.contains(other);
            QVERIFY(!cutOff || stored(herd_, other, id).empty());
        }
    }
    for (const QString& name : down) {
        QVERIFY2(herd_.startNode(name), qPrintable(herd_.error()));
    }
    const QString wrong = waitUntilStored(herd_, all_, everything);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestHerd)
#include "tst_herd.moc"
