// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include "common/configfile.h"
#include "console/herdsource.h"
#include "console/herdstate.h"
#include "console/tokenfile.h"
#include "tests/support/herdfixture.h"

namespace herd {

/// What the console's data says of real nodes, and how soon.
class LiveHerdTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void followsARealHerd();
    void opensPortsWithATokenAndLooksWithALesserOne();
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

void LiveHerdTest::opensPortsWithATokenAndLooksWithALesserOne() {
    HerdLayout layout = HerdLayout::single(QStringLiteral("Solo"));
    layout.tables = QStringLiteral(
        "[security]\nadmin_token_file = \"full\"\nadmin_read_token_file = \"read\"\n");
    HerdFixture herd(layout);
    const auto write = [&herd](const char* name, const QByteArray& text) {
        QFile file(herd.filePath(QLatin1String(name)));
        return file.open(QIODevice::WriteOnly) && file.write(text) > 0 &&
               file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    };
    QVERIFY(write("full", "the-token-for-everything\n"));
    QVERIFY(write("read", "\n  the-token-for-looking \nthe-one-that-follows\n"));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const auto source = [&herd] {
        HerdSource found = HerdSource::fromConfig(readConfigFile(herd.configPath()).value());
        found.nodes[0].port = herd.adminPort(QStringLiteral("Solo"));
        return found;
    };
    const auto open = [](HerdState& state, const HerdSource& found) {
        state.open(found.name, found.nodes, found.topology);
    };
    HerdState acting;
    open(acting, source());
    QTRY_VERIFY(acting.nodes()[0].live);
    QVERIFY(acting.nodes()[0].client->mayAct());

    HerdSource without = source();
    without.setToken({});
    HerdState stranger;
    open(stranger, without);
    QTRY_VERIFY(stranger.nodes()[0].client->reason().contains(QLatin1String("token")));
    QVERIFY(!stranger.nodes()[0].live);

    HerdSource looks = source();
    const Result<QByteArray> token = readTokenFile(herd.filePath(QStringLiteral("read")));
    QVERIFY(token.ok());
    QCOMPARE(token.value(), QByteArray("the-token-for-looking"));
    looks.setToken(token.value());
    HerdState looking;
    open(looking, looks);
    QTRY_VERIFY(looking.nodes()[0].live);
    QVERIFY(!looking.nodes()[0].client->mayAct());

    // Who may not read the token for everything gets the other one.
    QVERIFY(QFile::remove(herd.filePath(QStringLiteral("full"))));
    QCOMPARE(source().nodes[0].token, token.value());
    // What is kept of a herd has no token.
    HerdSource addressed = HerdSource::fromAddresses(looks.nodes);
    QVERIFY(addressed.profile().addresses[0].token.isEmpty());
    for (const QByteArray& text : {QByteArray("fifteen-bytes-x"), QByteArray(1'025, 'x'),
                                   QByteArray("not-all-pr\x01ntable")}) {
        QVERIFY(write("read", text + '\n'));
        QVERIFY(!readTokenFile(herd.filePath(QStringLiteral("read"))).ok());
    }
    QVERIFY(write("read", QByteArray(1'024, 'x')));
    QVERIFY(readTokenFile(herd.filePath(QStringLiteral("read"))).ok());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::LiveHerdTest)
#include "tst_liveherd.moc"
