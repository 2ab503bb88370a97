// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <string>
#include <vector>

#include "server/herd/stamptexts.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {
constexpr std::size_t slotCount = 10'000;
}

class StampTextsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void beginsEmpty();
    void keepsAnyTexts();
    void keepsTheLongest();
};

void StampTextsTest::beginsEmpty() {
    StampTexts texts;
    texts.makeRoom(1);
    QVERIFY(texts.at(0).empty());
    texts.set(0, {});
    QVERIFY(texts.at(0).empty());
    QVERIFY(texts.at(15).empty());
}

/// Texts of any length in any order, each set many times, many of them taken away.
void StampTextsTest::keepsAnyTexts() {
    Dice dice(1);
    StampTexts texts;
    texts.makeRoom(slotCount / 2);
    texts.makeRoom(slotCount);
    std::vector<std::string> expected(slotCount);
    for (int round = 0; round < 200'000; ++round) {
        const auto slot = static_cast<std::size_t>(dice.below(slotCount));
        const bool taken = dice.below(4) == 0;
        std::string& text = expected[slot];
        text.assign(taken ? 0 : static_cast<std::size_t>(dice.below(90)), 'a');
        for (char& byte : text) {
            byte = static_cast<char>(dice.below(256));
        }
        texts.set(slot, text);
        QVERIFY(texts.at(slot) == text);
        // The neighbours moved.
        const std::size_t first = slot / StampTexts::slotsPerBlock * StampTexts::slotsPerBlock;
        for (std::size_t other = first; other < first + StampTexts::slotsPerBlock; ++other) {
            QVERIFY(texts.at(other) == expected[other]);
        }
    }
}

void StampTextsTest::keepsTheLongest() {
    StampTexts texts;
    texts.makeRoom(StampTexts::slotsPerBlock);
    for (const char filler : {'a', 'b'}) {
        for (std::size_t slot = 0; slot < StampTexts::slotsPerBlock; ++slot) {
            texts.set(slot, std::string(StampTexts::bytesMax, filler));
        }
    }
    for (std::size_t slot = 0; slot < StampTexts::slotsPerBlock; ++slot) {
        QVERIFY(texts.at(slot) == std::string(StampTexts::bytesMax, 'b'));
    }
}

QTEST_APPLESS_MAIN(StampTextsTest)
#include "tst_stamptexts.moc"
