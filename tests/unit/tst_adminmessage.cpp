// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <limits>
#include <string>

#include "common/adminmessage.h"
#include "tests/unit/bytes.h"

using namespace herd;

namespace {

constexpr std::uint64_t countMax = std::uint64_t{1} << 53;

QJsonObject parsed(const QByteArray& json) {
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject()) {
        qFatal("no object: %s in %s", qPrintable(error.errorString()), json.constData());
    }
    return document.object();
}

/// What the other side reads: through the text of a line.
QJsonObject sent(const QJsonObject& object) {
    return parsed(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

AdminHello fullHello() {
    AdminHello hello;
    hello.herd = "pilot";
    hello.node = "Wilkes";
    hello.software = "0.3.0";
    hello.epoch = std::numeric_limits<std::uint64_t>::max() - 1;
    hello.clientPort = 12005;
    hello.peerPort = 0;
    hello.adminPort = 65'535;
    hello.nodes = {"Bailey", "Wilkes"};
    hello.links = {{"Bailey", "Wilkes"}, {"Wilkes", "Campbell"}};
    return hello;
}

NodeStatus fullStatus() {
    NodeStatus status;
    status.name = "Wilkes";
    status.herd = "pilot";
    status.software = "0.3.0";
    status.epoch = 1;
    status.seq = std::numeric_limits<std::uint64_t>::max();
    status.wallNs = std::numeric_limits<std::int64_t>::max();
    status.uptimeMs = 12'345;
    status.stopping = true;
    status.clients = 1'000'000;
    status.clientsMax = countMax;
    status.tombstones = 3;
    status.root = 0xABC;
    status.clientConnections = 7;
    status.clientConnectionsMax = 524'224;
    status.peerConnections = 3;
    status.adminConnections = 1;
    status.counters = {{"heard", 17}, {"learnt", 0}};
    status.journalMode = JournalMode::everySecond;
    status.durability = DurabilityState::degraded;
    status.syncedSeq = std::numeric_limits<std::uint64_t>::max() - 7;
    status.journalBytes = 64;
    LinkStatus link;
    link.peer = "Bailey";
    link.state = LinkState::lagging;
    link.sinceMs = 5;
    link.lagChanges = 9;
    link.lagMs = 11;
    link.unsentBytes = 262'144;
    link.reconnects = 2;
    link.clockDifferenceNs = std::numeric_limits<std::int64_t>::min();
    link.learnt = 4;
    link.lastEnd = "silent";
    link.dials = true;
    status.links = {link, LinkStatus()};
    status.alarms = {{"clock", "the clock of Bailey is 61 s ahead", 100}, {"full", "…", 0}};
    return status;
}

}  // namespace

class AdminMessageTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void helloComesBack();
    void statusComesBack();
    void everyWordComesBack();
    void countsStopWhereDoublesDo();
    void missingFieldsAreDefaults();
    void unknownFieldsAreIgnored();
    void wireNames();
    void hellos_data();
    void hellos();
    void statuses_data();
    void statuses();
    void bytes_data();
    void bytes();
    void everyCodePointComesBack();
    void everyPairOfBytesComesBack();
    void noBytes_data();
    void noBytes();
};

void AdminMessageTest::helloComesBack() {
    for (AdminHello hello : {AdminHello(), fullHello()}) {
        for (const bool access : {true, false}) {
            hello.fullAccess = access;
            const Result<AdminHello> read = adminHelloFrom(sent(toJson(hello)));
            QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
            QVERIFY(read.value() == hello);
        }
    }
}

void AdminMessageTest::statusComesBack() {
    for (const NodeStatus& status : {NodeStatus(), fullStatus()}) {
        const Result<NodeStatus> read = nodeStatusFrom(sent(toJson(status)));
        QVERIFY2(read.ok(), read.ok() ? "" : qPrintable(read.error().message));
        QVERIFY(read.value() == status);
    }
}

void AdminMessageTest::everyWordComesBack() {
    NodeStatus status = fullStatus();
    for (const LinkState state :
         {LinkState::connecting, LinkState::handshaking, LinkState::comparing, LinkState::lagging,
          LinkState::flowing, LinkState::paused, LinkState::down}) {
        status.links.front().state = state;
        QCOMPARE(nodeStatusFrom(toJson(status)).value().links.front().state, state);
    }
    for (const JournalMode mode :
         {JournalMode::memory, JournalMode::everySecond, JournalMode::always, JournalMode::off}) {
        status.journalMode = mode;
        QCOMPARE(nodeStatusFrom(toJson(status)).value().journalMode, mode);
    }
    for (const DurabilityState state : {DurabilityState::memory, DurabilityState::ok,
                                        DurabilityState::degraded, DurabilityState::lost}) {
        status.durability = state;
        QCOMPARE(nodeStatusFrom(toJson(status)).value().durability, state);
    }
}

