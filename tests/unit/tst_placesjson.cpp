// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <string>

#include "server/places/placesjson.h"

using namespace herd;

namespace {

const QByteArray secretKey = "AIzaSy-Secret_0123456789abcdefghijklmno";

/// The way Google prints: three spaces a level, a newline at the end.
constexpr char googleAnswer[] =
    "{\n   \"html_attributions\" : [],\n   \"next_page_token\" : \"t\",\n   \"results\" : [\n"
    "      {\n         \"name\" : \"One ] , \\\" \"\n      },\n"
    "      {\n         \"name\" : \"Zw\xC3\xB6lf\"\n      },\n"
    "      {\n         \"name\" : \"Three\"\n      }\n   ],\n   \"status\" : \"OK\"\n}\n";

QByteArray bytes(const std::string& text) {
    return QByteArray::fromStdString(text);
}

}  // namespace

class TestPlacesJson : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void newlines_data();
    void newlines();
    void newlineRuleHoldsForAllShortTexts();
    void cuts_data();
    void cuts();
    void cutKeepsGooglesBytes();
    void cutAtEveryBound();
    void failures_data();
    void failures();
    void statusTexts();
    void legacyShapes_data();
    void legacyShapes();
    void legacyKeepsBytes();
    void keyIsNeverPassedOn_data();
    void keyIsNeverPassedOn();
};

void TestPlacesJson::newlines_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, const char* text, const char* expected) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(expected);
    };
    row("none", "{}", "{}");
    row("empty", "", "");
    row("only newlines", "\n\r\n\n", "");
    row("single kept", "{\n}", "{\n}");
    row("two", "{\n\n}", "{\n}");
    row("many", "{\n\n\n\n}", "{\n}");
    row("trailing one", "{}\n", "{}");
    row("trailing many", "{}\n\n\n", "{}");
    row("leading", "\n\n{}", "{}");
    row("two runs", "{\n\n1\n\n\n}", "{\n1\n}");
    row("CRLF kept", "{\r\n}", "{\r\n}");
    row("CRLF twice", "{\r\n\r\n}", "{\r\n}");
    row("trailing CRLF", "{}\r\n\r\n", "{}");
    row("LF then CRLF", "{\n\r\n}", "{\n}");
    row("CRLF then LF", "{\r\n\n}", "{\r\n}");
    row("lone CRs", "{\r\r}", "{\r}");
    row("LF then CR", "{\n\r}", "{\n}");
    row("spaces between are kept", "{\n \n}", "{\n \n}");
    row("trailing space is kept", "{}\n ", "{}\n ");
}

void TestPlacesJson::newlines() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    QCOMPARE(bytes(squeezeNewlines(text.toStdString())), expected);
}

void TestPlacesJson::newlineRuleHoldsForAllShortTexts() {
    constexpr std::string_view alphabet = "\n\rx ";
    constexpr int length = 6;
    for (int number = 0; number < 4096; ++number) {
        std::string text;
        for (int place = 0, rest = number; place < length; ++place, rest /= 4) {
            text += alphabet[static_cast<std::size_t>(rest % 4)];
        }
        const std::string squeezed = squeezeNewlines(text);
        QVERIFY(squeezed.find("\n\n") == std::string::npos);
        QVERIFY(squeezed.find("\n\r") == std::string::npos);
        QVERIFY(squeezed.find("\r\r") == std::string::npos);
        QVERIFY(squeezed.empty() || (squeezed.back() != '\n' && squeezed.back() != '\r'));
        QVERIFY(squeezed.empty() || (squeezed.front() != '\n' && squeezed.front() != '\r'));
        QCOMPARE(squeezeNewlines(squeezed), squeezed);
        std::erase_if(text, [](char byte) { return byte == '\n' || byte == '\r'; });
        std::string kept = squeezed;
        std::erase_if(kept, [](char byte) { return byte == '\n' || byte == '\r'; });
        QCOMPARE(kept, text);
    }
}

void TestPlacesJson::cuts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("bound");
    QTest::addColumn<QByteArray>("expected");  // null: refused

    QTest::newRow("fewer") << QByteArray(R"({"results":[1]})") << 2
                           << QByteArray(R"({"results":[1]})");
    QTest::newRow("as many") << QByteArray(R"({"results":[1,2]})") << 2
                             << QByteArray(R"({"results":[1,2]})");
    QTest::newRow("one more") << QByteArray(R"({"results":[1,2,3]})") << 2
                              << QByteArray(R"({"results":[1,2]})");
    QTest::newRow("none wanted") << QByteArray(R"({"results":[1,2]})") << 0
                                 << QByteArray(R"({"results":[]})");
    QTest::newRow("none there") << QByteArray(R"({"results":[]})") << 1
                                << QByteArray(R"({"results":[]})");
    QTest::newRow("space kept") << QByteArray("{ \"results\" : [ 1 , 2 , 3 ] , \"a\" : 1 }") << 1
                                << QByteArray("{ \"results\" : [ 1 ] , \"a\" : 1 }");
    QTest::newRow("hostile strings")
        << QByteArray(R"({"results":["],[\"",{"a":["}"]},3],"b":"]"})") << 2
        << QByteArray(R"({"results":["],[\"",{"a":["}"]}],"b":"]"})");
    QTest::newRow("nested results stay")
        << QByteArray(R"({"a":{"results":[1,2]},"results":[{"results":[1,2]},2]})") << 1
        << QByteArray(R"({"a":{"results":[1,2]},"results":[{"results":[1,2]}]})");
    QTest::newRow("two arrays") << QByteArray(R"({"results":[1],"results":[1]})") << 1
                                << QByteArray();
    QTest::newRow("invalid") << QByteArray(R"({"results":[1})") << 1 << QByteArray();
}

