// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdstate.h"

#include <QElapsedTimer>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "tests/gui/scriptedadmin.h"
#include "tests/support/until.h"

namespace herd {

class HerdStateTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void convergesWhenAllAreReached();
    void learnsTheTopology();
    void noticesOtherTopologies();
    void showsADeadNodeWithinTwoSeconds();
    void showsASilentNode();
    void noticesPartitions();
    void noticesAlarms();
    void measuresRates();
    void failsOverWithTheStamps();
    void switchesTheSource();
    void refusesAnUnreachedSource();
    void opensAnotherHerd();
    void resetsOnlyForNews();
    void refusesTwoAddressesOfOneNode();
    void refusesANodeOfAnotherHerd();
    void livesByStatusesOfThisConnection();
    void waitsBeforeItMissesANode();
};

namespace {

LinkStatus flowingTo(const std::string& peer) {
    LinkStatus link;
    link.peer = peer;
    link.state = LinkState::flowing;
    return link;
}

/// Two linked nodes that hold the same, and what the console makes of them.
struct Scene {
    ScriptedAdmin hands{"Hands"};
    ScriptedAdmin welsh{"Welsh"};
    HerdState state;
    QStringList notices;

    Scene() {
        for (ScriptedAdmin* node : {&hands, &welsh}) {
            node->hello.nodes = {"Hands", "Welsh"};
            node->hello.links = {{"Hands", "Welsh"}};
            node->status.clients = 2;
            node->status.root = 7;
        }
        hands.status.links = {flowingTo("Welsh")};
        welsh.status.links = {flowingTo("Hands")};
        hands.setStamps({"AT Hands +0.000000001 kiwi +1+1 1", "AT Hands +0.000000001 emu +2+2 1"});
        welsh.setStamps({"AT Hands +0.000000001 kiwi +1+1 1"});
        QObject::connect(&state, &HerdState::noticed, &state,
                         [this](const QString& text, int severity) {
                             notices.append(QString::number(severity) + QLatin1Char(' ') + text);
                         });
    }
    Topology topology() const {
        Topology topology;
        topology.links = hands.hello.links;
        for (const std::string& name : hands.hello.nodes) {
            NodeAddress node;
            node.name = name;
            topology.nodes.push_back(node);
        }
        return topology;
    }
    void open() {
        state.open(QStringLiteral("herd"), {hands.address(), welsh.address()}, topology());
    }
    static AdminAddress unnamed(const ScriptedAdmin& node) {
        AdminAddress address = node.address();
        address.name.clear();
        return address;
    }
    bool openAll() {
        open();
        return until(patience, [this] { return agreement() == Agreement::converged; });
    }
    Agreement agreement() const { return state.verdict().agreement; }
    const NodeView& node(std::size_t index) const { return state.nodes()[index]; }
    bool was(const QString& notice) const { return notices.contains(notice); }
};

}  // namespace

void HerdStateTest::initTestCase() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void HerdStateTest::convergesWhenAllAreReached() {
    Scene scene;
    QSignalSpy reset(&scene.state, &HerdState::nodesReset);
    QSignalSpy changed(&scene.state, &HerdState::nodeChanged);
    scene.open();
    QCOMPARE(reset.size(), 1);
    QCOMPARE(scene.agreement(), Agreement::connecting);
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QCOMPARE(scene.state.verdict().headline, QStringLiteral("Converged: 2 nodes, 2 clients"));
    QCOMPARE(scene.state.indexOf(QStringLiteral("Welsh")), 1);
    QCOMPARE(scene.state.indexOf(QStringLiteral("Wilkes")), -1);
    QVERIFY(scene.node(0).live);
    QCOMPARE(*scene.node(0).status, scene.hands.status);
    QVERIFY(!changed.isEmpty());
    QVERIFY(scene.node(1).roundTripUs > 0);
    scene.welsh.status.root = 8;
    QTRY_COMPARE(scene.agreement(), Agreement::settling);
    QTRY_COMPARE(scene.agreement(), Agreement::differing);
    QTRY_VERIFY(scene.node(0).history.size() >= 2);
    QCOMPARE(scene.node(0).history.at(1).clientConnections, 0.0);
}

