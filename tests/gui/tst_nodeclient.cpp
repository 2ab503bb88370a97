// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodeclient.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include "console/adminconnection.h"
#include "tests/gui/scriptedadmin.h"
#include "tests/support/until.h"

namespace herd {

using State = NodeClient::State;
using RunResult = NodeClient::RunResult;

class NodeClientTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void greetsAndFollowsTheStatus();
    void tellsWhyItIsNotConnected_data();
    void tellsWhyItIsNotConnected();
    void refusesWhatIsNotTheProtocol_data();
    void refusesWhatIsNotTheProtocol();
    void ignoresWhatItDoesNotKnow();
    void countsDownAndComesBack();
    void dialsAtOnceWhenAsked();
    void noticesSilence();
    void runsLines();
    void findsStamps();
    void pausesLinksAndStopsNodes();
    void endsEveryRequestOnce();
    void refusesRequestsWithoutMeasure();
    void keepsItsSubscriptions();
    void keepsTheWindowAliveUnderAFlood();
    void hasNoAdminPort();
};

namespace {

/// A client of the node, connected.
struct Scene {
    ScriptedAdmin node{"Hands"};
    std::unique_ptr<NodeClient> client;

    bool open() {
        client = std::make_unique<NodeClient>(node.address());
        client->start();
        return until(patience, [this] { return client->state() == State::connected; });
    }
};

const QString run = QStringLiteral("run");

}  // namespace

void NodeClientTest::greetsAndFollowsTheStatus() {
    Scene scene;
    scene.node.status.clients = 12;
    scene.node.status.root = 0xFEDCBA9876543210U;
    QVERIFY(scene.open());
    QCOMPARE(scene.client->name(), QStringLiteral("Hands"));
    QCOMPARE(*scene.client->hello(), scene.node.hello);
    QCOMPARE(scene.client->reason(), QString());
    QSignalSpy statuses(scene.client.get(), &NodeClient::statusReceived);
    NodeStatus last;
    qint64 lastRoundTripUs = 0;
    connect(scene.client.get(), &NodeClient::statusReceived, this,
            [&](const NodeStatus& status, qint64 roundTripUs) {
                last = status;
                lastRoundTripUs = roundTripUs;
            });
    QTRY_VERIFY(statuses.size() >= 2);
    QCOMPARE(last, scene.node.status);
    QVERIFY(lastRoundTripUs > 0);
    QVERIFY(scene.client->isLive());
}

void NodeClientTest::tellsWhyItIsNotConnected_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("herd");
    QTest::addColumn<int>("version");
    QTest::addColumn<QString>("reason");
    QTest::newRow("another node") << "Welsh"
                                  << "herd" << 1 << "is the node Hands";
    QTest::newRow("another herd") << "Hands"
                                  << "flock" << 1 << "belongs to the herd herd";
    QTest::newRow("a newer protocol") << "Hands"
                                      << "herd" << 2 << "speaks version 2";
}

void NodeClientTest::tellsWhyItIsNotConnected() {
    QFETCH(QString, name);
    QFETCH(QString, herd);
    QFETCH(int, version);
    QFETCH(QString, reason);
    ScriptedAdmin node("Hands");
    node.hello.version = version;
    AdminAddress address = node.address();
    address.name = name;
    address.herd = herd;
    NodeClient client(address);
    client.start();
    QTRY_VERIFY2(client.reason().contains(reason), qPrintable(client.reason()));
    QCOMPARE(client.state(), State::waiting);
}

