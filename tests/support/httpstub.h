// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

class QTcpServer;
class QTcpSocket;

namespace herd {

/// One request as the stub received it.
struct StubRequest {
    QByteArray method;
    QByteArray target;   ///< path and query, as they stood in the request line
    QByteArray headers;  ///< request line and header lines with their line ends
    QByteArray body;

    /// The value of a header, whatever the case of its name; empty when it is not there.
    QByteArray header(const QByteArray& name) const;
};

/// What the stub does when it has read a request: the pieces in order, then the end.
struct StubReply {
    enum class End {
        keepOpen,  ///< wait for another request, for ever
        close,     ///< close once all is sent
        reset,     ///< cut the connection at once
    };
    struct Piece {
        QByteArray bytes;
        std::chrono::milliseconds delay{0};  ///< before it is sent
    };
    std::vector<Piece> pieces;
    End end = End::close;

    /// A well-formed reply with Content-Length; `headers` are whole lines.
    static StubReply whole(int status, const QByteArray& body, const QByteArray& headers = {});
    /// These bytes and no others.
    static StubReply raw(const QByteArray& bytes, End end = End::close);
    /// These bytes one at a time, each after `delay`, and never an end.
    static StubReply drip(const QByteArray& bytes, std::chrono::milliseconds delay);
};

/// A small HTTP/1.1 server on a loopback port of its own that does what a script says, right or
/// wrong, and remembers what it was asked. Lives in the test's thread and needs its event loop;
/// owned by the test.
class HttpStub : public QObject {
    Q_OBJECT

  public:
    enum class Transport { plain, tlsSelfSigned };

    explicit HttpStub(Transport transport = Transport::plain);
    ~HttpStub() override;

    quint16 port() const;
    /// `http://127.0.0.1:PORT` or `https://…`.
    QString baseUrl() const;

    /// The reply to every request from now on.
    void setReply(StubReply reply);
    /// The replies to the next requests in their order; the last one serves all later ones.
    void setReplies(std::vector<StubReply> replies);

    /// Requests are read but not replied to until `release`.
    void hold();
    void release();

    /// Closes every open connection now.
    void closeConnections();

    const std::vector<StubRequest>& requests() const { return requests_; }
    int connectionCount() const { return connectionCount_; }  ///< ever accepted
    int openCount() const { return openCount_; }

  private:
    struct Connection;

    void accept(QTcpSocket* socket);
    void onReadyRead(const std::shared_ptr<Connection>& connection);
    bool takeRequest(Connection& connection);
    void reply(const std::shared_ptr<Connection>& connection);
    void sendPiece(const std::shared_ptr<Connection>& connection, std::size_t index);
    void finish(const std::shared_ptr<Connection>& connection);

    std::unique_ptr<QTcpServer> server_;
    Transport transport_;
    std::vector<StubReply> replies_;
    std::vector<StubRequest> requests_;
    std::vector<std::shared_ptr<Connection>> held_;
    std::vector<std::shared_ptr<Connection>> connections_;
    bool isHeld_ = false;
    int connectionCount_ = 0;
    int openCount_ = 0;
};

}  // namespace herd
