// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDirIterator>
#include <QFile>
#include <QTest>
#include <string>

#include "tests/integration/herdstamps.h"
#include "tests/support/adminclient.h"
#include "tests/support/answers.h"
#include "tests/support/nodestate.h"
#include "tests/support/until.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

const std::string secretClient = "erase-me-0815";
const QString secretName = QString::fromStdString(secretClient);

/// A snapshot must begin within 10 s, and is quick in a table this small.
constexpr std::chrono::milliseconds snapshotDeadline = 40s;

HerdLayout sampleWith(const QString& topLevel) {
    HerdLayout layout = HerdLayout::sample();
    layout.topLevel = topLevel;
    return layout;
}

/// What a node's admin port says to the request to erase a client.
QJsonObject erase(HerdFixture& herd, const QString& node, const QString& client) {
    return AdminClient(herd.adminPort(node))
        .ask(QStringLiteral("forget"), {{QStringLiteral("client"), client}});
}

/// The first file below any node's data directory that holds these bytes; empty when none does.
QString fileWith(HerdFixture& herd, const QByteArray& bytes) {
    for (const QString& node : herd.layout().nodes) {
        QDirIterator files(herd.dataPath(node), QDir::Files | QDir::Hidden,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(bytes)) {
                return file.fileName();
            }
        }
    }
    return {};
}

/// A line as the admin port tells it.
QString told(const std::string& line) {
    return QString::fromStdString(line).chopped(1);
}

/// Whether none of the nodes answers for the client.
bool unknownAt(HerdFixture& herd, const QStringList& nodes, const std::string& client) {
    return std::all_of(nodes.begin(), nodes.end(),
                       [&](const QString& node) { return stored(herd, node, client).empty(); });
}

}  // namespace

/// What real nodes no longer know: clients that an administrator erased, and stamps that are old.
class TestForget : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void erasedEverywhere();
    void neverHeardOf();
    void expires();
    void refusesNoId();
};

