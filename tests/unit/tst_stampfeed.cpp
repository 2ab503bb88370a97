// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <set>
#include <string>

#include "server/herd/stampfeed.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

/// A table with a ring of 8.
struct Source {
    StampTable table{testIndexKey};
    ChangeRing ring{8};
    int changes = 0;

    void change(int client) {
        const std::string name = "c" + std::to_string(client);
        const std::string time = std::to_string(++changes);
        const Stamp stamp = stampOf(name, time);
        const StampTable::Place place = table.locate(name);
        SlotNumber slot = place.slot;
        if (place.found) {
            table.overwrite(slot, stamp);
        } else {
            slot = table.insert(place, stamp, 0);
        }
        table.setChange(slot, ring.record(slot), 0);
    }

    void changeEach(int clients) {
        for (int client = 0; client < clients; ++client) {
            change(client);
        }
    }
};

/// client@time of the next `count` stamps, or of all.
QByteArray told(StampFeed& feed, int count = 1'000) {
    QByteArrayList words;
    while (count-- > 0) {
        const std::optional<Stamp> stamp = feed.next();
        if (!stamp) {
            break;
        }
        words.append(bytesOf(stamp->client) + '@' + bytesOf(stamp->time));
    }
    return words.join(' ');
}

}  // namespace

class StampFeedTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void setTakesRoundAndRound();
    void setInsertsBelow_data();
    void setInsertsBelow();
    void emptyTable();
    void tableThenChanges();
    void changesDuringTheTable();
    void newestOnly();
    void busyClientStarvesNobody();
    void overrun_data();
    void overrun();
    void tellsWhoIsGone();
    void passesFreeSlotsBy();
    void beginsAnewWhenTooManyAreGone();
};

void StampFeedTest::tellsWhoIsGone() {
    Source source;
    source.changeEach(3);
    StampFeed feed(source.table, source.ring);
    QCOMPARE(told(feed), QByteArray("c0@1 c1@2 c2@3"));
    QCOMPARE(feed.nextGone(), std::nullopt);
    feed.noteGone("c1");
    source.table.remove(1);
    QVERIFY(feed.waiting() > 0);
    source.change(1);
    feed.noteChanges();
    QCOMPARE(feed.nextGone(), std::optional<std::string>("c1"));
    QCOMPARE(feed.nextGone(), std::nullopt);
    QCOMPARE(told(feed), QByteArray("c1@4"));
    QCOMPARE(feed.waiting(), std::uint64_t{0});
}

void StampFeedTest::passesFreeSlotsBy() {
    Source source;
    source.changeEach(4);
    source.table.remove(3);
    source.table.remove(1);
    StampFeed feed(source.table, source.ring);
    QCOMPARE(feed.clientsAtStart(), std::size_t{2});
    QCOMPARE(told(feed), QByteArray("c0@1 c2@3"));
    QVERIFY(feed.toldAll());
    source.change(0);
    feed.noteChanges();
    source.table.remove(0);
    QCOMPARE(told(feed), QByteArray());
}

void StampFeedTest::beginsAnewWhenTooManyAreGone() {
    Source source;
    source.changeEach(2);
    StampFeed feed(source.table, source.ring);
    QCOMPARE(told(feed), QByteArray("c0@1 c1@2"));
    const std::string longest(1'024, 'k');
    for (std::size_t bytes = 0; bytes < StampFeed::goneBytesMax; bytes += longest.size()) {
        feed.noteGone(longest);
    }
    QVERIFY(!feed.takeRestart());
    feed.noteGone("k");
    QVERIFY(!feed.toldAll());
    QVERIFY(feed.waiting() > 0);
    QVERIFY(feed.takeRestart());
    QVERIFY(!feed.takeRestart());
    QCOMPARE(feed.nextGone(), std::nullopt);
    QCOMPARE(told(feed), QByteArray("c0@1 c1@2"));
    QVERIFY(feed.toldAll());
}

void StampFeedTest::setTakesRoundAndRound() {
    SlotSet set;
    QVERIFY(set.empty());
    QCOMPARE(set.takeNext(), std::nullopt);
    for (const SlotNumber slot : {5U, 200U, 5U, 64U, 63U}) {
        set.insert(slot);
    }
    QCOMPARE(set.count(), std::uint64_t{4});
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(5));
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(63));
    set.insert(5);
    set.insert(63);
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(64));
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(200));
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(5));
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(63));
    QCOMPARE(set.takeNext(), std::nullopt);
    set.insert(1);
    set.clear();
    QVERIFY(set.empty());
    set.insert(70);
    set.insert(2);
    QCOMPARE(set.takeNext(), std::optional<SlotNumber>(2));
}

