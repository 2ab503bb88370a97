// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <unordered_set>

#include "common/result.h"
#include "server/admin/admincounters.h"
#include "server/tcp/acceptor.h"

namespace herd {

class AdminService;
class AdminSession;

/// The admin port: takes consoles in up to a limit, and gives their sessions the beat of periodic
/// answers. Owns the sessions. The service must outlive it.
class AdminServer : public QObject {
    Q_OBJECT

  public:
    static constexpr std::int64_t connectionsMax = 32;
    static constexpr int tickMs = 100;

    explicit AdminServer(AdminService& service, QObject* parent = nullptr);
    ~AdminServer() override;

    /// Port 0: one that is free. Returns the port; an error names address, port and reason.
    [[nodiscard]] Result<quint16> listen(const QString& host, quint16 port);

    /// Takes no more connections; those that are there stay.
    void stop();

    [[nodiscard]] const AdminCounters& counters() const { return counters_; }

  private:
    void onAccepted(const Acceptor::Accepted& accepted);
    void onEnded(AdminSession* session);
    void refuse(const QHostAddress& address, std::string_view reason);

    AdminService& service_;
    AdminCounters counters_;
    QElapsedTimer time_;
    QTimer tick_;  ///< while there are sessions
    Acceptor acceptor_;
    std::unordered_set<AdminSession*> sessions_;
};

}  // namespace herd
