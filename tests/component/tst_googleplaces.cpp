// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>

#include "server/places/googlelegacy.h"
#include "server/places/googlenew.h"
#include "tests/support/httpstub.h"
#include "tests/support/placesanswers.h"

using namespace herd;
using namespace std::chrono_literals;
using End = StubReply::End;

namespace {

const QByteArray secretKey = "AIzaSy-Secret+0123456789abcdefghijklmno";
const QByteArray encodedKey = "AIzaSy-Secret%2B0123456789abcdefghijklmno";

GooglePlacesSettings settingsFor(const QString& baseUrl) {
    return googleSettings(baseUrl, secretKey);
}

bool givesKeyAway(const QByteArray& text) {
    return text.contains(secretKey) || text.contains(encodedKey);
}

QByteArray chunked(const QByteArray& body) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
           QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n";
}

const QByteArray closeDelimitedHead = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

}  // namespace

class TestGooglePlaces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void legacyRequestBytes_data();
    void legacyRequestBytes();
    void newRequestBytes_data();
    void newRequestBytes();
    void baseUrlPath();
    void legacyAnswerIsCut();
    void newAnswerIsTranslated();
    void replies_data();
    void replies();
    void retryHelps();
    void keyIsNotEchoed_data();
    void keyIsNotEchoed();
    void missingKey();
};

void TestGooglePlaces::legacyRequestBytes_data() {
    QTest::addColumn<PlacesQuery>("query");
    QTest::addColumn<QByteArray>("target");
    const QByteArray path = "/maps/api/place/nearbysearch/json?location=";
    const QByteArray key = "&key=" + encodedKey;
    QTest::newRow("plain") << aQuery << path + "34.06893,-118.445127&radius=10000" + key;
    QTest::newRow("largest") << PlacesQuery{90'000'000'000, -180'000'000'000, 50'000'000, 20}
                             << path + "90,-180&radius=50000" + key;
    QTest::newRow("smallest") << PlacesQuery{-1, 1, 1, 1}
                              << path + "-0.000000001,0.000000001&radius=0.001" + key;
    QTest::newRow("zero") << PlacesQuery{0, 0, 1'500, 1} << path + "0,0&radius=1.5" + key;
}

void TestGooglePlaces::legacyRequestBytes() {
    QFETCH(PlacesQuery, query);
    QFETCH(QByteArray, target);
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(ask(places, query), QByteArray(emptyLegacy));
    QCOMPARE(stub.requests().size(), std::size_t{1});
    const QByteArray host = "127.0.0.1:" + QByteArray::number(stub.port());
    QCOMPARE(stub.requests()[0].headers,
             "GET " + target + " HTTP/1.1\r\nHost: " + host +
                 "\r\nConnection: close\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n"
                 "User-Agent: herd/" HERD_VERSION "\r\nContent-Length: 0\r\n");
    QCOMPARE(stub.requests()[0].body, QByteArray());
}

void TestGooglePlaces::newRequestBytes_data() {
    QTest::addColumn<PlacesQuery>("query");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char* name, const PlacesQuery& query, const char* body) {
        QTest::newRow(name) << query << QByteArray(body);
    };
    row("plain", aQuery,
        R"({"maxResultCount":5,"locationRestriction":{"circle":{"center":{"latitude":34.06893,)"
        R"("longitude":-118.445127},"radius":10000}}})");
    row("largest", {90'000'000'000, -180'000'000'000, 50'000'000, 20},
        R"({"maxResultCount":20,"locationRestriction":{"circle":{"center":{"latitude":90,)"
        R"("longitude":-180},"radius":50000}}})");
    row("smallest", {-1, 1, 1, 1},
        R"({"maxResultCount":1,"locationRestriction":{"circle":{"center":{"latitude":-0.000000001,)"
        R"("longitude":0.000000001},"radius":0.001}}})");
}

void TestGooglePlaces::newRequestBytes() {
    QFETCH(PlacesQuery, query);
    QFETCH(QByteArray, body);
    HttpStub stub;
    GoogleNewPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(ask(places, query), QByteArray(emptyLegacy));
    QCOMPARE(stub.requests().size(), std::size_t{1});
    const QByteArray host = "127.0.0.1:" + QByteArray::number(stub.port());
    QCOMPARE(stub.requests()[0].headers,
             "POST /v1/places:searchNearby HTTP/1.1\r\nHost: " + host +
                 "\r\nConnection: close\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n"
                 "User-Agent: herd/" HERD_VERSION
                 "\r\nContent-Type: application/json\r\n"
                 "X-Goog-Api-Key: " +
                 secretKey +
                 "\r\nX-Goog-FieldMask: places.attributions,places.businessStatus,"
                 "places.displayName,places.iconMaskBaseUri,places.id,places.location,"
                 "places.rating,places.shortFormattedAddress,places.types,"
                 "places.userRatingCount,places.viewport\r\nContent-Length: " +
                 QByteArray::number(body.size()) + "\r\n");
    QCOMPARE(stub.requests()[0].body, body);
}

