// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QTest>
#include <memory>

#include "server/places/googlelegacy.h"
#include "server/places/googlenew.h"
#include "tests/support/httpstub.h"
#include "tests/support/placesanswers.h"

using namespace herd;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using End = StubReply::End;

namespace {

const QByteArray secretKey = "AIzaSy-Secret+0123456789abcdefghijklmno";
const QByteArray encodedKey = "AIzaSy-Secret%2B0123456789abcdefghijklmno";
constexpr PlacesQuery aQuery{34'068'930'000, -118'445'127'000, 10'000'000, 5};
constexpr char emptyLegacy[] = R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"})";

GooglePlacesSettings settingsFor(const QString& baseUrl) {
    GooglePlacesSettings settings;
    settings.baseUrl = baseUrl;
    settings.key = secretKey;
    settings.limits.retryDelay = 2ms;
    settings.limits.failuresMax = 1000;
    return settings;
}

/// Asks one question and waits for the answer.
template <typename Provider>
QByteArray ask(Provider& provider, const PlacesQuery& query = aQuery) {
    PlacesAnswers answers;
    provider.find(query, answers.next());
    return answers.wait(1) ? answers.text(0) : QByteArray("no answer");
}

QByteArray statusOf(const QByteArray& json) {
    return QJsonDocument::fromJson(json)[QLatin1String("status")].toString().toLatin1();
}

bool givesKeyAway(const QByteArray& text) {
    return text.contains(secretKey) || text.contains(encodedKey);
}

/// A legacy answer of exactly that many bytes.
QByteArray legacyOfSize(qsizetype size) {
    const QByteArray head = R"({"html_attributions":[],"results":[{"name":")";
    const QByteArray tail = R"("}],"status":"OK"})";
    return head + QByteArray(size - head.size() - tail.size(), 'x') + tail;
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
    void bodyLimit_data();
    void bodyLimit();
    void deadlineHolds_data();
    void deadlineHolds();
    void redirectIsNotFollowed();
    void nothingIsSentTwice_data();
    void nothingIsSentTwice();
    void noConnectionIsKept();
    void connectionsThatEndTooSoon();
    void unreachable_data();
    void unreachable();
    void untrustedCertificate();
    void silentTlsServer();
    void cookiesAreNotKept();
    void proxyIsNotUsed();
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