void TestPlacesJson::cuts() {
    QFETCH(QByteArray, text);
    QFETCH(int, bound);
    QFETCH(QByteArray, expected);
    const auto cut = cutResults(text.toStdString(), bound);
    QCOMPARE(cut.has_value(), !expected.isNull());
    QCOMPARE(cut ? bytes(*cut) : QByteArray(), expected);
}

void TestPlacesJson::cutKeepsGooglesBytes() {
    const auto cut = cutResults(googleAnswer, 1);
    QVERIFY(cut);
    const std::string whole = googleAnswer;
    const std::size_t begin = whole.find("      {\n         \"name\" : \"Zw");
    const std::string surplus =
        whole.substr(begin - 2, whole.find("\n   ],\n   \"status\"") - begin + 2);
    std::string expected = whole;
    expected.erase(whole.find(surplus), surplus.size());
    QCOMPARE(bytes(*cut), bytes(expected));
}

void TestPlacesJson::cutAtEveryBound() {
    QByteArray text = R"({"html_attributions":[],"results":[)";
    for (int index = 0; index < 20; ++index) {
        text += (index == 0 ? "{\"n\":" : "\n,\n{\"n\":") + QByteArray::number(index) + "}";
    }
    text += "\n],\"status\":\"OK\"}";
    const auto answer = readLegacyAnswer(text.toStdString(), secretKey);
    QVERIFY(answer);
    for (int bound = 1; bound <= 21; ++bound) {
        const QByteArray cut = bytes(answer->cutTo(bound));
        QVERIFY(!cut.contains("\n\n"));
        const QJsonArray results =
            QJsonDocument::fromJson(cut).object().value(QLatin1String("results")).toArray();
        QCOMPARE(results.size(), std::min(bound, 20));
        QCOMPARE(results.last()[QLatin1String("n")].toInt(), std::min(bound, 20) - 1);
    }
}

void TestPlacesJson::failures_data() {
    QTest::addColumn<PlacesStatus>("status");
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("plain")
        << PlacesStatus::overQueryLimit << QByteArray("too many")
        << QByteArray(R"({"html_attributions":[],"results":[],"status":"OVER_QUERY_LIMIT",)"
                      R"("error_message":"too many"})");
    QTest::newRow("escapes")
        << PlacesStatus::unknownError << QByteArray("a\"b\\c\nd\x01")
        << QByteArray(R"({"html_attributions":[],"results":[],"status":"UNKNOWN_ERROR",)"
                      R"("error_message":"a\"b\\c\nd\u0001"})");
}

void TestPlacesJson::failures() {
    QFETCH(PlacesStatus, status);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, expected);
    const QByteArray json = bytes(placesFailureJson(status, message.toStdString()));
    QCOMPARE(json, expected);
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    QCOMPARE(object.value(QLatin1String("error_message")).toString().toUtf8(), message);
}

void TestPlacesJson::statusTexts() {
    for (const char* const text : {"OK", "ZERO_RESULTS", "INVALID_REQUEST", "OVER_QUERY_LIMIT",
                                   "REQUEST_DENIED", "UNKNOWN_ERROR"}) {
        const auto status = parsePlacesStatus(text);
        QVERIFY(status);
        QCOMPARE(placesStatusText(*status), std::string_view(text));
    }
    for (const char* const text : {"", "ok", "OK ", "NOT_FOUND"}) {
        QVERIFY(!parsePlacesStatus(text));
    }
}

