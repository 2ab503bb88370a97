// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "common/config.h"
#include "common/topology.h"

using namespace herd;
using Names = std::vector<std::string>;
using Known = std::vector<std::string_view>;

namespace {

NodeAddress nodeNamed(const std::string& name, const QString& host = QStringLiteral("127.0.0.1")) {
    NodeAddress node;
    node.name = name;
    node.host = host;
    return node;
}

Topology sampleTopology() {
    Topology topology;
    topology.herd = "sample";
    for (const char* name : {"Goloman", "Hands", "Holiday", "Welsh", "Wilkes"}) {
        topology.nodes.push_back(nodeNamed(name));
    }
    topology.links = {{"Goloman", "Hands"}, {"Goloman", "Holiday"}, {"Goloman", "Wilkes"},
                      {"Hands", "Wilkes"},  {"Holiday", "Welsh"},   {"Holiday", "Wilkes"}};
    return topology;
}

}  // namespace

class TopologyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void find();
    void neighbours();
    void neighboursOnce();
    void nearest();
    void hosts_data();
    void hosts();
    void mayBind_data();
    void mayBind();
    void unknownNodeMayNotBind();
};

void TopologyTest::find() {
    const Topology topology = sampleTopology();
    QCOMPARE(topology.find("Welsh"), &topology.nodes[3]);
    QCOMPARE(topology.find("welsh"), nullptr);
    QCOMPARE(topology.find("Wels"), nullptr);
    QCOMPARE(topology.find(""), nullptr);
    QCOMPARE(Topology().find("Welsh"), nullptr);
}

void TopologyTest::neighbours() {
    const Topology topology = sampleTopology();
    QVERIFY(topology.neighbours("Goloman") == Names({"Hands", "Holiday", "Wilkes"}));
    QVERIFY(topology.neighbours("Hands") == Names({"Goloman", "Wilkes"}));
    QVERIFY(topology.neighbours("Holiday") == Names({"Goloman", "Welsh", "Wilkes"}));
    QVERIFY(topology.neighbours("Welsh") == Names({"Holiday"}));
    QVERIFY(topology.neighbours("Wilkes") == Names({"Goloman", "Hands", "Holiday"}));
    QVERIFY(topology.neighbours("Nobody").empty());
}

void TopologyTest::neighboursOnce() {
    Topology topology;
    topology.links = {{"B", "Z"}, {"Z", "B"}, {"A", "B"}, {"B", "A"}, {"A", "B"}};
    QVERIFY(topology.neighbours("B") == Names({"A", "Z"}));
    QVERIFY(topology.neighbours("A") == Names({"B"}));
}

void TopologyTest::nearest() {
    QCOMPARE(nearestOf("line_byte_max", Known({"clients_max", "line_bytes_max"})),
             std::string_view("line_bytes_max"));
    QCOMPARE(nearestOf("Wilks", Known({"Welsh", "Wilkes"})), std::string_view("Wilkes"));
    QCOMPARE(nearestOf("", Known({"abc", "ab"})), std::string_view("ab"));
    QCOMPARE(nearestOf("x", Known({"a", "b"})), std::string_view("a"));
    QCOMPARE(nearestOf("kitten", Known({"sitting", "mittens"})), std::string_view("mittens"));
    QCOMPARE(nearestOf("abc", Known()), std::string_view());
}

