// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/httpfetch.h"

#include <QIODevice>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QVariant>
#include <algorithm>
#include <cstdint>
#include <cstring>

namespace herd {

namespace {

/// The body of a request that can be read once only. Qt 6.4 sends a request up to three times more
/// when the connection ends before the reply, unseen and billed each time (Qt hazard Q14). Before
/// it does, it rewinds the body; when that fails, the request fails instead. This works for
/// GET too, with a body of no bytes.
class SendOnceBody : public QIODevice {
  public:
    explicit SendOnceBody(const QByteArray& bytes) : bytes_(bytes) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    qint64 size() const override { return bytes_.size(); }
    bool reset() override { return false; }

  protected:
    qint64 readData(char* data, qint64 bytesMax) override {
        const qint64 offset = pos();
        const qint64 count = std::min(bytesMax, size() - offset);
        if (count <= 0) {
            return -1;
        }
        std::memcpy(data, bytes_.constData() + offset, static_cast<std::size_t>(count));
        return count;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

  private:
    QByteArray bytes_;
};

/// A connection that served another request may be closed by the server just when this one is sent,
/// which costs a try. The server is asked to close, Qt keeps what is left open for 10 ms; without
/// TLS, the name to verify means nothing but is part of what Qt finds kept connections by.
void dontShareConnection(QNetworkRequest& network) {
    network.setRawHeader("Connection", "close");
    network.setAttribute(QNetworkRequest::ConnectionCacheExpiryTimeoutSecondsAttribute, 0);
    if (network.url().scheme() == QLatin1String("http")) {
        static std::uint64_t serial = 0;
        network.setPeerVerifyName(QString::number(++serial));
    }
}

QNetworkRequest networkRequestOf(const FetchRequest& request) {
    QNetworkRequest network(request.url);
    network.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::Http2CleartextAllowedAttribute, false);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    dontShareConnection(network);
    // No compression, so that the limit counts what really comes; one language wherever the node
    // stands.
    network.setRawHeader("Accept-Encoding", "identity");
    network.setRawHeader("Accept-Language", "en");
    network.setRawHeader("User-Agent", "herd/" HERD_VERSION);
    for (const auto& [name, value] : request.headers) {
        network.setRawHeader(name, value);
    }
    return network;
}

}  // namespace

HttpFetch::HttpFetch(QNetworkAccessManager& network, const FetchRequest& request,
                     qint64 bodyBytesMax, QObject* parent)
    : QObject(parent), bodyBytesMax_(bodyBytesMax) {
    auto* const body = new SendOnceBody(request.body);
    QNetworkReply* const reply =
        network.sendCustomRequest(networkRequestOf(request), request.method, body);
    reply_ = reply;
    body->setParent(reply);
    // Without a bound the network thread reads for as long as the server sends and hears no abort.
    // It can be set in the next turn only, when the request is on its way.
    QMetaObject::invokeMethod(
        reply, [reply, bytesMax = bodyBytesMax_ + 1] { reply->setReadBufferSize(bytesMax); },
        Qt::QueuedConnection);
    connect(reply, &QNetworkReply::metaDataChanged, this, &HttpFetch::onMetaDataChanged);
    connect(reply, &QNetworkReply::readyRead, this, &HttpFetch::onReadyRead);
    connect(reply, &QNetworkReply::finished, this, &HttpFetch::onReplyFinished);
}

HttpFetch::~HttpFetch() {
    dropReply();
}

void HttpFetch::abandon() {
    isAbandoned_ = true;
    dropReply();
}

void HttpFetch::dropReply() {
    if (reply_.isNull()) {
        return;
    }
    QNetworkReply* const reply = reply_;
    reply_.clear();
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void HttpFetch::onMetaDataChanged() {
    const QVariant announced = reply_->header(QNetworkRequest::ContentLengthHeader);
    if (announced.isValid() && announced.toLongLong() > bodyBytesMax_) {
        finish(FetchOutcome::Kind::tooLarge, 0);
    }
}

void HttpFetch::onReadyRead() {
    const QByteArray bytes = reply_->readAll();
    body_.append(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (body_.size() > static_cast<std::size_t>(bodyBytesMax_)) {
        finish(FetchOutcome::Kind::tooLarge, 0);
    }
}

void HttpFetch::onReplyFinished() {
    onReadyRead();
    if (reply_.isNull()) {
        return;
    }
    const int httpStatus = reply_->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // Qt makes errors of most statuses; but of their bodies nothing is used.
    if (httpStatus != 0 && (httpStatus != 200 || isBodyWhole())) {
        finish(FetchOutcome::Kind::replied, httpStatus);
    } else {
        finish(FetchOutcome::Kind::unreachable, 0);
    }
}

bool HttpFetch::isBodyWhole() const {
    if (reply_->error() == QNetworkReply::NoError) {
        return true;
    }
    // A body of no stated length ends with the connection. Qt 6.4 mostly takes that end for a
    // reason to send the request again, which fails by the body that cannot be rewound, after
    // all that came was passed on.
    return reply_->error() == QNetworkReply::ContentReSendError &&
           !reply_->hasRawHeader("Content-Length") && !reply_->hasRawHeader("Transfer-Encoding");
}

void HttpFetch::finish(FetchOutcome::Kind kind, int httpStatus) {
    dropReply();
    // The reply is still in the middle of a signal: it must not be deleted by what follows.
    QMetaObject::invokeMethod(
        this,
        [this, kind, httpStatus] {
            if (!isAbandoned_) {
                Q_EMIT finished({kind, httpStatus, std::move(body_)});
            }
        },
        Qt::QueuedConnection);
}

}  // namespace herd
