// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/gui/scriptedadmin.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>

namespace herd {

namespace {

QJsonArray arrayOf(const std::vector<std::string>& lines) {
    QJsonArray array;
    for (const std::string& line : lines) {
        array.append(bytesToJson(line));
    }
    return array;
}

}  // namespace

ScriptedAdmin::ScriptedAdmin(const std::string& node, const std::string& herd) {
    hello.herd = herd;
    hello.node = node;
    hello.nodes = {node};
    status.name = node;
    status.herd = herd;
    status.epoch = 1;
    connect(&server_, &QTcpServer::newConnection, this, &ScriptedAdmin::onConnection);
    listen();
}

ScriptedAdmin::~ScriptedAdmin() {
    stop();
}

AdminAddress ScriptedAdmin::address() const {
    return {QString::fromStdString(hello.node), QStringLiteral("127.0.0.1"), port_, {}};
}

void ScriptedAdmin::listen() {
    if (!server_.listen(QHostAddress::LocalHost, port_)) {
        qFatal("the scripted node cannot listen");
    }
    port_ = server_.serverPort();
}

void ScriptedAdmin::stop() {
    server_.close();
    cut();
}

void ScriptedAdmin::cut() {
    for (QTcpSocket* socket : QList<QTcpSocket*>(sockets_)) {
        socket->abort();
    }
}

void ScriptedAdmin::send(const QByteArray& bytes) {
    for (QTcpSocket* socket : sockets_) {
        socket->write(bytes);
    }
}

void ScriptedAdmin::setStamps(const std::vector<std::string>& atLines) {
    atLines_ = atLines;
}

void ScriptedAdmin::sendStamps(const std::vector<std::string>& atLines, int behind) {
    QJsonObject fields{{QStringLiteral("at"), arrayOf(atLines)}};
    if (behind > 0) {
        fields[QLatin1String("behind")] = behind;
    }
    send(answer(stampsRequest_, fields));
}

QList<QJsonObject> ScriptedAdmin::requests(const QString& kind) const {
    QList<QJsonObject> found;
    for (const QJsonObject& request : requests_) {
        if (request.value(u"kind") == kind) {
            found.append(request);
        }
    }
    return found;
}

QByteArray ScriptedAdmin::answer(const QJsonObject& request, QJsonObject fields) {
    fields.insert(QStringLiteral("id"), request.value(u"id"));
    fields.insert(QStringLiteral("kind"), request.value(u"kind"));
    return QJsonDocument(fields).toJson(QJsonDocument::Compact) + '\n';
}

void ScriptedAdmin::onConnection() {
    while (QTcpSocket* socket = server_.nextPendingConnection()) {
        ++connectionCount_;
        sockets_.append(socket);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            sockets_.removeAll(socket);
            socket->deleteLater();
        });
    }
}

void ScriptedAdmin::onReadyRead(QTcpSocket* socket) {
    while (socket->canReadLine()) {
        const QJsonObject request = QJsonDocument::fromJson(socket->readLine()).object();
        requests_.append(request);
        socket->write(answerTo(request));
    }
}

QByteArray ScriptedAdmin::answerTo(const QJsonObject& request) {
    const QString kind = request.value(u"kind").toString();
    const auto script = scripts.find(kind);
    if (script != scripts.end()) {
        return script->second(request);
    }
    if (kind == u"hello") {
        return greets ? answer(request, toJson(hello)) : QByteArray();
    }
    if (kind == u"status") {
        return tellsStatus ? answer(request, toJson(status)) : QByteArray();
    }
    if (kind == u"stamps") {
        stampsRequest_ = request;
        return snapshot(request);
    }
    return {};
}

QByteArray ScriptedAdmin::snapshot(const QJsonObject& request) const {
    if (!request.value(u"follow").toBool(true)) {
        return {};
    }
    constexpr std::size_t linesMax = 200;
    QByteArray bytes =
        answer(request, {{QStringLiteral("begin"), true},
                         {QStringLiteral("clients"), static_cast<qint64>(atLines_.size())}});
    for (std::size_t i = 0; i < atLines_.size(); i += linesMax) {
        const auto first = atLines_.begin() + static_cast<std::ptrdiff_t>(i);
        const auto last = atLines_.size() - i > linesMax
                              ? first + static_cast<std::ptrdiff_t>(linesMax)
                              : atLines_.end();
        bytes += answer(request, {{QStringLiteral("at"), arrayOf({first, last})}});
    }
    return bytes + answer(request, {{QStringLiteral("complete"), true}});
}

}  // namespace herd