void NodeClientTest::refusesWhatIsNotTheProtocol_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    const QByteArray deep = QByteArray(4'000, '[') + '\n';
    const QString broken = QStringLiteral("not the admin protocol");
    QTest::newRow("text") << QByteArray("HTTP/1.1 400 Bad Request\r\n") << broken;
    QTest::newRow("bytes") << QByteArray("\0\xff\xfe\n", 4) << broken;
    QTest::newRow("an empty line") << QByteArray("\n") << broken;
    QTest::newRow("a list") << QByteArray("[1,2]\n") << broken;
    QTest::newRow("a number") << QByteArray("17\n") << broken;
    QTest::newRow("a nest") << deep << broken;
    QTest::newRow("no kind") << QByteArray("{\"id\":1}\n") << broken;
    QTest::newRow("kind of a wrong type") << QByteArray("{\"id\":1,\"kind\":7}\n") << broken;
    QTest::newRow("id of a wrong type") << QByteArray("{\"id\":[],\"kind\":\"run\"}\n") << broken;
    QTest::newRow("an id with a fraction")
        << QByteArray("{\"id\":1.5,\"kind\":\"run\"}\n") << broken;
    QTest::newRow("an immense id") << QByteArray("{\"id\":1e300,\"kind\":\"run\"}\n") << broken;
    QTest::newRow("status of a wrong type")
        << QByteArray("{\"id\":2,\"kind\":\"status\",\"node\":[]}\n") << broken;
    QTest::newRow("hello of a wrong type")
        << QByteArray("{\"id\":1,\"kind\":\"hello\",\"version\":\"one\"}\n") << broken;
    QTest::newRow("stamps of a wrong type")
        << QByteArray("{\"id\":3,\"kind\":\"stamps\",\"at\":{}}\n") << broken;
    QTest::newRow("a stamp of a wrong type")
        << QByteArray("{\"id\":3,\"kind\":\"stamps\",\"at\":[17]}\n") << broken;
    QTest::newRow("a negative count")
        << QByteArray("{\"id\":3,\"kind\":\"stamps\",\"begin\":true,\"clients\":-1}\n") << broken;
    QTest::newRow("fewer than no changes to come")
        << QByteArray("{\"id\":3,\"kind\":\"stamps\",\"at\":[],\"behind\":-1}\n") << broken;
    QTest::newRow("records of a wrong type")
        << QByteArray("{\"id\":3,\"kind\":\"log\",\"records\":\"text\"}\n") << broken;
    QTest::newRow("a record of a wrong type")
        << QByteArray("{\"id\":3,\"kind\":\"log\",\"records\":[{}]}\n") << broken;
    QTest::newRow("an endless line")
        << QByteArray(adminAnswerBytesMax + 1, 'x') << QStringLiteral("a line without an end");
    QTest::newRow("an error of the connection")
        << QByteArray("{\"kind\":\"error\",\"error\":\"too many\"}\n")
        << QStringLiteral("refused: too many");
}

void NodeClientTest::refusesWhatIsNotTheProtocol() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    Scene scene;
    QVERIFY(scene.open());
    scene.node.send(bytes);
    QTRY_VERIFY2(scene.client->reason().contains(reason), qPrintable(scene.client->reason()));
    QTRY_COMPARE(scene.node.openCount(), 0);
    QTRY_COMPARE(scene.client->state(), State::connected);  // it tries again, for ever
}

void NodeClientTest::ignoresWhatItDoesNotKnow() {
    Scene scene;
    QVERIFY(scene.open());
    scene.node.send(
        "{\"kind\":\"weather\",\"id\":77,\"rain\":true}\n"
        "{\"kind\":\"run\",\"id\":999,\"answer\":\"nobody asked\"}\n"
        "{\"kind\":\"stamps\",\"id\":999,\"at\":[\"AT\"]}\n");
    QSignalSpy statuses(scene.client.get(), &NodeClient::statusReceived);
    QTRY_VERIFY(statuses.size() >= 2);
    QCOMPARE(scene.client->state(), State::connected);
    QCOMPARE(scene.node.connectionCount(), 1);
}

