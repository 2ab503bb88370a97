// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/portlease.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QtGlobal>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace herd {

namespace {

constexpr int portFirst = 20'000;
constexpr int portLast = 31'999;

/// A socket name of the abstract kind can be bound once and vanishes with its process.
int lockPort(int port) {
    const int lock = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = "herd-tests-port-" + std::to_string(port);
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    if (::bind(lock, reinterpret_cast<const sockaddr*>(&address), length) == 0) {
        return lock;
    }
    ::close(lock);
    return -1;
}

bool isFree(int port) {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    // As a server does, so that connections of an earlier user in TIME_WAIT do not count.
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free =
        ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::listen(probe, 1) == 0;
    ::close(probe);
    return free;
}

}  // namespace

PortLease::PortLease(std::size_t count) {
    constexpr int portCount = portLast - portFirst + 1;
    // Each process begins elsewhere, so that a port just given up is not the next one taken.
    static int next = static_cast<int>(::getpid()) * 37 % portCount;
    for (int tries = 0; tries < portCount && held_.size() < count; ++tries) {
        const int port = portFirst + next;
        next = (next + 1) % portCount;
        const int lock = lockPort(port);
        if (lock >= 0 && isFree(port)) {
            held_.push_back({static_cast<quint16>(port), lock});
        } else if (lock >= 0) {
            ::close(lock);
        }
    }
    if (held_.size() < count) {
        qFatal("no %zu free TCP ports on 127.0.0.1", count);
    }
}

PortLease::PortLease(PortLease&& other) noexcept : held_(std::exchange(other.held_, {})) {}

PortLease& PortLease::operator=(PortLease&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
}

PortLease::~PortLease() {
    release();
}

void PortLease::release() {
    for (const Held& held : held_) {
        ::close(held.lock);
    }
    held_.clear();
}

}  // namespace herd
