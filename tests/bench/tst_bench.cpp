// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <QTest>
#include <memory>
#include <set>
#include <string>

#include "common/position.h"
#include "common/timestamp.h"
#include "common/wire.h"
#include "tests/bench/answercheck.h"
#include "tests/bench/dialect.h"
#include "tests/bench/failure.h"
#include "tests/bench/figures.h"
#include "tests/bench/leaniamat.h"
#include "tests/bench/neweststamps.h"
#include "tests/bench/options.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/socket.h"
#include "tests/bench/sourceaddresses.h"
#include "tests/bench/statistics.h"

using herd::bench::AnswerCheck;
using herd::bench::LatencyHistogram;
using herd::bench::Request;
using herd::bench::RequestSource;
using Verdict = AnswerCheck::Verdict;

namespace {

constexpr std::int64_t sentNs = 1'700'000'000'123'456'789;

/// A request whose client, position and time are known.
Request knownRequest() {
    const std::string text = "unit00000007.example +34.068930-118.445127 1700000000.123456789";
    Request request;
    text.copy(request.bytes.data(), text.size());
    request.textBytes = static_cast<std::uint16_t>(text.size());
    request.timeNs = sentNs;
    return request;
}

/// The yardstick's reader and the project's own must agree about the line.
void compareReaders(const std::string& line) {
    const auto lean = herd::bench::parseLeanIamat(line);
    const herd::ClientMessage message = herd::wire::parseClientLine(line);
    const herd::Iamat* const full = std::get_if<herd::Iamat>(&message);
    const bool same = lean && full
                          ? lean->client == full->client && lean->position == full->position &&
                                lean->time == full->time && lean->timeNs == full->timeNs
                          : !lean && full == nullptr;
    QVERIFY2(same, QByteArray::fromStdString(line).toPercentEncoding(" +").constData());
}

}  // namespace

/// What the benches stand on: that a wrong answer is seen and a quantile is what it says.
class BenchTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void judgesAnswers_data();
    void judgesAnswers();
    void keepsToTheFirstName();
    void speaksRedis();
    void makesValidRequests();
    void takesEachClientOnce();
    void findsQuantiles_data();
    void findsQuantiles();
    void histogramIsWithinOnePercent();
    void keepsTheNewestStamp();
    void readsAsTheServerDoes_data();
    void readsAsTheServerDoes();
    void answersAsTheServerDoes_data();
    void answersAsTheServerDoes();
    void refusesWrongOptions_data();
    void refusesWrongOptions();
    void changesSourceAddresses();
    void connectsFromAnAddress();
    void printsFigures();
};

