// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "server/journal/crc32c.h"
#include "server/journal/record.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

/// A line with the checksum it should have.
QByteArray sealed(const QByteArray& text) {
    return QByteArray::number(crc32c(viewOf(text)), 16).rightJustified(8, '0') + ' ' + text;
}

bool damaged(const QByteArray& line) {
    return std::holds_alternative<record::Damaged>(record::parse(viewOf(line)).content);
}

}  // namespace

class JournalRecordTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void spelled_data();
    void spelled();
    void longestChange();
    void spellsSequenceNumbers_data();
    void spellsSequenceNumbers();
    void refused_data();
    void refused();
    void everyFlippedBitIsSeen();
    void everyCutIsSeen();
};

void JournalRecordTest::spelled_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* text, const record::Content& kind) {
        QTest::newRow(text) << QByteArray(text) << static_cast<int>(kind.index());
    };
    row("7 AT alpha +1.000000000 kiwi +34-118 900.50", record::Change());
    row("7 FORGET alpha 900500000000 0123456789abcdef0123456789abcdef", record::Change());
    row("0 START 1 test beta 00000000000000aa future_skew_max_s=300,ttl_s=0", record::Start());
    row("13835058055282163712 WHOLE 0", record::Whole());  // seqMax
    row("9 WHOLE 18446744073709551615", record::Whole());
    row("9 GOT alpha ffffffffffffffff 18446744073709551615", record::Got());
}

void JournalRecordTest::spelled() {
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    const QByteArray line = sealed(text);
    const record::Record read = record::parse(viewOf(line));
    QCOMPARE(static_cast<int>(read.content.index()), kind);
    std::string again;
    if (const auto* const change = std::get_if<record::Change>(&read.content)) {
        Stamp stamp = change->stamp;
        stamp.line = {};  // what was read would be copied
        record::appendChange(again, read.seq, stamp);
    } else if (const auto* const start = std::get_if<record::Start>(&read.content)) {
        record::appendStart(again, read.seq, *start);
    } else if (const auto* const got = std::get_if<record::Got>(&read.content)) {
        record::appendGot(again, read.seq, *got);
    } else if (const auto* const whole = std::get_if<record::Whole>(&read.content)) {
        record::appendWhole(again, read.seq, whole->clients);
    }
    QCOMPARE(bytesOf(again), line + '\n');
}

/// The longest fields that the grammar knows fit a record.
void JournalRecordTest::longestChange() {
    const std::string client(1024, 'c');
    const std::string origin(64, 'o');
    const std::string position = "+1.2-1." + std::string(57, '0');
    const std::string time = "9223372034." + std::string(9, '9');
    Stamp stamp = stampOf(client, time, position, origin);
    std::string line;
    record::appendChange(line, record::seqMax, stamp);
    line.pop_back();
    QVERIFY(line.size() <= record::bytesMax);
    QVERIFY(record::parse(line) == (record::Record{record::seqMax, record::Change{stamp}}));
}

void JournalRecordTest::spellsSequenceNumbers_data() {
    QTest::addColumn<quint64>("first");
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{95},
                                      std::uint64_t{999'996}, record::seqMax - 9}) {
        QTest::addRow("from %llu", static_cast<unsigned long long>(first)) << quint64{first};
    }
}

/// One after the other, again from the beginning, and with gaps.
void JournalRecordTest::spellsSequenceNumbers() {
    QFETCH(const quint64, first);
    record::SeqText text;
    for (const std::uint64_t step : {1, 1, 3}) {
        for (std::uint64_t seq = first; seq < first + 10; seq += step) {
            QCOMPARE(text.of(seq), std::to_string(seq));
        }
    }
    QCOMPARE(text.of(999'999), std::string_view("999999"));
    QCOMPARE(text.of(9), std::string_view("9"));
    QCOMPARE(text.of(10), std::string_view("10"));
}

void JournalRecordTest::refused_data() {
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char* text) { QTest::newRow(text) << sealed(text); };
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("only a checksum") << QByteArray("00000000 ");
    QTest::newRow("zeros") << QByteArray(200, '\0');
    QTest::newRow("upper case checksum") << sealed("9 WHOLE 3").toUpper();
    QTest::newRow("no space") << sealed("9 WHOLE 3").replace(8, 1, "_");
    row("13835058055282163713 WHOLE 0");
    row("-1 WHOLE 0");
    row("07 WHOLE 0");
    row("7");
    row("7 ");
    row("7  WHOLE 0");
    row("7 WHOLE");
    row("7 WHOLE 1 ");
    row("7 WHOLE 1 2");
    row("7 FORGET alpha 5 kiwi");
    row("7 FORGET alpha 5 0123456789abcdef0123456789abcde");
    row("7 FORGET  alpha 5 0123456789abcdef0123456789abcdef");
    row("7 whole 1");
    row("7 MARK 5");
    row("7 AT alpha +1.0 kiwi +34-118 900.50");
    row("7 AT alpha +1.000000000 kiwi +34-118");
    row("7 AT  alpha +1.000000000 kiwi +34-118 900");
    row("7 GOT alpha 0000000000000000 5");
    row("7 GOT alpha 00000000000000aa");
    row("7 GOT al/pha 00000000000000aa 5");
    row("7 GOT alpha 00000000000000AA 5");
    row("7 START 2 test beta 00000000000000aa future_skew_max_s=300,ttl_s=0");
    row("7 START 1 test beta 0000000000000000 future_skew_max_s=300,ttl_s=0");
    row("7 START 1 test beta 00000000000000aa future_skew_max_s=300");
    row("7 START 1 test beta 00000000000000aa");
    row("7 START 1 test beta 00000000000000aa future_skew_max_s=300,ttl_s=0 more");
    QTest::newRow("too long") << sealed("7 WHOLE " + QByteArray(record::bytesMax, '1'));
}

void JournalRecordTest::refused() {
    QFETCH(QByteArray, line);
    QVERIFY(damaged(line));
}

void JournalRecordTest::everyFlippedBitIsSeen() {
    QByteArray line = sealed("7 AT alpha +1.000000000 kiwi +34-118 900.50");
    QVERIFY(!damaged(line));
    for (int bit = 0; bit < line.size() * 8; ++bit) {
        line[bit / 8] = static_cast<char>(line[bit / 8] ^ 1 << bit % 8);
        QVERIFY2(damaged(line), line.constData());
        line[bit / 8] = static_cast<char>(line[bit / 8] ^ 1 << bit % 8);
    }
}

void JournalRecordTest::everyCutIsSeen() {
    const QByteArray line = sealed("7 AT alpha +1.000000000 kiwi +34-118 900.50");
    for (qsizetype bytes = 0; bytes < line.size(); ++bytes) {
        QVERIFY(damaged(line.left(bytes)));
    }
}

QTEST_APPLESS_MAIN(JournalRecordTest)
#include "tst_journalrecord.moc"
