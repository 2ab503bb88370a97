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

class TestGoogleFaults : public QObject {
    Q_OBJECT

  private Q_SLOTS:
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
};

void TestGoogleFaults::bodyLimit_data() {
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

void TestGoogleFaults::bodyLimit() {
    QFETCH(QByteArray, reply);
    QFETCH(QByteArray, status);
    HttpStub stub;
    stub.setReply(StubReply::raw(reply));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    QCOMPARE(statusOf(ask(places)), status);
    QCOMPARE(places.counters().tooLarge, std::uint64_t{status == "OK" ? 0U : 1U});
    QCOMPARE(stub.requests().size(), std::size_t{1});
}

void TestGoogleFaults::deadlineHolds_data() {
    QTest::addColumn<StubReply>("reply");
    const QByteArray whole = StubReply::whole(200, legacyOfSize(2000)).pieces[0].bytes;
    QTest::newRow("no reply") << StubReply::raw("", End::keepOpen);
    QTest::newRow("head dripped") << StubReply::drip(whole, 5ms);
    StubReply body = StubReply::drip(whole.mid(60), 5ms);
    body.pieces.insert(body.pieces.begin(), {whole.left(60)});
    QTest::newRow("body dripped") << body;
    QTest::newRow("body stops") << StubReply::raw(whole.chopped(1), End::keepOpen);
}

void TestGoogleFaults::deadlineHolds() {
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

void TestGoogleFaults::redirectIsNotFollowed() {
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

void TestGoogleFaults::nothingIsSentTwice_data() {
    QTest::addColumn<StubReply>("reply");
    QTest::newRow("close") << StubReply::raw("", End::close);
    QTest::newRow("reset") << StubReply::raw("", End::reset);
    QTest::newRow("close in the status line") << StubReply::raw("HTTP/1.", End::close);
    QTest::newRow("close in the head") << StubReply::raw("HTTP/1.1 200 OK\r\nA:", End::close);
    StubReply late;
    late.pieces.push_back({"", 30ms});
    QTest::newRow("close later") << late;
}

void TestGoogleFaults::nothingIsSentTwice() {
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
    // A resend that was on its way would come before these.
    stub.setReply(StubReply::whole(200, emptyLegacy));
    QCOMPARE(statusOf(ask(legacy)), QByteArray("ZERO_RESULTS"));
    QVERIFY(!ask(places).isEmpty());
    QCOMPARE(stub.requests().size(), std::size_t{4});
}

void TestGoogleFaults::noConnectionIsKept() {
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

void TestGoogleFaults::connectionsThatEndTooSoon() {
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

void TestGoogleFaults::unreachable_data() {
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<int>("tries");
    const auto closed = std::make_unique<HttpStub>();
    QTest::newRow("refused") << closed->baseUrl() << 3;
    QTest::newRow("no such name") << QStringLiteral("http://herd.invalid") << 3;
}

void TestGoogleFaults::unreachable() {
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

void TestGoogleFaults::untrustedCertificate() {
    HttpStub untrusted(HttpStub::Transport::tlsSelfSigned);
    GoogleLegacyPlaces places(settingsFor(untrusted.baseUrl()));
    QCOMPARE(statusOf(ask(places)), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(untrusted.connectionCount() > 0);
    QCOMPARE(untrusted.requests().size(), std::size_t{0});
}

void TestGoogleFaults::silentTlsServer() {
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

void TestGoogleFaults::cookiesAreNotKept() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy, "Set-Cookie: track=1; Path=/\r\n"));
    GoogleLegacyPlaces places(settingsFor(stub.baseUrl()));
    ask(places);
    ask(places);
    QCOMPARE(stub.requests().size(), std::size_t{2});
    QCOMPARE(stub.requests()[1].header("Cookie"), QByteArray());
}

void TestGoogleFaults::proxyIsNotUsed() {
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

QTEST_GUILESS_MAIN(TestGoogleFaults)
#include "tst_googlefaults.moc"