void NodeClientTest::countsDownAndComesBack() {
    Scene scene;
    QVERIFY(scene.open());
    QElapsedTimer elapsed;
    elapsed.start();
    scene.node.stop();
    QTRY_COMPARE(scene.client->state(), State::waiting);
    QVERIFY(elapsed.elapsed() < 2'000);
    QVERIFY(!scene.client->isLive());
    QVERIFY(!scene.client->reason().isEmpty());
    QList<int> seconds;
    connect(scene.client.get(), &NodeClient::stateChanged, this, [&] {
        if (scene.client->state() == State::waiting) {
            seconds.append(scene.client->retryInSeconds());
        }
    });
    // The pauses double: one of 4 s is the first that shows several numbers in a row.
    QTRY_VERIFY(seconds.contains(4));
    QTRY_VERIFY(seconds.endsWith(2));
    QVERIFY(seconds.indexOf(4) < seconds.lastIndexOf(3));
    scene.node.listen();
    QTRY_COMPARE(scene.client->state(), State::connected);
    QCOMPARE(scene.client->retryInSeconds(), 0);
}

void NodeClientTest::dialsAtOnceWhenAsked() {
    Scene scene;
    QVERIFY(scene.open());
    scene.node.stop();
    QTRY_COMPARE(scene.client->retryInSeconds(), 4);
    scene.node.listen();
    QElapsedTimer elapsed;
    elapsed.start();
    scene.client->retryNow();
    QTRY_COMPARE(scene.client->state(), State::connected);
    QVERIFY(elapsed.elapsed() < 2'000);
}

void NodeClientTest::noticesSilence() {
    Scene scene;
    QVERIFY(scene.open());
    scene.node.tellsStatus = false;
    QTRY_VERIFY(!scene.client->isLive());
    QCOMPARE(scene.client->state(), State::connected);
    // Much later the connection is given up, in the hope of a better one.
    QTRY_VERIFY_WITH_TIMEOUT(scene.client->reason().contains(QStringLiteral("silent for 10 s")),
                             15'000);
}

void NodeClientTest::runsLines() {
    Scene scene;
    QVERIFY(scene.open());
    QJsonObject asked;
    scene.node.scripts[run] = [&asked](const QJsonObject& request) {
        asked = request;
        return ScriptedAdmin::answer(request, {{QStringLiteral("answer"), request.value(u"line")},
                                               {QStringLiteral("took_us"), 7}});
    };
    for (const QByteArray& line : {QByteArray("WHERE?"), QByteArray("\xff\0x", 3)}) {
        QList<RunResult> results;
        scene.client->run(line, this, [&](const RunResult& result) { results.append(result); });
        QVERIFY(results.isEmpty());
        QTRY_COMPARE(results.size(), 1);
        QCOMPARE(results.first().answer, line);
        QCOMPARE(results.first().nodeUs, 7);
        QVERIFY(results.first().roundTripUs > 0);
        QCOMPARE(results.first().error, QString());
    }
    QVERIFY(asked.value(u"line").isObject());  // bytes that are no text
}

void NodeClientTest::findsStamps() {
    Scene scene;
    QVERIFY(scene.open());
    QJsonValue at = QStringLiteral("AT Hands +0.000000001 kiwi +1+1 1");
    scene.node.scripts[QStringLiteral("find")] = [&at](const QJsonObject& request) {
        return ScriptedAdmin::answer(request, {{QStringLiteral("at"), at}});
    };
    QList<RunResult> results;
    const auto collect = [&results](const RunResult& result) { results.append(result); };
    scene.client->find("kiwi", this, collect);
    QTRY_COMPARE(results.size(), 1);
    QCOMPARE(results.last().answer, QByteArray("AT Hands +0.000000001 kiwi +1+1 1"));
    at = QJsonValue::Null;
    scene.client->find("kiwi", this, collect);
    QTRY_COMPARE(results.size(), 2);
    QCOMPARE(results.last().answer, QByteArray());
    QCOMPARE(results.last().error, QString());
    at = 17;
    scene.client->find("kiwi", this, collect);
    QTRY_COMPARE(results.size(), 3);
    QVERIFY(!results.last().error.isEmpty());
}

void NodeClientTest::pausesLinksAndStopsNodes() {
    Scene scene;
    QVERIFY(scene.open());
    scene.node.scripts[QStringLiteral("link")] = [](const QJsonObject& request) {
        return request.value(u"peer") == QStringLiteral("Welsh")
                   ? ScriptedAdmin::answer(request,
                                           {{QStringLiteral("state"), QStringLiteral("paused")}})
                   : ScriptedAdmin::answer(request,
                                           {{QStringLiteral("error"), QStringLiteral("who?")}});
    };
    scene.node.scripts[QStringLiteral("stop")] = [](const QJsonObject& request) {
        return ScriptedAdmin::answer(request, {{QStringLiteral("stopping"), true}});
    };
    QStringList errors;
    const auto collect = [&errors](const QString& fault) { errors.append(fault); };
    scene.client->setLinkPaused(QStringLiteral("Welsh"), true, this, collect);
    QTRY_COMPARE(errors, QStringList{QString()});
    scene.client->setLinkPaused(QStringLiteral("Nobody"), false, this, collect);
    QTRY_COMPARE(errors.value(1), QStringLiteral("who?"));
    QCOMPARE(scene.node.requests(QStringLiteral("link")).last().value(u"action").toString(),
             QStringLiteral("resume"));
    scene.client->stopNode(this, collect);
    QTRY_COMPARE(errors.size(), 3);
    QCOMPARE(errors.last(), QString());
}

void NodeClientTest::endsEveryRequestOnce() {
    Scene scene;
    QStringList errors;
    const auto collect = [&errors](const RunResult& result) { errors.append(result.error); };
    NodeClient unconnected(scene.node.address());
    unconnected.run("x", this, collect);
    QVERIFY(errors.isEmpty());
    QTRY_COMPARE(errors, QStringList{QStringLiteral("not connected")});

    QVERIFY(scene.open());
    scene.client->run("cut", this, collect);
    {
        QObject shortLived;
        scene.client->run("nobody waits", &shortLived, collect);
    }
    QTRY_COMPARE(scene.node.requests(run).size(), 2);
    QCOMPARE(errors.size(), 1);
    scene.node.stop();
    QTRY_COMPARE(errors.size(), 2);
    QVERIFY(!errors.last().isEmpty());

    scene.node.listen();
    QTRY_COMPARE(scene.client->state(), State::connected);
    scene.client->find("late", this, collect);
    QTRY_COMPARE(scene.node.requests(QStringLiteral("find")).size(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(errors.size(), 3, NodeClient::answerMsMax + 5'000);
    QCOMPARE(errors.last(), QStringLiteral("no answer in time"));

    scene.client->run("closed", this, collect);
    scene.client.reset();
    QTRY_COMPARE(errors.size(), 4);
    QVERIFY(!errors.last().isEmpty());
}

void NodeClientTest::refusesRequestsWithoutMeasure() {
    Scene scene;
    QVERIFY(scene.open());
    QStringList errors;
    QObject context;  // gone before the scene, whose end would call back
    const auto collect = [&errors](const RunResult& result) { errors.append(result.error); };
    const QByteArray frame = QJsonDocument(QJsonObject{{QStringLiteral("id"), 10},
                                                       {QStringLiteral("kind"), run},
                                                       {QStringLiteral("line"), QString()}})
                                 .toJson(QJsonDocument::Compact);
    // Ids have one digit still.
    const qsizetype fits = static_cast<qsizetype>(adminRequestBytesMax) - frame.size() + 1;
    scene.client->run(QByteArray(fits + 1, 'x'), &context, collect);
    QTRY_COMPARE(errors, QStringList{QStringLiteral("the line is too long")});
    scene.client->run(QByteArray(fits, 'x'), &context, collect);
    QTRY_COMPARE(scene.node.requests(run).size(), 1);
    for (std::size_t i = 1; i < NodeClient::pendingMax; ++i) {
        scene.client->run("x", &context, collect);
    }
    QTRY_COMPARE(scene.node.requests(run).size(), static_cast<qsizetype>(NodeClient::pendingMax));
    QCOMPARE(errors.size(), 1);
    scene.client->run("x", &context, collect);
    QTRY_COMPARE(errors.size(), 2);
    QCOMPARE(errors.last(), QStringLiteral("too many unanswered requests"));
}

void NodeClientTest::keepsItsSubscriptions() {
    Scene scene;
    const std::vector<std::string> atLines = {"AT Hands +0.000000001 kiwi +1+1 1"};
    scene.node.setStamps(atLines);
    scene.client = std::make_unique<NodeClient>(scene.node.address());
    QSignalSpy begun(scene.client.get(), &NodeClient::stampsBegun);
    QSignalSpy complete(scene.client.get(), &NodeClient::stampsComplete);
    std::vector<std::string> received;
    connect(scene.client.get(), &NodeClient::stampsReceived, this,
            [&](const std::vector<std::string>& lines) { received = lines; });
    QSignalSpy logsBegun(scene.client.get(), &NodeClient::logBegun);
    QSignalSpy logs(scene.client.get(), &NodeClient::logReceived);
    QSignalSpy logsComplete(scene.client.get(), &NodeClient::logComplete);
    scene.node.scripts[QStringLiteral("log")] = [](const QJsonObject& request) {
        return ScriptedAdmin::answer(request,
                                     {{QStringLiteral("records"), QJsonArray{request[u"level"]}},
                                      {QStringLiteral("left_out"), 3},
                                      {QStringLiteral("complete"), request[u"tail"] == 1'000}});
    };
    scene.client->followStamps(true);
    scene.client->followLog(true, LogLevel::debug);
    scene.client->start();
    QTRY_COMPARE(complete.size(), 1);
    QCOMPARE(begun.first().first().toULongLong(), 1U);
    QCOMPARE(received, atLines);
    QTRY_COMPARE(logs.size(), 1);
    QCOMPARE(logs.first().at(0).value<QList<QByteArray>>(), QList<QByteArray>{"debug"});
    QCOMPARE(logs.first().at(1).toULongLong(), 3U);
    scene.node.cut();
    QTRY_COMPARE(complete.size(), 2);
    QTRY_COMPARE(logs.size(), 2);
    QCOMPARE(logsBegun.size(), 2);  // of both connections
    QCOMPARE(logsComplete.size(), 2);

    scene.client->followStamps(false);
    const QString stamps = QStringLiteral("stamps");
    QTRY_COMPARE(scene.node.requests(stamps).size(), 3);
    QCOMPARE(scene.node.requests(stamps).last().value(u"follow"), QJsonValue(false));
    scene.node.sendStamps(atLines);  // it was on its way
    QSignalSpy statuses(scene.client.get(), &NodeClient::statusReceived);
    received.clear();
    QTRY_VERIFY(statuses.size() >= 2);
    QVERIFY(received.empty());
}

void NodeClientTest::keepsTheWindowAliveUnderAFlood() {
    Scene scene;
    std::vector<std::string> atLines;
    for (int i = 0; i < 200'000; ++i) {
        atLines.push_back("AT Hands +0.000000001 client-" + std::to_string(i) +
                          " +34.068930-118.445127 1520023934.918963997");
    }
    scene.node.setStamps(atLines);
    scene.client = std::make_unique<NodeClient>(scene.node.address());
    std::size_t count = 0;
    std::size_t largest = 0;
    connect(scene.client.get(), &NodeClient::stampsReceived, this,
            [&](const std::vector<std::string>& lines) {
                count += lines.size();
                largest = std::max(largest, lines.size());
            });
    QSignalSpy complete(scene.client.get(), &NodeClient::stampsComplete);
    scene.client->followStamps(true);
    scene.client->start();
    QTRY_COMPARE_WITH_TIMEOUT(complete.size(), 1, 60'000);
    QCOMPARE(count, atLines.size());
    QVERIFY(largest <= AdminConnection::turnStampsMax);
    QCOMPARE(scene.node.connectionCount(), 1);
}

void NodeClientTest::hasNoAdminPort() {
    NodeClient client({QStringLiteral("Hands"), QStringLiteral("127.0.0.1"), 0, {}});
    client.start();
    client.retryNow();
    QCOMPARE(client.state(), State::unavailable);
    QVERIFY(!client.reason().isEmpty());
    QStringList errors;
    client.stopNode(this, [&errors](const QString& fault) { errors.append(fault); });
    QTRY_COMPARE(errors, QStringList{QStringLiteral("not connected")});
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::NodeClientTest)
#include "tst_nodeclient.moc"
