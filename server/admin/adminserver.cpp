// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/adminserver.h"

#include <unistd.h>

#include "server/admin/adminservice.h"
#include "server/admin/adminsession.h"

namespace herd {

AdminServer::AdminServer(AdminService& service, QObject* parent)
    : QObject(parent),
      service_(service),
      acceptor_([this](const Acceptor::Accepted& accepted) { onAccepted(accepted); }, nullptr) {
    time_.start();
    tick_.setInterval(tickMs);
    connect(&tick_, &QTimer::timeout, this, [this] {
        for (AdminSession* const session : sessions_) {
            session->onTick();
        }
    });
    connect(&acceptor_, &Acceptor::shed, this,
            [this](const QHostAddress& address) { refuse(address, "no descriptor left"); });
}

AdminServer::~AdminServer() {
    acceptor_.stop();
    // Those that ended and wait for deleteLater() too: all of them know the counters.
    qDeleteAll(findChildren<AdminSession*>());
}

Result<quint16> AdminServer::listen(const QString& host, quint16 port) {
    return acceptor_.listen(QStringLiteral("consoles"), host, port);
}

void AdminServer::stop() {
    acceptor_.stop();
}

void AdminServer::onAccepted(const Acceptor::Accepted& accepted) {
    if (counters_.connections >= connectionsMax) {
        ::close(accepted.descriptor);
        refuse(accepted.address, "too many admin connections");
        return;
    }
    if (sessions_.empty()) {
        tick_.start();
    }
    ++counters_.connections;
    auto* const session = new AdminSession({{service_, counters_}, time_},
                                           "admin/" + socketName(accepted.address, accepted.port),
                                           accepted.descriptor, this);
    sessions_.insert(session);
    connect(
        session, &AdminSession::ended, this, [this, session] { onEnded(session); },
        Qt::QueuedConnection);
    service_.onAdminOpened(session->who());
}

void AdminServer::onEnded(AdminSession* session) {
    sessions_.erase(session);
    --counters_.connections;
    service_.onAdminClosed(session->who(), session->reason());
    session->deleteLater();
    if (sessions_.empty()) {
        tick_.stop();
    }
}

void AdminServer::refuse(const QHostAddress& address, std::string_view reason) {
    ++counters_.connectionsRefused;
    service_.onAdminRefused(address.toString().toStdString(), reason);
}

}  // namespace herd
