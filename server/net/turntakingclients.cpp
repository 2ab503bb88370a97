// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/turntakingclients.h"

#include <mutex>

namespace herd {

void TurnTakingClients::onClientLines(const ClientPeer& peer,
                                      std::span<const std::string_view> lines,
                                      ReplyQueue& replies) {
    const std::lock_guard turn(turns_);
    service_.onClientLines(peer, lines, replies);
}

void TurnTakingClients::onClientOpened(const ClientPeer& peer) {
    const std::lock_guard turn(turns_);
    service_.onClientOpened(peer);
}

void TurnTakingClients::onClientClosed(const ClientPeer& peer, ClientEnd end) {
    const std::lock_guard turn(turns_);
    service_.onClientClosed(peer, end);
}

void TurnTakingClients::onClientLineTooLong(const ClientPeer& peer, std::string_view start) {
    const std::lock_guard turn(turns_);
    service_.onClientLineTooLong(peer, start);
}

void TurnTakingClients::onClientRefused(std::string_view address, ClientRefusal refusal) {
    const std::lock_guard turn(turns_);
    service_.onClientRefused(address, refusal);
}

}  // namespace herd
