// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <signal.h>

#include <QFile>
#include <QTest>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/herdfixture.h"
#include "tests/support/lineacceptor.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace herd {

namespace {

constexpr auto stopMax = 5s;
constexpr auto placesAnsweredMax = 3s;
/// What a busy machine may add to a time that the server keeps.
constexpr auto slack = 1s;

const QString solo = QStringLiteral("Solo");
const QString mary = QStringLiteral("Mary");

/// Two linked nodes whose places come from a server that never answers.
HerdLayout layout(quint16 placesPort) {
    HerdLayout herd;
    herd.herd = QStringLiteral("ending");
    herd.nodes = {mary, solo};
    herd.links = {{mary, solo}};
    herd.tables = QStringLiteral(
                      "[places]\nprovider = \"google\"\nkey_file = \"places.key\"\n"
                      "base_url = \"http://127.0.0.1:%1\"\ndeadline_ms = 30000\n")
                      .arg(placesPort);
    return herd;
}

}  // namespace

/// SIGTERM, SIGINT and SIGHUP: answers are finished, neighbours are told, the log moves on.
/// DESIGN.md section 8, FAULTS row 26, PROTOCOL.md "Logs".
class TestStopping : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void endsInOrder_data();
    void endsInOrder();
    void pendingPlacesAreAnswered_data();
    void pendingPlacesAreAnswered();
    void secondSignalEndsAtOnce();
    void stuckClientDoesNotHoldItUp();
    void whatIsAnsweredIsWhole();
    void hangUpReopensTheLog();

  private:
    ServerProcess& server() { return herd_->node(solo); }
    /// A client with a WHATSAT that waits for places.
    LineClient waitingClient(const std::string& further = {});

    std::unique_ptr<LineAcceptor> places_;
    std::unique_ptr<HerdFixture> herd_;
};

void TestStopping::init() {
    places_ = std::make_unique<LineAcceptor>();
    herd_ = std::make_unique<HerdFixture>(layout(places_->port()));
    QFile key(herd_->filePath(QStringLiteral("places.key")));
    QVERIFY(key.open(QIODevice::WriteOnly) && key.write("secret-key\n") > 0);
    key.close();
    QVERIFY2(herd_->start(), qPrintable(herd_->error()));
    QVERIFY(herd_->waitUntilLinked());
}

LineClient TestStopping::waitingClient(const std::string& further) {
    LineClient client = herd_->connectTo(solo);
    const bool told = client.ask("IAMAT asked +34-118 1").starts_with("AT Solo ");
    const bool sent = told && client.send("WHATSAT asked 10 5\n" + further);
    // The question is under way when the places server has it.
    std::optional<LineClient> request = sent ? places_->accept() : std::nullopt;
    const bool underWay = request && request->readUntil("\r\n\r\n").has_value();
    return underWay ? std::move(client) : LineClient(0);
}

