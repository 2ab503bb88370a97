// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/adminconnection.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QMutex>
#include <QNetworkProxy>
#include <chrono>
#include <utility>

namespace herd {

namespace {

QByteArray helloLine(const QByteArray& token) {
    QJsonObject hello{{QStringLiteral("id"), static_cast<qint64>(AdminConnection::helloId)},
                      {QStringLiteral("kind"), QStringLiteral("hello")},
                      {QStringLiteral("version"), adminVersion}};
    if (!token.isEmpty()) {
        hello.insert(QStringLiteral("token"), QString::fromLatin1(token));
    }
    return QJsonDocument(hello).toJson(QJsonDocument::Compact) + '\n';
}

}  // namespace

std::shared_ptr<QThread> adminThread() {
    static QMutex mutex;
    static std::weak_ptr<QThread> running;
    const QMutexLocker locker(&mutex);
    std::shared_ptr<QThread> thread = running.lock();
    if (!thread) {
        thread = std::shared_ptr<QThread>(new QThread, [](QThread* ended) {
            ended->quit();
            ended->wait();
            delete ended;
        });
        thread->setObjectName(QStringLiteral("admin"));
        thread->start();
        running = thread;
    }
    return thread;
}

qint64 steadyNs() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

AdminConnection::AdminConnection() {
    socket_.setProxy(QNetworkProxy::NoProxy);
    socket_.setReadBufferSize(4 * turnBytesMax);
    deadline_.setSingleShot(true);
    tick_.setInterval(statusMs);
    connect(&socket_, &QTcpSocket::connected, this, &AdminConnection::onConnected);
    connect(&socket_, &QTcpSocket::readyRead, this, &AdminConnection::onReadyRead);
    connect(&socket_, &QTcpSocket::disconnected, this, &AdminConnection::onSocketClosed);
    connect(&socket_, &QTcpSocket::errorOccurred, this, &AdminConnection::onSocketClosed);
    connect(&tick_, &QTimer::timeout, this, &AdminConnection::onTick);
    connect(&deadline_, &QTimer::timeout, this, [this] {
        fail(socket_.state() == QAbstractSocket::ConnectedState
                 ? tr("no hello within %1 s").arg(helloMsMax / 1'000)
                 : tr("not reached within %1 s").arg(dialMsMax / 1'000));
    });
}

AdminConnection::~AdminConnection() {
    close();  // the end of the socket is no news any more
}

void AdminConnection::open(int attempt, const QString& host, quint16 port,
                           const QByteArray& token) {
    close();
    attempt_ = attempt;
    token_ = token;
    framer_.emplace(adminAnswerBytesMax);
    untakenBytes_ = 0;
    statusAskedNs_ = 0;
    isOpen_ = true;
    deadline_.start(dialMsMax);
    socket_.connectToHost(host, port);
}

void AdminConnection::send(const QByteArray& line) {
    if (isOpen_ && socket_.state() == QAbstractSocket::ConnectedState) {
        socket_.write(line);
    }
}

void AdminConnection::close() {
    isOpen_ = false;
    deadline_.stop();
    tick_.stop();
    socket_.abort();
}

void AdminConnection::take(qint64 bytes) {
    untakenBytes_ -= bytes;
    onReadyRead();
}

void AdminConnection::onConnected() {
    socket_.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    deadline_.start(helloMsMax);
    heardNs_ = steadyNs();
    tick_.start();
    send(helloLine(token_));
    onTick();
}

void AdminConnection::onTick() {
    const qint64 nowNs = steadyNs();
    if (untakenBytes_ >= untakenBytesMax) {
        heardNs_ = nowNs;  // it is we who do not listen
    }
    if (nowNs - heardNs_ > silenceMsMax * 1'000'000LL) {
        fail(tr("silent for %1 s").arg(silenceMsMax / 1'000));
    } else if (statusAskedNs_ == 0) {
        statusAskedNs_ = nowNs;
        send(QByteArrayLiteral("{\"id\":2,\"kind\":\"status\"}\n"));
    }
}

void AdminConnection::onReadyRead() {
    // One turn for each pass through the event loop: other connections live here too.
    if (isOpen_ && !isTurnQueued_ && socket_.bytesAvailable() > 0) {
        isTurnQueued_ = true;
        QMetaObject::invokeMethod(this, &AdminConnection::readTurn, Qt::QueuedConnection);
    }
}

void AdminConnection::readTurn() {
    isTurnQueued_ = false;
    if (!isOpen_ || untakenBytes_ >= untakenBytesMax) {
        return;
    }
    const QByteArray chunk = socket_.read(turnBytesMax);
    const qint64 atNs = steadyNs();
    const std::string_view bytes(chunk.constData(), static_cast<std::size_t>(chunk.size()));
    events_ = std::make_shared<std::vector<AdminEvent>>();
    if (readLines(bytes, atNs)) {
        deliver(chunk.size(), atNs);
        onReadyRead();
    }
}

bool AdminConnection::readLines(std::string_view chunk, qint64 atNs) {
    framer_->feed(chunk);
    std::string_view line;
    LineFramer::Status status = framer_->next(line);
    for (; status == LineFramer::Status::line; status = framer_->next(line)) {
        heardNs_ = atNs;
        if (!readEvent(readAdminLine(line), atNs)) {
            return false;
        }
    }
    framer_->keepRest();
    if (status == LineFramer::Status::tooLong) {
        fail(tr("a line without an end"));
        return false;
    }
    return true;
}

bool AdminConnection::readEvent(AdminEvent event, qint64 atNs) {
    if (const auto* const broken = std::get_if<BrokenEvent>(&event)) {
        fail(tr("not the admin protocol: %1").arg(broken->fault));
        return false;
    }
    if (const auto* const refused = std::get_if<RefusedEvent>(&event)) {
        fail(tr("refused: %1").arg(refused->error));
        return false;
    }
    if (std::holds_alternative<HelloEvent>(event)) {
        deadline_.stop();
    }
    if (auto* const status = std::get_if<StatusEvent>(&event)) {
        status->roundTripUs = statusAskedNs_ == 0 ? 0 : (atNs - statusAskedNs_) / 1'000;
        statusAskedNs_ = 0;
    }
    if (auto* const stamps = std::get_if<StampsEvent>(&event)) {
        eventStamps_ += stamps->atLines.size() + stamps->gone.size();
    }
    events_->push_back(std::move(event));
    if (eventStamps_ >= turnStampsMax) {
        deliver(0, atNs);
    }
    return true;
}

void AdminConnection::deliver(qint64 bytes, qint64 atNs) {
    untakenBytes_ += bytes;
    eventStamps_ = 0;
    Q_EMIT received(attempt_, std::exchange(events_, std::make_shared<std::vector<AdminEvent>>()),
                    bytes, atNs);
}

void AdminConnection::onSocketClosed() {
    if (!isOpen_) {
        return;
    }
    // What came before the end still counts, but a listener that is behind would never see it.
    if (socket_.bytesAvailable() > 0 && untakenBytes_ < untakenBytesMax) {
        readTurn();
    }
    if (isOpen_) {
        fail(socket_.errorString());
    }
}

void AdminConnection::fail(const QString& reason) {
    close();
    Q_EMIT closed(attempt_, reason);
}

}  // namespace herd
