// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <numeric>
#include <set>

#include "server/herd/digest.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

constexpr std::uint32_t superBuckets = 8;
constexpr std::uint32_t bucketsPerSuper = 16;

Stamp sampleStamp() {
    Stamp stamp;
    stamp.client = "kiwi.cs.ucla.edu";
    stamp.origin = "Goloman";
    stamp.position = "+34.068930-118.445127";
    stamp.time = "1400794645.392014450";
    stamp.timeNs = 1'400'794'645'392'014'450;
    stamp.rxNs = 1'400'794'645'263'873'386;
    return stamp;
}

void addTo(Digest& digest, const Stamp& stamp) {
    digest.add(Digest::sumOf(stamp), digest.bucketOf(stamp.client));
}

void removeFrom(Digest& digest, const Stamp& stamp) {
    digest.remove(Digest::sumOf(stamp), digest.bucketOf(stamp.client));
}

bool sameSums(const Digest& a, const Digest& b) {
    bool same = a.root() == b.root() && std::ranges::equal(a.superSums(), b.superSums());
    for (std::uint32_t super = 0; super < superBuckets; ++super) {
        same = same && std::ranges::equal(a.bucketSums(super), b.bucketSums(super));
    }
    return same;
}

std::vector<std::string> manyClients() {
    std::vector<std::string> clients;
    for (int number = 0; number < 500; ++number) {
        clients.push_back(QByteArray::number(number).toStdString());
    }
    return clients;
}

}  // namespace

class DigestTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void begins();
    void isTheSameInEveryVersion();
    void coversEachField_data();
    void coversEachField();
    void coversEachByte_data();
    void coversEachByte();
    void fieldsDoNotRunTogether();
    void orderDoesNotMatter();
    void addsUp();
    void takesBack();
    void bucketsAreByClient();
};

void DigestTest::begins() {
    const Digest digest(superBuckets, bucketsPerSuper);
    QCOMPARE(quint64{digest.root()}, quint64{0});
    QCOMPARE(digest.superSums().size(), std::size_t{superBuckets});
    QCOMPARE(digest.bucketSums(superBuckets - 1).size(), std::size_t{bucketsPerSuper});
    QCOMPARE(digest.bucketsPerSuper(), bucketsPerSuper);
    QCOMPARE(digest.buckets(), std::size_t{superBuckets * bucketsPerSuper});
}