void AdminMessageTest::countsStopWhereDoublesDo() {
    NodeStatus status;
    status.clients = countMax;
    status.clientsMax = countMax + 1;
    status.uptimeMs = std::numeric_limits<std::int64_t>::max();
    status.journalBytes = -1;
    const NodeStatus read = nodeStatusFrom(sent(toJson(status))).value();
    QCOMPARE(read.clients, countMax);
    QCOMPARE(read.clientsMax, countMax);
    QCOMPARE(read.uptimeMs, static_cast<std::int64_t>(countMax));
    QCOMPARE(read.journalBytes, 0);
}

void AdminMessageTest::missingFieldsAreDefaults() {
    QVERIFY(adminHelloFrom({}).value() == AdminHello());
    QVERIFY(nodeStatusFrom({}).value() == NodeStatus());
    const QByteArray empty = R"({"node":{},"table":{},"connections":{},"counters":{},
                                 "durability":{},"links":[],"alarms":[]})";
    QVERIFY(nodeStatusFrom(parsed(empty)).value() == NodeStatus());
    const NodeStatus bare = nodeStatusFrom(parsed(R"({"links":[{}],"alarms":[{}]})")).value();
    QVERIFY(bare.links == std::vector{LinkStatus()});
    QVERIFY(bare.alarms == std::vector{Alarm()});
}

void AdminMessageTest::unknownFieldsAreIgnored() {
    const QByteArray hello = R"({"kind":"hello","id":1,"node":"Wilkes","later":[{"a":null}]})";
    QCOMPARE(adminHelloFrom(parsed(hello)).value().node, std::string("Wilkes"));
    const QByteArray status = R"({"kind":"status","id":"x","later":1,"node":{"name":"Wilkes",
        "later":2},"links":[{"peer":"Bailey","later":{}}],"alarms":[{"name":"a","later":[]}]})";
    const NodeStatus read = nodeStatusFrom(parsed(status)).value();
    QCOMPARE(read.name, std::string("Wilkes"));
    QCOMPARE(read.links.front().peer, std::string("Bailey"));
    QCOMPARE(read.alarms.front().name, std::string("a"));
}

void AdminMessageTest::wireNames() {
    const QJsonObject status = sent(toJson(fullStatus()));
    const QJsonValue node = status[QLatin1String("node")];
    QCOMPARE(node[QLatin1String("epoch")], QJsonValue(QStringLiteral("0000000000000001")));
    QCOMPARE(node[QLatin1String("seq")], QJsonValue(QStringLiteral("18446744073709551615")));
    QCOMPARE(status[QLatin1String("table")][QLatin1String("clients")], QJsonValue(1'000'000));
    QCOMPARE(status[QLatin1String("durability")][QLatin1String("mode")],
             QJsonValue(QStringLiteral("everysec")));
    const QJsonArray links = status[QLatin1String("links")].toArray();
    QCOMPARE(links.at(0)[QLatin1String("clock_difference_ns")],
             QJsonValue(QStringLiteral("-9223372036854775808")));
    QCOMPARE(links.at(1)[QLatin1String("clock_difference_ns")], QJsonValue(QJsonValue::Null));
    const QJsonObject hello = sent(toJson(fullHello()));
    QCOMPARE(hello[QLatin1String("access")], QJsonValue(QStringLiteral("full")));
    QCOMPARE(hello[QLatin1String("links")].toArray().at(1),
             QJsonValue(QJsonArray{QStringLiteral("Wilkes"), QStringLiteral("Campbell")}));
}

