// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <unordered_map>

#include "server/herd/clienthash.h"
#include "server/herd/stamptable.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

/// Clients enough for the index to grow eight times, and for slots in several chunks.
constexpr int manyClients = 20'000;

std::string clientName(int number) {
    return QByteArray("client-").append(QByteArray::number(number)).toStdString();
}

SlotNumber insertInto(StampTable& table, const Stamp& stamp) {
    return table.insert(table.locate(stamp.client), stamp, 7);
}

Stamp tombstoneOf(std::string_view hash) {
    Stamp tombstone;
    tombstone.client = hash;
    tombstone.origin = "alpha";
    tombstone.rxNs = tombstone.timeNs = 900;
    return tombstone;
}

/// Two ids that the index cannot tell apart by their hash.
std::pair<std::string, std::string> collidingClients() {
    std::unordered_map<std::uint32_t, int> numbers;
    for (int number = 0;; ++number) {
        const auto hash = static_cast<std::uint32_t>(sipHash(testIndexKey, clientName(number)));
        const auto [known, isNew] = numbers.emplace(hash, number);
        if (!isNew) {
            return {clientName(known->second), clientName(number)};
        }
    }
}

}  // namespace

class StampTableTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void startsEmpty();
    void keepsWhatItIsGiven_data();
    void keepsWhatItIsGiven();
    void grows();
    void slotsDoNotMove();
    void prefetchChangesNothing();
    void equalHashes();
    void overwrites_data();
    void overwrites();
    void notesChanges();
    void originsLimit();
    void removes();
    void removesFromCrowds_data();
    void removesFromCrowds();
    void findsTombstonesById();
    void findsIdsByTombstone();
    void mistakesNoNameForAHash();
    void isNoLarger();
};

void StampTableTest::removes() {
    StampTable table(testIndexKey);
    insertInto(table, stampOf("before", "4"));
    const SlotNumber slot = insertInto(table, stampOf("kiwi", "5"));
    insertInto(table, stampOf("after", "7"));
    table.setChange(slot, 12, 3);
    table.remove(slot);
    QVERIFY(!table.locate("kiwi").found);
    QVERIFY(table.slot(slot).isFree());
    QCOMPARE(quint64{table.slot(slot).lastSeq}, quint64{0});
    QCOMPARE(table.size(), SlotNumber{3});
    QCOMPARE(table.used(), std::size_t{2});
    QVERIFY(table.stamp(table.locate("before").slot) == stampOf("before", "4"));
    QVERIFY(table.stamp(table.locate("after").slot) == stampOf("after", "7"));
    QCOMPARE(insertInto(table, stampOf("plum", "5")), slot);
    QCOMPARE(table.size(), SlotNumber{3});
    QCOMPARE(table.clients(), std::size_t{3});
    QVERIFY(table.stamp(table.locate("plum").slot) == stampOf("plum", "5"));
}

void StampTableTest::removesFromCrowds_data() {
    QTest::addColumn<int>("step");
    QTest::newRow("each") << 1;
    QTest::newRow("every second") << 2;
    QTest::newRow("every seventh") << 7;
}

/// Gaps in the index and in the lists of the buckets close whatever the order.
void StampTableTest::removesFromCrowds() {
    QFETCH(int, step);
    StampTable table(testIndexKey);
    const auto bucketOf = [](int number) { return static_cast<std::uint16_t>(number % 5); };
    for (int number = 0; number < manyClients; ++number) {
        const std::string client = clientName(number);
        table.insert(table.locate(client), stampOf(client, "5"), bucketOf(number));
    }
    for (int number = 0; number < manyClients; number += step) {
        table.remove(table.locate(clientName(number)).slot);
    }
    for (int number = 0; number < manyClients; ++number) {
        const StampTable::Place place = table.locate(clientName(number));
        QCOMPARE(place.found, number % step != 0);
        if (place.found) {
            QCOMPARE(place.slot, static_cast<SlotNumber>(number));
        }
    }
    for (int number = 0; number < manyClients; number += step) {
        const std::string client = clientName(number);
        table.insert(table.locate(client), stampOf(client, "6"), bucketOf(number));
    }
    QCOMPARE(table.size(), SlotNumber{manyClients});
    for (int number = 0; number < 100; ++number) {
        const ClientHash hash = clientHashOf(clientName(number));
        const StampTable::Place place = table.locateErased(viewOf(hash), bucketOf(number));
        QVERIFY(place.found);
        QCOMPARE(place.slot, table.locate(clientName(number)).slot);
    }
}

void StampTableTest::findsTombstonesById() {
    StampTable table(testIndexKey);
    const ClientHash hash = clientHashOf("kiwi");
    const Stamp tombstone = tombstoneOf(viewOf(hash));
    const SlotNumber slot = table.insert(table.locateErased(viewOf(hash), 7), tombstone, 7);
    QVERIFY(table.slot(slot).isTombstone());
    QVERIFY(table.stamp(slot) == tombstone);
    QCOMPARE(table.tombstones(), std::size_t{1});
    QCOMPARE(table.clients(), std::size_t{0});
    QVERIFY(table.locate("kiwi").found);
    QCOMPARE(table.locate("kiwi").slot, slot);
    QVERIFY(!table.locate("kiw").found);
    table.remove(slot);
    QVERIFY(!table.locate("kiwi").found);
    QCOMPARE(table.tombstones(), std::size_t{0});
}

