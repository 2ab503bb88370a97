// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>
#include <atomic>

#include "server/places/httpfetch.h"
#include "tests/support/httpstub.h"
#include "tests/support/until.h"

using namespace herd;

namespace {

/// A server with a thread of its own that sends `piece` for as long as the client lets it.
class FloodServer : public QThread {
  public:
    FloodServer(QByteArray head, QByteArray piece)
        : head_(std::move(head)), piece_(std::move(piece)) {
        start();
        while (port_ == 0) {
            yieldCurrentThread();
        }
    }
    ~FloodServer() override {
        stopped_ = true;
        wait();
    }

    quint16 port() const { return port_; }
    qint64 bytesSent() const { return bytesSent_; }
    bool isOver() const { return over_; }

  protected:
    void run() override {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        port_ = server.serverPort();
        server.waitForNewConnection(10'000);
        QTcpSocket* const socket = server.nextPendingConnection();
        if (socket == nullptr || !socket->waitForReadyRead(10'000)) {
            return;
        }
        socket->write(head_);
        while (!stopped_ && socket->state() == QAbstractSocket::ConnectedState) {
            socket->write(piece_);
            while (!stopped_ && socket->bytesToWrite() > 0 &&
                   socket->state() == QAbstractSocket::ConnectedState) {
                socket->waitForBytesWritten(100);
            }
            bytesSent_ += piece_.size();
        }
        over_ = true;
    }

  private:
    QByteArray head_;
    QByteArray piece_;
    std::atomic<quint16> port_{0};
    std::atomic<qint64> bytesSent_{0};
    std::atomic<bool> stopped_{false};
    std::atomic<bool> over_{false};
};

FetchRequest requestTo(quint16 port) {
    FetchRequest request;
    request.method = "GET";
    request.url = QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(port));
    return request;
}

}  // namespace

/// One send alone, where it matters what the network thread does meanwhile.
class TestHttpFetch : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void floodIsLeft_data();
    void floodIsLeft();
    void abandonedBeforeTheReply();
    void abandonedWithTheReply();
    void deletedByWhoHearsOfIt();
};

void TestHttpFetch::floodIsLeft_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("piece");
    const QByteArray piece(256 * 1024, 'x');
    const QByteArray chunk = "40000\r\n" + piece + "\r\n";
    const QByteArray chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("no length") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << piece;
    QTest::newRow("chunked") << chunkedHead << chunk + chunk + chunk + chunk;
    QTest::newRow("announced") << QByteArray(
                                      "HTTP/1.1 200 OK\r\nContent-Length: 200000000000\r\n\r\n")
                               << piece;
    QTest::newRow("of an error") << QByteArray("HTTP/1.1 403 No\r\n\r\n") << piece;
}

void TestHttpFetch::floodIsLeft() {
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, piece);
    FloodServer server(head, piece);
    QNetworkAccessManager network;
    HttpFetch fetch(network, requestTo(server.port()), 1 << 20, nullptr);
    FetchOutcome outcome;
    connect(&fetch, &HttpFetch::finished, &fetch,
            [&outcome](const FetchOutcome& heard) { outcome = heard; });
    QTRY_COMPARE(outcome.kind, FetchOutcome::Kind::tooLarge);
    QTRY_VERIFY(server.isOver());
    // What was read, and what the two kernels hold in between.
    QVERIFY2(server.bytesSent() < 32 << 20, qPrintable(QString::number(server.bytesSent())));
}

void TestHttpFetch::abandonedBeforeTheReply() {
    HttpStub stub;
    stub.hold();
    QNetworkAccessManager network;
    HttpFetch fetch(network, requestTo(stub.port()), 1 << 20, nullptr);
    QSignalSpy finished(&fetch, &HttpFetch::finished);
    QTRY_COMPARE(stub.requests().size(), std::size_t{1});
    fetch.abandon();
    fetch.abandon();
    QTRY_COMPARE(stub.openCount(), 0);
    QCOMPARE(finished.size(), 0);
}

void TestHttpFetch::abandonedWithTheReply() {
    HttpStub stub;
    QNetworkAccessManager network;
    HttpFetch fetch(network, requestTo(stub.port()), 1 << 20, nullptr);
    QSignalSpy finished(&fetch, &HttpFetch::finished);
    QNetworkReply* const reply = network.findChild<QNetworkReply*>();
    QVERIFY(reply != nullptr);
    bool abandoned = false;
    // Called when the fetch has taken the reply and before it tells.
    connect(reply, &QNetworkReply::finished, this, [&] {
        abandoned = finished.isEmpty();
        fetch.abandon();
    });
    QTRY_VERIFY(abandoned);
    QCoreApplication::processEvents();
    QCOMPARE(finished.size(), 0);
}

void TestHttpFetch::deletedByWhoHearsOfIt() {
    HttpStub stub;
    auto network = std::make_unique<QNetworkAccessManager>();
    auto* const fetch = new HttpFetch(*network, requestTo(stub.port()), 1 << 20, nullptr);
    bool deleted = false;
    connect(fetch, &HttpFetch::finished, this, [&] {
        delete fetch;
        network.reset();
        deleted = true;
    });
    QTRY_VERIFY(deleted);
}

QTEST_GUILESS_MAIN(TestHttpFetch)
#include "tst_httpfetch.moc"