void TestGooglePlaces::bodyLimit_data() {
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<QByteArray>("status");
    const QByteArray fits = legacyOfSize(1 << 20);
    const QByteArray passes = legacyOfSize((1 << 20) + 1);
    QTest::newRow("length, fits") << StubReply::whole(200, fits).pieces[0].bytes
                                  << QByteArray("OK");
    QTest::newRow("length, one past")
        << StubReply::whole(200, passes).pieces[0].bytes << QByteArray("UNKNOWN_ERROR");
    QTest::newRow("chunked, fits") << chunked(fits) << QByteArray("OK");
    QTest::newRow("chunked, one past") << chunked(passes) << QByteArray("UNKNOWN_ERROR");
    QTest::newRow("close, small") << closeDelimitedHead + legacyOfSize(60'000) << QByteArray("OK");
    QTest::newRow("close, large") << closeDelimitedHead + legacyOfSize(8 << 20)
                                  << QByteArray("UNKNOWN_ERROR");
}

void TestGooglePlaces::bodyLimit() {
    QFETCH(QByteArray, reply);
    QFETCH(QByteArray, status);
    HttpStub stub;
    stub.setReply(StubReply::raw(reply));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(statusOf(ask(places)), status);
    QCOMPARE(places.counters().tooLarge, std::uint64_t{status == "OK" ? 0U : 1U});
    QCOMPARE(stub.requests().size(), std::size_t{1});
}

void TestGooglePlaces::deadlineHolds_data() {
    QTest::addColumn<StubReply>("reply");
    const QByteArray whole = StubReply::whole(200, legacyOfSize(2000)).pieces[0].bytes;
    QTest::newRow("no reply") << StubReply::raw("", End::keepOpen);
    QTest::newRow("head dripped") << StubReply::drip(whole, 5ms);
    StubReply body = StubReply::drip(whole.mid(60), 5ms);
    body.pieces.insert(body.pieces.begin(), {whole.left(60)});
    QTest::newRow("body dripped") << body;
    QTest::newRow("body stops") << StubReply::raw(whole.chopped(1), End::keepOpen);
}

void TestGooglePlaces::deadlineHolds() {
    QFETCH(StubReply, reply);
    HttpStub stub;
    stub.setReply(reply);
    GooglePlacesSettings settings = settingsFor(stub.baseUrl());
    settings.deadline = 200ms;
    GoogleLegacyPlaces places(settings);
    QElapsedTimer timer;
    timer.start();
    const QByteArray answer = ask(places);
    QVERIFY(timer.elapsed() >= 199);
    QCOMPARE(statusOf(answer), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(answer.contains("in time"));
    QCOMPARE(places.counters().timedOut, std::uint64_t{1});
    QCOMPARE(places.counters().sent, std::uint64_t{1});
    QTRY_COMPARE(stub.openCount(), 0);
}

void TestGooglePlaces::redirectIsNotFollowed() {
    HttpStub other;
    HttpStub stub;
    for (const int httpStatus : {301, 302, 303, 307, 308}) {
        stub.setReply(StubReply::whole(httpStatus, emptyLegacy,
                                       "Location: " + other.baseUrl().toLatin1() + "/x\r\n"));
        GoogleLegacyPlaces legacy(settingsFor(stub.baseUrl()));
        GoogleNewPlaces places(settingsFor(stub.baseUrl()));
        QCOMPARE(statusOf(ask(legacy)), QByteArray("UNKNOWN_ERROR"));
        QCOMPARE(statusOf(ask(places)), QByteArray("UNKNOWN_ERROR"));
        QCOMPARE(legacy.counters().redirected, std::uint64_t{1});
        QCOMPARE(places.counters().sent, std::uint64_t{1});
    }
    QCOMPARE(stub.requests().size(), std::size_t{10});
    QCOMPARE(other.connectionCount(), 0);
}

void TestGooglePlaces::nothingIsSentTwice_data() {
    QTest::addColumn<StubReply>("reply");
    QTest::newRow("close") << StubReply::raw("", End::close);
    QTest::newRow("reset") << StubReply::raw("", End::reset);
    QTest::newRow("close in the status line") << StubReply::raw("HTTP/1.", End::close);
    QTest::newRow("close in the head") << StubReply::raw("HTTP/1.1 200 OK\r\nA:", End::close);
    StubReply late;
    late.pieces.push_back({"", 30ms});
    QTest::newRow("close later") << late;
}

void TestGooglePlaces::nothingIsSentTwice() {
    QFETCH(StubReply, reply);
    HttpStub stub;
    stub.setReply(reply);
    GooglePlacesSettings settings = settingsFor(stub.baseUrl());
    settings.limits.triesMax = 1;
    GoogleLegacyPlaces legacy(settings);
    GoogleNewPlaces places(settings);
    QCOMPARE(statusOf(ask(legacy)), QByteArray("UNKNOWN_ERROR"));
    QCOMPARE(statusOf(ask(places)), QByteArray("UNKNOWN_ERROR"));
    QCOMPARE(legacy.counters().unreachable + places.counters().unreachable, std::uint64_t{2});
    // A resend would take a turn of the network thread; give it time to show.
    QTest::qWait(50);
    QCOMPARE(stub.requests().size(), std::size_t{2});
}

void TestGooglePlaces::noConnectionIsKept() {
    HttpStub stub;
    StubReply reply = StubReply::whole(200, emptyLegacy, "Connection: keep-alive\r\n");
    reply.end = End::keepOpen;
    stub.setReply(reply);
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    for (int question = 1; question <= 3; ++question) {
        QCOMPARE(ask(places), QByteArray(emptyLegacy));
        QTRY_COMPARE(stub.openCount(), 0);
        QCOMPARE(stub.connectionCount(), question);
    }
    QCOMPARE(places.counters().sent, std::uint64_t{3});
}

void TestGooglePlaces::connectionsThatEndTooSoon() {
    HttpStub stub;
    StubReply reply = StubReply::whole(200, emptyLegacy, "Connection: keep-alive\r\n");
    reply.end = End::keepOpen;
    stub.setReply(reply);
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    for (int question = 0; question < 10; ++question) {
        QCOMPARE(ask(places), QByteArray(emptyLegacy));
        stub.closeConnections();
    }
    QCOMPARE(stub.requests().size(), std::size_t{10});
    QCOMPARE(places.counters().sent, std::uint64_t{10});
}

void TestGooglePlaces::unreachable_data() {
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<int>("tries");
    const auto closed = std::make_unique<HttpStub>();
    QTest::newRow("refused") << closed->baseUrl() << 3;
    QTest::newRow("no such name") << QStringLiteral("http://herd.invalid") << 3;
}

void TestGooglePlaces::unreachable() {
    QFETCH(QString, baseUrl);
    QFETCH(int, tries);
    GooglePlacesSettings settings = settingsFor(baseUrl);
    settings.deadline = 3000ms;
    GoogleNewPlaces places(settings);
    const QByteArray answer = ask(places);
    QCOMPARE(statusOf(answer), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(!givesKeyAway(answer));
    QVERIFY(!answer.contains("invalid") && !answer.contains("127.0.0.1"));
    if (places.counters().timedOut == 0) {
        QCOMPARE(places.counters().sent, static_cast<std::uint64_t>(tries));
        QCOMPARE(places.counters().unreachable, std::uint64_t{1});
    }
}

void TestGooglePlaces::untrustedCertificate() {
    HttpStub untrusted(HttpStub::Transport::tlsSelfSigned);
    GoogleLegacyPlaces places(settingsFor(untrusted.baseUrl()));
    QCOMPARE(statusOf(ask(places)), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(untrusted.connectionCount() > 0);
    QCOMPARE(untrusted.requests().size(), std::size_t{0});
}

void TestGooglePlaces::silentTlsServer() {
    HttpStub stub;
    GooglePlacesSettings settings =
        settingsFor(QStringLiteral("https://127.0.0.1:%1").arg(stub.port()));
    settings.deadline = 200ms;
    GoogleLegacyPlaces places(settings);
    QCOMPARE(statusOf(ask(places)), QByteArray("UNKNOWN_ERROR"));
    QCOMPARE(places.counters().timedOut, std::uint64_t{1});
    QCOMPARE(stub.connectionCount(), 1);
    QCOMPARE(stub.requests().size(), std::size_t{0});
}

void TestGooglePlaces::cookiesAreNotKept() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy, "Set-Cookie: track=1; Path=/\r\n"));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    ask(places);
    ask(places);
    QCOMPARE(stub.requests().size(), std::size_t{2});
    QCOMPARE(stub.requests()[1].header("Cookie"), QByteArray());
}

void TestGooglePlaces::proxyIsNotUsed() {
    HttpStub proxy;
    QNetworkProxy::setApplicationProxy(
        {QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.port()});
    // Not a loopback address: those no proxy is asked for anyway.
    GooglePlacesSettings settings = settingsFor(QStringLiteral("http://herd.invalid"));
    settings.deadline = 1000ms;
    GoogleLegacyPlaces places(settings);
    const QByteArray answer = ask(places);
    QNetworkProxy::setApplicationProxy(QNetworkProxy::DefaultProxy);
    QCOMPARE(statusOf(answer), QByteArray("UNKNOWN_ERROR"));
    QCOMPARE(proxy.connectionCount(), 0);
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
