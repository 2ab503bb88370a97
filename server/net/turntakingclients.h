// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include "server/net/clientservice.h"
#include "server/tcp/turnlock.h"

namespace herd {

/// Lets sessions of several threads ask a service that knows of one only: each call waits for the
/// thread's turn, once for a whole batch of lines. Service and lock must outlive it.
class TurnTakingClients : public ClientService {
  public:
    TurnTakingClients(ClientService& service, TurnLock& turns) : service_(service), turns_(turns) {}

    void onClientLines(const ClientPeer& peer, std::span<const std::string_view> lines,
                       ReplyQueue& replies) override;
    void onClientOpened(const ClientPeer& peer) override;
    void onClientClosed(const ClientPeer& peer, ClientEnd end) override;
    void onClientLineTooLong(const ClientPeer& peer, std::string_view start) override;
    void onClientRefused(std::string_view address, ClientRefusal refusal) override;

  private:
    ClientService& service_;
    TurnLock& turns_;
};

}  // namespace herd