void AdminMessageTest::hellos_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("good");
    QTest::newRow("version 1") << QByteArray(R"({"version":1})") << true;
    QTest::newRow("version of a later node") << QByteArray(R"({"version":2147483647})") << true;
    QTest::newRow("version too large") << QByteArray(R"({"version":2147483648})") << false;
    QTest::newRow("version 0") << QByteArray(R"({"version":0})") << false;
    QTest::newRow("version of text") << QByteArray(R"({"version":"1"})") << false;
    QTest::newRow("version with a fraction") << QByteArray(R"({"version":1.5})") << false;
    QTest::newRow("version null") << QByteArray(R"({"version":null})") << false;
    QTest::newRow("node a number") << QByteArray(R"({"node":5})") << false;
    QTest::newRow("node null") << QByteArray(R"({"node":null})") << false;
    QTest::newRow("half a surrogate pair") << QByteArray(R"({"node":"\ud800"})") << false;
    QTest::newRow("port 0") << QByteArray(R"({"client_port":0})") << true;
    QTest::newRow("port 65535") << QByteArray(R"({"client_port":65535})") << true;
    QTest::newRow("port 65536") << QByteArray(R"({"peer_port":65536})") << false;
    QTest::newRow("port -1") << QByteArray(R"({"admin_port":-1})") << false;
    QTest::newRow("epoch") << QByteArray(R"({"epoch":"00000000000000ff"})") << true;
    QTest::newRow("epoch too short") << QByteArray(R"({"epoch":"ff"})") << false;
    QTest::newRow("epoch too long") << QByteArray(R"({"epoch":"00000000000000000"})") << false;
    QTest::newRow("epoch no hex") << QByteArray(R"({"epoch":"00000000000000fg"})") << false;
    QTest::newRow("epoch a number") << QByteArray(R"({"epoch":255})") << false;
    QTest::newRow("access unknown") << QByteArray(R"({"access":"none"})") << false;
    QTest::newRow("nodes of numbers") << QByteArray(R"({"nodes":["a",1]})") << false;
    QTest::newRow("nodes an object") << QByteArray(R"({"nodes":{}})") << false;
    QTest::newRow("link with one end") << QByteArray(R"({"links":[["a"]]})") << false;
    QTest::newRow("link with three ends") << QByteArray(R"({"links":[["a","b","c"]]})") << false;
    QTest::newRow("link of text") << QByteArray(R"({"links":["ab"]})") << false;
    QTest::newRow("link to a number") << QByteArray(R"({"links":[["a",2]]})") << false;
}

void AdminMessageTest::hellos() {
    QFETCH(QByteArray, json);
    QFETCH(bool, good);
    QCOMPARE(adminHelloFrom(parsed(json)).ok(), good);
}

void AdminMessageTest::statuses_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("fault");  // the field the error names; empty: none
    const auto row = [](const char* name, const char* json, const char* fault) {
        QTest::newRow(name) << QByteArray(json) << QByteArray(fault);
    };
    row("node a list", R"({"node":[]})", "node");
    row("links an object", R"({"links":{}})", "links");
    row("a link of text", R"({"links":["Bailey"]})", "links");
    row("counters a list", R"({"counters":[1]})", "counters");
    row("a counter of text", R"({"counters":{"heard":"1"}})", "heard");
    row("a negative counter", R"({"counters":{"heard":-1}})", "heard");
    row("seq a number", R"({"node":{"seq":5}})", "node.seq");
    row("seq empty", R"({"node":{"seq":""}})", "node.seq");
    row("seq signed", R"({"node":{"seq":"-1"}})", "node.seq");
    row("seq with a plus", R"({"node":{"seq":"+1"}})", "node.seq");
    row("seq with a space", R"({"node":{"seq":" 1"}})", "node.seq");
    row("seq greatest", R"({"node":{"seq":"18446744073709551615"}})", "");
    row("seq too great", R"({"node":{"seq":"18446744073709551616"}})", "node.seq");
    row("wall before 1970", R"({"node":{"wall_ns":"-5"}})", "");
    row("wall too great", R"({"node":{"wall_ns":"9223372036854775808"}})", "node.wall_ns");
    row("uptime negative", R"({"node":{"uptime_ms":-1}})", "node.uptime_ms");
    row("uptime endless", R"({"node":{"uptime_ms":1e300}})", "node.uptime_ms");
    row("stopping a number", R"({"node":{"stopping":1}})", "node.stopping");
    row("clients greatest", R"({"table":{"clients":9007199254740992}})", "");
    row("clients too great", R"({"table":{"clients":9007199254740994}})", "table.clients");
    row("clients a fraction", R"({"table":{"clients":0.5}})", "table.clients");
    row("root short", R"({"table":{"root":"abc"}})", "table.root");
    row("root signed", R"({"table":{"root":"-000000000000abc"}})", "table.root");
    row("admins null", R"({"connections":{"admins":null}})", "connections.admins");
    row("mode unknown", R"({"durability":{"mode":"sometimes"}})", "durability.mode");
    row("mode empty", R"({"durability":{"mode":""}})", "durability.mode");
    row("durability unknown", R"({"durability":{"state":"fine"}})", "durability.state");
    row("state unknown", R"({"links":[{"state":"up"}]})", "links.state");
    row("state a number", R"({"links":[{"state":4}]})", "links.state");
    row("second link bad", R"({"links":[{},{"dials":"yes"}]})", "links.dials");
    row("difference a number", R"({"links":[{"clock_difference_ns":5}]})",
        "links.clock_difference_ns");
    row("difference null", R"({"links":[{"clock_difference_ns":null}]})", "");
    row("alarm with a list", R"({"alarms":[{"text":[]}]})", "alarms.text");
    row("an alarm of text", R"({"alarms":["clock"]})", "alarms");
}

