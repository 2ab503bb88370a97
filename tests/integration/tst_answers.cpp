// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/answers.h"

using namespace std::string_literals;

namespace herd {

/// The readers that the suites of this folder judge a server with: what they must not let pass.
class TestAnswers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void compare_data();
    void compare();
    void atLine_data();
    void atLine();
    void receiveTimes();
    void winners_data();
    void winners();
    void readyLine_data();
    void readyLine();
};

void TestAnswers::compare_data() {
    QTest::addColumn<std::string>("expected");
    QTest::addColumn<std::string>("answer");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char* name, const std::string& expected, const std::string& answer,
                        bool fits) { QTest::newRow(name) << expected << answer << fits; };
    const std::string ok = R"({"html_attributions":[],"results":[{}],"status":"OK"})";
    row("same", "a\0b\n"s, "a\0b\n"s, true);
    row("nothing", "", "", true);
    row("one byte other", "abc\n", "abd\n", false);
    row("too short", "abc\n", "abc", false);
    row("too long", "abc\n", "abc\n\n", false);
    row("diff", "AT S {diff} c\n", "AT S +0.263873386 c\n", true);
    row("negative diff", "{diff}", "-3600.000012345", true);
    row("zero diff", "{diff}", "+0.000000000", true);
    row("negative zero", "{diff}", "-0.000000000", false);
    row("diff without sign", "{diff}", "0.263873386", false);
    row("diff of eight digits", "{diff}", "+0.26387338", false);
    row("diff of ten digits", "{diff}", "+0.2638733861", false);
    row("diff with needless zero", "{diff}", "+00.263873386", false);
    row("diff with exponent", "{diff}", "+2.6e-01", false);
    row("no white", "? {white}x{white}\n", "? x\n", true);
    row("white", "? {white}x{white}\n", "? \t x\r\n", true);
    row("no white byte", "? {white}x\n", "? .x\n", false);
    row("places", "{places:1}\n\n", ok + "\n\n", true);
    row("places past the bound", "{places:0}\n\n", ok + "\n\n", false);
    row("places and one LF", "{places:1}\n\n", ok + "\n", false);
    row("places and three LF", "{places:1}\n\n", ok + "\n\n\n", false);
    row("places with an empty line inside", "{places:1}\n\n",
        "{\"html_attributions\":[],\n\n\"results\":[],\"status\":\"OK\"}\n\n", false);
    row("places that are no JSON", "{places:1}\n\n", "{results}\n\n", false);
    row("places without a status", "{places:1}\n\n",
        "{\"html_attributions\":[],\"results\":[]}\n\n", false);
    row("results in a failure", "{places:1}\n\n",
        "{\"html_attributions\":[],\"results\":[{}],\"status\":\"UNKNOWN_ERROR\"}\n\n", false);
}

void TestAnswers::compare() {
    QFETCH(const std::string, expected);
    QFETCH(const std::string, answer);
    QFETCH(const bool, fits);
    const QString wrong = compareAnswer(expected, answer);
    QVERIFY2(wrong.isEmpty() == fits, qPrintable(wrong));
}

void TestAnswers::atLine_data() {
    QTest::addColumn<std::string>("line");
    QTest::addColumn<bool>("good");
    QTest::newRow("usual") << "AT S +0.500000000 c +1+1 10.25\n"s << true;
    QTest::newRow("two spaces") << "AT S  +0.500000000 c +1+1 10.25\n"s << false;
    QTest::newRow("a field too many") << "AT S +0.500000000 c +1+1 10.25 x\n"s << false;
    QTest::newRow("a field too few") << "AT S +0.500000000 c +1+1\n"s << false;
    QTest::newRow("short diff") << "AT S +0.5 c +1+1 10.25\n"s << false;
    QTest::newRow("no time") << "AT S +0.500000000 c +1+1 x\n"s << false;
    QTest::newRow("another word") << "IAMAT S +0.500000000 c +1+1 1\n"s << false;
}

void TestAnswers::atLine() {
    QFETCH(const std::string, line);
    QFETCH(const bool, good);
    const auto at = AtLine::read(line);
    QCOMPARE(at.has_value(), good);
    if (good) {
        QCOMPARE(at->timeNs, std::int64_t{10'250'000'000});
        QCOMPARE(at->rxNs, std::int64_t{10'750'000'000});
    }
}

void TestAnswers::receiveTimes() {
    const std::string line = "? x\nAT S +0.500000000 c +1+1 10\n";
    QVERIFY(checkReceiveTimes(line, 10'500'000'000, 10'500'000'000).isEmpty());
    QVERIFY(!checkReceiveTimes(line, 10'500'000'001, 20'000'000'000).isEmpty());
    QVERIFY(!checkReceiveTimes(line, 0, 10'499'999'999).isEmpty());
    QVERIFY(!checkReceiveTimes("AT S c\n", 0, 1).isEmpty());
}

void TestAnswers::winners_data() {
    QTest::addColumn<std::string>("loser");
    QTest::addColumn<std::string>("best");
    QTest::newRow("time") << "AT B +9.000000000 c +2+2 1"s
                          << "AT A +0.000000000 c +1+1 1.1"s;
    QTest::newRow("arrival") << "AT B +1.000000000 c +2+2 1"s
                             << "AT A +1.000000001 c +1+1 1"s;
    QTest::newRow("origin") << "AT A +1.000000000 c +2+2 1"s
                            << "AT B +1.000000000 c +1+1 1"s;
    QTest::newRow("position") << "AT A +1.000000000 c +1+1 1"s
                              << "AT A +1.000000000 c +2+2 1"s;
    QTest::newRow("time bytes") << "AT A +1.000000000 c +1+1 1"s
                                << "AT A +1.000000000 c +1+1 1.0"s;
    QTest::newRow("skew") << "AT A -300.000000001 c +1+1 1000"s
                          << "AT A +0.000000000 c +1+1 700"s;
    QTest::newRow("lead") << "AT A +0.000000000 c +1+1 999"s
                          << "AT A -300.000000000 c +1+1 1000"s;
}

void TestAnswers::winners() {
    QFETCH(const std::string, loser);
    QFETCH(const std::string, best);
    QCOMPARE(winner({loser, best}), best);
    QCOMPARE(winner({best, loser}), best);
}

void TestAnswers::readyLine_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("good");
    const auto row = [](const char* line, bool good) {
        QTest::newRow(line) << QString::fromLatin1(line) << good;
    };
    row("ready name=Wilkes client=12005 peer=12105 admin=12205", true);
    row("ready name=Wilkes client=12005 peer=12105", true);
    row("ready name=Wilkes client=0 peer=12105", false);
    row("ready name=Wilkes client=12005", false);
    row("ready name=Wilkes client=12005 peer=12105 ", false);
    row("ready name=Wilkes peer=12105 client=12005", false);
    row("Ready name=Wilkes client=12005 peer=12105", false);
    row("ready name= client=12005 peer=12105", false);
}

void TestAnswers::readyLine() {
    QFETCH(const QString, line);
    QFETCH(const bool, good);
    QCOMPARE(ReadyLine::read(line).has_value(), good);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestAnswers)
#include "tst_answers.moc"
