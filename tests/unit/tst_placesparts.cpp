// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <chrono>
#include <limits>

#include "server/places/circuitbreaker.h"
#include "server/places/googlesettings.h"
#include "server/places/placesfailure.h"
#include "server/places/placeskey.h"
#include "server/places/placesnumbers.h"
#include "server/places/requestbudget.h"
#include "server/places/retrydelay.h"

using namespace herd;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// The small parts of the Google providers, each without a network and without waiting.
class TestPlacesParts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void numbers_data();
    void numbers();
    void budgetWindows();
    void budgetBothLimits();
    void budgetUnlimited();
    void breakerOpensAndTries();
    void breakerSuccessResets();
    void breakerAbandonedTrial();
    void breakerLateReports();
    void retryDelays_data();
    void retryDelays();
    void httpStatuses_data();
    void httpStatuses();
    void failureAnswers();
    void baseUrls_data();
    void baseUrls();
    void keyFiles_data();
    void keyFiles();
    void keyFileThatIsNone();
    void keyFromEnvironment();

  private:
    milliseconds now_{0};
    std::function<milliseconds()> clock_ = [this] { return now_; };
};

void TestPlacesParts::numbers_data() {
    QTest::addColumn<qint64>("number");
    QTest::addColumn<QByteArray>("degrees");
    QTest::addColumn<QByteArray>("metres");
    QTest::newRow("zero") << qint64{0} << QByteArray("0") << QByteArray("0");
    QTest::newRow("least") << qint64{1} << QByteArray("0.000000001") << QByteArray("0.001");
    QTest::newRow("less than zero")
        << qint64{-1} << QByteArray("-0.000000001") << QByteArray("-0.001");
    QTest::newRow("whole") << qint64{34'000'000'000} << QByteArray("34") << QByteArray("34000000");
    QTest::newRow("fraction") << qint64{-118'445'127'000} << QByteArray("-118.445127")
                              << QByteArray("-118445127");
    QTest::newRow("all digits") << qint64{-179'999'999'999} << QByteArray("-179.999999999")
                                << QByteArray("-179999999.999");
    QTest::newRow("half") << qint64{-500'000'000} << QByteArray("-0.5") << QByteArray("-500000");
    QTest::newRow("ten kilometres")
        << qint64{10'000'000} << QByteArray("0.01") << QByteArray("10000");
    QTest::newRow("smallest") << std::numeric_limits<qint64>::min()
                              << QByteArray("-9223372036.854775808")
                              << QByteArray("-9223372036854775.808");
}

void TestPlacesParts::numbers() {
    QFETCH(qint64, number);
    QTEST(degreesText(number), "degrees");
    QTEST(metresText(number), "metres");
}

void TestPlacesParts::budgetWindows() {
    SendWindow window(2, 60s);
    QVERIFY(window.hasRoom(0ms));
    window.count(0ms);
    QVERIFY(window.hasRoom(1000ms));
    window.count(1000ms);
    QVERIFY(!window.hasRoom(1000ms));
    QVERIFY(!window.hasRoom(59'999ms));
    QVERIFY(window.hasRoom(60'000ms));
    window.count(60'000ms);
    QVERIFY(!window.hasRoom(60'999ms));
    QVERIFY(window.hasRoom(61'000ms));
}

void TestPlacesParts::budgetBothLimits() {
    now_ = 0ms;
    RequestBudget budget(2, 3, clock_);
    for (const milliseconds time : {0ms, 1ms, 60'000ms}) {
        now_ = time;
        QVERIFY(budget.allows());
        budget.spend();
    }
    now_ = 120'000ms;
    QVERIFY(!budget.allows());
    now_ = std::chrono::hours(24) - 1ms;
    QVERIFY(!budget.allows());
    now_ = std::chrono::hours(24);
    QVERIFY(budget.allows());
    budget.spend();
    QVERIFY(!budget.allows());
    now_ += 1ms;
    QVERIFY(budget.allows());
}

void TestPlacesParts::budgetUnlimited() {
    now_ = 0ms;
    RequestBudget budget(0, 0, clock_);
    for (int sent = 0; sent < 100'000; ++sent) {
        QVERIFY(budget.allows());
        budget.spend();
    }
}

void TestPlacesParts::breakerOpensAndTries() {
    now_ = 0ms;
    CircuitBreaker breaker(3, 30s, clock_);
    for (int failure = 0; failure < 3; ++failure) {
        QVERIFY(breaker.admit());
        QVERIFY(!breaker.isPaused());
        breaker.failed();
    }
    QVERIFY(breaker.isPaused());
    now_ = 29'999ms;
    QVERIFY(!breaker.admit());
    now_ = 30'000ms;
    QVERIFY(breaker.admit());
    QVERIFY(breaker.isPaused());
    QVERIFY2(!breaker.admit(), "only one trial");
    breaker.failed();
    QVERIFY(!breaker.admit());
    now_ = 59'999ms;
    QVERIFY(!breaker.admit());
    now_ = 60'000ms;
    QVERIFY(breaker.admit());
    breaker.succeeded();
    QVERIFY(!breaker.isPaused());
    QVERIFY(breaker.admit());
    QVERIFY(breaker.admit());
}

void TestPlacesParts::breakerSuccessResets() {
    CircuitBreaker breaker(3, 30s, clock_);
    for (int round = 0; round < 5; ++round) {
        breaker.failed();
        breaker.failed();
        breaker.succeeded();
    }
    QVERIFY(!breaker.isPaused());
    breaker.failed();
    breaker.failed();
    QVERIFY(!breaker.isPaused());
    breaker.failed();
    QVERIFY(breaker.isPaused());
}

void TestPlacesParts::breakerAbandonedTrial() {
    now_ = 0ms;
    CircuitBreaker breaker(1, 30s, clock_);
    breaker.abandoned();
    QVERIFY(!breaker.isPaused());
    breaker.failed();
    now_ = 30s;
    QVERIFY(breaker.admit());
    breaker.abandoned();
    QVERIFY2(breaker.admit(), "the next one is the trial");
    QVERIFY(!breaker.admit());
}

void TestPlacesParts::breakerLateReports() {
    now_ = 0ms;
    CircuitBreaker breaker(1, 30s, clock_);
    breaker.failed();
    now_ = 20s;
    breaker.failed();
    now_ = 30s;
    QVERIFY2(breaker.admit(), "a late failure does not lengthen the pause");
    breaker.failed();
    breaker.succeeded();
    QVERIFY2(!breaker.isPaused(), "a late success ends it");
}

void TestPlacesParts::retryDelays_data() {
    QTest::addColumn<int>("triesDone");
    QTest::addColumn<double>("dice");
    QTest::addColumn<int>("expectedMs");
    QTest::newRow("first, low") << 1 << 0.0 << 375;
    QTest::newRow("first, middle") << 1 << 0.5 << 500;
    QTest::newRow("first, high") << 1 << 0.9999 << 625;
    QTest::newRow("second, low") << 2 << 0.0 << 750;
    QTest::newRow("second, middle") << 2 << 0.5 << 1000;
    QTest::newRow("third, middle") << 3 << 0.5 << 2000;
}

void TestPlacesParts::retryDelays() {
    QFETCH(int, triesDone);
    QFETCH(double, dice);
    QFETCH(int, expectedMs);
    QCOMPARE(retryDelay(500ms, triesDone, dice).count(), milliseconds(expectedMs).count());
}

void TestPlacesParts::httpStatuses_data() {
    QTest::addColumn<int>("httpStatus");
    QTest::addColumn<QByteArray>("status");  // empty: the body tells
    QTest::addColumn<bool>("retried");
    QTest::addColumn<bool>("isUnwell");

    QTest::newRow("200") << 200 << QByteArray() << false << false;
    QTest::newRow("204") << 204 << QByteArray("UNKNOWN_ERROR") << false << false;
    QTest::newRow("206") << 206 << QByteArray("UNKNOWN_ERROR") << false << false;
    QTest::newRow("301") << 301 << QByteArray("UNKNOWN_ERROR") << false << true;
    QTest::newRow("302") << 302 << QByteArray("UNKNOWN_ERROR") << false << true;
    QTest::newRow("304") << 304 << QByteArray("UNKNOWN_ERROR") << false << true;
    QTest::newRow("399") << 399 << QByteArray("UNKNOWN_ERROR") << false << true;
    QTest::newRow("400") << 400 << QByteArray("INVALID_REQUEST") << false << false;
    QTest::newRow("401") << 401 << QByteArray("UNKNOWN_ERROR") << false << false;
    QTest::newRow("403") << 403 << QByteArray("REQUEST_DENIED") << false << false;
    QTest::newRow("404") << 404 << QByteArray("UNKNOWN_ERROR") << false << false;
    QTest::newRow("429") << 429 << QByteArray("OVER_QUERY_LIMIT") << true << true;
    QTest::newRow("499") << 499 << QByteArray("UNKNOWN_ERROR") << false << false;
    QTest::newRow("500") << 500 << QByteArray("UNKNOWN_ERROR") << true << true;
    QTest::newRow("503") << 503 << QByteArray("UNKNOWN_ERROR") << true << true;
    QTest::newRow("599") << 599 << QByteArray("UNKNOWN_ERROR") << true << true;
    QTest::newRow("600") << 600 << QByteArray("UNKNOWN_ERROR") << false << false;
}

void TestPlacesParts::httpStatuses() {
    QFETCH(int, httpStatus);
    QFETCH(QByteArray, status);
    QFETCH(bool, retried);
    QFETCH(bool, isUnwell);
    const auto failure = failureOfHttpStatus(httpStatus);
    QCOMPARE(failure.has_value(), !status.isEmpty());
    if (failure) {
        const QByteArray json = QByteArray::fromStdString(placesFailureAnswer(*failure).json);
        QVERIFY(json.contains("\"status\":\"" + status + "\""));
        QCOMPARE(mayRetry(*failure), retried);
        QCOMPARE(isServiceFailure(*failure), isUnwell);
    }
}

void TestPlacesParts::failureAnswers() {
    for (int index = 0; index <= static_cast<int>(PlacesFailure::cancelled); ++index) {
        const auto failure = static_cast<PlacesFailure>(index);
        const PlacesAnswer answer = placesFailureAnswer(failure);
        const auto read = readLegacyAnswer(answer.json, QByteArray());
        QVERIFY(read);
        QCOMPARE(answer.cutTo(1), read->json);
        // Every member of the counters is a 64-bit number and no failure may move two of them.
        PlacesCounters counters;
        countPlacesFailure(counters, failure);
        const auto* const numbers = reinterpret_cast<const std::uint64_t*>(&counters);
        std::uint64_t sum = 0;
        for (std::size_t member = 0; member < sizeof counters / sizeof *numbers; ++member) {
            sum += numbers[member];
        }
        QCOMPARE(sum, std::uint64_t{1});
    }
}

void TestPlacesParts::baseUrls_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");  // empty: refused
    const auto row = [](const char* text, const char* expected) {
        QTest::addRow("%s", text) << QString::fromLatin1(text) << QString::fromLatin1(expected);
    };
    row("http://127.0.0.1:18080", "http://127.0.0.1:18080");
    row("http://127.0.0.1:18080/", "http://127.0.0.1:18080");
    row("https://maps.googleapis.com", "https://maps.googleapis.com");
    row("https://proxy.example/google//", "https://proxy.example/google");
    row("http://[::1]:80/a%20b/", "http://[::1]:80/a%20b");
    row("HTTPS://Example.org", "https://example.org");
    for (const char* const text :
         {"", "127.0.0.1:80", "maps.googleapis.com", "ftp://a", "file:///etc/passwd", "http://",
          "http:///path", "https://u:hunter2@a", "https://u@a", "http://a?key=hunter2", "http://a?",
          "http://a#f", "http://a:0", "http://a:65536", "http://a b", "javascript:1", "data:,x"}) {
        row(text, "");
    }
}

void TestPlacesParts::baseUrls() {
    QFETCH(QString, text);
    QFETCH(QString, expected);
    const Result<QUrl> url = parsePlacesBaseUrl(text);
    QCOMPARE(url.ok(), !expected.isEmpty());
    if (url) {
        QCOMPARE(url.value().toString(QUrl::FullyEncoded), expected);
    } else {
        QVERIFY(url.error().message.contains(QLatin1String("base_url")));
        QVERIFY(!url.error().message.contains(QLatin1String("hunter2")));
    }
}

void TestPlacesParts::keyFiles_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("key");  // empty: refused
    const QByteArray longest(placesKeyBytesMax, 'k');
    const QByteArray fill(placesKeyFileBytesMax - 2, 'x');
    QTest::newRow("plain") << QByteArray("AIza-1_2") << QByteArray("AIza-1_2");
    QTest::newRow("newline") << QByteArray("AIza\n") << QByteArray("AIza");
    QTest::newRow("CRLF and space") << QByteArray(" \tAIza \r\n") << QByteArray("AIza");
    QTest::newRow("first line only") << QByteArray("AIza\nsecond line") << QByteArray("AIza");
    QTest::newRow("other printable bytes") << QByteArray("a+/=.~!") << QByteArray("a+/=.~!");
    QTest::newRow("longest key") << longest << longest;
    QTest::newRow("one byte longer") << longest + 'k' << QByteArray();
    QTest::newRow("largest file") << "k\n" + fill << QByteArray("k");
    QTest::newRow("one byte larger") << "k\n" + fill + 'x' << QByteArray();
    QTest::newRow("empty") << QByteArray("") << QByteArray();
    QTest::newRow("empty first line") << QByteArray("\nAIza") << QByteArray();
    QTest::newRow("inner space") << QByteArray("hunter2 hunter2") << QByteArray();
    QTest::newRow("quotation mark") << QByteArray("\"hunter2\"") << QByteArray();
    QTest::newRow("backslash") << QByteArray("hunter2\\") << QByteArray();
    QTest::newRow("control byte") << QByteArray("hunter2\x01x") << QByteArray();
    QTest::newRow("no ASCII") << QByteArray("hunter2\xC3\xA4") << QByteArray();
    QTest::newRow("header injection") << QByteArray("hunter2\rX-Evil:1") << QByteArray();
}

void TestPlacesParts::keyFiles() {
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, key);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("100%1%2.key"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const Result<QByteArray> read = readPlacesKey(path);
    QCOMPARE(read.ok(), !key.isEmpty());
    if (read) {
        QCOMPARE(read.value(), key);
    } else {
        QVERIFY(read.error().message.contains(path));
        QVERIFY(!read.error().message.contains(QLatin1String("hunter2")));
    }
}

void TestPlacesParts::keyFileThatIsNone() {
    const QTemporaryDir folder;
    const QString pipe = folder.filePath(QStringLiteral("pipe"));
    QCOMPARE(mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    for (const QString& path : {folder.path(), folder.filePath(QStringLiteral("missing")), pipe}) {
        const Result<QByteArray> read = readPlacesKey(path);
        QVERIFY(!read);
        QVERIFY(read.error().message.contains(path));
    }
}

void TestPlacesParts::keyFromEnvironment() {
    qunsetenv("HERD_PLACES_KEY");
    QCOMPARE(readPlacesKey(QString()).value(), QByteArray());
    qputenv("HERD_PLACES_KEY", "");
    QCOMPARE(readPlacesKey(QString()).value(), QByteArray());
    qputenv("HERD_PLACES_KEY", " AIza\n");
    QCOMPARE(readPlacesKey(QString()).value(), QByteArray("AIza"));
    qputenv("HERD_PLACES_KEY", "hunter2 hunter2");
    const Result<QByteArray> read = readPlacesKey(QString());
    QVERIFY(!read);
    QVERIFY(read.error().message.contains(QLatin1String("HERD_PLACES_KEY")));
    QVERIFY(!read.error().message.contains(QLatin1String("hunter2")));
    qunsetenv("HERD_PLACES_KEY");
}

QTEST_GUILESS_MAIN(TestPlacesParts)
#include "tst_placesparts.moc"
