// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "common/siphash.h"
#include "tests/unit/bytes.h"

using namespace herd;

namespace {

/// The key and the texts of the authors' own vectors: bytes counting up from 0.
constexpr SipKey countingKey = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

/// SipHash-1-3 of the first n counting bytes under the counting key.
constexpr std::uint64_t countingHashes[] = {
    0xabac0158050fc4dc, 0xc9f49bf37d57ca93, 0x82cb9b024dc7d44d, 0x8bf80ab8e7ddf7fb,
    0xcf75576088d38328, 0xdef9d52f49533b67, 0xc50d2b50c59f22a7, 0xd3927d989bb11140,
    0x369095118d299a8e, 0x25a48eb36c063de4, 0x79de85ee92ff097f, 0x70c118c1f94dc352,
    0x78a384b157b4d9a2, 0x306f760c1229ffa7, 0x605aa111c0f95d34, 0xd320d86d2a519956,
    0xcc4fdd1a7d908b66, 0x9cf2689063dbd80c, 0x8ffc389cb473e63e, 0xf21f9de58d297d1c,
    0xc0dc2f46a6cce040, 0xb992abfe2b45f844, 0x7ffe7b9ba320872e, 0x525a0e7fdae6c123,
    0xf464aeb267349c8c, 0x45cd5928705b0979, 0x3a3e35e3ca9913a5, 0xa91dc74e4ade3b35,
    0xfb0bed02ef6cd00d, 0x88d93cb44ab1e1f4, 0x540f11d643c5e663, 0x2370dd1f8c21d1bc,
    0x81157b6c16a7b60d, 0x4d54b9e57a8ff9bf, 0x759f12781f2a753e, 0xcea1a3bebf186b91,
    0x2cf508d3ada26206, 0xb6101c2da3c33057, 0xb3f47496ae3a36a1, 0x626b57547b108392,
    0xc1d2363299e41531, 0x667cc1923f1ad944, 0x65704ffec8138825, 0x24f280d1c28949a6,
    0xc2ca1cedfaf8876b, 0xc2164bfc9f042196, 0xa16e9c9368b1d623, 0x49fb169c8b5114fd,
    0x9f3143f8df074c46, 0xc6fdaf2412cc86b3, 0x7eaf49d10a52098f, 0x1cf313559d292f9a,
    0xc44a30dda2f41f12, 0x36fae98943a71ed0, 0x318fb34c73f0bce6, 0xa27abf3670a7e980,
    0xb4bcc0db243c6d75, 0x23f8d852fdb71513, 0x8f035f4da67d8a08, 0xd89cd0e5b7e8f148,
    0xf6f4e6bcf7a644ee, 0xaec59ad80f1837f2, 0xc3b2f6154b6694e0, 0x9d199062b7bbb3a8,
};

std::string countingText(std::size_t length) {
    std::string text;
    for (std::size_t index = 0; index < length; ++index) {
        text += static_cast<char>(index);
    }
    return text;
}

}  // namespace

class SipHashTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void countingBytes();
    void anyAlignment();
    void other_data();
    void other();
};

void SipHashTest::countingBytes() {
    for (std::size_t length = 0; length < std::size(countingHashes); ++length) {
        QCOMPARE(quint64{sipHash(countingKey, countingText(length))},
                 quint64{countingHashes[length]});
    }
}

void SipHashTest::anyAlignment() {
    const std::string text = countingText(37);
    for (std::size_t offset = 0; offset < 16; ++offset) {
        const std::string moved = std::string(offset, 'x') + text + 'x';
        const auto view = std::string_view(moved).substr(offset, text.size());
        QCOMPARE(quint64{sipHash(countingKey, view)}, quint64{countingHashes[37]});
    }
}

void SipHashTest::other_data() {
    QTest::addColumn<quint64>("low");
    QTest::addColumn<quint64>("high");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<quint64>("hash");
    const auto row = [](const char* name, const SipKey& key, const QByteArray& text, quint64 hash) {
        QTest::newRow(name) << quint64{key.low} << quint64{key.high} << text << hash;
    };
    row("no key, no text", SipKey(), "", 0xd1fba762150c532c);
    row("no key", SipKey(), "abc", 0xc03bc3a0042630f2);
    row("no key, one word", SipKey(), "12345678", 0x3489982430560a87);
    row("key", countingKey, "abc", 0x6fce24e8af8146eb);
    // The last word carries the length in one byte.
    row("255 bytes", countingKey, QByteArray(255, '\xff'), 0x975f7eb5b2fdfb25);
    row("256 bytes", countingKey, bytesOf(countingText(256)), 0x75b3e64e167de370);
    row("257 bytes", countingKey, QByteArray(257, '\xff'), 0x6237b8ab123cba91);
}

void SipHashTest::other() {
    QFETCH(quint64, low);
    QFETCH(quint64, high);
    QFETCH(QByteArray, text);
    QFETCH(quint64, hash);
    QCOMPARE(quint64{sipHash({low, high}, viewOf(text))}, hash);
}

QTEST_GUILESS_MAIN(SipHashTest)
#include "tst_siphash.moc"
