// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodeclient.h"

#include <QJsonDocument>
#include <algorithm>
#include <utility>

#include "console/adminconnection.h"
#include "console/logseam.h"

namespace herd {

namespace {

constexpr qint64 nsPerMs = 1'000'000;

std::string_view bytesOf(const QByteArray& text) {
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

QString levelWord(LogLevel level) {
    switch (level) {
        case LogLevel::error:
            return QStringLiteral("error");
        case LogLevel::warning:
            return QStringLiteral("warning");
        case LogLevel::debug:
            return QStringLiteral("debug");
        case LogLevel::info:
            break;
    }
    return QStringLiteral("info");
}

template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

NodeClient::NodeClient(AdminAddress address, QObject* parent)
    : QObject(parent),
      address_(std::move(address)),
      thread_(adminThread()),
      connection_(new AdminConnection),
      lastId_(AdminConnection::statusId) {
    connection_->moveToThread(thread_.get());
    connect(connection_, &AdminConnection::received, this, &NodeClient::onReceived);
    connect(connection_, &AdminConnection::closed, this, &NodeClient::onClosed);
    countdown_.setSingleShot(true);
    connect(&countdown_, &QTimer::timeout, this, &NodeClient::onCountdown);
    lateAnswers_.setInterval(250);
    connect(&lateAnswers_, &QTimer::timeout, this, &NodeClient::onLateAnswers);
    if (address_.port == 0) {
        state_ = State::unavailable;
        reason_ = tr("the node has no admin port");
    }
}

NodeClient::~NodeClient() {
    failPending(tr("the herd was closed"));
    connection_->disconnect(this);
    connection_->deleteLater();
}

void NodeClient::start() {
    if (state_ == State::waiting) {
        dial();
    }
}

void NodeClient::retryNow() {
    if (state_ == State::waiting) {
        redialMs_ = redialMsMin;
        dial();
    }
}

int NodeClient::retryInSeconds() const {
    if (state_ != State::waiting) {
        return 0;
    }
    constexpr qint64 nsPerS = 1'000 * nsPerMs;
    const qint64 leftNs = std::max<qint64>(0, redialAtNs_ - steadyNs());
    return static_cast<int>((leftNs + nsPerS - 1) / nsPerS);
}

QString NodeClient::name() const {
    if (!address_.name.isEmpty()) {
        return address_.name;
    }
    return hello_ ? QString::fromStdString(hello_->node)
                  : QStringLiteral("%1:%2").arg(address_.host).arg(address_.port);
}

bool NodeClient::isLive() const {
    return state_ == State::connected && steadyNs() - connection_->heardNs() <= liveMsMax * nsPerMs;
}

void NodeClient::run(const QByteArray& line, QObject* context, RunDone done) {
    ask(QStringLiteral("run"), {{QStringLiteral("line"), bytesToJson(bytesOf(line))}}, runMsMax,
        context, [done = std::move(done)](const ReplyEvent& reply, qint64 roundTripUs) {
            const std::optional<std::string> answer = bytesFrom(reply.fields.value(u"answer"));
            const bool isBroken = reply.error.isEmpty() && !answer;
            done({QByteArray::fromStdString(answer.value_or("")),
                  reply.fields.value(u"took_us").toInteger(), roundTripUs,
                  isBroken ? tr("the node's answer is no text") : reply.error});
        });
}

void NodeClient::find(const QByteArray& client, QObject* context, RunDone done) {
    ask(QStringLiteral("find"), {{QStringLiteral("client"), bytesToJson(bytesOf(client))}},
        answerMsMax, context,
        [done = std::move(done)](const ReplyEvent& reply, qint64 roundTripUs) {
            const QJsonValue at = reply.fields.value(u"at");
            const std::optional<std::string> line =
                at.isNull() ? std::optional<std::string>("") : bytesFrom(at);
            const bool isBroken = reply.error.isEmpty() && !line;
            done({QByteArray::fromStdString(line.value_or("")), 0, roundTripUs,
                  isBroken ? tr("the node's answer is no text") : reply.error});
        });
}

void NodeClient::setLinkPaused(const QString& peer, bool paused, QObject* context, ErrorDone done) {
    ask(QStringLiteral("link"),
        {{QStringLiteral("peer"), peer},
         {QStringLiteral("action"), paused ? QStringLiteral("pause") : QStringLiteral("resume")}},
        answerMsMax, context,
        [done = std::move(done)](const ReplyEvent& reply, qint64) { done(reply.error); });
}

void NodeClient::stopNode(QObject* context, ErrorDone done) {
    ask(QStringLiteral("stop"), {}, answerMsMax, context,
        [done = std::move(done)](const ReplyEvent& reply, qint64) { done(reply.error); });
}

void NodeClient::followStamps(bool on) {
    if (on != followsStamps_) {
        followsStamps_ = on;
        askForStamps();
    }
}

void NodeClient::followLog(bool on, LogLevel level) {
    if (on != followsLog_ || level != logLevel_) {
        followsLog_ = on;
        logLevel_ = level;
        askForLog();
    }
}

void NodeClient::askForStamps() {
    stampsId_ = ++lastId_;
    post({{QStringLiteral("id"), stampsId_},
          {QStringLiteral("kind"), QStringLiteral("stamps")},
          {QStringLiteral("follow"), followsStamps_}});
}

void NodeClient::askForLog() {
    logId_ = ++lastId_;
    QJsonObject request{{QStringLiteral("id"), logId_},
                        {QStringLiteral("kind"), QStringLiteral("log")},
                        {QStringLiteral("follow"), followsLog_},
                        {QStringLiteral("level"), levelWord(logLevel_)}};
    request.insert(QStringLiteral("tail"), followsLog_ ? static_cast<int>(LogSeam::recordsMax) : 0);
    post(request);
    if (followsLog_ && state_ == State::connected) {
        Q_EMIT logBegun();
    }
}

void NodeClient::ask(const QString& kind, QJsonObject request, int waitMsMax, QObject* context,
                     ReplyDone done) {
    const qint64 nowNs = steadyNs();
    Pending pending{kind, context, std::move(done), nowNs, nowNs + waitMsMax * nsPerMs};
    request.insert(QStringLiteral("id"), ++lastId_);
    request.insert(QStringLiteral("kind"), kind);
    if (state_ != State::connected) {
        finish(std::move(pending), tr("not connected"));
    } else if (pending_.size() >= pendingMax) {
        finish(std::move(pending), tr("too many unanswered requests"));
    } else if (static_cast<std::size_t>(
                   QJsonDocument(request).toJson(QJsonDocument::Compact).size()) >
               adminRequestBytesMax) {
        finish(std::move(pending), tr("the line is too long"));
    } else {
        post(request);
        pending_.emplace(lastId_, std::move(pending));
        lateAnswers_.start();
    }
}

/// Ends a request that the node does not answer, later, so that no caller is called back early.
void NodeClient::finish(Pending pending, const QString& error) {
    if (pending.context == nullptr) {
        return;
    }
    const qint64 roundTripUs = (steadyNs() - pending.askedNs) / 1'000;
    QMetaObject::invokeMethod(
        pending.context,
        [done = std::move(pending.done), roundTripUs, error] {
            ReplyEvent reply;
            reply.error = error;
            done(reply, roundTripUs);
        },
        Qt::QueuedConnection);
}

void NodeClient::post(const QJsonObject& request) {
    if (state_ != State::connected) {
        return;
    }
    QMetaObject::invokeMethod(
        connection_,
        [connection = connection_, line = QJsonDocument(request).toJson(QJsonDocument::Compact) +
                                          '\n'] { connection->send(line); });
}

void NodeClient::dial() {
    countdown_.stop();
    state_ = State::connecting;
    ++attempt_;
    QMetaObject::invokeMethod(
        connection_,
        [connection = connection_, attempt = attempt_, host = address_.host, port = address_.port,
         token = address_.token] { connection->open(attempt, host, port, token); });
    Q_EMIT stateChanged();
}

void NodeClient::wait(const QString& reason) {
    state_ = State::waiting;
    reason_ = reason;
    redialAtNs_ = steadyNs() + redialMs_ * nsPerMs;
    redialMs_ = std::min(2 * redialMs_, redialMsMax);
    failPending(reason);
    // Told from the event loop, as each later second of the countdown is.
    countdown_.start(0);
}

/// Ends a connection that this side finds at fault.
void NodeClient::drop(const QString& reason) {
    ++attempt_;  // what is still on its way from the old one is no news
    QMetaObject::invokeMethod(connection_, [connection = connection_] { connection->close(); });
    wait(reason);
}

void NodeClient::failPending(const QString& reason) {
    for (auto& [id, pending] : std::exchange(pending_, {})) {
        finish(std::move(pending), reason);
    }
    lateAnswers_.stop();
}

void NodeClient::onClosed(int attempt, const QString& reason) {
    if (attempt == attempt_) {
        wait(reason);
    }
}

void NodeClient::onCountdown() {
    const qint64 leftMs = (redialAtNs_ - steadyNs()) / nsPerMs;
    if (leftMs <= 0) {
        dial();
        return;
    }
    countdown_.start(static_cast<int>(std::min<qint64>(leftMs % 1'000 + 1, leftMs + 1)));
    Q_EMIT stateChanged();
}

void NodeClient::onLateAnswers() {
    const qint64 nowNs = steadyNs();
    for (auto at = pending_.begin(); at != pending_.end();) {
        if (at->second.deadlineNs <= nowNs || at->second.context == nullptr) {
            finish(std::move(at->second), tr("no answer in time"));
            at = pending_.erase(at);
        } else {
            ++at;
        }
    }
    if (pending_.empty()) {
        lateAnswers_.stop();
    }
}

void NodeClient::onReceived(int attempt, const std::shared_ptr<std::vector<AdminEvent>>& events,
                            qint64 bytes, qint64 atNs) {
    for (const AdminEvent& event : *events) {
        if (attempt != attempt_) {
            return;
        }
        std::visit(Overloaded{
                       [this](const HelloEvent& hello) { onHello(hello.hello); },
                       [this](const StatusEvent& status) {
                           if (state_ == State::connected) {
                               redialMs_ = redialMsMin;
                               Q_EMIT statusReceived(status.status, status.roundTripUs);
                           }
                       },
                       [this](const StampsEvent& stamps) { onStamps(stamps); },
                       [this](const LogEvent& log) { onLog(log); },
                       [this, atNs](const ReplyEvent& reply) { onReply(reply, atNs); },
                       [](const auto&) {},
                   },
                   event);
    }
    QMetaObject::invokeMethod(connection_,
                              [connection = connection_, bytes] { connection->take(bytes); });
}

QString NodeClient::faultOf(const AdminHello& hello) const {
    if (hello.version > adminVersion) {
        return tr("speaks version %1 of the admin protocol").arg(hello.version);
    }
    if (!address_.herd.isEmpty() && QString::fromStdString(hello.herd) != address_.herd) {
        return tr("belongs to the herd %1").arg(QString::fromStdString(hello.herd));
    }
    if (!address_.name.isEmpty() && QString::fromStdString(hello.node) != address_.name) {
        return tr("is the node %1").arg(QString::fromStdString(hello.node));
    }
    return judge_ ? judge_(hello) : QString();
}

void NodeClient::onHello(const AdminHello& hello) {
    const QString fault = faultOf(hello);
    if (!fault.isEmpty()) {
        drop(tr("what answers at %1:%2 %3").arg(address_.host).arg(address_.port).arg(fault));
        return;
    }
    hello_ = hello;
    state_ = State::connected;
    reason_.clear();
    if (followsStamps_) {
        askForStamps();
    }
    if (followsLog_) {
        askForLog();
    }
    Q_EMIT stateChanged();
}

void NodeClient::onStamps(const StampsEvent& stamps) {
    if (stamps.id != stampsId_ || !followsStamps_) {
        return;
    }
    if (stamps.begins) {
        Q_EMIT stampsBegun(*stamps.begins);
    }
    if (!stamps.gone.empty()) {
        Q_EMIT stampsGone(stamps.gone);
    }
    if (!stamps.atLines.empty()) {
        Q_EMIT stampsReceived(stamps.atLines, stamps.behind);
    }
    if (stamps.completes) {
        Q_EMIT stampsComplete();
    }
}

void NodeClient::onLog(const LogEvent& log) {
    if (log.id != logId_ || !followsLog_) {
        return;
    }
    Q_EMIT logReceived(log.records, log.leftOut);
    if (log.completes) {
        Q_EMIT logComplete();
    }
}

void NodeClient::onReply(const ReplyEvent& reply, qint64 atNs) {
    if (reply.id == AdminConnection::helloId) {
        drop(tr("refused: %1").arg(reply.error));
        return;
    }
    const auto at = pending_.find(reply.id);
    if (at == pending_.end() || at->second.kind != reply.kind) {
        return;  // too late, or nobody asked
    }
    const Pending pending = std::move(at->second);
    pending_.erase(at);
    if (pending.context != nullptr) {
        pending.done(reply, (atNs - pending.askedNs) / 1'000);
    }
}

}  // namespace herd
