// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QTest>

#include "common/configfile.h"
#include "console/herdstate.h"
#include "tests/support/herdfixture.h"

namespace herd {

/// What the console's data says of real nodes, and how soon.
class LiveHerdTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void followsARealHerd();
};

namespace {

bool opens(HerdState& state, HerdFixture& herd) {
    if (!herd.start() || !herd.waitUntilLinked()) {
        return false;
    }
    const Result<HerdConfig> config = readConfigFile(herd.configPath());
    if (!config) {
        return false;
    }
    std::vector<AdminAddress> addresses;
    for (const NodeAddress& node : config.value().topology.nodes) {
        const QString name = QString::fromStdString(node.name);
        addresses.push_back({name, node.host, herd.adminPort(name), {}});
    }
    state.open(QString::fromStdString(config.value().topology.herd), addresses,
               config.value().topology);
    return true;
}

}  // namespace

void LiveHerdTest::followsARealHerd() {
    HerdFixture herd(HerdLayout::sample());
    HerdState state;
    QVERIFY2(opens(state, herd), qPrintable(herd.error()));
    const auto agreement = [&state] { return state.verdict().agreement; };
    QTRY_COMPARE_WITH_TIMEOUT(agreement(), Agreement::converged, 15'000);

    // A stamp at one end of the herd is shown from wherever the stamps come, and by every node.
    LineClient client = herd.connectTo(QStringLiteral("Welsh"));
    client.ask("IAMAT kiwi +34.068930-118.445127 1520023934.918963997\n");
    QTRY_COMPARE(state.stamps().size(), 1);
    QCOMPARE(state.stamps().origin(0), std::string_view("Welsh"));
    int same = 0;
    for (const NodeView& node : state.nodes()) {
        node.client->find("kiwi", this, [&](const NodeClient::RunResult& result) {
            same += result.answer.toStdString() == state.stamps().atLine(0) ? 1 : 0;
        });
    }
    QTRY_COMPARE(same, 5);
    QTRY_COMPARE(agreement(), Agreement::converged);

    // The node that the stamps come from is killed: seen within two seconds, another takes over.
    const int source = state.stampsSource();
    const QString name = state.nodes()[static_cast<std::size_t>(source)].client->name();
    QElapsedTimer elapsed;
    elapsed.start();
    herd.node(name).kill();
    QTRY_VERIFY(!state.nodes()[static_cast<std::size_t>(source)].live);
    QVERIFY(elapsed.elapsed() < 2'000);
    QTRY_VERIFY(state.stampsSource() != source);
    QTRY_COMPARE(state.stamps().size(), 1);
    QTRY_VERIFY(agreement() == Agreement::incomplete || agreement() == Agreement::partitioned);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::LiveHerdTest)
#include "tst_liveherd.moc"
