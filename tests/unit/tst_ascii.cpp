// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <string>

#include "common/ascii.h"
#include "tests/unit/dice.h"

using namespace herd;

class AsciiTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fieldEnds_data();
    void fieldEnds();
    void fields();
    void digitsEnd();
    void anyDecimal();
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

/// Every byte that is no digit, at each place of the words that are looked at.
void AsciiTest::digitsEnd() {
    for (int byte = 0; byte < 256; ++byte) {
        const char it = static_cast<char>(byte);
        const bool isPoint = it == '.';
        for (std::size_t before = 1; before <= 17; ++before) {
            for (std::size_t behind = 0; behind <= 9; ++behind) {
                const std::string text =
                    std::string(before, '7') + it + std::string(behind, '\xff');
                std::string_view rest = text;
                const std::optional<DecimalText> decimal = takeDecimalText(rest);
                QCOMPARE(decimal.has_value(), !isPoint);
                if (!isPoint) {
                    const std::size_t digits = isDigit(it) ? before + 1 : before;
                    QCOMPARE(decimal->whole.size(), digits);
                    QVERIFY(decimal->fraction.empty());
                    QCOMPARE(rest, std::string_view(text).substr(digits));
                }
            }
        }
    }
}

/// Numbers of each length, with whatever may stand behind them.
void AsciiTest::anyDecimal() {
    Dice dice(1);
    for (int round = 0; round < 50'000; ++round) {
        const auto whole = dice.below(dice.below(1'000'000'000) + 1);
        const auto fraction = dice.below(1'000'000'000);
        std::string digits = std::to_string(1'000'000'000 + fraction).substr(1);
        digits.resize(1 + static_cast<std::size_t>(dice.below(9)));
        const std::string spelled = std::to_string(whole) + '.' + digits;
        const std::string behind(1, " +-./:;\xff"[dice.below(8)]);
        const std::string text = spelled + behind + "12345678";
        std::string_view rest = text;
        const std::optional<Decimal> decimal = takeDecimal(rest, 9);
        QVERIFY(decimal);
        const std::string scaled =
            std::to_string(whole) + digits + std::string(9 - digits.size(), '0');
        QCOMPARE(qint64{decimal->scaled}, QByteArray::fromStdString(scaled).toLongLong());
        std::string_view written = text;
        QCOMPARE(takeDecimalText(written)->fraction, std::string_view(digits));
        QVERIFY(decimal->exact);
        QCOMPARE(rest, std::string_view(text).substr(spelled.size()));
    }
}

QTEST_APPLESS_MAIN(AsciiTest)
#include "tst_ascii.moc"