void StampFeedTest::setInsertsBelow_data() {
    QTest::addColumn<uint>("count");
    for (const uint count : {0U, 1U, 63U, 64U, 65U, 128U, 1'000U}) {
        QTest::addRow("%u", count) << count;
    }
}

void StampFeedTest::setInsertsBelow() {
    QFETCH(uint, count);
    SlotSet set;
    set.insert(0);
    set.insert(70);
    set.insertBelow(count);
    std::set<SlotNumber> expected{0, 70};
    for (SlotNumber slot = 0; slot < count; ++slot) {
        expected.insert(slot);
    }
    QCOMPARE(set.count(), std::uint64_t{expected.size()});
    for (const SlotNumber slot : expected) {
        QCOMPARE(set.takeNext(), std::optional(slot));
    }
    QVERIFY(set.empty());
}

void StampFeedTest::emptyTable() {
    Source source;
    StampFeed feed(source.table, source.ring);
    QVERIFY(feed.toldAll());
    QCOMPARE(feed.waiting(), std::uint64_t{0});
    source.change(1);
    QCOMPARE(feed.waiting(), std::uint64_t{0});
    feed.noteChanges();
    QVERIFY(feed.waiting() > 0);
    QCOMPARE(told(feed), QByteArray("c1@1"));
}

void StampFeedTest::tableThenChanges() {
    Source source;
    source.changeEach(3);
    StampFeed feed(source.table, source.ring);
    QCOMPARE(feed.clientsAtStart(), SlotNumber{3});
    QCOMPARE(told(feed, 2), QByteArray("c0@1 c1@2"));
    QVERIFY(!feed.toldAll());
    QCOMPARE(told(feed, 1), QByteArray("c2@3"));
    QVERIFY(feed.toldAll());
    feed.noteChanges();
    QCOMPARE(feed.waiting(), std::uint64_t{0});
    source.change(7);
    source.change(1);
    feed.noteChanges();
    QCOMPARE(told(feed), QByteArray("c7@4 c1@5"));
    QCOMPARE(feed.waiting(), std::uint64_t{0});
}

/// A client that changes behind the sweep comes again, one before it only once and new; none of
/// them delays the end of the table.
void StampFeedTest::changesDuringTheTable() {
    Source source;
    source.changeEach(4);
    StampFeed feed(source.table, source.ring);
    QCOMPARE(told(feed, 2), QByteArray("c0@1 c1@2"));
    source.change(0);
    source.change(3);
    source.change(9);
    feed.noteChanges();
    QCOMPARE(told(feed, 1), QByteArray("c2@3"));
    QVERIFY(!feed.toldAll());
    QCOMPARE(told(feed, 1), QByteArray("c3@6"));
    QVERIFY(feed.toldAll());
    QCOMPARE(told(feed), QByteArray("c9@7 c0@5"));
}

void StampFeedTest::newestOnly() {
    Source source;
    source.changeEach(2);
    StampFeed feed(source.table, source.ring);
    told(feed);
    for (int i = 0; i < 7; ++i) {
        source.change(1);
        feed.noteChanges();
    }
    QCOMPARE(told(feed), QByteArray("c1@9"));
}

void StampFeedTest::busyClientStarvesNobody() {
    Source source;
    source.changeEach(3);
    StampFeed feed(source.table, source.ring);
    told(feed);
    source.changeEach(3);
    feed.noteChanges();
    QByteArrayList clients;
    for (int i = 0; i < 4; ++i) {
        source.change(0);
        feed.noteChanges();
        clients.append(told(feed, 1).left(2));
    }
    QCOMPARE(clients.join(' '), QByteArray("c0 c1 c2 c0"));
}

void StampFeedTest::overrun_data() {
    QTest::addColumn<int>("changes");
    QTest::addColumn<QByteArray>("clients");
    QTest::newRow("what the ring holds") << 8 << QByteArray("c1");
    QTest::newRow("one more") << 9 << QByteArray("c0 c1 c2");
}

void StampFeedTest::overrun() {
    QFETCH(int, changes);
    QFETCH(QByteArray, clients);
    Source source;
    source.changeEach(3);
    StampFeed feed(source.table, source.ring);
    told(feed);
    for (int i = 0; i < changes; ++i) {
        source.change(1);
    }
    feed.noteChanges();
    QByteArrayList names;
    while (feed.waiting() > 0) {
        names.append(told(feed, 1).left(2));
    }
    std::sort(names.begin(), names.end());
    QCOMPARE(names.join(' '), clients);
    source.change(2);
    feed.noteChanges();
    QCOMPARE(told(feed).left(2), QByteArray("c2"));
}

QTEST_APPLESS_MAIN(StampFeedTest)

#include "tst_stampfeed.moc"
