// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QFile>
#include <QTest>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/herdfixture.h"
#include "tests/support/httpstub.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace herd {

namespace {

constexpr auto deadline = 2s;
/// What a busy machine may add to it.
constexpr auto slack = 3s;
const QByteArray key = "AIza-not-a-real-key";
const QString solo = QStringLiteral("Solo");
const std::string known = "AT Solo {diff} asked +34.068930-118.445127 1\n";

HerdLayout layout(const QString& provider, const QString& baseUrl) {
    HerdLayout herd = HerdLayout::single(solo);
    herd.tables = QStringLiteral(
                      "[places]\nprovider = \"%1\"\nkey_file = \"places.key\"\nbase_url = \"%2\"\n"
                      "deadline_ms = %3\nrequests_per_minute = 0\nrequests_per_day = 0\n"
                      "[log]\nlevel = \"debug\"\n")
                      .arg(provider, baseUrl)
                      .arg(std::chrono::milliseconds(deadline).count());
    return herd;
}

}  // namespace

/// A real node whose places come from a stand-in for Google: whatever that one does, a client gets
/// the AT line and JSON of one shape within the deadline, and nobody ever reads the key. PLACES.md,
/// PROTOCOL.md "WHATSAT", FAULTS row 25, invariant I11.
class TestGoogleProcess : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void answers_data();
    void answers();
    void hangs_data();
    void hangs();
    void othersGoOnMeanwhile();
    void leavingClient();

  private:
    /// Starts a node with this provider and tells it of one client.
    [[nodiscard]] bool startNode(const QString& provider);
    /// Sends the bytes, half-closes, and serves the stub until the server closes.
    std::string converse(const std::string& sent, std::chrono::milliseconds patienceOfRow);

    std::unique_ptr<HttpStub> stub_;
    std::unique_ptr<HerdFixture> herd_;
};

void TestGoogleProcess::init() {
    stub_ = std::make_unique<HttpStub>();
}

/// The key is in no log, whatever happened.
void TestGoogleProcess::cleanup() {
    QVERIFY(herd_->node(solo).isRunning());
    herd_->node(solo).terminate();
    QVERIFY(herd_->node(solo).waitUntilEnded());
    QCOMPARE(herd_->node(solo).exitCode(), 0);
    const QByteArray log = herd_->log(solo);
    QVERIFY(log.contains("WHATSAT asked"));
    QVERIFY2(!log.contains(key), "the key is in the log");
    QVERIFY(!herd_->node(solo).standardError().contains(key));
}

bool TestGoogleProcess::startNode(const QString& provider) {
    herd_ = std::make_unique<HerdFixture>(layout(provider, stub_->baseUrl()));
    QFile file(herd_->filePath(QStringLiteral("places.key")));
    const bool written = file.open(QIODevice::WriteOnly) && file.write(key + '\n') > 0;
    file.close();
    return written && herd_->start() &&
           herd_->connectTo(solo).ask("IAMAT asked +34.068930-118.445127 1").starts_with("AT Solo");
}

std::string TestGoogleProcess::converse(const std::string& sent,
                                        std::chrono::milliseconds patienceOfRow) {
    LineClient client = herd_->connectTo(solo);
    if (!client.send(sent)) {
        return std::string();
    }
    client.halfClose();
    static_cast<void>(until(patienceOfRow, [&] {
        static_cast<void>(client.arrived());
        return client.isGone();
    }));
    return client.readToEnd(0ms).bytes;
}

void TestGoogleProcess::answers_data() {
    QTest::addColumn<QString>("provider");
    QTest::addColumn<int>("httpStatus");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("contained");
    const auto row = [](const char* name, bool legacy, int status, const QByteArray& body,
                        const char* contained) {
        QTest::newRow(name) << (legacy ? QStringLiteral("google-legacy") : QStringLiteral("google"))
                            << status << body << QByteArray(contained);
    };
    const QByteArray place =
        "{\"displayName\":{\"text\":\"Cafe %1\",\"languageCode\":\"en\"},\"id\":\"abc\","
        "\"location\":{\"latitude\":34.06,\"longitude\":-118.44}}";
    row("new: a place", false, 200, "{\"places\":[" + place + "]}", "\"name\":\"Cafe %1\"");
    row("new: nothing", false, 200, "{}", "\"ZERO_RESULTS\"");
    row("new: over quota", false, 429, "{\"error\":{\"code\":429}}", "\"OVER_QUERY_LIMIT\"");
    row("new: denied", false, 403, "{\"error\":{\"message\":\"API key not valid: " + key + "\"}}",
        "\"REQUEST_DENIED\"");
    row("new: bad request", false, 400, "{\"error\":{\"code\":400}}", "\"INVALID_REQUEST\"");
    row("new: server error", false, 500, "oops " + key, "\"UNKNOWN_ERROR\"");
    row("new: no JSON", false, 200, "<html>" + key + "</html>", "\"UNKNOWN_ERROR\"");
    row("new: redirect", false, 302, "", "\"UNKNOWN_ERROR\"");
    const QByteArray legacy =
        "{\n   \"html_attributions\" : [],\n\n\n   \"results\" : [\n      {\"name\" : \"A\"},\n\n"
        "      {\"name\" : \"B\"},\n      {\"name\" : \"C\"}\n   ],\n   \"status\" : "
        "\"OK\"\n}\n\n\n";
    row("legacy: cut to the bound", true, 200, legacy,
        "{\"name\" : \"A\"},\n      {\"name\" : \"B\"}");
    row("legacy: bytes kept", true, 200, legacy,
        "{\n   \"html_attributions\" : [],\n   \"results\" : [\n      {\"name\" : \"A\"},\n");
    row("legacy: status passed on", true, 200,
        "{\"html_attributions\":[],\"results\":[],\"status\":\"OVER_QUERY_LIMIT\"}",
        "\"OVER_QUERY_LIMIT\"");
    row("legacy: denied with the key in it", true, 200,
        "{\"html_attributions\":[],\"results\":[],\"status\":\"REQUEST_DENIED\","
        "\"error_message\":\"bad key " +
            key + "\"}",
        "\"REQUEST_DENIED\"");
    row("legacy: denied", true, 403, "no " + key, "\"REQUEST_DENIED\"");
    row("legacy: wrong shape", true, 200, "[]", "\"UNKNOWN_ERROR\"");
}

