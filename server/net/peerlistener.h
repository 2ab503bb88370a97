// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

#include "common/result.h"
#include "server/tcp/acceptor.h"

namespace herd {

class PeerService;

/// Takes connections of other nodes in. At most `unprovenMax` of them may be strangers at a time;
/// one beyond is closed at once and told. Owns the connections. The service must outlive it.
class PeerListener : public QObject {
    Q_OBJECT

  public:
    static constexpr int unprovenMax = 64;

    explicit PeerListener(PeerService& service, QObject* parent = nullptr);
    ~PeerListener() override;

    /// Port 0: one that is free. Returns the port; an error names address, port and reason.
    [[nodiscard]] Result<quint16> listen(const QString& host, quint16 port);

    /// Takes no more connections; those that are there stay.
    void stop();

    [[nodiscard]] int unprovenCount() const { return unproven_; }

  private:
    void onAccepted(const Acceptor::Accepted& accepted);

    PeerService& service_;
    Acceptor acceptor_;
    int unproven_ = 0;
};

}  // namespace herd