void TestGooglePlaces::baseUrlPath() {
    HttpStub stub;
    GoogleNewPlaces places(settingsFor(stub.baseUrl() + QLatin1String("/a%20b/")));
    ask(places);
    QCOMPARE(stub.requests().at(0).target, QByteArray("/a%20b/v1/places:searchNearby"));
}

void TestGooglePlaces::legacyAnswerIsCut() {
    HttpStub stub;
    stub.setReply(StubReply::whole(
        200,
        "{\n   \"html_attributions\" : [],\n\n   \"results\" : [\n {} ,\n {\"a\":1},\n {} ],\n"
        "   \"status\" : \"OK\"\n}\n\n"));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(ask(places, {0, 0, 1, 2}),
             QByteArray("{\n   \"html_attributions\" : [],\n   \"results\" : [\n {} ,\n {\"a\":1} "
                        "],\n   \"status\" : \"OK\"\n}"));
    QCOMPARE(places.counters().answered, std::uint64_t{1});
}

void TestGooglePlaces::newAnswerIsTranslated() {
    HttpStub stub;
    stub.setReply(StubReply::whole(
        200, R"({"places":[{"id":"a","displayName":{"text":"A"}},{"id":"b"},{"id":"c"}]})"));
    GoogleNewPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(ask(places, {0, 0, 1, 2}),
             QByteArray(R"({"html_attributions":[],"results":[{"name":"A","place_id":"a"},)"
                        R"({"place_id":"b"}],"status":"OK"})"));
}

