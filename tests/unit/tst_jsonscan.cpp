// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "server/places/jsonscan.h"

using namespace herd;

namespace {

std::string nested(int arrays) {
    const auto count = static_cast<std::size_t>(arrays);
    return std::string(count, '[') + std::string(count, ']');
}

}  // namespace

class TestJsonScan : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void strictGrammar_data();
    void strictGrammar();
    void findsOnlyTheTopLevelArray_data();
    void findsOnlyTheTopLevelArray();
    void depthLimit();
    void keyLimit();
    void everyCutTextIsRefused();
};

void TestJsonScan::strictGrammar_data() {
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("valid");

    const auto row = [](const char* value, bool valid) {
        QTest::addRow("%s", value) << QByteArray(value) << valid;
    };
    for (const char* const value : {"0",
                                    "-0",
                                    "10",
                                    "-1.5",
                                    "1e9",
                                    "1E+9",
                                    "1.0e-9",
                                    "true",
                                    "false",
                                    "null",
                                    "\"\"",
                                    "\"a\"",
                                    R"("\"\\\/\b\f\n\r\t\u00fF")",
                                    "{}",
                                    "[]",
                                    "[1,[2],{}]",
                                    R"({"a":{"b":[]},"c":1})",
                                    "[ 1 ,\t2\r\n]",
                                    R"("]}")",
                                    R"("\\")"}) {
        row(value, true);
    }
    for (const char* const value :
         {"",          "01",          "+1",       "1.",         ".5",          "1e",     "1e+",
          "-",         "0x1",         "NaN",      "tru",        "truee",       "nul",    "'a'",
          "\"",        "\"a",         R"("\x")",  R"("\u12")",  R"("\u12g4")", "\"\t\"", "\"\n\"",
          "[1,]",      "[,1]",        "[1 2]",    "[",          "]",           "{",      R"({"a"})",
          R"({"a":})", R"({"a":1,})", R"({a:1})", R"({"a" 1})", "1 2",         "/**/1",  "\v1"}) {
        row(value, false);
    }
}

void TestJsonScan::strictGrammar() {
    QFETCH(QByteArray, value);
    QFETCH(bool, valid);
    const std::string text = R"({"results":[],"x":)" + value.toStdString() + "}";
    QCOMPARE(findTopLevelArray(text, "results").has_value(), valid);
    const std::string element = R"({"results":[)" + value.toStdString() + "]}";
    QCOMPARE(findTopLevelArray(element, "results").has_value(), valid || value.isEmpty());
}

void TestJsonScan::findsOnlyTheTopLevelArray_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("count");  // -1: refused

    QTest::newRow("plain") << QByteArray(R"({"results":[1,2]})") << 2;
    QTest::newRow("empty") << QByteArray(R"({"results":[]})") << 0;
    QTest::newRow("empty with space") << QByteArray("{\"results\":[ \n ]}") << 0;
    QTest::newRow("in space") << QByteArray(" \t\r\n{ \"results\" : [ 1 ] } \n") << 1;
    QTest::newRow("nested name first")
        << QByteArray(R"({"a":{"results":[1]},"results":[1,2]})") << 2;
    QTest::newRow("nested name last")
        << QByteArray(R"({"results":[1,2],"a":{"results":[1]}})") << 2;
    QTest::newRow("name in a string") << QByteArray(R"({"a":"\"results\":[1]","results":[]})") << 0;
    QTest::newRow("brackets in strings") << QByteArray(R"({"results":["]","[,",{"]":"\\"}]})") << 3;
    QTest::newRow("nested only") << QByteArray(R"({"a":{"results":[1]}})") << -1;
    QTest::newRow("missing") << QByteArray(R"({"a":1})") << -1;
    QTest::newRow("empty object") << QByteArray("{}") << -1;
    QTest::newRow("no array") << QByteArray(R"({"results":{}})") << -1;
    QTest::newRow("null") << QByteArray(R"({"results":null})") << -1;
    QTest::newRow("twice") << QByteArray(R"({"results":[],"results":[]})") << -1;
    QTest::newRow("twice, once escaped") << QByteArray(R"({"results":[],"result\u0073":[]})") << -1;
    QTest::newRow("other key twice") << QByteArray(R"({"a":1,"results":[],"a":1})") << -1;
    QTest::newRow("nested key twice") << QByteArray(R"({"results":[{"a":1,"a":2}]})") << 1;
    QTest::newRow("array at the top") << QByteArray(R"(["results",[]])") << -1;
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF{\"results\":[]}") << -1;
    QTest::newRow("text behind") << QByteArray(R"({"results":[]}x)") << -1;
    QTest::newRow("nothing") << QByteArray("") << -1;
    QTest::newRow("NUL behind") << QByteArray("{\"results\":[]}\0", 15) << -1;
}

void TestJsonScan::findsOnlyTheTopLevelArray() {
    QFETCH(QByteArray, text);
    QFETCH(int, count);
    const std::string bytes = text.toStdString();
    const auto place = findTopLevelArray(bytes, "results");
    QCOMPARE(place ? static_cast<int>(place->count()) : -1, count);
    if (place) {
        QCOMPARE(bytes.at(place->ends.front() - 1), '[');
    }
}

void TestJsonScan::depthLimit() {
    // The object is depth 1, the member's value begins at depth 2.
    const auto text = [](int depth) { return R"({"results":[],"x":)" + nested(depth - 1) + "}"; };
    QVERIFY(findTopLevelArray(text(jsonDepthMax), "results"));
    QVERIFY(!findTopLevelArray(text(jsonDepthMax + 1), "results"));
    QVERIFY(!findTopLevelArray(text(500'000), "results"));
    const auto inside = [](int depth) { return R"({"results":[)" + nested(depth - 2) + "]}"; };
    QVERIFY(findTopLevelArray(inside(jsonDepthMax), "results"));
    QVERIFY(!findTopLevelArray(inside(jsonDepthMax + 1), "results"));
}

void TestJsonScan::keyLimit() {
    const auto text = [](std::size_t keys) {
        std::string object = R"({"results":[])";
        for (std::size_t key = 1; key < keys; ++key) {
            object += ",\"k" + std::to_string(key) + "\":0";
        }
        return object + "}";
    };
    QVERIFY(findTopLevelArray(text(jsonTopLevelKeysMax), "results"));
    QVERIFY(!findTopLevelArray(text(jsonTopLevelKeysMax + 1), "results"));
}

void TestJsonScan::everyCutTextIsRefused() {
    const std::string text =
        R"({"html_attributions":[],"results":[{"name":"a\u00e4\"]","rating":-4.5e+1,"x":null},2],)"
        R"("status":"OK"})";
    QVERIFY(findTopLevelArray(text, "results"));
    for (std::size_t length = 0; length < text.size(); ++length) {
        QVERIFY(!findTopLevelArray(std::string_view(text).substr(0, length), "results"));
    }
}

QTEST_GUILESS_MAIN(TestJsonScan)
#include "tst_jsonscan.moc"
