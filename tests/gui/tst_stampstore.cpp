// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampstore.h"

#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "common/wire.h"
#include "console/history.h"

namespace herd {

class StampStoreTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void keepsTheBytes();
    void refusesMalformedLines_data();
    void refusesMalformedLines();
    void tellsEachRowOnce();
    void ignoresWhatItHas();
    void measuresTheWay();
    void outgrowsItsRoom();
    void findsManyClients();
    void leavesOutWhatIsTooMuch();
    void clears();
    void drops();
    void dropsNobodyWhoIsBack();
    void keepsOneHour();
};

namespace {

const std::string kiwi = "AT Hands +0.263873386 kiwi +34.068930-118.445127 1520023934.918963997";

std::string lineOf(int client, const std::string& position = "+1.5-2.5") {
    return "AT Hands +0.000000001 client-" + std::to_string(client) + ' ' + position + " 1000";
}

}  // namespace

void StampStoreTest::keepsTheBytes() {
    StampStore store;
    const std::string strange("AT Welsh -1.000000000 \xff\0x +0-0 1.5", 34);
    store.apply({kiwi, strange});
    QCOMPARE(store.size(), 2);
    QCOMPARE(store.malformedCount(), 0U);
    QCOMPARE(store.atLine(0), kiwi);
    QCOMPARE(store.atLine(1), strange);
    QCOMPARE(store.client(0), std::string_view("kiwi"));
    QCOMPARE(store.position(0), std::string_view("+34.068930-118.445127"));
    QCOMPARE(store.time(0), std::string_view("1520023934.918963997"));
    QCOMPARE(store.origin(1), std::string_view("Welsh"));
    QCOMPARE(store.row(0).latitude, 34.06893);
    QCOMPARE(store.row(0).longitude, -118.445127);
    QCOMPARE(store.row(0).timeNs, 1'520'023'934'918'963'997);
    QCOMPARE(store.row(0).rxNs, 1'520'023'934'918'963'997 + 263'873'386);
    QVERIFY(std::isnan(store.row(0).movedMetres));
    QCOMPARE(store.find(std::string_view("\xff\0x", 3)), 1);
    QCOMPARE(store.find("Kiwi"), -1);
}

void StampStoreTest::refusesMalformedLines_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("kiwi");
    QTest::newRow("a client's command") << QByteArray("IAMAT kiwi +1+1 1");
    QTest::newRow("another word of peers") << QByteArray("MARK 7");
    QTest::newRow("two spaces") << QByteArray("AT Hands +0.000000001  kiwi +1+1 1");
    QTest::newRow("no canonical difference") << QByteArray("AT Hands +0.1 kiwi +1+1 1");
    QTest::newRow("past the pole") << QByteArray("AT Hands +0.000000001 kiwi +91+1 1");
    QTest::newRow("an endless client")
        << "AT Hands +0.000000001 " + QByteArray(wire::clientIdBytesMax + 1, 'k') + " +1+1 1";
}

void StampStoreTest::refusesMalformedLines() {
    QFETCH(QByteArray, line);
    StampStore store;
    store.apply({line.toStdString(), kiwi});
    QCOMPARE(store.size(), 1);
    QCOMPARE(store.malformedCount(), 1U);
}

void StampStoreTest::tellsEachRowOnce() {
    StampStore store;
    QSignalSpy added(&store, &StampStore::rowsAdded);
    QList<std::vector<int>> changed;
    connect(&store, &StampStore::rowsChanged, this,
            [&changed](const std::vector<int>& rows) { changed.append(rows); });
    store.apply({lineOf(0), lineOf(1), lineOf(2), lineOf(1, "+3+3")});
    QCOMPARE(added.size(), 1);
    QCOMPARE(added.first(), (QList<QVariant>{0, 3}));
    QVERIFY(changed.isEmpty());
    QCOMPARE(store.position(1), std::string_view("+3+3"));
    store.apply({lineOf(2, "+4+4"), lineOf(0, "+4+4"), lineOf(3), lineOf(2, "+5+5")});
    QCOMPARE(added.last(), (QList<QVariant>{3, 1}));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first(), (std::vector<int>{0, 2}));
}

void StampStoreTest::ignoresWhatItHas() {
    StampStore store;
    store.apply({kiwi});
    QSignalSpy changed(&store, &StampStore::rowsChanged);
    store.apply({kiwi});
    QVERIFY(changed.isEmpty());
    QVERIFY(std::isnan(store.row(0).movedMetres));
    store.apply({"AT Welsh +0.263873386 kiwi +34.068930-118.445127 1520023934.918963997"});
    QCOMPARE(changed.size(), 1);
    QCOMPARE(store.row(0).movedMetres, 0.0F);
}

