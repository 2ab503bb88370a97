// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/lineacceptor.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace herd {

LineAcceptor::LineAcceptor(quint16 port)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    if (::bind(descriptor_, plain, length) != 0 || ::listen(descriptor_, SOMAXCONN) != 0 ||
        ::getsockname(descriptor_, plain, &length) != 0) {
        ::close(std::exchange(descriptor_, -1));
        return;
    }
    port_ = ntohs(address.sin_port);
}

LineAcceptor::~LineAcceptor() {
    if (isOpen()) {
        ::close(descriptor_);
    }
}

std::optional<LineClient> LineAcceptor::accept(std::chrono::milliseconds deadline) {
    pollfd watched{descriptor_, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(deadline.count())) <= 0) {
        return std::nullopt;
    }
    const int connected = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    return connected >= 0 ? std::optional(LineClient::adopt(connected)) : std::nullopt;
}

}  // namespace herd
