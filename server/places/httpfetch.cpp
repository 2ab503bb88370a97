// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/httpfetch.h"

#include <QIODevice>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QVariant>
#include <algorithm>
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

QNetworkRequest networkRequestOf(const FetchRequest& request) {
    QNetworkRequest network(request.url);
    network.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                         QNetworkRequest::ManualRedirectPolicy);
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::Http2CleartextAllowedAttribute, false);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    // No compression, so that the limit counts what really comes; one language wherever the node
    // stands; no idle connection left to break under the next request.
    network.setRawHeader("Accept-Encoding", "identity");
    network.setRawHeader("Accept-Language", "en");
    network.setRawHeader("Connection", "close");
    network.setRawHeader("User-Agent", "herd/" HERD_VERSION);
    for (const auto& [name, value] : request.headers) {
        network.setRawHeader(name, value);
    }
    return network;
}

}  // namespace

HttpFetch::HttpFetch(QNetworkAccessManager& manager, const FetchRequest& request,
                     qint64 bodyBytesMax, QObject* parent)
    : QObject(parent), bodyBytesMax_(bodyBytesMax) {
    auto* const body = new SendOnceBody(request.body);
    reply_ = manager.sendCustomRequest(networkRequestOf(request), request.method, body);
    body->setParent(reply_);
    // Bounds what the network thread gathers while this thread is busy.
    reply_->setReadBufferSize(bodyBytesMax_ + 1);
    connect(reply_, &QNetworkReply::metaDataChanged, this, &HttpFetch::onMetaDataChanged);
    connect(reply_, &QNetworkReply::readyRead, this, &HttpFetch::onReadyRead);
    connect(reply_, &QNetworkReply::finished, this, &HttpFetch::onReplyFinished);
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
    const QNetworkReply::NetworkError error = reply_->error();
    // Qt reports HTTP statuses from 400 up as errors too, but of a whole reply; any other error
    // may have cut the body.
    const bool isWhole = error == QNetworkReply::NoError ||
                         (httpStatus >= 400 && error >= QNetworkReply::ContentAccessDenied);
    if (isWhole && httpStatus != 0) {
        finish(FetchOutcome::Kind::replied, httpStatus);
    } else {
        finish(FetchOutcome::Kind::unreachable, 0);
    }
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
