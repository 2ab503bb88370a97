// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QList>
#include <QtTest>

#include "common/lineframer.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;
using Status = LineFramer::Status;

namespace {

/// What came out of a framer: its lines, and how the stream ended.
struct Framed {
    QList<QByteArray> lines;
    QByteArray rest;
    bool tooLong = false;

    bool operator==(const Framed&) const = default;
};

/// Feeds the pieces as a session would and wipes each piece afterwards, so that a view that was
/// kept too long shows.
Framed framed(std::size_t lineBytesMax, const QList<QByteArray>& pieces,
              int linesPerTurn = std::numeric_limits<int>::max()) {
    LineFramer framer(lineBytesMax);
    Framed result;
    for (const QByteArray& piece : pieces) {
        std::string chunk = piece.toStdString();
        framer.feed(chunk);
        do {
            Status status = Status::line;
            for (int count = 0; count < linesPerTurn && status == Status::line; ++count) {
                std::string_view line;
                status = framer.next(line);
                if (status == Status::line) {
                    result.lines.append(bytesOf(line));
                }
            }
            framer.keepRest();
            chunk.assign(chunk.size(), '#');
            if (status == Status::tooLong) {
                result.tooLong = true;
                return result;
            }
        } while (framer.ready());
    }
    result.rest = bytesOf(framer.rest());
    return result;
}

/// What a framer should make of the text, whole.
Framed expectedOf(const QByteArray& text) {
    Framed expected;
    expected.lines = text.split('\n');
    expected.rest = expected.lines.takeLast();
    return expected;
}

}  // namespace

class LineFramerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void anySplit_data();
    void anySplit();
    void randomPieces();
    void limit_data();
    void limit();
    void linesBeforeALongOne();
    void longLineIsBounded();
    void tooLongStays();
    void restAtTheEnd();
    void readyAndBudget();
    void emptyChunk();
    void linesLieInTheChunk();
    void memoryIsGivenBack();
};

void LineFramerTest::anySplit_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("LF") << QByteArray("\n");
    QTest::newRow("two LF") << QByteArray("\n\n");
    QTest::newRow("one line") << QByteArray("IAMAT\n");
    QTest::newRow("no LF") << QByteArray("IAMAT");
    QTest::newRow("LF first") << QByteArray("\nab");
    QTest::newRow("CRLF") << QByteArray("ab\r\ncd\r\n");
    QTest::newRow("CR alone") << QByteArray("ab\rcd\n\r");
    QTest::newRow("empty lines") << QByteArray("a\n\n\nb\n\n");
    QTest::newRow("NUL and high bytes") << QByteArray("a\0\n\xff\n\0", 6);
    QTest::newRow("lines of each length") << QByteArray("\na\nbc\ndef\nghij\nk");
}

void LineFramerTest::anySplit() {
    QFETCH(QByteArray, text);
    const Framed expected = expectedOf(text);
    for (qsizetype first = 0; first <= text.size(); ++first) {
        for (qsizetype second = first; second <= text.size(); ++second) {
            const QList<QByteArray> pieces = {text.left(first), text.mid(first, second - first),
                                              text.mid(second)};
            QVERIFY(framed(16, pieces) == expected);
            QVERIFY(framed(16, pieces, 1) == expected);
        }
    }
    QList<QByteArray> bytes;
    for (const char byte : text) {
        bytes.append(QByteArray(1, byte));
    }
    QVERIFY(framed(16, bytes) == expected);
}

void LineFramerTest::randomPieces() {
    Dice dice(1);
    for (int round = 0; round < 500; ++round) {
        QByteArray text;
        for (std::size_t lines = dice.below(30); lines > 0; --lines) {
            text += bytesOf(dice.word("ab \r", 0, 64)) + '\n';
        }
        text += bytesOf(dice.word("ab", 0, 64));
        QList<QByteArray> pieces;
        for (qsizetype at = 0; at < text.size();) {
            const auto length = static_cast<qsizetype>(1 + dice.below(200));
            pieces.append(text.mid(at, length));
            at += length;
        }
        const int linesPerTurn = 1 + static_cast<int>(dice.below(4));
        QVERIFY(framed(64, pieces, linesPerTurn) == expectedOf(text));
    }
}

void LineFramerTest::limit_data() {
    QTest::addColumn<int>("limit");
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("tooLong");
    for (const int limit : {1, 2, 15, 16, 64, 4'096, 32'768}) {
        QTest::addRow("%d of %d", limit - 1, limit) << limit << limit - 1 << false;
        QTest::addRow("%d of %d", limit, limit) << limit << limit << false;
        QTest::addRow("%d of %d", limit + 1, limit) << limit << limit + 1 << true;
    }
}

