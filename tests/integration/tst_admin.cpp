// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>

#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/adminclient.h"

namespace herd {

namespace {

QString word(const QJsonValue& object, const char* key) {
    return object[QLatin1String(key)].toString();
}

}  // namespace

/// Five real nodes as a console sees them, from resources/ADMIN.md alone: what each says of itself
/// and its links is true, and what it is asked to do happens.
class TestAdmin : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void hello_data();
    void hello();
    void linksFlowAndRootsAreEqual();
    void statusRepeats();
    void runOnEveryNode_data();
    void runOnEveryNode();
    void runAsAClientWould_data();
    void runAsAClientWould();
    void stampsLiveFromAnotherNode();
    void tableOnce();
    void logFollow();
    void pause_data();
    void pause();
    void pauseWhileDown();
    void pausedByBoth();
    void killedNode();
    void nodeWithoutAdminPort();
    void tokens();
    void manyConsoles();
    void stop();

  private:
    QJsonObject status(const QString& node);
    QJsonObject link(const QString& node, const QString& peer);
    bool setPaused(const QString& node, const QString& peer, bool paused);
    bool allFlow();
    bool allEqual();

    HerdFixture herd_{HerdLayout::sample()};
    QStringList all_ = herd_.layout().nodes;
};

void TestAdmin::initTestCase() {
    QVERIFY2(herd_.start(), qPrintable(herd_.error()));
    QVERIFY(herd_.waitUntilLinked());
}

void TestAdmin::cleanupTestCase() {
    for (const QString& name : all_) {
        herd_.node(name).terminate();
    }
}

QJsonObject TestAdmin::status(const QString& node) {
    return AdminClient(herd_.adminPort(node)).ask(QStringLiteral("status"));
}

QJsonObject TestAdmin::link(const QString& node, const QString& peer) {
    return linkOf(status(node), peer);
}

bool TestAdmin::setPaused(const QString& node, const QString& peer, bool paused) {
    const QString action = paused ? QStringLiteral("pause") : QStringLiteral("resume");
    const QJsonObject answer =
        AdminClient(herd_.adminPort(node))
            .ask(QStringLiteral("link"),
                 {{QStringLiteral("peer"), peer}, {QStringLiteral("action"), action}});
    return answer.contains(QLatin1String("state")) &&
           (word(answer, "state") == QLatin1String("paused")) == paused;
}

bool TestAdmin::allFlow() {
    return std::all_of(all_.begin(), all_.end(), [this](const QString& name) {
        const QJsonObject said = status(name);
        const QJsonArray links = said[QLatin1String("links")].toArray();
        return links.size() == herd_.layout().neighbours(name).size() &&
               std::all_of(links.begin(), links.end(), [](const QJsonValue& one) {
                   return word(one, "state") == QLatin1String("flowing") &&
                          one[QLatin1String("lag_changes")] == 0 &&
                          one[QLatin1String("lag_ms")] == 0;
               });
    });
}

bool TestAdmin::allEqual() {
    QSet<QString> roots;
    for (const QString& name : all_) {
        roots.insert(word(status(name)[QLatin1String("table")], "root"));
    }
    return roots.size() == 1 && !roots.contains(QString());
}

void TestAdmin::hello_data() {
    QTest::addColumn<QString>("name");
    for (const QString& name : all_) {
        QTest::newRow(qPrintable(name)) << name;
    }
}

void TestAdmin::hello() {
    QFETCH(QString, name);
    AdminClient console(herd_.adminPort(name));
    QVERIFY(console.isOpen());
    const QJsonObject hello =
        console.ask(QStringLiteral("hello"), {{QStringLiteral("version"), 1}});
    QCOMPARE(hello[QLatin1String("version")], QJsonValue(1));
    QCOMPARE(word(hello, "node"), name);
    QCOMPARE(word(hello, "herd"), herd_.layout().herd);
    QCOMPARE(word(hello, "access"), QStringLiteral("full"));
    QCOMPARE(word(hello, "epoch").size(), 16);
    QCOMPARE(hello[QLatin1String("client_port")], QJsonValue(herd_.node(name).clientPort()));
    QCOMPARE(hello[QLatin1String("peer_port")], QJsonValue(herd_.peerPort(name)));
    QCOMPARE(hello[QLatin1String("admin_port")], QJsonValue(herd_.adminPort(name)));
    QCOMPARE(hello[QLatin1String("nodes")], QJsonValue(QJsonArray::fromStringList(all_)));
    QCOMPARE(hello[QLatin1String("links")].toArray().size(), herd_.layout().links.size());
    QCOMPARE(hello[QLatin1String("id")], QJsonValue(1));
}

