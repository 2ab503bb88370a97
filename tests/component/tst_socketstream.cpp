// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QTcpServer>
#include <QTcpSocket>
#include <array>
#include <memory>

#include "common/check.h"
#include "server/tcp/socketstream.h"
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

/// What a stream says and gives, in order: reads `roomBytes` at a time whenever it is told to.
struct Reader {
    explicit Reader(SocketStream& from, std::size_t roomBytes = 100'000)
        : stream(from), room(roomBytes, '\0') {
        QObject::connect(&stream, &SocketStream::readable, &stream, [this] {
            ++told;
            got.append(stream.read(room));
        });
    }

    SocketStream& stream;
    std::string room;
    std::string got;
    int told = 0;
};

}  // namespace

/// What the sessions rely on, and what Qt does without the stream: when a later Qt does otherwise,
/// this is where it shows.
class SocketStreamTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void qtAloneLosesTheAnswer();
    void answerAfterTheEnd();
    void inputWithTheEnd();
    void inputThatDoesNotFit();
    void toldUntilRead();
    void endIsSaidOnce();
    void pause();
    void reset_data();
    void reset();
    void inputWaits();
    void nothingToRead();
    void writesInOrder();
    void abortedWhileTold();
};

void SocketStreamTest::qtAloneLosesTheAnswer() {
    Connection connection;
    connection.client->halfClose();
    QTRY_COMPARE(connection.socket->state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(connection.socket->write("answer"), qint64{-1});
    QVERIFY(connection.client->readToEnd().bytes.empty());
}

void SocketStreamTest::answerAfterTheEnd() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream);
    QVERIFY(!stream.hasEnded());
    connection.client->halfClose();
    QTRY_VERIFY(stream.hasEnded());
    QCOMPARE(connection.socket->state(), QAbstractSocket::ConnectedState);
    stream.write("answer");
    QCOMPARE(connection.socket->bytesToWrite(), 0);
    QTRY_COMPARE(connection.client->arrived(), std::string("answer"));
    connection.socket->disconnectFromHost();
    QCOMPARE(connection.client->readToEnd().end, LineClient::End::closed);
}

void SocketStreamTest::inputWithTheEnd() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream);
    QVERIFY(connection.client->send("last words"));
    connection.client->halfClose();
    QTRY_VERIFY(stream.hasEnded());
    QCOMPARE(reader.got, std::string("last words"));
}

void SocketStreamTest::inputThatDoesNotFit() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream, 1'000);
    QVERIFY(connection.client->send(std::string(2'500, 'x')));
    connection.client->halfClose();
    QTRY_VERIFY(stream.hasEnded());
    QCOMPARE(reader.got, std::string(2'500, 'x'));
    QCOMPARE(reader.told, 4);
}

void SocketStreamTest::toldUntilRead() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    QSignalSpy readable(&stream, &SocketStream::readable);
    QVERIFY(connection.client->send("x"));
    QTRY_VERIFY(readable.count() >= 3);
    std::array<char, 10> room{};
    QCOMPARE(stream.read(room), std::string_view("x"));
    readable.clear();
    serveRounds(5);
    QCOMPARE(readable.count(), 0);
}

void SocketStreamTest::endIsSaidOnce() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream);
    connection.client->halfClose();
    QTRY_VERIFY(stream.hasEnded());
    stream.setReading(false);
    stream.setReading(true);
    serveRounds(5);
    QCOMPARE(reader.told, 1);
    QCOMPARE(connection.socket->state(), QAbstractSocket::ConnectedState);
}

void SocketStreamTest::pause() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream);
    stream.setReading(false);
    QVERIFY(connection.client->send("x"));
    QTRY_VERIFY(stream.inputWaits());
    serveRounds(5);
    QCOMPARE(reader.told, 0);
    stream.setReading(true);
    QTRY_COMPARE(reader.got, std::string("x"));
}

void SocketStreamTest::reset_data() {
    QTest::addColumn<bool>("reading");
    QTest::newRow("noticed by reading") << true;
    QTest::newRow("noticed by writing") << false;
}

void SocketStreamTest::reset() {
    QFETCH(const bool, reading);
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    const Reader reader(stream);
    QSignalSpy disconnected(connection.socket, &QTcpSocket::disconnected);
    stream.setReading(reading);
    connection.client->abort();
    if (!reading) {
        QVERIFY(serveUntil([&] {
            stream.write("x");
            return disconnected.count() == 1;
        }));
    }
    QTRY_COMPARE(disconnected.count(), 1);
    QVERIFY(!stream.hasEnded());
    QCOMPARE(stream.error(), reading ? ECONNRESET : 0);
    stream.setReading(true);  // there is nothing any more to be told of
    serveRounds(3);
}

void SocketStreamTest::inputWaits() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    QVERIFY(!stream.inputWaits());
    QVERIFY(connection.client->send("xy"));
    QTRY_VERIFY(stream.inputWaits());
    std::array<char, 1> room{};
    QCOMPARE(stream.read(room), std::string_view("x"));
    QVERIFY(stream.inputWaits());
    QCOMPARE(stream.read(room), std::string_view("y"));
    QVERIFY(!stream.inputWaits());
    connection.client->halfClose();
    serveRounds(3);
    QVERIFY(!stream.inputWaits());
}

void SocketStreamTest::nothingToRead() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    std::array<char, 10> room{};
    QVERIFY(stream.read(room).empty());
    QVERIFY(!stream.hasEnded());
    serveRounds(3);
    QCOMPARE(connection.socket->state(), QAbstractSocket::ConnectedState);
}

void SocketStreamTest::writesInOrder() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    QSignalSpy written(connection.socket, &QTcpSocket::bytesWritten);
    std::string sent;
    // More than the system takes while nobody reads.
    while (connection.socket->bytesToWrite() == 0) {
        const std::string piece(100'000, static_cast<char>('a' + sent.size() / 100'000 % 26));
        stream.write(piece);
        sent += piece;
    }
    for (const char* const piece : {"and ", "in ", "order"}) {
        stream.write(piece);
        sent += piece;
    }
    QTRY_COMPARE(connection.client->arrived().size(), sent.size());
    QVERIFY(connection.client->arrived() == sent);
    QTRY_COMPARE(connection.socket->bytesToWrite(), 0);
    QVERIFY(written.count() > 0);
}

void SocketStreamTest::abortedWhileTold() {
    Connection connection;
    SocketStream stream(connection.socket, nullptr);
    QObject::connect(&stream, &SocketStream::readable, connection.socket, &QTcpSocket::abort);
    QVERIFY(connection.client->send("x"));
    QTRY_COMPARE(connection.socket->state(), QAbstractSocket::UnconnectedState);
    serveRounds(3);
}

HERD_TEST_MAIN(SocketStreamTest)
#include "tst_socketstream.moc"
