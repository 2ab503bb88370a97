// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "server/journal/crc32c.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

class Crc32cTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void known_data();
    void known();
    void tableAgreesWithInstruction();
    void everyBitCounts();
};

/// RFC 3720 appendix B.4, and the check value of the catalogue of CRCs.
void Crc32cTest::known_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("crc");
    QByteArray rising(32, '\0');
    QByteArray falling(32, '\0');
    for (int at = 0; at < 32; ++at) {
        rising[at] = static_cast<char>(at);
        falling[at] = static_cast<char>(31 - at);
    }
    QTest::newRow("nothing") << QByteArray() << quint32{0};
    QTest::newRow("check") << QByteArray("123456789") << quint32{0xe3069283};
    QTest::newRow("zeros") << QByteArray(32, '\0') << quint32{0x8a9136aa};
    QTest::newRow("ones") << QByteArray(32, '\xff') << quint32{0x62a8ab43};
    QTest::newRow("rising") << rising << quint32{0x46dd794e};
    QTest::newRow("falling") << falling << quint32{0x113fdb5c};
}

void Crc32cTest::known() {
    QFETCH(QByteArray, bytes);
    QFETCH(quint32, crc);
    QCOMPARE(quint32{crc32c(viewOf(bytes))}, crc);
    QCOMPARE(quint32{crc32cByTable(viewOf(bytes))}, crc);
}

void Crc32cTest::tableAgreesWithInstruction() {
    Dice dice(1);
    for (std::size_t length = 0; length < 300; ++length) {
        std::string bytes(length, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(dice.next());
        }
        for (std::size_t skipped = 0; skipped < std::min<std::size_t>(length, 8); ++skipped) {
            const std::string_view view = std::string_view(bytes).substr(skipped);
            QCOMPARE(crc32c(view), crc32cByTable(view));
        }
    }
}

void Crc32cTest::everyBitCounts() {
    QByteArray bytes("7 AT Goloman +0.000000001 kiwi +34-118 5");
    const std::uint32_t crc = crc32c(viewOf(bytes));
    for (int bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
        QVERIFY(crc32c(viewOf(bytes)) != crc);
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
}

QTEST_APPLESS_MAIN(Crc32cTest)
#include "tst_crc32c.moc"
