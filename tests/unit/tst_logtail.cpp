// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <string>

#include "server/logtail.h"

using namespace herd;

class LogTailTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbers();
    void records_data();
    void records();
    void bytes_data();
    void bytes();
    void memory();
};

void LogTailTest::numbers() {
    LogTail tail;
    QCOMPARE(tail.first(), std::uint64_t{0});
    QCOMPARE(tail.end(), std::uint64_t{0});
    tail.append(LogLevel::warning, "one");
    tail.append(LogLevel::debug, "two");
    QCOMPARE(tail.end(), std::uint64_t{2});
    QCOMPARE(tail.at(0).text, std::string("one"));
    QCOMPARE(tail.at(0).level, LogLevel::warning);
    QCOMPARE(tail.at(1).text, std::string("two"));
}

void LogTailTest::records_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("first");
    QTest::newRow("as many as are kept") << int{LogTail::recordsMax} << 0;
    QTest::newRow("one more") << int{LogTail::recordsMax} + 1 << 1;
    QTest::newRow("many more") << 5'000 << 5'000 - int{LogTail::recordsMax};
}

void LogTailTest::records() {
    QFETCH(int, count);
    QFETCH(int, first);
    LogTail tail;
    for (int i = 0; i < count; ++i) {
        tail.append(LogLevel::info, std::to_string(i));
    }
    QCOMPARE(tail.end(), static_cast<std::uint64_t>(count));
    QCOMPARE(tail.first(), static_cast<std::uint64_t>(first));
    for (std::uint64_t number = tail.first(); number < tail.end(); ++number) {
        QCOMPARE(tail.at(number).text, std::to_string(number));
    }
}

void LogTailTest::bytes_data() {
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("first");
    QTest::newRow("all fit") << int{LogTail::bytesMax / 4} << 0;
    QTest::newRow("a byte too many") << int{LogTail::bytesMax / 4} + 1 << 1;
    QTest::newRow("one fills it") << int{LogTail::bytesMax} << 3;
    QTest::newRow("longer than it may be") << int{LogTail::bytesMax} + 1 << 3;
}

void LogTailTest::bytes() {
    QFETCH(int, bytes);
    QFETCH(int, first);
    LogTail tail;
    for (int i = 0; i < 4; ++i) {
        tail.append(LogLevel::info, std::string(static_cast<std::size_t>(bytes), 'x'));
    }
    QCOMPARE(tail.first(), static_cast<std::uint64_t>(first));
    tail.append(LogLevel::info, "short");
    QCOMPARE(tail.at(4).text, std::string("short"));
    QCOMPARE(tail.end(), std::uint64_t{5});
}

/// Long records among short ones come to stand at every place, but only their own memory stays.
void LogTailTest::memory() {
    constexpr int count = 60'000;
    constexpr int longEvery = 51;  // so that they meet all places: it has no divisor in common
    constexpr std::size_t longBytes = 10'000;
    LogTail tail;
    for (int i = 0; i < count; ++i) {
        tail.append(LogLevel::info, std::string(i % longEvery == 0 ? longBytes : 60, 'x'));
    }
    std::size_t bytes = 0;
    for (std::uint64_t number = tail.first(); number < tail.end(); ++number) {
        bytes += tail.at(number).text.capacity();
    }
    QVERIFY(tail.end() - tail.first() == LogTail::recordsMax);
    QVERIFY2(bytes <= 2 * LogTail::bytesMax, qPrintable(QString::number(bytes)));
}

QTEST_APPLESS_MAIN(LogTailTest)

#include "tst_logtail.moc"
