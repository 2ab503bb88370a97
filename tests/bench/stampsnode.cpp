// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/stampsnode.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QTcpSocket>
#include <algorithm>
#include <string>

#include "common/adminmessage.h"
#include "common/wire.h"

namespace herd {

namespace {

/// As many as fit into the 32 KiB that a node puts on a line.
constexpr int batchStamps = 300;
constexpr qint64 unsentBytesMax = 262'144;
constexpr int moveMs = 100;

std::string decimal(int value, int digits) {
    std::string text = std::to_string(value);
    text.insert(0, static_cast<std::size_t>(std::max(0, digits - static_cast<int>(text.size()))),
                '0');
    return text;
}

QByteArray answer(qint64 id, const char* kind, QJsonObject fields) {
    fields.insert(QStringLiteral("id"), id);
    fields.insert(QStringLiteral("kind"), QLatin1String(kind));
    return QJsonDocument(fields).toJson(QJsonDocument::Compact) + '\n';
}

}  // namespace

StampsNode::StampsNode(int clients, int movesPerS) : clients_(clients), movesPerS_(movesPerS) {
    moves_.setInterval(moveMs);
    connect(&moves_, &QTimer::timeout, this, &StampsNode::sendMoves);
    connect(&server_, &QTcpServer::newConnection, this, &StampsNode::onConnection);
}

void StampsNode::listen() {
    if (!server_.listen(QHostAddress::LocalHost)) {
        qFatal("the benchmark's node cannot listen");
    }
}

void StampsNode::onConnection() {
    QTcpSocket* const socket = server_.nextPendingConnection();
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
        while (socket->canReadLine()) {
            onRequest(socket, QJsonDocument::fromJson(socket->readLine()).object());
        }
    });
    connect(socket, &QTcpSocket::bytesWritten, this, &StampsNode::sendSnapshot);
    connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
        follower_ = follower_ == socket ? nullptr : follower_;
        socket->deleteLater();
    });
}

void StampsNode::onRequest(QTcpSocket* socket, const QJsonObject& request) {
    const QString kind = request.value(u"kind").toString();
    const qint64 id = request.value(u"id").toInteger();
    if (kind == u"hello") {
        AdminHello hello;
        hello.node = "Hands";
        hello.nodes = {"Hands"};
        socket->write(answer(id, "hello", toJson(hello)));
    } else if (kind == u"status") {
        NodeStatus status;
        status.name = "Hands";
        status.herd = "herd";
        status.clients = static_cast<std::uint64_t>(clients_);
        socket->write(answer(id, "status", toJson(status)));
    } else if (kind == u"stamps") {
        follower_ = socket;
        stampsId_ = id;
        sent_ = 0;
        socket->write(
            answer(id, "stamps",
                   {{QStringLiteral("begin"), true}, {QStringLiteral("clients"), clients_}}));
        sendSnapshot();
    }
}

void StampsNode::sendSnapshot() {
    const std::int64_t nowNs = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    while (follower_ != nullptr && sent_ < clients_ && follower_->bytesToWrite() < unsentBytesMax) {
        const int count = std::min(batchStamps, clients_ - sent_);
        follower_->write(batch(sent_, count, nowNs));
        sent_ += count;
        if (sent_ == clients_) {
            follower_->write(answer(stampsId_, "stamps", {{QStringLiteral("complete"), true}}));
            moves_.start();
        }
    }
}

void StampsNode::sendMoves() {
    const std::int64_t nowNs = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    int left = movesPerS_ * moveMs / 1'000;
    while (follower_ != nullptr && left > 0) {
        const int count = std::min({batchStamps, left, clients_ - moved_});
        follower_->write(batch(moved_, count, nowNs));
        moved_ = (moved_ + count) % clients_;
        left -= count;
    }
}

QByteArray StampsNode::batch(int first, int count, std::int64_t timeNs) const {
    std::string line = R"({"kind":"stamps","id":)" + std::to_string(stampsId_) + R"(,"at":[)";
    std::string at;
    for (int client = first; client < first + count; ++client) {
        const std::int64_t ownNs = timeNs - client % 1'000;
        const std::string time = std::to_string(ownNs / 1'000'000'000) + '.' +
                                 decimal(static_cast<int>(ownNs % 1'000'000'000), 9);
        const std::string position = "+3" + std::to_string(client % 10) + ".0" +
                                     decimal(static_cast<int>(ownNs % 100'000), 5) + "-118." +
                                     decimal(client % 1'000'000, 6);
        at.clear();
        wire::appendAt(at, {"vehicle-" + decimal(client, 7), "Hands", position, time, ownNs,
                            ownNs + 1'000'000});
        at.pop_back();
        line += client == first ? "" : ",";
        appendJsonBytes(line, at);
    }
    line += "]}\n";
    return QByteArray::fromStdString(line);
}

}  // namespace herd
