// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/httpstub.h"

#include <QHostAddress>
#include <QPointer>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <functional>
#include <utility>

#include "tests/support/stubcertificate.h"

namespace herd {

struct HttpStub::Connection {
    QPointer<QTcpSocket> socket;
    QByteArray input;
    StubReply reply;
};

namespace {

/// Hands each accepted descriptor on, so that the stub chooses the class of the socket.
class DescriptorServer : public QTcpServer {
  public:
    explicit DescriptorServer(std::function<void(qintptr)> accepted)
        : accepted_(std::move(accepted)) {}

  protected:
    void incomingConnection(qintptr descriptor) override { accepted_(descriptor); }

  private:
    std::function<void(qintptr)> accepted_;
};

void startTls(QSslSocket& socket) {
    socket.setLocalCertificate(QSslCertificate(stubCertificatePem));
    socket.setPrivateKey(QSslKey(stubPrivateKeyPem, QSsl::Ec));
    socket.startServerEncryption();
}

}  // namespace

QByteArray StubRequest::header(const QByteArray& name) const {
    const QByteArray wanted = name.toLower() + ':';
    for (const QByteArray& line : headers.split('\n')) {
        if (line.toLower().startsWith(wanted)) {
            return line.mid(wanted.size()).trimmed();
        }
    }
    return {};
}

StubReply StubReply::whole(int status, const QByteArray& body, const QByteArray& headers) {
    return raw("HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\nContent-Length: " +
               QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body);
}

StubReply StubReply::raw(const QByteArray& bytes, End end) {
    StubReply reply;
    reply.pieces.push_back({bytes});
    reply.end = end;
    return reply;
}

StubReply StubReply::drip(const QByteArray& bytes, std::chrono::milliseconds delay) {
    StubReply reply;
    for (const char byte : bytes) {
        reply.pieces.push_back({QByteArray(1, byte), delay});
    }
    reply.end = End::keepOpen;
    return reply;
}

HttpStub::HttpStub(Transport transport)
    : server_(std::make_unique<DescriptorServer>([this](qintptr descriptor) {
          auto* const socket =
              transport_ == Transport::plain ? new QTcpSocket(this) : new QSslSocket(this);
          socket->setSocketDescriptor(descriptor);
          accept(socket);
      })),
      transport_(transport) {
    if (!server_->listen(QHostAddress::LocalHost)) {
        qFatal("the stub cannot listen");
    }
    setReply(StubReply::whole(200, "{}"));
}

HttpStub::~HttpStub() {
    for (const auto& connection : connections_) {
        if (!connection->socket.isNull()) {
            connection->socket->disconnect(this);
        }
    }
}

quint16 HttpStub::port() const {
    return server_->serverPort();
}

QString HttpStub::baseUrl() const {
    return QStringLiteral("%1://127.0.0.1:%2")
        .arg(QLatin1String(transport_ == Transport::plain ? "http" : "https"))
        .arg(port());
}

void HttpStub::setReply(StubReply reply) {
    setReplies({std::move(reply)});
}

void HttpStub::setReplies(std::vector<StubReply> replies) {
    replies_ = std::move(replies);
}

void HttpStub::hold() {
    isHeld_ = true;
}

void HttpStub::release() {
    isHeld_ = false;
    for (const auto& connection : std::exchange(held_, {})) {
        reply(connection);
    }
}

void HttpStub::closeConnections() {
    for (const auto& connection : connections_) {
        if (!connection->socket.isNull()) {
            connection->socket->disconnectFromHost();
        }
    }
}

void HttpStub::accept(QTcpSocket* socket) {
    ++connectionCount_;
    ++openCount_;
    auto connection = std::make_shared<Connection>();
    connection->socket = socket;
    connections_.push_back(connection);
    connect(socket, &QTcpSocket::readyRead, this, [this, connection] { onReadyRead(connection); });
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
        --openCount_;
        socket->deleteLater();
    });
    if (auto* const tls = qobject_cast<QSslSocket*>(socket)) {
        startTls(*tls);
    }
}

void HttpStub::onReadyRead(const std::shared_ptr<Connection>& connection) {
    connection->input += connection->socket->readAll();
    while (takeRequest(*connection)) {
        const StubReply next = replies_.front();
        if (replies_.size() > 1) {
            replies_.erase(replies_.begin());
        }
        connection->reply = next;
        if (isHeld_) {
            held_.push_back(connection);
        } else {
            reply(connection);
        }
    }
}

bool HttpStub::takeRequest(Connection& connection) {
    const qsizetype headEnd = connection.input.indexOf("\r\n\r\n");
    if (headEnd < 0) {
        return false;
    }
    StubRequest request;
    request.headers = connection.input.left(headEnd + 2);
    const qsizetype bodyBegin = headEnd + 4;
    const qsizetype bodyLength = request.header("Content-Length").toLongLong();
    if (connection.input.size() < bodyBegin + bodyLength) {
        return false;
    }
    const QList<QByteArray> words = request.headers.left(request.headers.indexOf('\r')).split(' ');
    request.method = words.value(0);
    request.target = words.value(1);
    request.body = connection.input.mid(bodyBegin, bodyLength);
    connection.input.remove(0, bodyBegin + bodyLength);
    requests_.push_back(request);
    return true;
}

void HttpStub::reply(const std::shared_ptr<Connection>& connection) {
    sendPiece(connection, 0);
}

void HttpStub::sendPiece(const std::shared_ptr<Connection>& connection, std::size_t index) {
    if (connection->socket.isNull() ||
        connection->socket->state() != QAbstractSocket::ConnectedState) {
        return;
    }
    if (index == connection->reply.pieces.size()) {
        finish(connection);
        return;
    }
    const StubReply::Piece& piece = connection->reply.pieces[index];
    const auto send = [this, connection, index, bytes = piece.bytes] {
        connection->socket->write(bytes);
        sendPiece(connection, index + 1);
    };
    if (piece.delay.count() == 0) {
        send();
    } else {
        QTimer::singleShot(piece.delay, Qt::PreciseTimer, connection->socket, send);
    }
}

void HttpStub::finish(const std::shared_ptr<Connection>& connection) {
    switch (connection->reply.end) {
        case StubReply::End::keepOpen:
            break;
        case StubReply::End::close:
            connection->socket->disconnectFromHost();
            break;
        case StubReply::End::reset:
            connection->socket->abort();
            break;
    }
}

}  // namespace herd