void HerdStateTest::learnsTheTopology() {
    Scene scene;
    AdminAddress hands = scene.hands.address();
    AdminAddress welsh = scene.welsh.address();
    hands.name.clear();
    welsh.name.clear();
    scene.state.open({}, {hands, welsh}, {});
    QCOMPARE(scene.state.indexOf(QStringLiteral("Hands")), -1);
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QCOMPARE(scene.state.indexOf(QStringLiteral("Hands")), 0);
    QCOMPARE(scene.state.indexOf(QStringLiteral("Welsh")), 1);
    QCOMPARE(scene.state.topology().links, scene.hands.hello.links);
    QCOMPARE(scene.state.topology().nodes.size(), 2U);
    QCOMPARE(scene.state.topology().nodes[1].adminPort, welsh.port);
    QCOMPARE(scene.state.herdName(), QStringLiteral("herd"));
}

void HerdStateTest::noticesOtherTopologies() {
    Scene scene;
    scene.welsh.hello.links.clear();
    QVERIFY(scene.openAll());
    const QString notice =
        QStringLiteral("1 Welsh was started with other nodes or links than shown here");
    QTRY_VERIFY(scene.was(notice));
    scene.welsh.cut();
    QTRY_COMPARE(scene.welsh.connectionCount(), 2);
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QCOMPARE(scene.notices.count(notice), 1);
}