void TestGoogleProcess::answers() {
    QFETCH(const QString, provider);
    QFETCH(const int, httpStatus);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, contained);
    stub_->setReply(StubReply::whole(httpStatus, body));
    QVERIFY2(startNode(provider), qPrintable(herd_->error()));
    const std::string answer = converse("WHATSAT asked 10.5 2\nbogus\n", deadline + slack);
    const QString wrong = compareAnswer(known + "{places:2}\n\n? bogus\n", answer);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY2(answer.find(contained.toStdString()) != std::string::npos, answer.c_str());
    QVERIFY2(answer.find(key.toStdString()) == std::string::npos, "the key is in the answer");
    QVERIFY(!stub_->requests().empty());
    const StubRequest& request = stub_->requests().front();
    if (provider == QStringLiteral("google")) {
        QCOMPARE(request.header("X-Goog-Api-Key"), key);
        QVERIFY(!request.target.contains(key));
    } else {
        QVERIFY(request.target.contains("radius=10500"));
        QVERIFY(request.target.contains("key=" + key));
    }
}

void TestGoogleProcess::hangs_data() {
    QTest::addColumn<QString>("provider");
    QTest::addColumn<bool>("drips");
    QTest::newRow("new") << QStringLiteral("google") << false;
    QTest::newRow("legacy") << QStringLiteral("google-legacy") << false;
    QTest::newRow("legacy, byte by byte") << QStringLiteral("google-legacy") << true;
}

void TestGoogleProcess::hangs() {
    QFETCH(const QString, provider);
    QFETCH(const bool, drips);
    if (drips) {
        stub_->setReply(StubReply::drip("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{", 50ms));
    } else {
        stub_->hold();
    }
    QVERIFY2(startNode(provider), qPrintable(herd_->error()));
    const Stopwatch waited;
    const std::string answer = converse("WHATSAT asked 10 5\n", deadline + slack);
    QVERIFY2(waited.elapsed() > deadline - 500ms, "gave up too early");
    const QString wrong = compareAnswer(known + "{places:0}\n\n", answer);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY2(answer.find("\"UNKNOWN_ERROR\"") != std::string::npos, answer.c_str());
    QVERIFY(answer.find("\"error_message\"") != std::string::npos);
}

void TestGoogleProcess::othersGoOnMeanwhile() {
    stub_->setReply(StubReply::whole(200, "{}"));
    stub_->hold();
    QVERIFY2(startNode(QStringLiteral("google")), qPrintable(herd_->error()));
    LineClient waiting = herd_->connectTo(solo);
    QVERIFY(waiting.send("WHATSAT asked 10 5\nIAMAT later +1+1 5\nbogus\n"));
    QVERIFY(until(patience, [this] { return !stub_->requests().empty(); }));
    LineClient other = herd_->connectTo(solo);
    for (int round = 0; round < 100; ++round) {
        QCOMPARE(other.ask("bogus"), "? bogus\n"s);
    }
    QCOMPARE(waiting.arrived(), std::string());
    stub_->release();
    QVERIFY(until(patience, [&] { return waiting.arrived().ends_with("? bogus\n"); }));
    const QString wrong = compareAnswer(
        known + "{places:0}\n\nAT Solo {diff} later +1+1 5\n? bogus\n", waiting.arrived());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestGoogleProcess::leavingClient() {
    stub_->setReply(StubReply::whole(200, "{}"));
    stub_->hold();
    QVERIFY2(startNode(QStringLiteral("google")), qPrintable(herd_->error()));
    for (int number = 0; number < 20; ++number) {
        LineClient client = herd_->connectTo(solo);
        QVERIFY(client.send("WHATSAT asked " + std::to_string(number + 1) + " 5\n"));
        if (number % 2 == 0) {
            client.abort();
        }
    }
    QVERIFY(until(patience, [this] { return !stub_->requests().empty(); }));
    stub_->release();
    const std::string answer = converse("WHATSAT asked 30 5\n", deadline + slack);
    const QString wrong = compareAnswer(known + "{places:0}\n\n", answer);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestGoogleProcess)
#include "tst_googleprocess.moc"