void BenchTest::judgesAnswers_data() {
    QTest::addColumn<std::string>("line");
    QTest::addColumn<Verdict>("verdict");

    const std::string echo = " unit00000007.example +34.068930-118.445127 1700000000.123456789";
    QTest::newRow("right") << "AT Bench +0.000050000" + echo << Verdict::right;
    QTest::newRow("at once") << "AT Bench +0.000000000" + echo << Verdict::right;
    QTest::newRow("clock just behind") << "AT Bench -1.000000000" + echo << Verdict::right;
    QTest::newRow("clock too far behind")
        << "AT Bench -1.000000001" + echo << Verdict::implausibleDiff;
    QTest::newRow("clock just ahead") << "AT Bench +1.000100000" + echo << Verdict::right;
    QTest::newRow("clock too far ahead")
        << "AT Bench +1.000100001" + echo << Verdict::implausibleDiff;
    QTest::newRow("other name") << "AT Bare +0.000050000" + echo << Verdict::wrongServer;
    QTest::newRow("no sign") << "AT Bench 0.000050000" + echo << Verdict::wrongDiff;
    QTest::newRow("eight digits") << "AT Bench +0.00005000" + echo << Verdict::wrongDiff;
    QTest::newRow("minus zero") << "AT Bench -0.000000000" + echo << Verdict::wrongDiff;
    QTest::newRow("other client") << std::string(
                                         "AT Bench +0.000050000 unit00000008.example "
                                         "+34.068930-118.445127 1700000000.123456789")
                                  << Verdict::wrongEcho;
    QTest::newRow("other position") << std::string(
                                           "AT Bench +0.000050000 unit00000007.example "
                                           "+34.068931-118.445127 1700000000.123456789")
                                    << Verdict::wrongEcho;
    QTest::newRow("other time") << std::string(
                                       "AT Bench +0.000050000 unit00000007.example "
                                       "+34.068930-118.445127 1700000000.123456788")
                                << Verdict::wrongEcho;
    QTest::newRow("torn") << ("AT Bench +0.000050000" + echo).substr(0, 60) << Verdict::wrongEcho;
    QTest::newRow("more") << "AT Bench +0.000050000" + echo + " x" << Verdict::wrongEcho;
    QTest::newRow("two spaces") << "AT Bench +0.000050000 " + echo << Verdict::wrongEcho;
    QTest::newRow("carriage return") << "AT Bench +0.000050000" + echo + "\r" << Verdict::wrongEcho;
    QTest::newRow("refused") << "? IAMAT" + echo << Verdict::notAnAnswer;
    QTest::newRow("empty") << std::string() << Verdict::notAnAnswer;
    QTest::newRow("word only") << std::string("AT ") << Verdict::notAnAnswer;
    QTest::newRow("no diff") << std::string("AT Bench") << Verdict::notAnAnswer;
    QTest::newRow("no name") << "AT  +0.000050000" + echo << Verdict::notAnAnswer;
}

