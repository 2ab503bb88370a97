// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QThread>
#include <QTimer>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/adminmessage.h"
#include "common/config.h"
#include "console/adminevent.h"

namespace herd {

class AdminConnection;

/// Where an admin port is.
struct AdminAddress {
    QString name;  ///< of the node; empty until it is known
    QString host;
    quint16 port = 0;       ///< 0: the node has no admin port
    QString herd;           ///< that the node must belong to; empty: any
    QByteArray token = {};  ///< that opens the port; a secret: never shown, never kept

    bool operator==(const AdminAddress&) const = default;
};

/// The admin connection to one node: kept open and dialled again for ever, with a countdown. Turns
/// lines into values; never blocks; bounded in time and memory. The connection itself works in
/// another thread. Owned by HerdState.
class NodeClient : public QObject {
    Q_OBJECT

  public:
    enum class State {
        connecting,
        connected,
        waiting,      ///< for the next attempt
        unavailable,  ///< the node has no admin port
    };
    struct RunResult {
        QByteArray answer;
        qint64 nodeUs = 0;       ///< what the node needed
        qint64 roundTripUs = 0;  ///< what the console waited
        QString error;           ///< empty: none
    };
    using RunDone = std::function<void(const RunResult&)>;
    using ErrorDone = std::function<void(const QString& error)>;

    static constexpr int redialMsMin = 500;
    static constexpr int redialMsMax = 5'000;
    /// A run waits for places, which may take their whole deadline of 8 s.
    static constexpr int runMsMax = 15'000;
    static constexpr int answerMsMax = 5'000;
    /// A node not heard for so long is not live. It is asked every half second.
    static constexpr int liveMsMax = 1'750;
    /// Unanswered at a time; further ones are refused.
    static constexpr std::size_t pendingMax = 256;

    /// Says why the node behind a greeting is not wanted here; empty when it is.
    using Judge = std::function<QString(const AdminHello& hello)>;

    explicit NodeClient(AdminAddress address, QObject* parent = nullptr);
    ~NodeClient() override;

    /// Asked at every greeting; before start().
    void setJudge(Judge judge) { judge_ = std::move(judge); }
    void start();
    /// Dials now instead of at the end of the countdown.
    void retryNow();
    State state() const { return state_; }
    /// Why it is not connected, for people.
    QString reason() const { return reason_; }
    /// While waiting; rounded up.
    int retryInSeconds() const;
    const AdminAddress& address() const { return address_; }
    /// The node's name, else host:port.
    QString name() const;
    /// Of the present connection, else of the last one.
    const std::optional<AdminHello>& hello() const { return hello_; }
    /// Whether the node takes lines, pauses links and stops when asked; else it only tells.
    bool mayAct() const { return !hello_ || hello_->fullAccess; }
    /// Connected and heard just now.
    bool isLive() const;

    // Each calls `done` exactly once unless `context` is gone before, and never before it returns.
    // The error is set when there is no connection, when it is cut, and when the answer is late.
    void run(const QByteArray& line, QObject* context, RunDone done);
    /// The answer is the AT line without its LF; empty when the node does not know the client.
    void find(const QByteArray& client, QObject* context, RunDone done);
    void setLinkPaused(const QString& peer, bool paused, QObject* context, ErrorDone done);
    void stopNode(QObject* context, ErrorDone done);

    // Subscriptions; kept over reconnects.
    void followStamps(bool on);
    void followLog(bool on, LogLevel level = LogLevel::info);

  Q_SIGNALS:
    /// One of state(), reason(), retryInSeconds() (each second while waiting), hello().
    void stateChanged();
    /// Every half second while connected.
    void statusReceived(const herd::NodeStatus& status, qint64 roundTripUs);
    void stampsBegun(quint64 clients);
    /// `behind`: changes that the node could not tell yet.
    void stampsReceived(const std::vector<std::string>& atLines, quint64 behind);
    void stampsGone(const std::vector<std::string>& clients);
    void stampsComplete();
    /// The node is asked for its log, now or anew; what it has comes first.
    void logBegun();
    void logReceived(const QList<QByteArray>& records, quint64 leftOut);
    /// It has told what it had.
    void logComplete();

  private:
    using ReplyDone = std::function<void(const ReplyEvent& reply, qint64 roundTripUs)>;
    struct Pending {
        QString kind;
        QPointer<QObject> context;
        ReplyDone done;
        qint64 askedNs = 0;
        qint64 deadlineNs = 0;
    };

    void ask(const QString& kind, QJsonObject request, int waitMsMax, QObject* context,
             ReplyDone done);
    void finish(Pending pending, const QString& error);
    void post(const QJsonObject& request);
    void askForStamps();
    void askForLog();
    void dial();
    void wait(const QString& reason);
    void drop(const QString& reason);
    void failPending(const QString& reason);
    void onReceived(int attempt, const std::shared_ptr<std::vector<AdminEvent>>& events,
                    qint64 bytes, qint64 atNs);
    void onClosed(int attempt, const QString& reason);
    void onCountdown();
    void onLateAnswers();
    void onHello(const AdminHello& hello);
    void onStamps(const StampsEvent& stamps);
    void onLog(const LogEvent& log);
    void onReply(const ReplyEvent& reply, qint64 atNs);
    QString faultOf(const AdminHello& hello) const;

    AdminAddress address_;
    Judge judge_;
    std::shared_ptr<QThread> thread_;
    AdminConnection* connection_;  ///< lives in thread_
    State state_ = State::waiting;
    QString reason_;
    std::optional<AdminHello> hello_;
    int attempt_ = 0;
    int redialMs_ = redialMsMin;
    qint64 redialAtNs_ = 0;
    QTimer countdown_;
    QTimer lateAnswers_;
    std::map<qint64, Pending> pending_;
    qint64 lastId_;
    qint64 stampsId_ = 0;  ///< of the present subscription
    qint64 logId_ = 0;
    bool followsStamps_ = false;
    bool followsLog_ = false;
    LogLevel logLevel_ = LogLevel::info;
};

}  // namespace herd
