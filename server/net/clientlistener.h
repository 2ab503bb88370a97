// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>

#include "common/config.h"
#include "common/result.h"

namespace herd {

class ClientService;

/// The client port: takes connections in up to the limits, makes each a session, and gives each
/// its deadlines. Beyond a limit a connection is closed at once and counted. Owns the sessions. The
/// service must outlive it.
class ClientListener : public QObject {
    Q_OBJECT

  public:
    /// Per-address limit where the configuration says 0 and the client is not on loopback.
    static constexpr std::int64_t connectionsPerAddressDefaultMax = 256;

    /// `limits.connectionsMax` 0 counts as no limit here: the caller knows the descriptor limit.
    ClientListener(ClientService& service, const Limits& limits, QObject* parent = nullptr);
    ~ClientListener() override;

    /// Port 0: one that is free. Returns the port; an error names address, port and reason.
    [[nodiscard]] Result<quint16> listen(const QString& host, quint16 port);

    /// Takes no more connections and reads no more lines; each session ends when its answers are
    /// written. finished() comes when none is left, from the event loop.
    void finish();

    [[nodiscard]] std::int64_t connectionCount() const;

  Q_SIGNALS:
    void finished();

  private:
    struct Content;
    void onAccepted(int descriptor);

    std::unique_ptr<Content> content_;
};

}  // namespace herd
