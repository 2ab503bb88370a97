// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <cstdint>
#include <utility>

#include "common/zeroedarray.h"

using namespace herd;

using Pages = ZeroedMemory::Pages;

class ZeroedArrayTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void keepsItems_data();
    void keepsItems();
    void moves();
};

void ZeroedArrayTest::keepsItems_data() {
    constexpr std::size_t hugePageItems = ZeroedMemory::hugePageBytes / sizeof(std::uint64_t);
    QTest::addColumn<Pages>("pages");
    QTest::addColumn<std::size_t>("size");
    QTest::newRow("one item") << Pages::small << std::size_t{1};
    QTest::newRow("many items") << Pages::small << 3 * hugePageItems;
    QTest::newRow("too few for a huge page") << Pages::huge << hugePageItems - 1;
    QTest::newRow("one huge page") << Pages::huge << hugePageItems;
    QTest::newRow("a rest behind it") << Pages::huge << 2 * hugePageItems + 1;
}

void ZeroedArrayTest::keepsItems() {
    QFETCH(const Pages, pages);
    QFETCH(const std::size_t, size);
    ZeroedArray<std::uint64_t> array(size, pages);
    QCOMPARE(array.size(), size);
    QCOMPARE(array.items().size(), size);
    for (std::size_t index = 0; index < size; ++index) {
        QVERIFY(array[index] == 0);
        array[index] = index + 1;
    }
    std::uint64_t expected = 0;
    for (const std::uint64_t item : array.items()) {
        QVERIFY(item == ++expected);
    }
    QCOMPARE(expected, std::uint64_t{size});
    const auto begin = reinterpret_cast<std::uintptr_t>(array.items().data());
    const bool holdsHugePage = size * sizeof(std::uint64_t) >= ZeroedMemory::hugePageBytes;
    if (pages == Pages::huge && holdsHugePage) {
        QCOMPARE(begin % ZeroedMemory::hugePageBytes, std::uintptr_t{0});
    }
}

void ZeroedArrayTest::moves() {
    ZeroedArray<int> first(1'000, Pages::small);
    first[999] = 7;
    const int* const item = &first[999];
    ZeroedArray<int> second(std::move(first));
    QCOMPARE(&second[999], item);
    second = ZeroedArray<int>(2'000, Pages::small);
    QCOMPARE(second.size(), std::size_t{2'000});
    QCOMPARE(second[999], 0);
}

QTEST_APPLESS_MAIN(ZeroedArrayTest)
#include "tst_zeroedarray.moc"
