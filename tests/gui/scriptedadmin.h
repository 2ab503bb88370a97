// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QStringList>
#include <QTcpServer>
#include <functional>
#include <map>

#include "common/adminmessage.h"
#include "console/nodeclient.h"

class QTcpSocket;

namespace herd {

/// Plays the admin port of one node, well-behaved or not: greets and tells a status as the test has
/// set them, and answers everything else as the test's own script says. Lives in the test's thread
/// and needs its event loop; owned by the test.
class ScriptedAdmin : public QObject {
    Q_OBJECT

  public:
    /// The bytes to send for a request; empty: none.
    using Script = std::function<QByteArray(const QJsonObject& request)>;

    explicit ScriptedAdmin(const std::string& node, const std::string& herd = "herd");
    ~ScriptedAdmin() override;

    AdminHello hello;
    NodeStatus status;
    bool greets = true;                 ///< answers hello
    bool tellsStatus = true;            ///< answers status
    std::map<QString, Script> scripts;  ///< by kind; one of hello or status goes before the above

    AdminAddress address() const;
    /// On the port of before, after stop().
    void listen();
    /// Refuses connections and cuts those that are open.
    void stop();
    void cut();

    /// To every open connection.
    void send(const QByteArray& bytes);
    /// The newest stamps of the subscriber, in one snapshot.
    void setStamps(const std::vector<std::string>& atLines);
    /// Changes after the snapshot, and how many more wait.
    void sendStamps(const std::vector<std::string>& atLines, int behind = 0);

    /// The requests of a kind so far.
    QList<QJsonObject> requests(const QString& kind) const;
    int connectionCount() const { return connectionCount_; }  ///< ever accepted
    int openCount() const { return static_cast<int>(sockets_.size()); }

    /// A line of JSON with the id of the request, as a node answers.
    static QByteArray answer(const QJsonObject& request, QJsonObject fields);

  private:
    void onConnection();
    void onReadyRead(QTcpSocket* socket);
    QByteArray answerTo(const QJsonObject& request);
    QByteArray snapshot(const QJsonObject& request) const;

    QTcpServer server_;
    quint16 port_ = 0;
    QList<QTcpSocket*> sockets_;
    QList<QJsonObject> requests_;
    std::vector<std::string> atLines_;
    QJsonObject stampsRequest_;
    int connectionCount_ = 0;
};

}  // namespace herd