void StampStoreTest::measuresTheWay() {
    StampStore store;
    // A degree along the equator, and the way from pole to pole.
    store.apply({lineOf(0, "+0+0"), lineOf(1, "+90+0"), lineOf(2, "+0+179.5")});
    store.apply({lineOf(0, "+0+1"), lineOf(1, "-90+77"), lineOf(2, "+0-179.5")});
    QVERIFY(std::abs(store.row(0).movedMetres - 111'195.1F) < 1);
    QVERIFY(std::abs(store.row(1).movedMetres - 20'015'115.0F) < 10);
    QVERIFY(std::abs(store.row(2).movedMetres - 111'195.1F) < 1);
}

void StampStoreTest::outgrowsItsRoom() {
    StampStore store;
    store.apply({lineOf(0, "+1+1"), lineOf(1, "+1+1")});
    const std::string longest = "+1." + std::string(29, '1') + "-1." + std::string(29, '2');
    QCOMPARE(longest.size(), 64U);
    for (const std::string& position :
         {std::string("+1.123456+1.123456"), longest, std::string("+2+2"), longest}) {
        store.apply({lineOf(0, position)});
        QCOMPARE(store.position(0), std::string_view(position));
        QCOMPARE(store.time(0), std::string_view("1000"));
        QCOMPARE(store.client(0), std::string_view("client-0"));
        QCOMPARE(store.atLine(1), lineOf(1, "+1+1"));
    }
}

void StampStoreTest::findsManyClients() {
    constexpr int count = 50'000;
    StampStore store;
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) {
        lines.push_back(lineOf(i));
    }
    store.reserve(count);
    store.apply(lines);
    QCOMPARE(store.size(), count);
    for (int i = 0; i < count; i += 17) {
        QCOMPARE(store.find("client-" + std::to_string(i)), i);
        QCOMPARE(store.atLine(i), lineOf(i));
    }
    QCOMPARE(store.find("client-50000"), -1);
}

void StampStoreTest::leavesOutWhatIsTooMuch() {
    StampStore store(nullptr, {3, 2});
    QSignalSpy leftOut(&store, &StampStore::leftOutChanged);
    store.apply({lineOf(0), lineOf(1), "AT Welsh +0.000000001 client-2 +1+1 1000"});
    QCOMPARE(store.size(), 3);
    QCOMPARE(store.originCount(), 2U);
    QVERIFY(leftOut.isEmpty());
    // Neither a fourth client nor a third node; those that are there go on.
    store.apply({lineOf(3), lineOf(3), "AT Ball +0.000000001 client-1 +4+4 1001",
                 "AT Welsh +0.000000001 client-0 +5+5 1001"});
    QCOMPARE(leftOut.size(), 1);
    QCOMPARE(store.leftOutCount(), 3U);
    QCOMPARE(store.malformedCount(), 0U);
    QCOMPARE(store.size(), 3);
    QCOMPARE(store.originCount(), 2U);
    QCOMPARE(store.find("client-3"), -1);
    QCOMPARE(store.position(1), std::string_view("+1.5-2.5"));
    QCOMPARE(store.position(0), std::string_view("+5+5"));
    store.clear();
    QCOMPARE(store.leftOutCount(), 0U);
    store.apply({"AT Ball +0.000000001 client-1 +4+4 1001"});
    QCOMPARE(store.origin(0), std::string_view("Ball"));
}

void StampStoreTest::clears() {
    StampStore store;
    store.reserve(~quint64{0});  // a hint from outside
    store.apply({kiwi, "nonsense"});
    store.setComplete(true);
    QSignalSpy cleared(&store, &StampStore::cleared);
    QSignalSpy complete(&store, &StampStore::completeChanged);
    store.clear();
    QCOMPARE(cleared.size(), 1);
    QCOMPARE(complete.size(), 1);
    QVERIFY(!store.complete());
    QCOMPARE(store.size(), 0);
    QCOMPARE(store.malformedCount(), 0U);
    QCOMPARE(store.originCount(), 0U);
    QCOMPARE(store.find("kiwi"), -1);
    store.apply({kiwi});
    QCOMPARE(store.atLine(0), kiwi);
}

void StampStoreTest::drops() {
    StampStore store;
    std::vector<std::string> lines;
    for (int client = 0; client < 2'000; ++client) {
        lines.push_back(lineOf(client));
    }
    store.apply(lines);
    store.setComplete(true);
    QSignalSpy cleared(&store, &StampStore::cleared);
    QSignalSpy added(&store, &StampStore::rowsAdded);
    store.drop({"client-7", "nobody", "client-1999"});
    store.drop({"client-0"});
    QTRY_COMPARE(cleared.size(), 1);
    QCOMPARE(added.size(), 1);
    QCOMPARE(added.first(), (QList<QVariant>{0, 1'997}));
    QCOMPARE(store.size(), 1'997);
    QVERIFY(store.complete());
    for (int client = 0; client < 2'000; ++client) {
        const int row = store.find("client-" + std::to_string(client));
        QCOMPARE(row < 0, client == 0 || client == 7 || client == 1'999);
        QVERIFY(row < 0 || store.atLine(row) == lineOf(client));
    }
    store.apply({lineOf(7)});
    QCOMPARE(store.atLine(1'997), lineOf(7));
}

/// A client that reports again before its row goes keeps it.
void StampStoreTest::dropsNobodyWhoIsBack() {
    StampStore store;
    store.apply({lineOf(0), lineOf(1)});
    QSignalSpy cleared(&store, &StampStore::cleared);
    store.drop({"client-0", "client-1"});
    store.apply({lineOf(0, "+3+3")});
    QTRY_COMPARE(cleared.size(), 1);
    QCOMPARE(store.size(), 1);
    QCOMPARE(store.atLine(0), lineOf(0, "+3+3"));
}

void StampStoreTest::keepsOneHour() {
    History history;
    for (int i = 0; i < History::samplesMax + 10; ++i) {
        HistorySample sample;
        sample.wallMs = i;
        history.add(sample);
        QCOMPARE(history.at(history.size() - 1).wallMs, i);
    }
    QCOMPARE(history.size(), History::samplesMax);
    QCOMPARE(history.at(0).wallMs, 10);
    QVERIFY(std::isnan(history.at(0).updatesPerS));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::StampStoreTest)
#include "tst_stampstore.moc"
