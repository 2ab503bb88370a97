// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/herdstamps.h"
#include "tests/support/adminclient.h"
#include "tests/support/answers.h"
#include "tests/support/lineacceptor.h"

using namespace std::chrono_literals;
using namespace std::string_literals;

namespace herd {

namespace {

constexpr auto handshakeMax = 3s;
constexpr std::size_t peerLineBytesMax = 64 * 1024;
constexpr qint64 growthKibibytesMax = 64 * 1024;

/// Mary and Nora are real. Anna has the lower name and would dial Mary; each Zoe has a higher one
/// and is dialled by her.
const QString mary = QStringLiteral("Mary");
const QString nora = QStringLiteral("Nora");

HerdLayout layout() {
    HerdLayout herd;
    herd.herd = QStringLiteral("guarded");
    herd.nodes = {QStringLiteral("Anna"), mary, nora};
    herd.links = {{QStringLiteral("Anna"), mary}, {mary, nora}};
    for (int number = 1; number <= 8; ++number) {
        herd.nodes += QStringLiteral("Zoe%1").arg(number);
        herd.links += {mary, herd.nodes.last()};
    }
    return herd;
}

/// The fields of a HELLO from Anna to Mary that would be accepted.
struct HelloFields {
    std::string version = "herd/1-1";
    std::string herd = "guarded";
    std::string from = "Anna";
    std::string to = "Mary";
    std::string epoch = "0123456789abcdef";
    std::string rules = "future_skew_max_s=300,ttl_s=0";
    std::string further;

    std::string line() const {
        return "HELLO " + version + ' ' + herd + ' ' + from + ' ' + to + ' ' + epoch +
               " 1 0000000000000000 0 " + std::to_string(wallClockNs()) +
               " 00112233445566778899aabbccddeeff " + rules + further + '\n';
    }
};

std::string hello() {
    return HelloFields().line();
}

void row(const char* name, const std::string& sent, const char* byeReason = "") {
    QTest::newRow(name) << sent << QByteArray(byeReason);
}

void helloRow(const char* name, const char* byeReason, std::string HelloFields::*field,
              const char* value) {
    HelloFields fields;
    fields.*field = value;
    row(name, fields.line(), byeReason);
}

/// What a server may say to somebody who has not proven who he is.
bool isHandshakeOnly(const std::string& bytes) {
    for (const std::string& line : splitLines(bytes)) {
        if (!line.starts_with("HELLO ") && !line.starts_with("PROOF ") &&
            !line.starts_with("BYE ")) {
            return false;
        }
    }
    return true;
}

}  // namespace

/// Strangers at the peer port: they are cut off, nothing of theirs is kept, and the real link next
/// to them never notices. DESIGN.md section 5, FAULTS rows 8 and 9, invariant I10.
class TestPeerPort : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void goodHelloIsAnswered_data();
    void goodHelloIsAnswered();
    void strangerDials_data();
    void strangerDials();
    void ownProofIsNoProof();
    void strangerAnswers_data();
    void strangerAnswers();
    void silence();
    void endlessLine();
    void refusalIsLoggedOnce();
    void crowdOfStrangers();
    void twoNodesOfOneName();

  private:
    LineClient dial(const QString& node = mary) { return LineClient(herd_.peerPort(node)); }

    HerdFixture herd_{layout()};
    std::string canary_;
    int marks_ = 0;                   ///< reports so far that showed the link to work
    bool linkMayHaveBroken_ = false;  ///< by the test itself
};

void TestPeerPort::initTestCase() {
    QVERIFY2(herd_.start({mary, nora}), qPrintable(herd_.error()));
    QVERIFY(herd_.waitUntilLinked());
    canary_ = report(herd_, nora, "canary +0.5-30.5 1000");
    QVERIFY(waitUntilStored(herd_, {mary, nora}, {{"canary", canary_}}).isEmpty());
}

