// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <memory>

#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr int sendPatienceMs = 10'000;

void setNonBlocking(int number) {
    const int flags = fcntl(number, F_GETFL);
    if (flags < 0 || fcntl(number, F_SETFL, flags | O_NONBLOCK) < 0) {
        failWithErrno("cannot make a socket non-blocking");
    }
}

void setOption(int number, int level, int option) {
    const int on = 1;
    if (setsockopt(number, level, option, &on, sizeof on) < 0) {
        failWithErrno("cannot set a socket option");
    }
}

/// The port is chosen in connect(): before, nobody knows which ones are free towards that server.
void bindAddress(int number, std::uint32_t ipv4) {
    setOption(number, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(ipv4);
    if (bind(number, reinterpret_cast<const sockaddr*>(&local), sizeof local) < 0) {
        failWithErrno("cannot bind a source address");
    }
}

}  // namespace

Address parseAddress(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    Address address;
    if (colon == std::string_view::npos || colon == 0) {
        throw Failure("not HOST:PORT: " + std::string(text));
    }
    address.host = text.substr(0, colon);
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    if (error != std::errc() || stop != end || address.port == 0) {
        throw Failure("not HOST:PORT: " + std::string(text));
    }
    return address;
}

Descriptor connectTo(const Address& address, std::uint32_t fromIpv4) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(address.port);
    if (const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found)) {
        throw Failure("cannot find " + address.host + ": " + gai_strerror(error));
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, &freeaddrinfo);
    Descriptor connected(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connected.number() >= 0 && fromIpv4 != 0) {
        bindAddress(connected.number(), fromIpv4);
    }
    if (connected.number() < 0 ||
        connect(connected.number(), found->ai_addr, found->ai_addrlen) < 0) {
        failWithErrno("cannot connect to " + address.host + ":" + port);
    }
    setOption(connected.number(), IPPROTO_TCP, TCP_NODELAY);
    setNonBlocking(connected.number());
    return connected;
}

Descriptor listenOn(std::uint16_t port) {
    Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (listener.number() < 0) {
        failWithErrno("cannot make a socket");
    }
    setOption(listener.number(), SOL_SOCKET, SO_REUSEADDR);
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sin_port = htons(port);
    if (bind(listener.number(), reinterpret_cast<const sockaddr*>(&local), sizeof local) < 0 ||
        listen(listener.number(), SOMAXCONN) < 0) {
        failWithErrno("cannot listen on port " + std::to_string(port));
    }
    return listener;
}

std::uint16_t localPort(const Descriptor& socket) {
    sockaddr_in local{};
    socklen_t length = sizeof local;
    if (getsockname(socket.number(), reinterpret_cast<sockaddr*>(&local), &length) < 0) {
        failWithErrno("cannot read a socket's port");
    }
    return ntohs(local.sin_port);
}

void sendAll(const Descriptor& socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno != EAGAIN && errno != EINTR) {
            failWithErrno("cannot send");
        }
        pollfd waiting{socket.number(), POLLOUT, 0};
        if (poll(&waiting, 1, sendPatienceMs) == 0) {
            throw Failure("the server does not read");
        }
    }
}

void raiseOpenFilesLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) {
        failWithErrno("cannot read the limit of open files");
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) {
        failWithErrno("cannot raise the limit of open files");
    }
}

void pinToProcessor(int processor) {
    if (processor < 0) {
        return;
    }
    cpu_set_t processors;
    CPU_ZERO(&processors);
    CPU_SET(static_cast<std::size_t>(processor), &processors);
    if (sched_setaffinity(0, sizeof processors, &processors) < 0) {
        failWithErrno("cannot run on processor " + std::to_string(processor));
    }
}

}  // namespace herd::bench