void TestAdmin::linksFlowAndRootsAreEqual() {
    reportMany(herd_, QStringLiteral("Welsh"), "flow", 500, "1479413884.5");
    QTRY_VERIFY(allFlow() && allEqual());
    for (const QString& name : all_) {
        const QJsonObject said = status(name);
        QVERIFY(said[QLatin1String("table")][QLatin1String("clients")].toInt() >= 500);
        QCOMPARE(said[QLatin1String("alarms")], QJsonValue(QJsonArray()));
        for (const QJsonValue& one : said[QLatin1String("links")].toArray()) {
            QCOMPARE(one[QLatin1String("dials")], QJsonValue(name < word(one, "peer")));
            const qlonglong differenceNs = word(one, "clock_difference_ns").toLongLong();
            QVERIFY(std::abs(differenceNs) < 10'000'000'000);
            QVERIFY(!word(one, "clock_difference_ns").isEmpty());
        }
    }
    const QJsonObject learnt = link(QStringLiteral("Goloman"), QStringLiteral("Holiday"));
    QVERIFY(learnt[QLatin1String("learnt")].toInt() > 0);
}

void TestAdmin::statusRepeats() {
    AdminClient console(herd_.adminPort(QStringLiteral("Wilkes")));
    QVERIFY(console.send(QStringLiteral("status"), {{QStringLiteral("every_ms"), 100}}));
    double before = 0;
    for (int i = 0; i < 5; ++i) {
        const QJsonObject said = console.nextOf(QStringLiteral("status"));
        QCOMPARE(said[QLatin1String("id")], QJsonValue(1));
        const double uptimeMs = said[QLatin1String("node")][QLatin1String("uptime_ms")].toDouble();
        QVERIFY(uptimeMs > before);
        before = uptimeMs;
    }
}

void TestAdmin::runOnEveryNode_data() {
    hello_data();
}

void TestAdmin::runOnEveryNode() {
    QFETCH(QString, name);
    AdminClient console(herd_.adminPort(name));
    const QString client = QStringLiteral("run-%1").arg(name);
    const QJsonObject run = console.ask(
        QStringLiteral("run"), {{QStringLiteral("line"),
                                 QStringLiteral("IAMAT %1 +34.0-118.4 1479413884.5").arg(client)}});
    const QString answer = word(run, "answer");
    QVERIFY2(answer.startsWith(QStringLiteral("AT %1 +").arg(name)), qPrintable(answer));
    QVERIFY(run[QLatin1String("took_us")].isDouble());
    const QString at = answer.chopped(1);
    for (const QString& other : all_) {
        AdminClient asking(herd_.adminPort(other));
        const QJsonObject fields{{QStringLiteral("client"), client}};
        QTRY_COMPARE(word(asking.ask(QStringLiteral("find"), fields), "at"), at);
        const QString whole = word(
            asking.ask(QStringLiteral("run"),
                       {{QStringLiteral("line"), QStringLiteral("WHATSAT %1 10 2").arg(client)}}),
            "answer");
        QVERIFY2(whole.startsWith(at + QStringLiteral("\n{")), qPrintable(whole));
        QVERIFY2(whole.endsWith(QStringLiteral("\"OK\"}\n\n")), qPrintable(whole));
    }
    QVERIFY(
        console.ask(QStringLiteral("find"), {{QStringLiteral("client"), QStringLiteral("nobody")}})
            .value(QLatin1String("at"))
            .isNull());
}

void TestAdmin::runAsAClientWould_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("answer");
    const QString limit(4'096 - 2, QLatin1Char('x'));
    QTest::newRow("invalid") << QStringLiteral("what?") << QStringLiteral("? what?\n");
    QTest::newRow("unknown client")
        << QStringLiteral("WHATSAT nobody 1 1") << QStringLiteral("? WHATSAT nobody 1 1\n");
    QTest::newRow("blank") << QStringLiteral(" \t ") << QString();
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("a peer's word") << QStringLiteral("MARK 5") << QStringLiteral("? MARK 5\n");
    QTest::newRow("at the limit") << limit + QStringLiteral("ab")
                                  << QStringLiteral("? ") + limit + QStringLiteral("ab\n");
    QTest::newRow("past the limit")
        << limit + QStringLiteral("abc") << QStringLiteral("? line too long\n");
}

void TestAdmin::runAsAClientWould() {
    QFETCH(QString, line);
    QFETCH(QString, answer);
    AdminClient console(herd_.adminPort(QStringLiteral("Hands")));
    const QJsonObject run = console.ask(QStringLiteral("run"), {{QStringLiteral("line"), line}});
    QCOMPARE(run.value(QLatin1String("answer")), QJsonValue(answer));
}

void TestAdmin::stampsLiveFromAnotherNode() {
    AdminClient console(herd_.adminPort(QStringLiteral("Goloman")));
    QVERIFY(console.send(QStringLiteral("stamps")));
    const QJsonObject begin = console.nextOf(QStringLiteral("stamps"));
    QCOMPARE(begin[QLatin1String("begin")], QJsonValue(true));
    QCOMPARE(console.stamps().size(), begin[QLatin1String("clients")].toInt());
    const std::string told = report(herd_, QStringLiteral("Welsh"), "live +1.0-1.0 1479413885.5");
    const QString at = QString::fromStdString(told).chopped(1);
    const Stopwatch stopwatch;
    QCOMPARE(console.stamps(at).last(), at);
    QVERIFY(stopwatch.elapsed() < std::chrono::milliseconds(3'000));
    // Many reports of one client come to few lines, the last of them the newest.
    const Stamps newest = reportMany(herd_, QStringLiteral("Welsh"), "many", 300, "1479413886.5");
    QStringList many;
    while (many.size() < 300) {
        const QStringList some = console.stamps(QStringLiteral("AT Welsh"));
        QVERIFY(!some.isEmpty());
        many += some;
    }
    for (const auto& [id, line] : newest) {
        QVERIFY(many.contains(QString::fromStdString(line).chopped(1)));
    }
}

void TestAdmin::tableOnce() {
    LineClient client(herd_.adminPort(QStringLiteral("Holiday")));
    const LineClient::Rest rest =
        client.converse("{\"id\":\"t\",\"kind\":\"stamps\",\"follow\":false}\n");
    QCOMPARE(rest.end, LineClient::End::closed);
    QVERIFY(rest.bytes.ends_with("{\"kind\":\"stamps\",\"id\":\"t\",\"complete\":true}\n"));
    QVERIFY(rest.bytes.find(" flow499 ") != std::string::npos);
}

void TestAdmin::logFollow() {
    QVERIFY(!report(herd_, QStringLiteral("Hands"), "tailed +1.0-1.0 1479413885.5").empty());
    AdminClient console(herd_.adminPort(QStringLiteral("Hands")));
    QVERIFY(console.send(QStringLiteral("log"), {{QStringLiteral("tail"), 1'000}}));
    QString all;
    const auto follow = [&](const QString& text) {
        while (!all.contains(text)) {
            const QJsonObject more = console.nextOf(QStringLiteral("log"));
            if (more.isEmpty()) {
                return false;
            }
            for (const QJsonValue& record : more[QLatin1String("records")].toArray()) {
                all += record.toString() + QLatin1Char('\n');
            }
        }
        return true;
    };
    QVERIFY(follow(QStringLiteral("received IAMAT tailed +1.0-1.0 1479413885.5")));
    QVERIFY(!report(herd_, QStringLiteral("Hands"), "logged +1.0-1.0 1479413885.5").empty());
    QVERIFY(follow(QStringLiteral("received IAMAT logged +1.0-1.0 1479413885.5")));
    // What came stands in the file, record for record, once it is written.
    QTRY_VERIFY(QString::fromUtf8(herd_.log(QStringLiteral("Hands")))
                    .contains(all.section(QLatin1Char('\n'), -6, -2)));
}

/// By the one who dials and by the one who accepts.
void TestAdmin::pause_data() {
    QTest::addColumn<QString>("here");
    QTest::addColumn<QString>("there");
    QTest::newRow("by the dialler") << QStringLiteral("Holiday") << QStringLiteral("Welsh");
    QTest::newRow("by the acceptor") << QStringLiteral("Welsh") << QStringLiteral("Holiday");
}

void TestAdmin::pause() {
    QFETCH(QString, here);
    QFETCH(QString, there);
    QTRY_VERIFY(allFlow());
    QVERIFY(setPaused(here, there, true));
    QCOMPARE(word(link(here, there), "state"), QStringLiteral("paused"));
    QTRY_COMPARE(word(link(there, here), "state"), QStringLiteral("down"));
    QCOMPARE(word(link(there, here), "last_end"), QStringLiteral("bye-paused"));
    // Only that link connects Welsh: what happens on either side stays there, and is told as a lag.
    const std::string apart = std::string("apart-") + here.toStdString();
    const std::string line =
        report(herd_, QStringLiteral("Welsh"), apart + " +1.0-1.0 1479413885.5");
    QTRY_COMPARE(link(QStringLiteral("Welsh"), QStringLiteral("Holiday"))
                     .value(QLatin1String("lag_changes")),
                 QJsonValue(1));
    QTRY_VERIFY(link(QStringLiteral("Welsh"), QStringLiteral("Holiday"))
                    .value(QLatin1String("lag_ms"))
                    .toInt() > 2'500);
    QCOMPARE(word(link(here, there), "state"), QStringLiteral("paused"));
    QCOMPARE(word(link(there, here), "last_end"), QStringLiteral("bye-paused"));
    QCOMPARE(stored(herd_, QStringLiteral("Goloman"), apart), std::string());
    QVERIFY(setPaused(here, there, false));
    QTRY_VERIFY_WITH_TIMEOUT(allEqual() && allFlow(), 5'000);
    QCOMPARE(stored(herd_, QStringLiteral("Goloman"), apart), line);
}

void TestAdmin::pauseWhileDown() {
    const QString here = QStringLiteral("Holiday");
    const QString there = QStringLiteral("Welsh");
    herd_.node(there).kill();
    QTRY_COMPARE(word(link(here, there), "state"), QStringLiteral("down"));
    QVERIFY(setPaused(here, there, true));
    QCOMPARE(word(link(here, there), "state"), QStringLiteral("paused"));
    QVERIFY(herd_.startNode(there));
    serveFor(std::chrono::milliseconds(2'700));
    QCOMPARE(word(link(here, there), "state"), QStringLiteral("paused"));
    QCOMPARE(word(link(there, here), "state"), QStringLiteral("connecting"));
    QVERIFY(setPaused(here, there, false));
    QTRY_VERIFY(allFlow() && allEqual());
}

void TestAdmin::pausedByBoth() {
    const QString one = QStringLiteral("Holiday");
    const QString other = QStringLiteral("Welsh");
    QVERIFY(setPaused(one, other, true));
    QVERIFY(setPaused(other, one, true));
    QVERIFY(setPaused(one, other, false));
    QTRY_COMPARE(word(link(one, other), "last_end"), QStringLiteral("bye-paused"));
    QCOMPARE(word(link(other, one), "state"), QStringLiteral("paused"));
    QVERIFY(word(link(one, other), "state") != QStringLiteral("flowing"));
    QVERIFY(setPaused(other, one, false));
    QTRY_VERIFY(allFlow() && allEqual());
}

void TestAdmin::killedNode() {
    const QString killed = QStringLiteral("Hands");
    QTRY_VERIFY(allFlow());
    const double reconnects =
        link(QStringLiteral("Wilkes"), killed).value(QLatin1String("reconnects")).toDouble();
    herd_.node(killed).kill();
    const Stopwatch stopwatch;
    for (const QString& other : {QStringLiteral("Goloman"), QStringLiteral("Wilkes")}) {
        QTRY_COMPARE(word(link(other, killed), "state"), QStringLiteral("down"));
        QVERIFY(!word(link(other, killed), "last_end").isEmpty());
    }
    QVERIFY(stopwatch.elapsed() < std::chrono::milliseconds(2'000));
    QVERIFY(!report(herd_, QStringLiteral("Goloman"), "killed +1.0-1.0 1479413885.5").empty());
    QTRY_VERIFY(link(QStringLiteral("Wilkes"), killed).value(QLatin1String("lag_changes")).toInt() >
                0);
    QVERIFY(herd_.startNode(killed));
    QTRY_VERIFY(allFlow() && allEqual());
    QCOMPARE(link(QStringLiteral("Wilkes"), killed).value(QLatin1String("reconnects")),
             QJsonValue(reconnects + 1));
}

void TestAdmin::nodeWithoutAdminPort() {
    HerdLayout layout = HerdLayout::single(QStringLiteral("Solo"));
    layout.hasAdminPorts = false;
    HerdFixture herd(layout);
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QCOMPARE(herd.adminPort(QStringLiteral("Solo")), quint16{0});
    QVERIFY(!herd.node(QStringLiteral("Solo")).standardOutput().contains("admin"));
}

void TestAdmin::tokens() {
    HerdLayout layout = HerdLayout::single(QStringLiteral("Solo"));
    layout.tables = QStringLiteral(
        "[security]\nadmin_token_file = \"full\"\nadmin_read_token_file = \"read\"\n");
    HerdFixture herd(layout);
    const auto write = [&herd](const char* name, const QByteArray& secret) {
        QFile file(herd.filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::WriteOnly) && file.write(secret) > 0 &&
               file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    };
    QVERIFY(write("full", "the-token-for-everything\n"));
    QVERIFY(write("read", "the-token-for-looking\n"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const quint16 port = herd.adminPort(QStringLiteral("Solo"));
    const auto helloWith = [](AdminClient& console, const char* token) {
        return console.ask(QStringLiteral("hello"),
                           {{QStringLiteral("token"), QString::fromLatin1(token)}});
    };
    AdminClient stranger(port);
    QVERIFY(stranger.ask(QStringLiteral("status")).contains(QLatin1String("error")));
    QVERIFY(helloWith(stranger, "the-token-for-nothing").contains(QLatin1String("error")));
    QVERIFY(stranger.connection().waitUntilGone(patience));
    AdminClient looking(port);
    QCOMPARE(word(helloWith(looking, "the-token-for-looking"), "access"), QStringLiteral("read"));
    QVERIFY(looking.ask(QStringLiteral("status")).contains(QLatin1String("node")));
    QVERIFY(looking.ask(QStringLiteral("stop")).contains(QLatin1String("error")));
    AdminClient acting(port);
    QCOMPARE(word(helloWith(acting, "the-token-for-everything"), "access"), QStringLiteral("full"));
    QVERIFY(write("full", "another-token-for-everything\n"));
    herd.node(QStringLiteral("Solo")).hangUp();
    QTRY_COMPARE(word(helloWith(acting, "another-token-for-everything"), "access"),
                 QStringLiteral("full"));
    QTRY_VERIFY([&] {
        AdminClient late(port);
        return helloWith(late, "the-token-for-everything").contains(QLatin1String("error"));
    }());
}

void TestAdmin::manyConsoles() {
    const quint16 port = herd_.adminPort(QStringLiteral("Wilkes"));
    std::vector<AdminClient> consoles;
    for (int i = 0; i < 32; ++i) {
        consoles.emplace_back(port);
        QVERIFY(consoles.back().ask(QStringLiteral("hello")).contains(QLatin1String("node")));
    }
    AdminClient oneTooMany(port);
    QVERIFY(oneTooMany.connection().waitUntilGone(patience));
    const QJsonObject said = consoles.front().ask(QStringLiteral("status"));
    QCOMPARE(said[QLatin1String("connections")][QLatin1String("admins")], QJsonValue(32));
    QVERIFY(said[QLatin1String("counters")][QLatin1String("admin_connections_refused")].toInt() >
            0);
}

/// The last one: every node is stopped through its admin port.
void TestAdmin::stop() {
    for (const QString& name : all_) {
        AdminClient console(herd_.adminPort(name));
        QCOMPARE(console.ask(QStringLiteral("stop")).value(QLatin1String("stopping")),
                 QJsonValue(true));
        QVERIFY2(herd_.node(name).waitUntilEnded(), qPrintable(name));
        QCOMPARE(herd_.node(name).exitCode(), 0);
        QVERIFY(console.connection().waitUntilGone(patience));
    }
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestAdmin)

#include "tst_admin.moc"
