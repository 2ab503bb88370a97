// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <algorithm>
#include <set>

#include "tests/unit/feedsource.h"

using namespace herd;

class LinkComparisonTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void markEndsEqualComparison();
    void tellsNothingBeforeTheComparison();
    void comparisonFindsWhatDiffers();
    void changesDuringComparison();
    void repairsWhileFlowing();
    void refusesStrangeSums();
};

void LinkComparisonTest::markEndsEqualComparison() {
    for (const int filled : {0, 5}) {
        Source source;
        source.changeEach(filled);
        source.awaitComparison();
        const std::optional<Need> need = source.feed.compareTop(source.digest.superSums());
        QVERIFY(need.has_value());
        QVERIFY(need->superBuckets.empty());
        QCOMPARE(need->superBucketCount, std::uint32_t{8});
        QCOMPARE(source.fill(), listOf(markOf(filled)));
        QVERIFY(!source.feed.lagging());
        QCOMPARE(source.fill(), QByteArrayList());
    }
}

void LinkComparisonTest::tellsNothingBeforeTheComparison() {
    Source source;
    source.changeEach(3);
    source.awaitComparison();
    QCOMPARE(source.fill(), QByteArrayList());
    QVERIFY(source.feed.lagging());
    source.change(1);
    // It must be told in any case, so it need not wait; a MARK has to.
    QCOMPARE(source.fill(), listOf("c1"));
    QVERIFY(source.feed.lagging());
}

/// Every super-bucket that differs is needed, and of it only the buckets that differ are sent.
void LinkComparisonTest::comparisonFindsWhatDiffers() {
    Source source;
    Source peer;
    source.changeEach(40);
    peer.changeEach(40);
    source.change(5);
    source.change(41);
    source.awaitComparison();
    const std::optional<Need> need = source.feed.compareTop(peer.digest.superSums());
    QVERIFY(need.has_value());
    std::set<std::uint32_t> differing;
    std::set<std::uint16_t> buckets;
    for (const int client : {5, 41}) {
        buckets.insert(source.digest.bucketOf(clientName(client)));
        differing.insert(source.digest.bucketOf(clientName(client)) / 8);
    }
    QVERIFY(std::ranges::equal(need->superBuckets, differing));
    for (const std::uint32_t super : need->superBuckets) {
        QCOMPARE(source.fill(), QByteArrayList());
        QVERIFY(!source.feed.compareDetail(super, peer.digest.bucketSums(super).first(7)));
        QVERIFY(source.feed.compareDetail(super, peer.digest.bucketSums(super)));
        QVERIFY(!source.feed.compareDetail(super, peer.digest.bucketSums(super)));
    }
    QByteArrayList expected;
    for (int client = 0; client <= 41; ++client) {
        if (client != 40 && buckets.contains(source.digest.bucketOf(clientName(client)))) {
            expected.append(bytesOf(clientName(client)));
        }
    }
    expected.append("=42");
    QCOMPARE(source.fillAll(), expected);
}

void LinkComparisonTest::changesDuringComparison() {
    Source source;
    Source peer;
    source.changeEach(5);
    source.awaitComparison();
    source.change(0);
    const std::optional<Need> need = source.feed.compareTop(peer.digest.superSums());
    source.change(1);
    source.change(6);
    QByteArrayList said = source.fill();
    for (const std::uint32_t super : need->superBuckets) {
        QVERIFY(source.feed.compareDetail(super, peer.digest.bucketSums(super)));
        source.change(2);
    }
    said += source.fillAll();
    QCOMPARE(said.takeLast(), markOf(source.changes));
    QByteArrayList expected = clients(0, 4);
    expected.append("c6");
    for (const QByteArray& client : expected) {
        QVERIFY2(said.contains(client), client.constData());
    }
}

/// A comparison on a link that was caught up ends with a MARK although nothing is new.
void LinkComparisonTest::repairsWhileFlowing() {
    Source source;
    Source peer;
    source.changeEach(5);
    source.resumeAfter(5);
    QCOMPARE(source.fill(), QByteArrayList());
    const std::optional<Need> need = source.feed.compareTop(peer.digest.superSums());
    QVERIFY(need && !need->superBuckets.empty());
    QVERIFY(source.feed.lagging());
    for (const std::uint32_t super : need->superBuckets) {
        QVERIFY(source.feed.compareDetail(super, peer.digest.bucketSums(super)));
    }
    QCOMPARE(source.fillAll(), clients(0, 4) << "=5");
    QCOMPARE(source.fill(), QByteArrayList());
}

void LinkComparisonTest::refusesStrangeSums() {
    Source source;
    source.changeEach(5);
    source.awaitComparison();
    QVERIFY(!source.feed.compareDetail(0, source.digest.bucketSums(0)));
    QVERIFY(!source.feed.compareTop(source.digest.superSums().first(4)));
    QVERIFY(!source.feed.compareTop(Digest(16, 8).superSums()));
    const std::optional<Need> need = source.feed.compareTop(Digest(8, 8).superSums());
    QVERIFY(need && !need->superBuckets.empty());
    QVERIFY(!source.feed.compareTop(source.digest.superSums()));
    QVERIFY(!source.feed.compareDetail(8, source.digest.bucketSums(0)));
}

QTEST_GUILESS_MAIN(LinkComparisonTest)
#include "tst_linkcomparison.moc"