void TestForget::erasedEverywhere() {
    HerdFixture herd(sampleWith(QStringLiteral("future_skew_max_s = 0\n")));
    const QStringList all = herd.layout().nodes;
    const QString away = QStringLiteral("Welsh");
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    const std::string line = report(herd, QStringLiteral("Goloman"), secretClient + " +1-30 2000");
    const std::string other = report(herd, QStringLiteral("Goloman"), "stays +1-30 2000");
    QString wrong = waitUntilStored(herd, all, {{secretClient, line}, {"stays", other}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(until(patience, [&] { return !fileWith(herd, secretName.toUtf8()).isEmpty(); }));
    herd.node(away).terminate();
    QVERIFY(herd.node(away).waitUntilEnded());
    AdminClient follower(herd.adminPort(QStringLiteral("Holiday")));
    QVERIFY(follower.send(QStringLiteral("stamps")));
    QVERIFY(follower.stamps().contains(told(line)));

    const QJsonObject answer = erase(herd, QStringLiteral("Hands"), secretName);
    QVERIFY2(answer.value(u"known").toBool(), "the node did not know it or refused");
    QStringList running = all;
    running.removeOne(away);
    QVERIFY(until(patience, [&] { return unknownAt(herd, running, secretClient); }));
    const QJsonObject gone = follower.nextOf(QStringLiteral("stamps"));
    QCOMPARE(gone.value(u"gone").toArray(), QJsonArray{secretName});

    // Its journal gives it back, its neighbours take it away.
    QVERIFY2(herd.startNode(away), qPrintable(herd.error()));
    QVERIFY(until(patience, [&] { return unknownAt(herd, all, secretClient); }));
    QCOMPARE(NodeState(herd, away).tombstones(), 1);
    QString file;
    const bool erased = until(snapshotDeadline, [&] {
        file = fileWith(herd, secretName.toUtf8());
        return file.isEmpty();
    });
    QVERIFY2(erased, qPrintable(file));

    for (const QString& name : all) {
        herd.node(name).kill();
    }
    for (const QString& name : all) {
        QVERIFY2(herd.startNode(name), qPrintable(herd.error()));
        QCOMPARE(NodeState(herd, name).tombstones(), 1);
    }
    QVERIFY(herd.waitUntilLinked());
    QVERIFY(unknownAt(herd, all, secretClient));
    wrong = waitUntilStored(herd, all, {{"stays", other}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    // What counts as older than the erasure does not come back; what is newer does, with its id.
    QVERIFY(!report(herd, away, secretClient + " +1-30 2001").empty());
    QVERIFY(stored(herd, away, secretClient).empty());
    const std::string newer = report(herd, away, secretClient + " +2-30 9000000000");
    wrong = waitUntilStored(herd, all, {{secretClient, newer}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QCOMPARE(NodeState(herd, QStringLiteral("Goloman")).tombstones(), 0);
}

/// Erased at a node that has never heard of it, while the node that has is not there.
void TestForget::neverHeardOf() {
    HerdFixture herd(HerdLayout::sample());
    const QStringList all = herd.layout().nodes;
    const QString knows = QStringLiteral("Welsh");
    QVERIFY2(herd.start({knows}), qPrintable(herd.error()));
    QVERIFY(!report(herd, knows, secretClient + " +1-30 2000").empty());
    herd.node(knows).terminate();
    QVERIFY(herd.node(knows).waitUntilEnded());
    for (const QString& name : all) {
        if (name != knows) {
            QVERIFY2(herd.startNode(name), qPrintable(herd.error()));
        }
    }
    const QJsonObject answer = erase(herd, QStringLiteral("Goloman"), secretName);
    QVERIFY(answer.contains(u"known"));
    QVERIFY(!answer.value(u"known").toBool());
    QVERIFY2(herd.startNode(knows), qPrintable(herd.error()));
    QVERIFY(until(patience, [&] {
        return std::all_of(all.begin(), all.end(), [&](const QString& name) {
            return NodeState(herd, name).tombstones() == 1;
        });
    }));
    QVERIFY(unknownAt(herd, all, secretClient));
}

void TestForget::expires() {
    HerdFixture herd(sampleWith(QStringLiteral("ttl_s = 4\n")));
    const QStringList all = herd.layout().nodes;
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    QVERIFY(herd.waitUntilLinked());
    AdminClient follower(herd.adminPort(QStringLiteral("Holiday")));
    QVERIFY(follower.send(QStringLiteral("stamps")));
    QVERIFY(follower.stamps().isEmpty());
    // Long ago by the client's clock, now by the node's.
    const std::string line = report(herd, QStringLiteral("Goloman"), "short-lived +1-30 2000");
    const QString wrong = waitUntilStored(herd, all, {{"short-lived", line}});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    QVERIFY(until(patience, [&] { return unknownAt(herd, all, "short-lived"); }));
    QVERIFY(until(patience, [&] {
        return std::all_of(all.begin(), all.end(), [&](const QString& name) {
            const NodeState state(herd, name);
            return state.clients() == 0 && state.counter("expired") == 1;
        });
    }));
    QJsonObject news = follower.nextOf(QStringLiteral("stamps"));
    QCOMPARE(news.value(u"at").toArray(), QJsonArray{told(line)});
    news = follower.nextOf(QStringLiteral("stamps"));
    QCOMPARE(news.value(u"gone").toArray(), QJsonArray{QStringLiteral("short-lived")});
    // Neither its journal nor a neighbour brings it back.
    herd.node(QStringLiteral("Wilkes")).kill();
    QVERIFY2(herd.startNode(QStringLiteral("Wilkes")), qPrintable(herd.error()));
    QCOMPARE(NodeState(herd, QStringLiteral("Wilkes")).clients(), 0);
    QVERIFY(herd.waitUntilLinked());
    QVERIFY(unknownAt(herd, all, "short-lived"));
    // The same report is news again.
    const std::string again = report(herd, QStringLiteral("Welsh"), "short-lived +1-30 2000");
    QVERIFY(waitUntilStored(herd, all, {{"short-lived", again}}).isEmpty());
}

void TestForget::refusesNoId() {
    HerdFixture herd(HerdLayout::single(QStringLiteral("Solo")));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    for (const QString& id : {QString(), QStringLiteral("a b"), QString(1'025, QLatin1Char('k'))}) {
        const QJsonObject answer = erase(herd, QStringLiteral("Solo"), id);
        QVERIFY(answer.value(u"error").toString().contains(QStringLiteral("id")));
    }
    QCOMPARE(NodeState(herd, QStringLiteral("Solo")).tombstones(), 0);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestForget)
#include "tst_forget.moc"
