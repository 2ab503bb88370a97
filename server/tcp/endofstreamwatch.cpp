// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/endofstreamwatch.h"

#include <sys/socket.h>

#include <QEvent>
#include <QSocketNotifier>
#include <QTcpSocket>

#include "common/check.h"
#include "server/tcp/epolldispatcher.h"

namespace herd {

namespace {

/// What recv() would give: 1 for bytes, 0 at the end of the stream, -1 for nothing or an error.
ssize_t peek(const QSocketNotifier& notifier) {
    char byte = 0;
    return ::recv(static_cast<int>(notifier.socket()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

}  // namespace

EndOfStreamWatch::EndOfStreamWatch(QTcpSocket* socket, QObject* parent)
    : QObject(parent), dispatcher_(EpollDispatcher::ofThread()) {
    const QList<QSocketNotifier*> notifiers = socket->findChildren<QSocketNotifier*>();
    for (QSocketNotifier* notifier : notifiers) {
        if (notifier->type() == QSocketNotifier::Read) {
            notifier_ = notifier;
        }
    }
    HERD_CHECK(notifier_ != nullptr);
    notifier_->installEventFilter(this);
}

bool EndOfStreamWatch::inputWaits() const {
    return peek(*notifier_) > 0;
}

bool EndOfStreamWatch::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::SockAct || watched != notifier_) {
        return false;
    }
    if (dispatcher_ != nullptr && !dispatcher_->mayBeAtEnd(*notifier_)) {
        return false;
    }
    if (peek(*notifier_) != 0) {
        return false;  // bytes or an error, both for Qt
    }
    // Reading from the socket's buffer enables the notifier again, so this may be a repetition.
    notifier_->setEnabled(false);
    if (!ended_) {
        ended_ = true;
        Q_EMIT readEnded();
    }
    return true;
}

}  // namespace herd