void TestStopping::endsInOrder_data() {
    QTest::addColumn<int>("number");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestStopping::endsInOrder() {
    QFETCH(const int, number);
    LineClient idle = herd_->connectTo(solo);
    QCOMPARE(idle.ask("bogus"), "? bogus\n"s);
    LineClient half = herd_->connectTo(solo);
    QVERIFY(half.send("IAMAT half"));
    const Stopwatch stopping;
    QCOMPARE(::kill(static_cast<pid_t>(server().processId()), number), 0);
    QVERIFY(server().waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax, "took too long");
    QCOMPARE(server().exitCode(), 0);
    QCOMPARE(server().standardError(), QByteArray());
    const LineClient::Rest rest = idle.readToEnd();
    QCOMPARE(rest.bytes, std::string());
    QVERIFY(rest.end == LineClient::End::closed);
    // The neighbour was told, so that it did not have to find out.
    QVERIFY(until(patience, [this] {
        return herd_->log(mary).contains("BYE ") &&
               herd_->notices(mary, QStringLiteral("link dropped Solo")) == 1;
    }));
    QVERIFY(herd_->node(mary).isRunning());
}

void TestStopping::pendingPlacesAreAnswered_data() {
    QTest::addColumn<std::string>("further");
    QTest::addColumn<std::string>("expectedBehind");
    QTest::addColumn<bool>("halfClosed");
    QTest::newRow("alone") << ""s
                           << ""s << false;
    QTest::newRow("half-closed") << ""s
                                 << ""s << true;
    QTest::newRow("answers behind it") << "bogus\nIAMAT asked +34-118 2\n"s
                                       << "? bogus\nAT Solo {diff} asked +34-118 2\n"s << false;
    QTest::newRow("another question behind it")
        << "WHATSAT asked 10 1\n"s
        << "AT Solo {diff} asked +34-118 1\n{places:0}\n\n"s << false;
}

void TestStopping::pendingPlacesAreAnswered() {
    QFETCH(const std::string, further);
    QFETCH(const std::string, expectedBehind);
    QFETCH(const bool, halfClosed);
    LineClient client = waitingClient(further);
    QVERIFY2(client.isOpen(), "the places server was not asked");
    if (halfClosed) {
        client.halfClose();
    }
    const Stopwatch stopping;
    server().terminate();
    const LineClient::Rest rest = client.readToEnd();
    QVERIFY2(stopping.elapsed() < placesAnsweredMax + slack, "answered too late");
    const QString wrong = compareAnswer(
        "AT Solo {diff} asked +34-118 1\n{places:0}\n\n" + expectedBehind, rest.bytes);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(rest.bytes.find("UNKNOWN_ERROR") != std::string::npos);
    QVERIFY(rest.end == LineClient::End::closed);
    QVERIFY(server().waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax, "took too long");
    QCOMPARE(server().exitCode(), 0);
}

void TestStopping::secondSignalEndsAtOnce() {
    const LineClient client = waitingClient();
    QVERIFY2(client.isOpen(), "the places server was not asked");
    const Stopwatch stopping;
    // Two signals at once may be one to the system: go on until it has ended.
    QVERIFY(until(patience, [this] {
        server().terminate();
        return !server().isRunning();
    }));
    QVERIFY2(stopping.elapsed() < 2s, "it waited for the answer");
}

void TestStopping::stuckClientDoesNotHoldItUp() {
    std::string flood;
    while (flood.size() < 8 * 1024 * 1024) {
        flood += "IAMAT stuck +34-118 1\n";
    }
    LineClient stuck = herd_->connectTo(solo, 4096);
    QVERIFY(stuck.sendWhatFits(flood) > 0);
    const Stopwatch stopping;
    server().terminate();
    QVERIFY(server().waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax + slack, "took too long");
    QCOMPARE(server().exitCode(), 0);
}

void TestStopping::whatIsAnsweredIsWhole() {
    constexpr int lineCount = 100'000;
    std::string sent;
    std::vector<std::string> expected;
    for (int number = 0; number < lineCount; ++number) {
        const std::string rest = "busy" + std::to_string(number) + " +34-118 1\n";
        sent += "IAMAT " + rest;
        expected.push_back("AT Solo {diff} " + rest);
    }
    LineClient client = herd_->connectTo(solo);
    const std::size_t begun = client.sendWhatFits(sent);
    const std::string first = client.readLine().value_or("");
    QVERIFY(compareAnswer(expected.front(), first).isEmpty());
    const Stopwatch stopping;
    server().terminate();
    const LineClient::Rest rest = client.converse(std::string_view(sent).substr(begun));
    QVERIFY(server().waitUntilEnded());
    QVERIFY2(stopping.elapsed() < stopMax + slack, "took too long");
    QCOMPARE(server().exitCode(), 0);
    QVERIFY(rest.end != LineClient::End::open);
    QVERIFY2(rest.bytes.empty() || rest.bytes.ends_with('\n'), "a torn answer");
    std::size_t number = 0;
    for (const std::string& line : splitLines(rest.bytes)) {
        const QString wrong = compareAnswer(expected.at(++number), line + '\n');
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
}

void TestStopping::hangUpReopensTheLog() {
    LineClient client = herd_->connectTo(solo);
    const QString path = herd_->logPath(solo);
    QVERIFY(until(patience, [&] {
        return client.ask("before") == "? before\n" && herd_->log(solo).contains("before");
    }));
    const QString moved = path + QStringLiteral(".moved");
    QVERIFY(QFile::rename(path, moved));
    server().hangUp();
    QVERIFY2(until(patience,
                   [&] {
                       return client.ask("behind") == "? behind\n" &&
                              herd_->log(solo).contains("behind");
                   }),
             "nothing is logged to the new file");
    QVERIFY(!herd_->log(solo).contains("before"));
    QFile old(moved);
    QVERIFY(old.open(QIODevice::ReadOnly));
    QVERIFY(old.readAll().contains("before"));
    QVERIFY(server().isRunning());
    QVERIFY(!client.isGone());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestStopping)
#include "tst_stopping.moc"