void TestPlacesJson::legacyShapes_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("accepted");

    const auto good = [](const char* body) {
        QTest::addRow("%s", body) << QByteArray(body) << true;
    };
    const auto bad = [](const char* body) {
        QTest::addRow("%s", body) << QByteArray(body) << false;
    };
    good(R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"})");
    good(R"({"html_attributions":["a"],"results":[{}],"status":"OK","next_page_token":"x"})");
    good(R"({"status":"REQUEST_DENIED","results":[],"html_attributions":[],"error_message":"no"})");
    good(R"({"html_attributions":[],"results":[],"status":"OK","info_messages":["i"]})");
    bad("");
    bad("{}");
    bad("[]");
    bad("null");
    bad("<html><body>503</body></html>");
    bad(R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS")");
    bad(R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"}{})");
    bad(R"({"results":[],"status":"OK"})");
    bad(R"({"html_attributions":[],"status":"OK"})");
    bad(R"({"html_attributions":[],"results":[]})");
    bad(R"({"html_attributions":[],"results":[],"status":"FINE"})");
    bad(R"({"html_attributions":[],"results":[],"status":1})");
    bad(R"({"html_attributions":[],"results":[],"status":null})");
    bad(R"({"html_attributions":[1],"results":[],"status":"OK"})");
    bad(R"({"html_attributions":{},"results":[],"status":"OK"})");
    bad(R"({"html_attributions":[],"results":{},"status":"OK"})");
    bad(R"({"html_attributions":[],"results":[1],"status":"OK"})");
    bad(R"({"html_attributions":[],"results":[{},[]],"status":"OK"})");
    bad(R"({"html_attributions":[],"results":[],"status":"OK","error_message":1})");
    bad(R"({"html_attributions":[],"results":[],"results":[],"status":"OK"})");
    bad(R"({"html_attributions":[],"results":[],"status":"OK","status":"OK"})");
    bad(R"({"html_attributions":[],"results":[],"status":"OK","n":01})");
    QTest::newRow("invalid UTF-8")
        << QByteArray("{\"html_attributions\":[\"\xFF\"],\"results\":[],\"status\":\"OK\"}")
        << false;
    QTest::newRow("newline in a string")
        << QByteArray("{\"html_attributions\":[\"\n\n\"],\"results\":[],\"status\":\"OK\"}")
        << false;
}

void TestPlacesJson::legacyShapes() {
    QFETCH(QByteArray, body);
    QFETCH(bool, accepted);
    QCOMPARE(readLegacyAnswer(body.toStdString(), secretKey).has_value(), accepted);
}

void TestPlacesJson::legacyKeepsBytes() {
    const auto answer = readLegacyAnswer(googleAnswer, secretKey);
    QVERIFY(answer);
    QCOMPARE(answer->results.count(), std::size_t{3});
    std::string expected = googleAnswer;
    expected.pop_back();
    QCOMPARE(bytes(answer->cutTo(20)), bytes(expected));
}

void TestPlacesJson::keyIsNeverPassedOn_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("status");  // empty: the body is malformed

    const QByteArray denied =
        R"({"html_attributions":[],"results":[],"status":"REQUEST_DENIED","error_message":"%"})";
    const QByteArray found = R"({"html_attributions":[],"results":[{"name":"%"}],"status":"OK"})";
    const QByteArray escaped = "AIzaSy-Secret_0123456789abcdefghijklmn\\u006f";
    const auto with = [](QByteArray body, const QByteArray& text) {
        return body.replace('%', text);
    };
    QTest::newRow("message without")
        << with(denied, "no such key") << secretKey << QByteArray("REQUEST_DENIED");
    QTest::newRow("message") << with(denied, "bad key " + secretKey + "!") << secretKey
                             << QByteArray("REQUEST_DENIED");
    QTest::newRow("message, escaped")
        << with(denied, escaped) << secretKey << QByteArray("REQUEST_DENIED");
    QTest::newRow("message, short key")
        << with(denied, "key k1 is bad") << QByteArray("k1") << QByteArray("REQUEST_DENIED");
    QTest::newRow("message, percent-encoded")
        << with(denied, "?key=a%2Bb&amp") << QByteArray("a+b") << QByteArray("REQUEST_DENIED");
    QTest::newRow("result") << with(found, secretKey) << secretKey << QByteArray();
    QTest::newRow("result, escaped") << with(found, escaped) << secretKey << QByteArray();
    QTest::newRow("result, short key by chance")
        << with(found, "k1 Bar") << QByteArray("k1") << QByteArray("OK");
    QTest::newRow("no key") << with(found, "Bar") << QByteArray() << QByteArray("OK");
}

void TestPlacesJson::keyIsNeverPassedOn() {
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, status);
    const auto answer = readLegacyAnswer(body.toStdString(), key);
    QCOMPARE(answer.has_value(), !status.isEmpty());
    if (!answer) {
        return;
    }
    const QJsonObject object = QJsonDocument::fromJson(bytes(answer->json)).object();
    QCOMPARE(object.value(QLatin1String("status")).toString().toLatin1(), status);
    if (status != "OK") {
        const QString message = object.value(QLatin1String("error_message")).toString();
        QVERIFY(!message.isEmpty());
        QVERIFY(!message.contains(QString::fromLatin1(key)));
        QVERIFY(!message.contains(QString::fromLatin1(key.toPercentEncoding())));
    }
}

QTEST_GUILESS_MAIN(TestPlacesJson)
#include "tst_placesjson.moc"