void TopologyTest::hosts_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("valid");
    QTest::addColumn<bool>("loopback");
    const auto row = [](const QString& host, bool valid, bool loopback) {
        QTest::newRow(qPrintable(host.left(80))) << host << valid << loopback;
    };
    for (const char* host : {"127.0.0.1", "127.0.0.0", "127.255.255.255", "127.1.2.3", "::1",
                             "0:0:0:0:0:0:0:1", "localhost", "LocalHost"}) {
        row(QLatin1String(host), true, true);
    }
    for (const char* host :
         {"126.255.255.255", "128.0.0.0", "0.0.0.0", "10.0.0.7", "::", "::2", "fe80::1",
          "2001:db8::7", "::ffff:127.0.0.1", "node", "node-1.example.org", "localhost.example.org",
          "a", "1a", "9.example", "xn--mnchen-3ya.de"}) {
        row(QLatin1String(host), true, false);
    }
    for (const char* host :
         {"",          " ",     "127.0.0.1 ", " ::1",         "127.0.0.256", "127.0.0", "127.1",
          "1.2.3.4.5", "[::1]", "::1::",      "fe80::1%eth0", "-a",          "a-",      "a..b",
          ".a",        "a.",    "localhost.", "a_b",          "a b",         "a:80",    "http://a",
          "a/b",       "12",    "example.12", "127.0.0.1:80"}) {
        row(QLatin1String(host), false, false);
    }
    row(QString(63, QLatin1Char('a')), true, false);
    row(QString(64, QLatin1Char('a')), false, false);
    const QString label = QString(62, QLatin1Char('a')) + QLatin1Char('.');
    row(label.repeated(4) + QLatin1Char('a'), true, false);
    row(label.repeated(4) + QLatin1String("aa"), false, false);
    row(QStringLiteral("m\u00fcnchen.de"), false, false);
    row(QStringLiteral("127.0.0.1\u00a0"), false, false);
    QTest::newRow("NUL") << QStringLiteral("127.0.0.1").append(QChar(0)) << false << false;
}

void TopologyTest::hosts() {
    QFETCH(QString, host);
    QFETCH(bool, valid);
    QFETCH(bool, loopback);
    QCOMPARE(isHost(host), valid);
    QCOMPARE(isLoopbackHost(host), loopback);
}

void TopologyTest::mayBind_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("allowed");
    for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) {
        QTest::newRow(host) << QString::fromLatin1(host) << true;
    }
    for (const char* host : {"0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "example.org"}) {
        QTest::newRow(host) << QString::fromLatin1(host) << false;
    }
}

void TopologyTest::mayBind() {
    QFETCH(QString, host);
    QFETCH(bool, allowed);
    HerdConfig config;
    config.topology.nodes = {nodeNamed("A", host), nodeNamed("B")};
    const Result<NodeAddress> node = checkNodeMayBind(config, "A");
    QCOMPARE(node.ok(), allowed);
    if (allowed) {
        QCOMPARE(node.value(), config.topology.nodes[0]);
    } else {
        QCOMPARE(node.error().message,
                 QStringLiteral("node A would listen on %1: binding outside loopback needs "
                                "\"secret_file\" in [security]")
                     .arg(host));
        config.security.secretFile = QStringLiteral("/secret");
        QVERIFY(checkNodeMayBind(config, "A").ok());
        config.topology.nodes[0].adminPort = 0;
        QCOMPARE(checkNodeMayBind(config, "A").error().message,
                 QStringLiteral("node A would listen on %1: binding outside loopback needs "
                                "\"admin_token_file\" in [security]")
                     .arg(host));
        config.security.adminReadTokenFile = QStringLiteral("/read");
        QVERIFY(!checkNodeMayBind(config, "A").ok());
        config.security.adminTokenFile = QStringLiteral("/token");
        QVERIFY(checkNodeMayBind(config, "A").ok());
    }
    // Where the others listen does not matter here.
    QVERIFY(checkNodeMayBind(config, "B").ok());
}

void TopologyTest::unknownNodeMayNotBind() {
    HerdConfig config;
    QCOMPARE(checkNodeMayBind(config, "Wilks").error().message,
             QStringLiteral("herd \"herd\" has no node \"Wilks\""));
    config.topology = sampleTopology();
    QCOMPARE(checkNodeMayBind(config, "Wilks").error().message,
             QStringLiteral("herd \"sample\" has no node \"Wilks\"; did you mean \"Wilkes\"?"));
}

QTEST_GUILESS_MAIN(TopologyTest)
#include "tst_topology.moc"