/// Whatever a row did: same table, same link, and the link works.
void TestPeerPort::cleanup() {
    QCOMPARE(stored(herd_, mary, "inject"), std::string());
    QCOMPARE(stored(herd_, nora, "inject"), std::string());
    const std::string id = "mark" + std::to_string(++marks_);
    const std::string mark = report(herd_, nora, id + " +0.5-30.5 1");
    const QString wrong = waitUntilStored(herd_, {mary, nora}, {{id, mark}, {"canary", canary_}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    if (!linkMayHaveBroken_) {
        QCOMPARE(herd_.notices(mary, QStringLiteral("link dropped Nora")), qsizetype{0});
        QCOMPARE(herd_.notices(nora, QStringLiteral("link dropped Mary")), qsizetype{0});
    }
    QCOMPARE(herd_.notices(mary, QStringLiteral("link opened Anna")), qsizetype{0});
    QCOMPARE(herd_.notices(mary, QStringLiteral("link opened Zoe")), qsizetype{0});
}

void TestPeerPort::goodHelloIsAnswered_data() {
    QTest::addColumn<std::string>("sent");
    HelloFields fields;
    QTest::newRow("usual") << fields.line();
    fields.further = " colour=green size=";
    QTest::newRow("words of a later version") << fields.line();
    fields.version = "herd/1-9";
    QTest::newRow("versions that overlap") << fields.line();
}

void TestPeerPort::goodHelloIsAnswered() {
    QFETCH(const std::string, sent);
    LineClient stranger = dial();
    QVERIFY(stranger.send(sent));
    const std::string answer = stranger.readLine().value_or("");
    QVERIFY2(answer.starts_with("HELLO herd/1-1 guarded Mary Anna "), answer.c_str());
    const std::string proof = stranger.readLine().value_or("");
    QVERIFY2(proof.starts_with("PROOF "), proof.c_str());
    QCOMPARE(proof.size(), std::size_t{6 + 64 + 1});
}

void TestPeerPort::strangerDials_data() {
    QTest::addColumn<std::string>("sent");
    QTest::addColumn<QByteArray>("byeReason");
    const std::string at = "AT Nora +1.000000000 inject +1+1 9\n";
    const std::string zeros(64, '0');
    row("garbage", "hello\n");
    row("empty line", "\n");
    row("zeros", std::string(64, '\0') + '\n');
    row("HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    row("TLS", "\x16\x03\x01\x02\x00\x01\x00\n"s);
    row("IAMAT", "IAMAT inject +1+1 9\n");
    row("WHATSAT", "WHATSAT canary 10 5\n");
    row("AT first", at);
    row("FORGET first", "FORGET Mary 4000000000000000000 canary\n");
    row("PROOF first", "PROOF " + zeros + '\n');
    row("MARK first", "MARK 1\n");
    row("PING first", "PING 1500000000000000000 1 0123456789abcdef 0\n");
    row("NEED first", "NEED ffff\n");
    row("DIGEST first", "DIGEST 0 0123456789abcdef\n");
    row("AT before PROOF", hello() + at);
    row("AT and PROOF", hello() + at + "PROOF " + zeros + '\n');
    row("IAMAT before PROOF", hello() + "IAMAT inject +1+1 9\n");
    row("NEED before PROOF", hello() + "NEED ffff\n");
    row("DIGEST before PROOF", hello() + "DIGEST 0 0123456789abcdef\n");
    row("HELLO twice", hello() + hello());
    row("BYE", "BYE bored\n");
    row("BYE behind HELLO", hello() + "BYE bored\n");
    helloRow("later version", "version", &HelloFields::version, "herd/2-3");
    helloRow("earlier version", "version", &HelloFields::version, "herd/0-0");
    helloRow("another herd", "herd", &HelloFields::herd, "strays");
    helloRow("herd in another case", "herd", &HelloFields::herd, "Guarded");
    helloRow("unknown name", "name", &HelloFields::from, "Mallory");
    helloRow("its own name", "name", &HelloFields::from, "Mary");
    helloRow("a linked name", "name", &HelloFields::from, "Nora");
    helloRow("to another node", "name", &HelloFields::to, "Nora");
    helloRow("another skew", "rules", &HelloFields::rules, "future_skew_max_s=301,ttl_s=0");
    helloRow("another time to live", "rules", &HelloFields::rules, "future_skew_max_s=300,ttl_s=1");
    helloRow("rules of no kind", "", &HelloFields::rules, "none");
    helloRow("versions upside down", "", &HelloFields::version, "herd/2-1");
    helloRow("another protocol", "", &HelloFields::version, "sheep/1-1");
    helloRow("herd with a slash", "", &HelloFields::herd, "guard/ed");
    helloRow("short epoch", "", &HelloFields::epoch, "123");
    row("HELLO alone", "HELLO\n");
    row("HELLO in lower case", "hello" + hello().substr(5));
    row("HELLO with two spaces", "HELLO  " + hello().substr(6));
    row("HELLO and CR", hello().substr(0, hello().size() - 1) + "\r\n");
    row("wrong PROOF", hello() + "PROOF " + zeros + '\n', "proof");
    row("short PROOF", hello() + "PROOF 00\n");
    row("PROOF of no kind", hello() + "PROOF " + std::string(64, 'x') + '\n');
    row("empty PROOF", hello() + "PROOF \n");
    row("AT behind a wrong PROOF", hello() + "PROOF " + zeros + '\n' + at);
    row("long line", hello() + "PROOF " + std::string(peerLineBytesMax, '0') + '\n');
}

void TestPeerPort::strangerDials() {
    QFETCH(const std::string, sent);
    QFETCH(const QByteArray, byeReason);
    LineClient stranger = dial();
    QVERIFY(stranger.isOpen());
    static_cast<void>(stranger.send(sent));
    const Stopwatch waited;
    const LineClient::Rest rest = stranger.readToEnd();
    QVERIFY2(rest.end != LineClient::End::open, "still connected");
    QVERIFY2(waited.elapsed() < handshakeMax, "closed by the time limit, not for what was said");
    QVERIFY2(isHandshakeOnly(rest.bytes), qPrintable(readable(rest.bytes)));
    if (!byeReason.isEmpty()) {
        const std::vector<std::string> lines = splitLines(rest.bytes);
        QVERIFY(!lines.empty());
        QCOMPARE(lines.back(), "BYE " + byeReason.toStdString());
        QVERIFY(rest.bytes.ends_with('\n'));
    }
}

void TestPeerPort::ownProofIsNoProof() {
    // What the server sends as its own proof must not serve as the stranger's.
    LineClient stranger = dial();
    QVERIFY(stranger.send(hello()));
    QVERIFY(stranger.readLine().has_value());
    const std::string proof = stranger.readLine().value_or("");
    QVERIFY(proof.starts_with("PROOF "));
    QVERIFY(stranger.send(proof + "AT Nora +1.000000000 inject +1+1 9\n"));
    const LineClient::Rest rest = stranger.readToEnd();
    QVERIFY(rest.end != LineClient::End::open);
    QVERIFY2(isHandshakeOnly(rest.bytes), qPrintable(readable(rest.bytes)));
}

void TestPeerPort::strangerAnswers_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<std::string>("sent");
    QTest::addColumn<QByteArray>("byeReason");
    const auto answer = [](int number, const char* what, const std::string& sent,
                           const char* byeReason = "") {
        QTest::newRow(what) << QStringLiteral("Zoe%1").arg(number) << sent << QByteArray(byeReason);
    };
    answer(1, "garbage", "220 mail.example ESMTP\n");
    answer(2, "AT", "AT Nora +1.000000000 inject +1+1 9\n");
    answer(3, "IAMAT", "IAMAT inject +1+1 9\n");
    answer(4, "its own HELLO", "{hello}", "name");
    answer(5, "BYE", "BYE bored\n");
    HelloFields fields;
    fields.from = "Zoe6";
    fields.herd = "strays";
    answer(6, "another herd", fields.line(), "herd");
    fields.from = "Zoe1";
    fields.herd = "guarded";
    answer(7, "another name", fields.line(), "name");
    fields.from = "Zoe8";
    answer(8, "wrong PROOF", fields.line() + "PROOF " + std::string(64, '0') + '\n', "proof");
}

void TestPeerPort::strangerAnswers() {
    QFETCH(const QString, name);
    QFETCH(std::string, sent);
    QFETCH(const QByteArray, byeReason);
    LineAcceptor acceptor(herd_.peerPort(name));
    QVERIFY(acceptor.isOpen());
    std::optional<LineClient> dialler = acceptor.accept();
    QVERIFY2(dialler.has_value(), "nobody dialled");
    const std::string hello = dialler->readLine().value_or("");
    QVERIFY2(hello.starts_with("HELLO herd/1-1 guarded Mary " + name.toStdString() + ' '),
             hello.c_str());
    QVERIFY(dialler->send(sent == "{hello}" ? hello : sent));
    const LineClient::Rest rest = dialler->readToEnd();
    QVERIFY2(rest.end != LineClient::End::open, "still connected");
    QVERIFY2(isHandshakeOnly(rest.bytes), qPrintable(readable(rest.bytes)));
    if (!byeReason.isEmpty()) {
        QVERIFY2(rest.bytes.ends_with("BYE " + byeReason.toStdString() + '\n'),
                 qPrintable(readable(rest.bytes)));
    }
}

void TestPeerPort::silence() {
    const std::vector<std::string> beginnings = {"", hello().substr(0, 40), hello()};
    std::vector<LineClient> strangers;
    for (const std::string& beginning : beginnings) {
        strangers.push_back(dial());
        QVERIFY(strangers.back().send(beginning));
    }
    const Stopwatch waited;
    for (LineClient& stranger : strangers) {
        const LineClient::Rest rest = stranger.readToEnd(handshakeMax + patience);
        QVERIFY2(rest.end != LineClient::End::open, "still connected");
        QVERIFY2(isHandshakeOnly(rest.bytes), qPrintable(readable(rest.bytes)));
        QVERIFY2(waited.elapsed() > handshakeMax - 500ms, "closed too early");
        QVERIFY2(waited.elapsed() < handshakeMax + 3s, "closed too late");
    }
}

void TestPeerPort::endlessLine() {
    const qint64 before = herd_.node(mary).residentKibibytes();
    const std::string piece(1024 * 1024, 'x');
    LineClient stranger = dial();
    int pieces = 0;
    while (pieces < 1024 && stranger.send(piece)) {
        ++pieces;
    }
    QVERIFY2(pieces < 1024, "one line of a gibibyte was taken");
    QVERIFY(stranger.waitUntilGone(patience));
    QVERIFY(herd_.node(mary).residentKibibytes() - before < growthKibibytesMax);
}

/// Once a minute, however often a stranger comes; another reason is another record.
void TestPeerPort::refusalIsLoggedOnce() {
    HelloFields fields;
    fields.herd = "flooding";
    const qsizetype wrongHerd = herd_.notices(mary, QStringLiteral("no link with peer"));
    for (int attempt = 0; attempt < 20; ++attempt) {
        LineClient stranger = dial();
        QVERIFY(stranger.send(fields.line()));
        QVERIFY(stranger.waitUntilGone(patience));
    }
    LineClient other = dial();
    QVERIFY(other.send("MARK first of all\n"));
    QVERIFY(other.waitUntilGone(patience));
    QVERIFY(report(herd_, mary, "logged +0.5-30.5 1").starts_with("AT Mary "));
    QVERIFY(until(patience, [this] { return herd_.log(mary).contains("logged +0.5-30.5 1"); }));
    QVERIFY(herd_.notices(mary, QStringLiteral("no link with peer")) - wrongHerd <= 2);
}

void TestPeerPort::crowdOfStrangers() {
    constexpr int crowd = 300;
    linkMayHaveBroken_ = true;
    std::vector<LineClient> strangers;
    for (int number = 0; number < crowd; ++number) {
        strangers.push_back(dial(nora));
    }
    // Mary dials Nora anew past all of them.
    herd_.node(mary).kill();
    const std::string missed = report(herd_, nora, "crowded +0.5-30.5 1000");
    QVERIFY2(herd_.startNode(mary), qPrintable(herd_.error()));
    const QString wrong = waitUntilStored(herd_, {mary}, {{"crowded", missed}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    for (const LineClient& stranger : strangers) {
        QVERIFY(stranger.waitUntilGone(handshakeMax + patience));
    }
}

void TestPeerPort::twoNodesOfOneName() {
    // Another herd of the same configuration, but with ports of its own for Mary.
    linkMayHaveBroken_ = true;
    QVERIFY(herd_.waitUntilLinked());
    const qsizetype opened = herd_.notices(nora, QStringLiteral("link opened Mary"));
    const qsizetype dropped = herd_.notices(nora, QStringLiteral("link dropped Mary"));
    QFile original(herd_.configPath());
    QVERIFY(original.open(QIODevice::ReadOnly));
    QByteArray text = original.readAll();
    text.replace("peer = " + QByteArray::number(herd_.peerPort(mary)) + '\n', "peer = 0\n");
    QFile copy(herd_.filePath(QStringLiteral("double.toml")));
    QVERIFY(copy.open(QIODevice::WriteOnly));
    copy.write(text);
    copy.close();
    const QString logPath = herd_.filePath(QStringLiteral("double.log"));
    ServerProcess twin;
    twin.start({QStringLiteral("--name"), mary, QStringLiteral("--config"), copy.fileName(),
                QStringLiteral("--data"), herd_.filePath(QStringLiteral("double")),
                QStringLiteral("--log-file"), logPath});
    QVERIFY2(twin.waitUntilReady(), twin.standardError().constData());
    QVERIFY(until(patience, [&] {
        QFile log(logPath);
        return log.open(QIODevice::ReadOnly) && log.readAll().contains("duplicate");
    }));
    QVERIFY(LineClient(twin.clientPort()).ask("IAMAT inject +1+1 9").starts_with("AT Mary "));
    const std::string line = report(herd_, mary, "single +0.5-30.5 1000");
    QVERIFY(waitUntilStored(herd_, {mary, nora}, {{"single", line}}).isEmpty());
    QCOMPARE(herd_.notices(nora, QStringLiteral("link opened Mary")), opened);
    QCOMPARE(herd_.notices(nora, QStringLiteral("link dropped Mary")), dropped);
    // Nora, whom both dial, sees that the first one is alive as well.
    QVERIFY(until(patience, [this] {
        const QJsonObject status = AdminClient(herd_.adminPort(nora)).ask(QStringLiteral("status"));
        const QJsonArray alarms = status[QLatin1String("alarms")].toArray();
        return std::any_of(alarms.begin(), alarms.end(), [](const QJsonValue& alarm) {
            return alarm[QLatin1String("name")] == QLatin1String("duplicate") &&
                   alarm[QLatin1String("text")].toString().contains(mary);
        });
    }));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestPeerPort)
#include "tst_peerport.moc"