void BenchTest::judgesAnswers() {
    QFETCH(std::string, line);
    AnswerCheck check("Bench");
    QTEST(check.check(line, knownRequest(), sentNs + 100'000), "verdict");
}

void BenchTest::keepsToTheFirstName() {
    const std::string echo = " +0.000050000 " + std::string(knownRequest().text());
    AnswerCheck check;
    QCOMPARE(check.check("AT Hands" + echo, knownRequest(), sentNs), Verdict::right);
    QCOMPARE(check.check("AT Welsh" + echo, knownRequest(), sentNs), Verdict::wrongServer);
    QCOMPARE(check.check("AT Hands" + echo, knownRequest(), sentNs), Verdict::right);
}

void BenchTest::speaksRedis() {
    const auto dialect = herd::bench::makeRedisDialect();
    std::string out;
    dialect->appendRequest(out, knownRequest());
    QCOMPARE(out, std::string("*5\r\n$6\r\nGEOADD\r\n$5\r\nfleet\r\n$11\r\n-118.445127\r\n"
                              "$9\r\n34.068930\r\n$20\r\nunit00000007.example\r\n"));
    QVERIFY(dialect->wrong(":1\r", knownRequest(), sentNs) == nullptr);
    QVERIFY(dialect->wrong(":0\r", knownRequest(), sentNs) == nullptr);
    QVERIFY(dialect->wrong("-ERR invalid\r", knownRequest(), sentNs) != nullptr);
}

void BenchTest::makesValidRequests() {
    constexpr std::uint64_t firstClient = 99'000'000;
    constexpr std::uint64_t clients = 1'000'000;
    RequestSource source(firstClient, clients, RequestSource::Order::random);
    std::int64_t lastNs = 0;
    for (int index = 0; index < 10'000; ++index) {
        Request request;
        source.next(request, sentNs);
        const std::string text(request.text());
        const std::size_t clientEnd = text.find(' ');
        const std::size_t positionEnd = text.find(' ', clientEnd + 1);
        const std::string client = text.substr(0, clientEnd);
        QVERIFY(client >= herd::bench::clientId(firstClient));
        QVERIFY(client < herd::bench::clientId(firstClient + clients - 1) + "~");
        QVERIFY(herd::parsePosition(text.substr(clientEnd + 1, positionEnd - clientEnd - 1)));
        QVERIFY(herd::parseTime(text.substr(positionEnd + 1)) == request.timeNs);
        QVERIFY(request.timeNs > lastNs);
        lastNs = request.timeNs;
    }
}

void BenchTest::takesEachClientOnce() {
    constexpr std::uint64_t clients = 1'000;
    RequestSource source(5, clients, RequestSource::Order::eachOnce);
    std::set<std::string> seen;
    for (std::uint64_t index = 0; index < clients; ++index) {
        Request request;
        source.next(request, sentNs);
        seen.emplace(request.text().substr(0, request.text().find(' ')));
    }
    QCOMPARE(seen.size(), clients);
    QVERIFY(seen.contains(herd::bench::clientId(5)));
    QVERIFY(seen.contains(herd::bench::clientId(1'004)));
}

void BenchTest::findsQuantiles_data() {
    QTest::addColumn<std::vector<double>>("samples");
    QTest::addColumn<double>("quantile");
    QTest::addColumn<double>("expected");

    QTest::newRow("none") << std::vector<double>() << 0.5 << 0.0;
    QTest::newRow("one") << std::vector<double>{7} << 0.99 << 7.0;
    QTest::newRow("odd") << std::vector<double>{5, 1, 4, 2, 3} << 0.5 << 3.0;
    QTest::newRow("even") << std::vector<double>{4, 1, 3, 2} << 0.5 << 2.5;
    QTest::newRow("quartile") << std::vector<double>{5, 1, 4, 2, 3} << 0.25 << 2.0;
    QTest::newRow("last") << std::vector<double>{5, 1, 4, 2, 3} << 1.0 << 5.0;
}

void BenchTest::findsQuantiles() {
    QFETCH(std::vector<double>, samples);
    QFETCH(double, quantile);
    QFETCH(double, expected);
    QCOMPARE(herd::bench::quantileOf(samples, quantile), expected);
}

void BenchTest::histogramIsWithinOnePercent() {
    const auto histogram = std::make_unique<LatencyHistogram>();
    QCOMPARE(histogram->quantileNs(0.5), 0);
    for (const std::int64_t ns :
         {std::int64_t{0}, std::int64_t{255}, std::int64_t{256}, std::int64_t{511},
          std::int64_t{512}, std::int64_t{1'234'567}, std::int64_t{3'600'000'000'000}, INT64_MAX}) {
        histogram->clear();
        histogram->record(ns);
        histogram->record(INT64_MAX);
        const std::int64_t found = histogram->quantileNs(0.5);
        QVERIFY2(found >= ns && found - ns <= ns / 100, qPrintable(QString::number(ns)));
    }
    histogram->clear();
    for (std::int64_t ns = 1; ns <= 100; ++ns) {
        histogram->record(ns);
    }
    QCOMPARE(histogram->count(), 100U);
    QCOMPARE(histogram->quantileNs(0.5), 50);
    QCOMPARE(histogram->quantileNs(0.99), 99);
    QCOMPARE(histogram->maxNs(), 100);
}

void BenchTest::keepsTheNewestStamp() {
    herd::bench::NewestStamps stamps;
    constexpr std::uint64_t clients = 5'000;
    for (std::uint64_t round = 0; round < 2; ++round) {
        for (std::uint64_t client = 0; client < clients; ++client) {
            stamps.offer({herd::bench::clientId(client), "+1+1", "2", 2, 3});
        }
    }
    QCOMPARE(stamps.size(), clients);
    const std::string client = herd::bench::clientId(7);
    stamps.offer({client, "+9+9", "3", 3, 3});
    stamps.offer({client, "+8+8", "1", 1, 9});
    QCOMPARE(stamps.text(client), client + " +9+9 3");
    stamps.offer({client, "+7+7", "3", 3, 4});
    QCOMPARE(stamps.text(client), client + " +7+7 3");
    QCOMPARE(stamps.text(herd::bench::clientId(8)), herd::bench::clientId(8) + " +1+1 2");
    QCOMPARE(stamps.text("nobody"), std::string());
}

void BenchTest::readsAsTheServerDoes_data() {
    QTest::addColumn<std::string>("line");
    const auto add = [](const char* name, const std::string& line) { QTest::newRow(name) << line; };
    add("plain", "IAMAT kiwi.example +34.068930-118.445127 1700000000.123456789");
    add("short", "IAMAT a +0-0 0");
    add("white space", " \t\r\f\vIAMAT\va\t+1+1 \f 2\r");
    add("corner", "IAMAT a +90.000-180.0 9223372036.854775807");
    add("past the latest time", "IAMAT a +1+1 9223372036.854775808");
    add("past the latest second", "IAMAT a +1+1 9223372037");
    add("many digits", "IAMAT a +1+1 " + std::string(28, '9'));
    add("leading zeros", "IAMAT a +0000000001+0000000002 000000000000000000001.5");
    add("32 bytes of time", "IAMAT a +1+1 " + std::string(31, '0') + "1");
    add("33 bytes of time", "IAMAT a +1+1 " + std::string(32, '0') + "1");
    add("64 bytes of position", "IAMAT a +1+" + std::string(60, '0') + "1 1");
    add("65 bytes of position", "IAMAT a +1+" + std::string(61, '0') + "1 1");
    add("long client", "IAMAT " + std::string(1'024, 'a') + " +1+1 1");
    add("longer client", "IAMAT " + std::string(1'025, 'a') + " +1+1 1");
    add("nine digits", "IAMAT a +1+1 1.000000001");
    add("ten digits", "IAMAT a +1+1 1.0000000000");
    add("no fraction", "IAMAT a +1+1 1.");
    add("no seconds", "IAMAT a +1+1 .5");
    add("signed time", "IAMAT a +1+1 +1");
    add("past the pole", "IAMAT a +90.0000000000001+1 1");
    add("latitude 91", "IAMAT a +91+1 1");
    add("longitude 180.1", "IAMAT a +1-180.1 1");
    add("no sign", "IAMAT a 1+1 1");
    add("no longitude", "IAMAT a +1 1");
    add("point without digits", "IAMAT a +1.+1 1");
    add("three coordinates", "IAMAT a +1+1+1 1");
    add("no time", "IAMAT a +1+1");
    add("one field too many", "IAMAT a +1+1 1 1");
    add("word runs on", "IAMATa +1+1 1");
    add("lower case", "iamat a +1+1 1");
    add("empty", "");
    add("bytes", std::string("IAMAT \0\xff\x85 +1+1 1", 16));
}

void BenchTest::readsAsTheServerDoes() {
    QFETCH(std::string, line);
    constexpr std::string_view bytes = "IAMT a\t\r+-.0159\xa0";
    // The row itself, then every change of one byte and every cut.
    compareReaders(line);
    for (std::size_t at = 0; at < line.size(); ++at) {
        compareReaders(line.substr(0, at));
        for (const char byte : bytes) {
            std::string changed = line;
            changed[at] = byte;
            compareReaders(changed);
        }
    }
}

void BenchTest::answersAsTheServerDoes_data() {
    QTest::addColumn<std::int64_t>("diffNs");
    for (const std::int64_t diffNs :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{999'999'999},
          std::int64_t{1'000'000'000}, std::int64_t{-1'000'000'001}, std::int64_t{INT64_MAX},
          std::int64_t{-INT64_MAX}, std::int64_t{263'873'386}}) {
        QTest::addRow("%lld", static_cast<long long>(diffNs)) << diffNs;
    }
}

void BenchTest::answersAsTheServerDoes() {
    QFETCH(std::int64_t, diffNs);
    const std::int64_t timeNs = diffNs < 0 ? -diffNs : 0;
    const herd::bench::LeanIamat iamat{"client", "+1-1", "7.5", timeNs};
    std::string lean = "before\n";
    herd::bench::appendLeanAnswer(lean, "AT Hands ", iamat, timeNs + diffNs);
    std::string full = "before\n";
    herd::wire::appendAt(full, {"client", "Hands", "+1-1", "7.5", timeNs, timeNs + diffNs});
    QCOMPARE(lean, full);
}

void BenchTest::refusesWrongOptions_data() {
    QTest::addColumn<std::vector<std::string>>("arguments");
    QTest::newRow("unknown") << std::vector<std::string>{"--speed", "9"};
    QTest::newRow("no value") << std::vector<std::string>{"--count"};
    QTest::newRow("no number") << std::vector<std::string>{"--count", "five"};
    QTest::newRow("more than a number") << std::vector<std::string>{"--count", "5x"};
    QTest::newRow("below") << std::vector<std::string>{"--count", "0.9"};
    QTest::newRow("above") << std::vector<std::string>{"--count", "9.1"};
    QTest::newRow("nan") << std::vector<std::string>{"--count", "nan"};
    QTest::newRow("no port") << std::vector<std::string>{"--to", "localhost"};
    QTest::newRow("port 0") << std::vector<std::string>{"--to", "localhost:0"};
    QTest::newRow("port 65536") << std::vector<std::string>{"--to", "localhost:65536"};
    QTest::newRow("no host") << std::vector<std::string>{"--to", ":12001"};
}

void BenchTest::refusesWrongOptions() {
    QFETCH(std::vector<std::string>, arguments);
    const auto read = [](const std::vector<std::string>& given) {
        const herd::bench::Options options(given, {"--count", "--to"});
        const double count = options.number("--count", 5, 1, 9);
        const auto address = herd::bench::parseAddress(options.text("--to", "::1:65535"));
        return count > 0 && address.host == "::1" && address.port == 65'535;
    };
    QVERIFY(read({"--count", "1"}));
    QVERIFY(read({"--count", "9"}));
    QVERIFY_THROWS_EXCEPTION(herd::bench::Failure, static_cast<void>(read(arguments)));
}

void BenchTest::changesSourceAddresses() {
    using herd::bench::SourceAddresses;
    SourceAddresses addresses({"127.0.0.1", 12'001});
    std::set<std::uint32_t> seen;
    for (std::uint32_t count = 0; count < 3 * SourceAddresses::connectionsEach; ++count) {
        const std::uint32_t address = addresses.next();
        QCOMPARE(address >> 24, 127U);
        seen.insert(address);
        QCOMPARE(seen.size(), std::size_t{count / SourceAddresses::connectionsEach + 1});
    }
    QCOMPARE(SourceAddresses({"192.0.2.1", 12'001}).next(), 0U);
}

void BenchTest::connectsFromAnAddress() {
    const herd::bench::Descriptor listener = herd::bench::listenOn(0);
    const herd::bench::Address server{"127.0.0.1", herd::bench::localPort(listener)};
    for (const std::uint32_t from : {0x7f010203U, 0x7f000001U, 0U}) {
        const herd::bench::Descriptor connected = herd::bench::connectTo(server, from);
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        const herd::bench::Descriptor accepted(
            accept4(listener.number(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC));
        QVERIFY(accepted.number() >= 0);
        QCOMPARE(ntohl(peer.sin_addr.s_addr), from != 0 ? from : 0x7f000001U);
    }
}

void BenchTest::printsFigures() {
    herd::bench::Figures figures;
    figures.add("rate_per_s", 123456.4, 0);
    figures.add("p50_us", 7.25, 1);
    figures.add("nothing", 1.0 / 0.0, 0);
    QCOMPARE(figures.json(), std::string("{\"rate_per_s\":123456,\"p50_us\":7.2,\"nothing\":0}\n"));
    QCOMPARE(figures.table(), std::string("rate_per_s  123456\n"
                                          "p50_us         7.2\n"
                                          "nothing          0\n"));
}

QTEST_GUILESS_MAIN(BenchTest)
#include "tst_bench.moc"