void HerdStateTest::showsADeadNodeWithinTwoSeconds() {
    Scene scene;
    QVERIFY(scene.openAll());
    QElapsedTimer elapsed;
    elapsed.start();
    scene.welsh.stop();
    QTRY_VERIFY(!scene.node(1).live);
    QVERIFY(elapsed.elapsed() < 2'000);
    QVERIFY(scene.node(1).status.has_value());
    QTRY_COMPARE(scene.agreement(), Agreement::incomplete);
    QVERIFY(scene.state.verdict().details.contains(QStringLiteral("Welsh is not reached: ")));
    QVERIFY(scene.notices.last().startsWith(QStringLiteral("2 Welsh is lost: ")));
    scene.welsh.listen();
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QVERIFY(scene.was(QStringLiteral("0 Welsh is back")));
}

void HerdStateTest::showsASilentNode() {
    Scene scene;
    QVERIFY(scene.openAll());
    QElapsedTimer elapsed;
    elapsed.start();
    scene.welsh.tellsStatus = false;
    QTRY_VERIFY(!scene.node(1).live);
    QVERIFY2(elapsed.elapsed() < 3'000, "silent for 2 s, and up to half a second since the last");
    QVERIFY(scene.was(QStringLiteral("2 Welsh is silent")));
    QVERIFY(scene.state.verdict().details.contains(QStringLiteral("Welsh is not reached: silent")));
}

void HerdStateTest::noticesPartitions() {
    Scene scene;
    QVERIFY(scene.openAll());
    scene.hands.status.links[0].state = LinkState::paused;
    QTRY_COMPARE(scene.agreement(), Agreement::partitioned);
    QCOMPARE(scene.state.verdict().groups, (std::vector<std::vector<int>>{{0}, {1}}));
    QTRY_VERIFY(scene.was(QStringLiteral("2 Partitioned: Hands | Welsh")));
    scene.hands.status.links[0].state = LinkState::flowing;
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QVERIFY(scene.was(QStringLiteral("0 The partition is over")));
}

void HerdStateTest::noticesAlarms() {
    Scene scene;
    QVERIFY(scene.openAll());
    scene.hands.status.alarms = {{"full", "The table is full.", 0}};
    QTRY_VERIFY(scene.was(QStringLiteral("2 Hands: alarm full: The table is full.")));
    scene.hands.status.alarms[0].sinceMs = 700;
    scene.hands.status.clients = 3;
    QTRY_COMPARE(scene.node(0).status->clients, 3U);
    scene.hands.status.alarms.clear();
    QTRY_VERIFY(scene.was(QStringLiteral("0 Hands: alarm full is over")));
    QCOMPARE(scene.notices.filter(QStringLiteral("alarm full: ")).size(), 1);
}

void HerdStateTest::measuresRates() {
    Scene scene;
    scene.hands.scripts[QStringLiteral("status")] = [&scene](const QJsonObject& request) {
        NodeStatus& status = scene.hands.status;
        status.uptimeMs += 500;
        status.seq += 50;
        status.counters["lines_answered"] += 200;
        return ScriptedAdmin::answer(request, toJson(status));
    };
    scene.open();
    QTRY_COMPARE(scene.node(0).updatesPerS, 100.0);
    QCOMPARE(scene.node(0).answersPerS, 400.0);
    // Started anew: no number of before counts.
    scene.hands.status.uptimeMs = 0;
    scene.hands.status.epoch = 2;
    scene.hands.status.seq = 0;
    scene.hands.status.counters.clear();
    bool wasWild = false;
    connect(&scene.state, &HerdState::nodeChanged, this,
            [&] { wasWild = wasWild || scene.node(0).updatesPerS > 100.0; });
    QTRY_COMPARE(scene.node(0).status->epoch, 2U);
    QTRY_COMPARE(scene.node(0).updatesPerS, 100.0);
    QVERIFY(!wasWild);
}

void HerdStateTest::failsOverWithTheStamps() {
    Scene scene;
    scene.welsh.stop();
    scene.open();
    QTRY_VERIFY(scene.state.stamps().complete());
    QCOMPARE(scene.state.stampsSource(), 0);
    QCOMPARE(scene.state.stamps().size(), 2);
    QVERIFY(scene.was(QStringLiteral("0 Stamps come from Hands")));
    scene.welsh.listen();
    QTRY_VERIFY(scene.node(1).live);
    QCOMPARE(scene.welsh.requests(QStringLiteral("stamps")).size(), 0);
    QSignalSpy source(&scene.state, &HerdState::stampsSourceChanged);
    scene.hands.stop();
    QTRY_COMPARE(scene.state.stampsSource(), 1);
    QCOMPARE(source.size(), 1);
    QVERIFY(scene.was(QStringLiteral("0 Stamps come from Welsh now, because Hands is lost")));
    QTRY_COMPARE(scene.state.stamps().size(), 1);
    // Whoever took over stays.
    scene.hands.listen();
    QTRY_VERIFY(scene.node(0).live);
    QCOMPARE(scene.state.stampsSource(), 1);
    scene.welsh.sendStamps(
        {"AT Hands +0.000000001 kiwi +9+9 2", "AT Hands +0.000000001 moa +3+3 1"});
    QTRY_COMPARE(scene.state.stamps().size(), 2);
    QCOMPARE(scene.state.stamps().position(0), std::string_view("+9+9"));
}

void HerdStateTest::switchesTheSource() {
    Scene scene;
    QVERIFY(scene.openAll());
    QTRY_VERIFY(scene.state.stamps().complete());
    const int before = scene.state.stampsSource();
    scene.state.setStampsSource(1 - before);
    QCOMPARE(scene.state.stampsSource(), 1 - before);
    QVERIFY(!scene.state.stamps().complete());
    QTRY_VERIFY(scene.state.stamps().complete());
    QCOMPARE(scene.state.stamps().size(), before == 0 ? 1 : 2);
    const ScriptedAdmin& left = before == 0 ? scene.hands : scene.welsh;
    const QString stamps = QStringLiteral("stamps");
    QTRY_COMPARE(left.requests(stamps).size(), 2);
    QCOMPARE(left.requests(stamps).last().value(u"follow"), QJsonValue(false));
    scene.state.setStampsSource(7);
    scene.state.setStampsSource(-1);
    QCOMPARE(scene.state.stampsSource(), 1 - before);
}

void HerdStateTest::opensAnotherHerd() {
    Scene scene;
    QVERIFY(scene.openAll());
    ScriptedAdmin other("Solo", "flock");
    QSignalSpy cleared(&scene.state.stamps(), &StampStore::cleared);
    scene.state.open(QStringLiteral("flock"), {other.address()}, {});
    QVERIFY(cleared.size() >= 1);
    QCOMPARE(scene.state.nodes().size(), 1U);
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QTRY_COMPARE(scene.hands.openCount(), 0);
    QTRY_COMPARE(scene.welsh.openCount(), 0);
    QCOMPARE(scene.state.topology().herd, std::string("flock"));
}

void HerdStateTest::refusesAnUnreachedSource() {
    Scene scene;
    scene.welsh.stop();
    scene.open();
    QTRY_COMPARE(scene.state.stampsSource(), 0);
    QSignalSpy source(&scene.state, &HerdState::stampsSourceChanged);
    scene.state.setStampsSource(1);
    QCOMPARE(scene.state.stampsSource(), 0);
    QCOMPARE(source.size(), 1);
    QVERIFY(scene.was(QStringLiteral("1 Welsh is not reached, so stamps cannot come from it")));
}

void HerdStateTest::resetsOnlyForNews() {
    Scene scene;
    QSignalSpy opened(&scene.state, &HerdState::opened);
    QSignalSpy reset(&scene.state, &HerdState::nodesReset);
    scene.state.open({}, {scene.unnamed(scene.hands), scene.unnamed(scene.welsh)}, {});
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    const qsizetype before = reset.size();
    QVERIFY(before >= 2);
    scene.hands.cut();
    QTRY_COMPARE(scene.hands.connectionCount(), 2);
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    QCOMPARE(reset.size(), before);
    QCOMPARE(opened.size(), 1);
    scene.hands.hello.clientPort = 4'711;
    scene.hands.cut();
    QTRY_COMPARE(reset.size(), before + 1);
    QCOMPARE(opened.size(), 1);
}

void HerdStateTest::refusesTwoAddressesOfOneNode() {
    Scene scene;
    ScriptedAdmin alias("Hands");
    alias.hello = scene.hands.hello;
    scene.state.open({}, {scene.unnamed(scene.hands), scene.unnamed(scene.welsh)}, {});
    QTRY_COMPARE(scene.agreement(), Agreement::converged);
    scene.state.open(
        {}, {scene.unnamed(scene.hands), scene.unnamed(alias), scene.unnamed(scene.welsh)}, {});
    QTRY_VERIFY(scene.node(0).client->reason().contains(QStringLiteral("shown already")) ||
                scene.node(1).client->reason().contains(QStringLiteral("shown already")));
    QTRY_COMPARE(scene.agreement(), Agreement::incomplete);
    QVERIFY(scene.node(0).live != scene.node(1).live);
    QVERIFY(scene.node(2).live);
}

void HerdStateTest::refusesANodeOfAnotherHerd() {
    Scene scene;
    ScriptedAdmin stranger("Solo", "flock");
    stranger.greets = false;
    scene.state.open({}, {scene.unnamed(scene.hands), scene.unnamed(stranger)}, {});
    QTRY_VERIFY(scene.node(0).live);
    stranger.greets = true;
    stranger.cut();
    QTRY_VERIFY(
        scene.node(1).client->reason().contains(QStringLiteral("belongs to the herd flock")));
    QVERIFY(!scene.node(1).live);
}

void HerdStateTest::livesByStatusesOfThisConnection() {
    Scene scene;
    QVERIFY(scene.openAll());
    scene.welsh.tellsStatus = false;
    scene.welsh.cut();
    QTRY_VERIFY(!scene.node(1).live);
    QTRY_COMPARE(scene.node(1).client->state(), NodeClient::State::connected);
    QVERIFY(scene.node(1).client->isLive());
    QVERIFY(!scene.node(1).live);
    scene.welsh.tellsStatus = true;
    scene.welsh.cut();
    QTRY_VERIFY(scene.node(1).live);
}

void HerdStateTest::waitsBeforeItMissesANode() {
    Scene scene;
    scene.hands.status.links[0].state = LinkState::down;
    scene.welsh.greets = false;
    QElapsedTimer elapsed;
    elapsed.start();
    scene.open();
    QTRY_VERIFY(scene.node(0).live);
    QCOMPARE(scene.agreement(), Agreement::connecting);
    QCOMPARE(scene.state.verdict().headline, QStringLiteral("Connecting: 1 of 2 nodes reached"));
    QTRY_COMPARE(scene.agreement(), Agreement::incomplete);
    QVERIFY(elapsed.elapsed() >= HerdState::openingMsMax);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::HerdStateTest)
#include "tst_herdstate.moc"