void TestGooglePlaces::replies_data() {
    QTest::addColumn<StubReply>("reply");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<int>("tries");

    const QByteArray unknown = "UNKNOWN_ERROR";
    const auto status = [](const char* name, int httpStatus, const char* expected, int tries) {
        QTest::newRow(name) << StubReply::whole(httpStatus, emptyLegacy) << QByteArray(expected)
                            << tries;
    };
    status("400", 400, "INVALID_REQUEST", 1);
    status("401", 401, "UNKNOWN_ERROR", 1);
    status("403", 403, "REQUEST_DENIED", 1);
    status("404", 404, "UNKNOWN_ERROR", 1);
    status("407", 407, "UNKNOWN_ERROR", 1);
    status("429", 429, "OVER_QUERY_LIMIT", 3);
    status("500", 500, "UNKNOWN_ERROR", 3);
    status("503", 503, "UNKNOWN_ERROR", 3);
    status("204", 204, "UNKNOWN_ERROR", 1);
    for (const char* const scheme :
         {"Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"y\"", "NTLM", "Negotiate"}) {
        QTest::addRow("challenge %s", scheme)
            << StubReply::whole(401, "", "WWW-Authenticate: " + QByteArray(scheme) + "\r\n")
            << unknown << 1;
    }
    for (const char* const text :
         {"OVER_QUERY_LIMIT", "REQUEST_DENIED", "INVALID_REQUEST", "UNKNOWN_ERROR"}) {
        const QByteArray body = R"({"html_attributions":[],"results":[],"status":")" +
                                QByteArray(text) + R"(","error_message":"as it came"})";
        QTest::addRow("200 with %s", text) << StubReply::whole(200, body) << QByteArray(text) << 1;
    }
    const auto body = [&](const char* name, const QByteArray& bytes) {
        QTest::newRow(name) << StubReply::whole(200, bytes) << unknown << 1;
    };
    body("no body", "");
    body("HTML", "<html></html>");
    body("cut JSON", R"({"html_attributions":[],"results":[)");
    body("wrong shape", R"({"places":{},"results":[],"status":"OK"})");
    body("array", "[]");
    const auto raw = [&](const char* name, const QByteArray& bytes, int tries) {
        QTest::newRow(name) << StubReply::raw(bytes) << unknown << tries;
    };
    raw("invalid chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", 1);
    raw("chunks cut",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
            QByteArray::number(sizeof emptyLegacy - 1, 16) + "\r\n" + emptyLegacy + "\r\n",
        3);
    raw("body cut", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + QByteArray(emptyLegacy), 3);
    raw("head cut", "HTTP/1.1 200 OK\r\nContent-Le", 3);
    raw("no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 3);
    raw("closed at once", "", 3);
    raw("gzip unasked",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1F\x8B\x08", 1);
    QTest::newRow("reset") << StubReply::raw("", End::reset) << unknown << 3;
    QTest::newRow("chunked") << StubReply::raw(chunked(emptyLegacy)) << QByteArray("ZERO_RESULTS")
                             << 1;
    QTest::newRow("ended by the close")
        << StubReply::raw(closeDelimitedHead + emptyLegacy) << QByteArray("ZERO_RESULTS") << 1;
    QTest::newRow("dripped") << StubReply::drip(StubReply::whole(200, emptyLegacy).pieces[0].bytes,
                                                1ms)
                             << QByteArray("ZERO_RESULTS") << 1;
}

void TestGooglePlaces::replies() {
    QFETCH(StubReply, reply);
    QFETCH(QByteArray, status);
    QFETCH(int, tries);
    HttpStub stub;
    stub.setReply(reply);
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    const QByteArray answer = ask(places);
    QCOMPARE(statusOf(answer), status);
    QCOMPARE(static_cast<int>(stub.requests().size()), tries);
    QCOMPARE(places.counters().sent, static_cast<std::uint64_t>(tries));
    QCOMPARE(places.counters().retried, static_cast<std::uint64_t>(tries - 1));
    QCOMPARE(outcomesOf(places.counters()), std::uint64_t{1});
    QVERIFY(!givesKeyAway(answer));
    QVERIFY(!answer.contains(QByteArray::number(stub.port())));
    QVERIFY(answer.startsWith('{') && answer.endsWith('}'));
    QVERIFY(status == "ZERO_RESULTS" || answer.contains("error_message"));
}

void TestGooglePlaces::retryHelps() {
    HttpStub stub;
    stub.setReplies({StubReply::whole(500, ""), StubReply::raw("", End::close),
                     StubReply::whole(200, R"({"places":[{"id":"a"}]})")});
    GoogleNewPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(statusOf(ask(places)), QByteArray("OK"));
    QCOMPARE(stub.requests().size(), std::size_t{3});
    QCOMPARE(stub.requests()[2].body, stub.requests()[0].body);
    QCOMPARE(places.counters().retried, std::uint64_t{2});
}

void TestGooglePlaces::keyIsNotEchoed_data() {
    QTest::addColumn<QByteArray>("body");
    const auto message = [](const QByteArray& text) {
        return R"({"html_attributions":[],"results":[],"status":"REQUEST_DENIED",)"
               R"("error_message":")" +
               text + "\"}";
    };
    QTest::newRow("message") << message("bad key " + secretKey);
    QTest::newRow("message, as in the request") << message("?key=" + encodedKey);
    QTest::newRow("result") << R"({"html_attributions":[],"results":[{"name":")" + secretKey +
                                   R"("}],"status":"OK"})";
    QTest::newRow("no JSON") << "<a href=\"?key=" + encodedKey + "\">";
}

void TestGooglePlaces::keyIsNotEchoed() {
    QFETCH(QByteArray, body);
    HttpStub stub;
    for (const int httpStatus : {200, 403, 500}) {
        stub.setReply(StubReply::whole(httpStatus, body));
        GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
        const QByteArray answer = ask(places);
        QVERIFY(!statusOf(answer).isEmpty());
        QVERIFY(!givesKeyAway(answer));
    }
}

void TestGooglePlaces::missingKey() {
    HttpStub stub;
    GooglePlacesSettings settings = settingsFor(stub.baseUrl());
    settings.key.clear();
    GoogleLegacyPlaces legacy(settings);
    GoogleNewPlaces places(settings);
    QCOMPARE(statusOf(ask(legacy)), QByteArray("REQUEST_DENIED"));
    const QByteArray answer = ask(places);
    QCOMPARE(statusOf(answer), QByteArray("REQUEST_DENIED"));
    QVERIFY(answer.contains("no key"));
    QCOMPARE(places.counters().keyMissing, std::uint64_t{1});
    QCOMPARE(stub.connectionCount(), 0);
}

QTEST_GUILESS_MAIN(TestGooglePlaces)
#include "tst_googleplaces.moc"
