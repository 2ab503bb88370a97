// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QTcpServer>
#include <QTcpSocket>
#include <algorithm>
#include <array>
#include <memory>

#include "common/check.h"
#include "server/tcp/endofstreamwatch.h"
#include "tests/component/dispatchers.h"
#include "tests/component/serve.h"
#include "tests/support/lineclient.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

/// A connection whose accepted end is a QTcpSocket.
struct Connection {
    Connection() {
        HERD_CHECK(server.listen(QHostAddress::LocalHost));
        client = std::make_unique<LineClient>(server.serverPort());
        HERD_CHECK(serveUntil([this] { return server.hasPendingConnections(); }));
        socket = server.nextPendingConnection();
    }

    QTcpServer server;
    std::unique_ptr<LineClient> client;
    QTcpSocket* socket = nullptr;
};

}  // namespace

/// What the sessions rely on, and what Qt does without the watch: when a later Qt does otherwise,
/// this is where it shows.
class EndOfStreamWatchTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void qtAloneLosesTheAnswer();
    void answerAfterTheEnd();
    void inputWithTheEnd();
    void inputThatDoesNotFit();
    void saidOnce();
    void reset();
    void inputWaits();
};

void EndOfStreamWatchTest::qtAloneLosesTheAnswer() {
    Connection connection;
    connection.client->halfClose();
    QTRY_COMPARE(connection.socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(connection.socket->write("answer"), qint64{-1});
    QVERIFY(connection.client->readToEnd().bytes.empty());
}

void EndOfStreamWatchTest::answerAfterTheEnd() {
    Connection connection;
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QSignalSpy ended(&watch, &EndOfStreamWatch::readEnded);
    QVERIFY(!watch.hasEnded());
    connection.client->halfClose();
    QTRY_COMPARE(ended.count(), 1);
    QVERIFY(watch.hasEnded());
    QCOMPARE(connection.socket->state(), QAbstractSocket::ConnectedState);
    connection.socket->write("answer");
    QTRY_COMPARE(connection.client->arrived(), std::string("answer"));
    connection.socket->disconnectFromHost();
    QCOMPARE(connection.client->readToEnd().end, LineClient::End::closed);
}

void EndOfStreamWatchTest::inputWithTheEnd() {
    Connection connection;
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QVERIFY(connection.client->send("last words"));
    connection.client->halfClose();
    QTRY_VERIFY(watch.hasEnded());
    QCOMPARE(connection.socket->readAll(), QByteArray("last words"));
}

void EndOfStreamWatchTest::inputThatDoesNotFit() {
    Connection connection;
    connection.socket->setReadBufferSize(1'000);
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QVERIFY(connection.client->send(std::string(2'500, 'x')));
    connection.client->halfClose();
    // Nothing is at an end while the socket's buffer is full and the system holds the rest.
    QTRY_COMPARE(connection.socket->bytesAvailable(), 1'000);
    serveRounds(5);
    QVERIFY(!watch.hasEnded());
    qsizetype got = 0;
    QVERIFY(serveUntil([&] {
        std::array<char, 10'000> room{};
        got += std::max<qint64>(connection.socket->read(room.data(), room.size()), 0);
        return watch.hasEnded();
    }));
    got += connection.socket->readAll().size();
    QCOMPARE(got, 2'500);
}

void EndOfStreamWatchTest::saidOnce() {
    Connection connection;
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QSignalSpy ended(&watch, &EndOfStreamWatch::readEnded);
    connection.client->halfClose();
    QTRY_COMPARE(ended.count(), 1);
    for (int i = 0; i < 3; ++i) {
        // A read of nothing has Qt look at the descriptor again.
        std::array<char, 100'000> room{};
        QCOMPARE(connection.socket->read(room.data(), room.size()), 0);
        serveRounds(3);
    }
    QCOMPARE(ended.count(), 1);
    QCOMPARE(connection.socket->state(), QAbstractSocket::ConnectedState);
}

void EndOfStreamWatchTest::reset() {
    Connection connection;
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QSignalSpy disconnected(connection.socket, &QTcpSocket::disconnected);
    connection.client->abort();
    QTRY_COMPARE(disconnected.count(), 1);
    QVERIFY(!watch.hasEnded());
}

void EndOfStreamWatchTest::inputWaits() {
    Connection connection;
    connection.socket->setReadBufferSize(10);
    const EndOfStreamWatch watch(connection.socket, nullptr);
    QVERIFY(!watch.inputWaits());
    QVERIFY(connection.client->send(std::string(10, 'x')));
    QTRY_COMPARE(connection.socket->bytesAvailable(), 10);
    QVERIFY(!watch.inputWaits());
    QVERIFY(connection.client->send("x"));
    QTRY_VERIFY(watch.inputWaits());
}

HERD_TEST_MAIN(EndOfStreamWatchTest)
#include "tst_endofstreamwatch.moc"
