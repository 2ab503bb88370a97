// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <string>

#include "common/ascii.h"

using namespace herd;

class AsciiTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fieldEnds_data();
    void fieldEnds();
    void fields();
};

/// Each byte behind and before others, at each place of the words that are looked at.
void AsciiTest::fieldEnds_data() {
    QTest::addColumn<int>("byte");
    for (int byte = 0; byte < 256; ++byte) {
        QTest::addRow("%d", byte) << byte;
    }
}

void AsciiTest::fieldEnds() {
    QFETCH(const int, byte);
    const char it = static_cast<char>(byte);
    const bool ends = std::string_view(" \t\n\v\f\r").find(it) != std::string_view::npos;
    for (const char filler : {'x', '\0', '\x1f', '!', '\x80', '\xff'}) {
        for (std::size_t before = 0; before <= 17; ++before) {
            for (std::size_t behind = 0; behind <= 9; ++behind) {
                const std::string text =
                    std::string(before, filler) + it + std::string(behind, filler);
                QCOMPARE(fieldLength(text), ends ? before : text.size());
            }
        }
    }
}

void AsciiTest::fields() {
    std::string_view text = " \t one\rtwo \v";
    QCOMPARE(takeField(text), std::string_view("one"));
    QCOMPARE(text, std::string_view("\rtwo \v"));
    QCOMPARE(takeField(text), std::string_view("two"));
    QVERIFY(takeField(text).empty());
    QVERIFY(text.empty());
    QVERIFY(takeField(text).empty());
}

QTEST_APPLESS_MAIN(AsciiTest)
#include "tst_ascii.moc"