void StampTableTest::findsIdsByTombstone() {
    StampTable table(testIndexKey);
    const SlotNumber slot = insertInto(table, stampOf("kiwi", "5"));
    insertInto(table, stampOf("plum", "5"));
    const ClientHash hash = clientHashOf("kiwi");
    QCOMPARE(table.locateErased(viewOf(hash), 7).slot, slot);
    QVERIFY(table.locateErased(viewOf(hash), 7).found);
    QVERIFY(!table.locateErased(viewOf(hash), 6).found);
    QVERIFY(!table.locateErased(viewOf(hash), 65'535).found);
    QVERIFY(!table.locateErased(viewOf(clientHashOf("fig")), 7).found);
}

/// A client may call itself like the hash of another.
void StampTableTest::mistakesNoNameForAHash() {
    StampTable table(testIndexKey);
    const ClientHash hash = clientHashOf("kiwi");
    const SlotNumber named = insertInto(table, stampOf(viewOf(hash), "5"));
    QVERIFY(!table.locate("kiwi").found);
    QVERIFY(!table.locateErased(viewOf(hash), 7).found);
    const SlotNumber erased =
        table.insert(table.locateErased(viewOf(hash), 7), tombstoneOf(viewOf(hash)), 7);
    QCOMPARE(table.locate(viewOf(hash)).slot, named);
    QCOMPARE(table.locate("kiwi").slot, erased);
}

/// Expiry and erasure must not cost those who use neither.
void StampTableTest::isNoLarger() {
    QCOMPARE(sizeof(Slot), std::size_t{48});
}

void StampTableTest::startsEmpty() {
    const StampTable table(testIndexKey);
    QCOMPARE(table.size(), SlotNumber{0});
    QVERIFY(!table.locate("kiwi").found);
    QVERIFY(!table.locate("").found);
}

void StampTableTest::keepsWhatItIsGiven_data() {
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<QByteArray>("position");
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("usual") << QByteArray("kiwi") << QByteArray("Holiday") << QByteArray("+34-118")
                           << QByteArray("5");
    QTest::newRow("shortest") << QByteArray("k") << QByteArray("H") << QByteArray("+0+0")
                              << QByteArray("0");
    QTest::newRow("longest") << QByteArray(1024, 'k') << QByteArray(64, 'H')
                             << QByteArray("+0.").append(31, '1').append("-1.").append(27, '2')
                             << QByteArray(22, '0').append("1.234567890").right(32);
    QTest::newRow("any bytes") << QByteArray("\0\x80\xff\x01", 4) << QByteArray("H")
                               << QByteArray("+0+0") << QByteArray("0");
}

void StampTableTest::keepsWhatItIsGiven() {
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, origin);
    QFETCH(QByteArray, position);
    QFETCH(QByteArray, time);
    const Stamp stamp = stampOf(viewOf(client), viewOf(time), viewOf(position), viewOf(origin));
    StampTable table(testIndexKey);
    const SlotNumber slot = insertInto(table, stamp);
    QCOMPARE(slot, SlotNumber{0});
    QCOMPARE(table.size(), SlotNumber{1});
    const StampTable::Place place = table.locate(viewOf(client));
    QVERIFY(place.found);
    QCOMPARE(place.slot, slot);
    QVERIFY(table.stamp(slot) == stamp);
    QCOMPARE(table.slot(slot).bucket, std::uint16_t{7});
    QVERIFY(!table.locate(viewOf(client + 'x')).found);
    QVERIFY(!table.locate(viewOf(client.chopped(1))).found);
}

void StampTableTest::grows() {
    StampTable table(testIndexKey);
    for (int number = 0; number < manyClients; ++number) {
        const std::string client = clientName(number);
        QVERIFY(!table.locate(client).found);
        QCOMPARE(insertInto(table, stampOf(client, "5")), static_cast<SlotNumber>(number));
    }
    QCOMPARE(table.size(), SlotNumber{manyClients});
    for (int number = 0; number < manyClients; ++number) {
        const std::string client = clientName(number);
        const StampTable::Place place = table.locate(client);
        QVERIFY(place.found);
        QCOMPARE(place.slot, static_cast<SlotNumber>(number));
        QVERIFY(table.stamp(place.slot) == stampOf(client, "5"));
    }
    QVERIFY(!table.locate(clientName(manyClients)).found);
}

void StampTableTest::slotsDoNotMove() {
    StampTable table(testIndexKey);
    const SlotNumber first = insertInto(table, stampOf("first", "5"));
    const Slot* const slot = &table.slot(first);
    for (int number = 0; number < manyClients; ++number) {
        const std::string client = clientName(number);
        insertInto(table, stampOf(client, "5"));
    }
    QCOMPARE(&table.slot(first), slot);
    QVERIFY(table.stamp(first) == stampOf("first", "5"));
}

/// Known clients and others, more than fit one group, in a table with free slots.
void StampTableTest::prefetchChangesNothing() {
    StampTable table(testIndexKey);
    std::vector<std::uint16_t> buckets;
    table.prefetch({}, buckets);
    QVERIFY(buckets.empty());
    std::vector<std::string> names;
    for (int number = 0; number < 100; ++number) {
        names.push_back(clientName(number));
        if (number % 2 == 0) {
            insertInto(table, stampOf(names.back(), "5"));
        }
    }
    table.remove(table.locate(names.front()).slot);
    names.emplace_back();
    std::vector<std::uint64_t> hashes;
    for (const std::string& name : names) {
        hashes.push_back(table.hashOf(name));
    }
    table.prefetch(hashes, buckets);
    QVERIFY(buckets == std::vector<std::uint16_t>(49, 7));
    for (int number = 1; number < 100; ++number) {
        const StampTable::Place place = table.locate(clientName(number));
        QCOMPARE(place.found, number % 2 == 0);
        QVERIFY(!place.found || table.stamp(place.slot) == stampOf(clientName(number), "5"));
    }
}

void StampTableTest::equalHashes() {
    const auto [one, other] = collidingClients();
    QVERIFY(one != other);
    StampTable table(testIndexKey);
    const SlotNumber slot = insertInto(table, stampOf(one, "5"));
    QVERIFY(!table.locate(other).found);
    const SlotNumber otherSlot = insertInto(table, stampOf(other, "6"));
    QVERIFY(slot != otherSlot);
    QCOMPARE(table.locate(one).slot, slot);
    QCOMPARE(table.locate(other).slot, otherSlot);
    QVERIFY(table.stamp(slot) == stampOf(one, "5"));
    QVERIFY(table.stamp(otherSlot) == stampOf(other, "6"));
}

void StampTableTest::overwrites_data() {
    QTest::addColumn<QByteArray>("position");
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("same size") << QByteArray("+2-2") << QByteArray("6");
    QTest::newRow("same bytes") << QByteArray("+1-1") << QByteArray("5");
    QTest::newRow("a little longer") << QByteArray("+2.5-2") << QByteArray("6");
    QTest::newRow("much longer") << QByteArray("+2.123456789012345678901234567-2")
                                 << QByteArray("6.123456789");
    for (int length = 1; length <= 20; ++length) {
        QTest::addRow("time of %d bytes", length)
            << QByteArray("+2-2") << QByteArray(length, '0').replace(length - 1, 1, "6");
    }
}

void StampTableTest::overwrites() {
    QFETCH(QByteArray, position);
    QFETCH(QByteArray, time);
    StampTable table(testIndexKey);
    insertInto(table, stampOf("before", "4"));
    const SlotNumber slot = insertInto(table, stampOf("kiwi", "5"));
    insertInto(table, stampOf("after", "7"));
    const Stamp newer = stampOf("kiwi", viewOf(time), viewOf(position), "beta");
    const Stamp older = stampOf("kiwi", "5", "+1-1", "alpha");
    for (const Stamp& stamp : {newer, older, newer}) {
        table.overwrite(slot, stamp);
        QVERIFY(table.stamp(slot) == stamp);
    }
    QCOMPARE(table.size(), SlotNumber{3});
    QCOMPARE(table.locate("kiwi").slot, slot);
    QVERIFY(table.stamp(0) == stampOf("before", "4"));
    QVERIFY(table.stamp(2) == stampOf("after", "7"));
    QCOMPARE(table.slot(slot).bucket, std::uint16_t{7});
}

void StampTableTest::notesChanges() {
    StampTable table(testIndexKey);
    const SlotNumber slot = insertInto(table, stampOf("kiwi", "5"));
    table.setChange(slot, 12, 3);
    QCOMPARE(quint64{table.slot(slot).lastSeq}, quint64{12});
    QCOMPARE(table.slot(slot).fromSession, SessionNumber{3});
    table.overwrite(slot, stampOf("kiwi", "6"));
    QCOMPARE(quint64{table.slot(slot).lastSeq}, quint64{12});
}

void StampTableTest::originsLimit() {
    StampTable table(testIndexKey);
    const SlotNumber slot = insertInto(table, stampOf("kiwi", "5", "+1-1", "n0"));
    for (std::size_t number = 1; number < StampTable::originsMax; ++number) {
        const std::string origin = QByteArray("n").append(QByteArray::number(number)).toStdString();
        QVERIFY(table.hasRoomForOrigin(origin));
        table.overwrite(slot, stampOf("kiwi", "5", "+1-1", origin));
        QVERIFY(table.stamp(slot).origin == origin);
    }
    QVERIFY(!table.hasRoomForOrigin("one-more"));
    QVERIFY(table.hasRoomForOrigin("n0"));
    QVERIFY(table.hasRoomForOrigin("n65534"));
    table.overwrite(slot, stampOf("kiwi", "6", "+1-1", "n0"));
    QVERIFY(table.stamp(slot) == stampOf("kiwi", "6", "+1-1", "n0"));
}

QTEST_GUILESS_MAIN(StampTableTest)
#include "tst_stamptable.moc"