/// Nodes of different versions compare their sums, so these numbers, computed apart from this
/// program, are part of the protocol.
void DigestTest::isTheSameInEveryVersion() {
    Digest digest(256, 256);
    QCOMPARE(digest.bucketOf("kiwi.cs.ucla.edu"), std::uint16_t{20'189});
    addTo(digest, sampleStamp());
    QCOMPARE(quint64{digest.root()}, quint64{0x4ef0a0e28f262f09});
    QCOMPARE(quint64{digest.superSums()[20'189 / 256]}, quint64{0x4ef0a0e28f262f09});
    QCOMPARE(quint64{digest.bucketSums(20'189 / 256)[20'189 % 256]}, quint64{0x4ef0a0e28f262f09});
}

void DigestTest::coversEachField_data() {
    QTest::addColumn<int>("field");
    QTest::newRow("client") << 0;
    QTest::newRow("origin") << 1;
    QTest::newRow("position") << 2;
    QTest::newRow("spelling of the time") << 3;
    QTest::newRow("receive time, lowest byte") << 4;
    QTest::newRow("receive time, highest byte") << 5;
}

void DigestTest::coversEachField() {
    QFETCH(int, field);
    Stamp other = sampleStamp();
    switch (field) {
        case 0:
            other.client = "kiwi.cs.ucla.edv";
            break;
        case 1:
            other.origin = "Hands";
            break;
        case 2:
            other.position = "+34.068930-118.44512";
            break;
        case 3:
            other.time = "1400794645.39201445";
            break;
        case 4:
            other.rxNs ^= 1;
            break;
        default:
            other.rxNs ^= std::int64_t{1} << 60;
    }
    Digest a(superBuckets, bucketsPerSuper);
    Digest b(superBuckets, bucketsPerSuper);
    a.add(Digest::sumOf(sampleStamp()), 3);
    b.add(Digest::sumOf(other), 3);
    QVERIFY(a.root() != b.root());
    QVERIFY(a.superSums()[0] != b.superSums()[0]);
    QVERIFY(a.bucketSums(0)[3] != b.bucketSums(0)[3]);
}

/// Fields are looked at by words, the last of them by halves: none of the bytes may be left out.
void DigestTest::coversEachByte_data() {
    QTest::addColumn<int>("bytes");
    for (int bytes = 1; bytes <= 33; ++bytes) {
        QTest::addRow("%d", bytes) << bytes;
    }
}

void DigestTest::coversEachByte() {
    QFETCH(const int, bytes);
    const std::string client(static_cast<std::size_t>(bytes), 'x');
    Stamp stamp = sampleStamp();
    std::set<std::uint64_t> sums;
    const auto insert = [&](std::string_view id) {
        stamp.client = id;
        Digest digest(superBuckets, bucketsPerSuper);
        digest.add(Digest::sumOf(stamp), 0);
        return sums.insert(digest.root()).second;
    };
    QVERIFY(insert(client));
    QVERIFY(insert(client + 'x'));
    for (std::size_t at = 0; at < client.size(); ++at) {
        std::string other = client;
        other[at] = 'y';
        QVERIFY(insert(other));
    }
}

void DigestTest::fieldsDoNotRunTogether() {
    Stamp a = sampleStamp();
    Stamp b = sampleStamp();
    a.client = "ab";
    a.origin = "c";
    b.client = "a";
    b.origin = "bc";
    Digest digest(superBuckets, bucketsPerSuper);
    digest.add(Digest::sumOf(a), 0);
    digest.remove(Digest::sumOf(b), 0);
    QVERIFY(digest.root() != 0);
}

void DigestTest::orderDoesNotMatter() {
    const std::vector<std::string> clients = manyClients();
    Digest forwards(superBuckets, bucketsPerSuper);
    Digest backwards(superBuckets, bucketsPerSuper);
    for (auto client = clients.begin(); client != clients.end(); ++client) {
        addTo(forwards, stampOf(*client, "5"));
    }
    for (auto client = clients.rbegin(); client != clients.rend(); ++client) {
        addTo(backwards, stampOf(*client, "5"));
    }
    QVERIFY(forwards.root() != 0);
    QVERIFY(sameSums(forwards, backwards));
}

void DigestTest::addsUp() {
    Digest digest(superBuckets, bucketsPerSuper);
    for (const std::string& client : manyClients()) {
        addTo(digest, stampOf(client, "5"));
    }
    std::uint64_t root = 0;
    for (std::uint32_t super = 0; super < superBuckets; ++super) {
        const auto sums = digest.bucketSums(super);
        const std::uint64_t sum = std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
        QVERIFY(sum != 0);
        QCOMPARE(quint64{digest.superSums()[super]}, quint64{sum});
        root += sum;
    }
    QCOMPARE(quint64{digest.root()}, quint64{root});
}

void DigestTest::takesBack() {
    const std::vector<std::string> clients = manyClients();
    Digest changed(superBuckets, bucketsPerSuper);
    Digest counted(superBuckets, bucketsPerSuper);
    for (const std::string& client : clients) {
        addTo(changed, stampOf(client, "5"));
        removeFrom(changed, stampOf(client, "5"));
        addTo(changed, stampOf(client, "6"));
        addTo(counted, stampOf(client, "6"));
    }
    QVERIFY(sameSums(changed, counted));
    for (const std::string& client : clients) {
        removeFrom(changed, stampOf(client, "6"));
    }
    QVERIFY(sameSums(changed, Digest(superBuckets, bucketsPerSuper)));
}

void DigestTest::bucketsAreByClient() {
    const Digest digest(superBuckets, bucketsPerSuper);
    std::vector<int> clientsIn(digest.buckets());
    for (const std::string& client : manyClients()) {
        const std::uint16_t bucket = digest.bucketOf(client);
        QVERIFY(bucket < digest.buckets());
        QCOMPARE(bucket, digest.bucketOf(std::string(client)));
        ++clientsIn[bucket];
    }
    // 500 clients in 128 buckets: about 4 each.
    QVERIFY(*std::max_element(clientsIn.begin(), clientsIn.end()) < 20);
}

QTEST_GUILESS_MAIN(DigestTest)
#include "tst_digest.moc"