void LineFramerTest::limit() {
    QFETCH(int, limit);
    QFETCH(int, length);
    QFETCH(bool, tooLong);
    const auto lineBytesMax = static_cast<std::size_t>(limit);
    const QByteArray line(length, 'x');
    const QList<QByteArray> lines = tooLong ? QList<QByteArray>() : QList<QByteArray>{line};
    // Whole, in two pieces, and as the second line; with its LF and before it came.
    for (const QList<QByteArray>& pieces :
         {QList<QByteArray>{line + '\n'}, QList<QByteArray>{line, "\n"},
          QList<QByteArray>{line.left(length / 2), line.mid(length / 2) + '\n'}}) {
        const Framed result = framed(lineBytesMax, pieces);
        QCOMPARE(result.tooLong, tooLong);
        QCOMPARE(result.lines, lines);
    }
    const Framed unfinished = framed(lineBytesMax, {line});
    QCOMPARE(unfinished.tooLong, tooLong);
    QCOMPARE(unfinished.rest, tooLong ? QByteArray() : line);
}

void LineFramerTest::linesBeforeALongOne() {
    const Framed result = framed(4, {"abcd\nef\nghijk\nlm\n"});
    QCOMPARE(result.lines, QList<QByteArray>({"abcd", "ef"}));
    QVERIFY(result.tooLong);
}

void LineFramerTest::longLineIsBounded() {
    constexpr std::size_t lineBytesMax = 4'096;
    constexpr std::size_t chunkBytes = 1'000;
    LineFramer framer(lineBytesMax);
    const std::string chunk(chunkBytes, 'x');
    std::size_t fed = 0;
    std::string_view line;
    do {
        framer.feed(chunk);
        fed += chunk.size();
        framer.keepRest();
        QVERIFY(framer.rest().size() <= lineBytesMax + chunkBytes);
        QVERIFY(fed <= lineBytesMax + chunkBytes);
    } while (framer.next(line) == Status::incomplete);
    QCOMPARE(framer.next(line), Status::tooLong);
}

void LineFramerTest::tooLongStays() {
    LineFramer framer(4);
    std::string_view line;
    framer.feed("abcde");
    QCOMPARE(framer.next(line), Status::tooLong);
    QVERIFY(framer.ready());
    framer.keepRest();
    QVERIFY(framer.ready());
    QCOMPARE(framer.next(line), Status::tooLong);
    framer.feed("\nxy\n");
    QCOMPARE(framer.next(line), Status::tooLong);
}

void LineFramerTest::restAtTheEnd() {
    LineFramer framer(16);
    std::string_view line;
    framer.feed("one\ntwo");
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(framer.next(line), Status::incomplete);
    QCOMPARE(bytesOf(framer.rest()), QByteArray("two"));
    framer.keepRest();
    QCOMPARE(bytesOf(framer.rest()), QByteArray("two"));
    framer.feed("\n");
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(bytesOf(line), QByteArray("two"));
    framer.keepRest();
    QVERIFY(framer.rest().empty());
}

void LineFramerTest::readyAndBudget() {
    LineFramer framer(16);
    std::string_view line;
    QVERIFY(!framer.ready());
    framer.feed("one\ntwo\nthr");
    QVERIFY(framer.ready());
    QCOMPARE(framer.next(line), Status::line);
    framer.keepRest();
    QVERIFY(framer.ready());
    framer.feed("ee\n");
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(bytesOf(line), QByteArray("two"));
    framer.keepRest();
    QVERIFY(framer.ready());
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(bytesOf(line), QByteArray("three"));
    QVERIFY(!framer.ready());
    QCOMPARE(framer.next(line), Status::incomplete);
    QVERIFY(!framer.ready());
}

void LineFramerTest::emptyChunk() {
    LineFramer framer(16);
    std::string_view line;
    framer.feed({});
    QCOMPARE(framer.next(line), Status::incomplete);
    framer.keepRest();
    framer.feed("ab");
    QCOMPARE(framer.next(line), Status::incomplete);
    framer.keepRest();
    framer.feed({});
    QCOMPARE(framer.next(line), Status::incomplete);
    framer.keepRest();
    framer.feed("c\n");
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(bytesOf(line), QByteArray("abc"));
}

void LineFramerTest::linesLieInTheChunk() {
    LineFramer framer(16);
    const std::string chunk = "one\ntwo\n";
    std::string_view line;
    framer.feed(chunk);
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(static_cast<const void*>(line.data()), static_cast<const void*>(chunk.data()));
    QCOMPARE(framer.next(line), Status::line);
    QCOMPARE(static_cast<const void*>(line.data()), static_cast<const void*>(chunk.data() + 4));
}

void LineFramerTest::memoryIsGivenBack() {
    constexpr std::size_t inPlace =
        64;  // what a std::string has without asking for memory, or less
    const std::string longStart(50'000, 'x');
    LineFramer framer(100'000);
    std::string_view line;
    for (int i = 0; i < 2; ++i) {
        framer.feed(longStart);
        QCOMPARE(framer.next(line), LineFramer::Status::incomplete);
        framer.keepRest();
        QVERIFY(framer.heldBytes() >= 50'000);
        framer.feed("\n");
        QCOMPARE(framer.next(line), LineFramer::Status::line);
        framer.keepRest();
        QVERIFY(framer.heldBytes() < inPlace);
        framer.feed("short\n");
        QCOMPARE(framer.next(line), LineFramer::Status::line);
        framer.keepRest();
        QVERIFY(framer.heldBytes() < inPlace);
    }
}

QTEST_GUILESS_MAIN(LineFramerTest)
#include "tst_lineframer.moc"
