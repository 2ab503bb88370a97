// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QUrl>
#include <string>
#include <utility>
#include <vector>

class QNetworkAccessManager;
class QNetworkReply;

namespace herd {

/// One request as it shall stand on the wire.
struct FetchRequest {
    QByteArray method;
    QUrl url;
    std::vector<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
};

/// What came of a request.
struct FetchOutcome {
    enum class Kind {
        replied,      ///< `httpStatus` holds and, if it is 200, a whole `body`
        unreachable,  ///< the name, the connection, TLS or HTTP failed before that
        tooLarge,     ///< the body passed the limit and was left
    };
    Kind kind = Kind::unreachable;
    int httpStatus = 0;
    std::string body;
};

/// One send of one request: what leaves the machine leaves it once, redirects are not followed, no
/// cookie or cached credential takes part, and the body is counted while it arrives. How long it
/// may take is for the owner to say, who ends it by `abandon`. Owned by its parent; the manager
/// must outlive it.
class HttpFetch : public QObject {
    Q_OBJECT

  public:
    HttpFetch(QNetworkAccessManager& network, const FetchRequest& request, qint64 bodyBytesMax,
              QObject* parent);
    ~HttpFetch() override;

    /// Ends it without a word; `finished` will not come any more.
    void abandon();

  Q_SIGNALS:
    /// Once, from the event loop; whoever hears it may delete anything.
    void finished(const herd::FetchOutcome& outcome);

  private:
    void onMetaDataChanged();
    void onReadyRead();
    void onReplyFinished();
    void finish(FetchOutcome::Kind kind, int httpStatus);
    void dropReply();
    bool isBodyWhole() const;

    qint64 bodyBytesMax_;
    std::string body_;
    QPointer<QNetworkReply> reply_;
    bool isAbandoned_ = false;
};

}  // namespace herd
