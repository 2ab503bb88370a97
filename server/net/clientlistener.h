// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QHostAddress>
#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>

#include "common/config.h"
#include "common/result.h"
#include "server/net/sessionthreads.h"
#include "server/tcp/acceptor.h"

namespace herd {

class ClientService;
class SessionGroup;

/// The client port: takes connections in up to the limits and makes each a session, on its own
/// thread or on threads of their own. Beyond a limit a connection is closed at once and counted.
/// Owns the sessions. The service must outlive it.
class ClientListener : public QObject {
    Q_OBJECT

  public:
    /// Per-address limit where the configuration says 0 and the client is not on loopback.
    static constexpr std::int64_t connectionsPerAddressDefaultMax = 256;

    /// `limits.connectionsMax` 0 counts as no limit here: the caller knows the descriptor limit.
    ClientListener(ClientService& service, const Limits& limits, QObject* parent = nullptr);
    /// Sessions on so many threads beside this one, which take turns with it.
    ClientListener(ClientService& service, const Limits& limits,
                   const SessionThreads::Settings& threads, QObject* parent = nullptr);
    ~ClientListener() override;

    /// Port 0: one that is free. Returns the port; an error names address, port and reason.
    [[nodiscard]] Result<quint16> listen(const QString& host, quint16 port);

    /// Takes no more connections and reads no more lines; each session ends when its answers are
    /// written. finished() comes when none is left, from the event loop.
    void finish();

    [[nodiscard]] std::int64_t connectionCount() const { return connections_; }

    /// Addresses that these connections come from.
    [[nodiscard]] qsizetype addressCount() const { return countByAddress_.size(); }

  Q_SIGNALS:
    void finished();

  private:
    void prepareAcceptor();
    void onAccepted(const Acceptor::Accepted& accepted);
    void onEnded(const QHostAddress& address);
    [[nodiscard]] std::int64_t perAddressMax(const QHostAddress& address) const;

    ClientService& service_;
    Limits limits_;
    Acceptor acceptor_;
    SessionGroup* group_ = nullptr;            ///< a child, where this thread serves the sessions,
    std::unique_ptr<SessionThreads> threads_;  ///< or these do
    std::int64_t connections_ = 0;
    QHash<QHostAddress, std::int64_t> countByAddress_;
    std::uint64_t lastNumber_ = 0;
    bool finishing_ = false;
};

}  // namespace herd