void AdminMessageTest::statuses() {
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, fault);
    const Result<NodeStatus> read = nodeStatusFrom(parsed(json));
    QCOMPARE(read.ok(), fault.isEmpty());
    if (!read) {
        const QString quoted = QLatin1Char('"') + QString::fromLatin1(fault) + QLatin1Char('"');
        QVERIFY2(read.error().message.contains(quoted), qPrintable(read.error().message));
    }
}

void AdminMessageTest::bytes_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray(R"("")");
    QTest::newRow("line") << QByteArray("AT a +0.1 c +1+2 3")
                          << QByteArray(R"("AT a +0.1 c +1+2 3")");
    QTest::newRow("quote and line end") << QByteArray("a\"\n") << QByteArray(R"("a\"\n")");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray(R"("a\u0000b")");
    QTest::newRow("UTF-8") << QByteArray("Zürich 🐑") << QByteArray("\"Zürich 🐑\"");
    QTest::newRow("Latin-1") << QByteArray("Z\xFCrich") << QByteArray(R"({"base64":"WvxyaWNo"})");
    QTest::newRow("bad byte last")
        << QByteArray("abc\xFF") << QByteArray(R"({"base64":"YWJj/w=="})");
    QTest::newRow("byte-order mark")
        << QByteArray("\xEF\xBB\xBFx") << QByteArray(R"({"base64":"77u/eA=="})");
    QTest::newRow("mark inside") << QByteArray("x\xEF\xBB\xBFy")
                                 << QByteArray("\"x\xEF\xBB\xBFy\"");
}

void AdminMessageTest::bytes() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, json);
    std::string out = "before";
    appendJsonBytes(out, viewOf(bytes));
    QCOMPARE(bytesOf(out), "before" + json);
    const QJsonValue fromText = parsed("{\"v\":" + json + "}")[QLatin1String("v")];
    QCOMPARE(fromText, bytesToJson(viewOf(bytes)));
    QCOMPARE(bytesFrom(fromText), std::optional(bytes.toStdString()));
    const QJsonObject object = sent({{QStringLiteral("v"), bytesToJson(viewOf(bytes))}});
    QCOMPARE(bytesFrom(object[QLatin1String("v")]), std::optional(bytes.toStdString()));
}

void AdminMessageTest::everyCodePointComesBack() {
    std::string all = "x";
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code < 0xD800 || code > 0xDFFF) {
            all += QString::fromUcs4(&code, 1).toStdString();
        }
    }
    QVERIFY(bytesToJson(all).isString());
    QVERIFY(bytesFrom(bytesToJson(all)) == all);
    std::string line = R"({"v":)";
    appendJsonBytes(line, all);
    line += '}';
    QVERIFY(bytesFrom(parsed(bytesOf(line))[QLatin1String("v")]) == all);
}

void AdminMessageTest::everyPairOfBytesComesBack() {
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const std::string pair{static_cast<char>(first), static_cast<char>(second)};
            std::string line = R"({"v":)";
            appendJsonBytes(line, pair);
            line += '}';
            const QJsonValue value = parsed(bytesOf(line))[QLatin1String("v")];
            QVERIFY2(bytesFrom(value) == pair && bytesToJson(pair) == value, line.c_str());
        }
    }
}

void AdminMessageTest::noBytes_data() {
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("number") << QByteArray("5");
    QTest::newRow("list") << QByteArray(R"(["a"])");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("other key") << QByteArray(R"({"hex":"00"})");
    QTest::newRow("base64 of a number") << QByteArray(R"({"base64":7})");
    QTest::newRow("no base64") << QByteArray(R"({"base64":"a*b="})");
    QTest::newRow("base64 with a line end") << QByteArray(R"({"base64":"YW\nJj"})");
    QTest::newRow("base64 beyond Latin-1") << QByteArray(R"({"base64":"YWJ\u4e00"})");
    QTest::newRow("half a surrogate pair") << QByteArray(R"("a\udc00")");
}

void AdminMessageTest::noBytes() {
    QFETCH(QByteArray, json);
    QVERIFY(!bytesFrom(parsed("{\"v\":" + json + "}")[QLatin1String("v")]));
}

QTEST_APPLESS_MAIN(AdminMessageTest)

#include "tst_adminmessage.moc"
