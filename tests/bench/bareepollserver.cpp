// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/clock.h"
#include "tests/bench/descriptor.h"
#include "tests/bench/failure.h"
#include "tests/bench/leaniamat.h"
#include "tests/bench/neweststamps.h"
#include "tests/bench/options.h"
#include "tests/bench/socket.h"

namespace {

using herd::bench::Descriptor;
using herd::bench::Failure;
using herd::bench::LeanIamat;

constexpr std::size_t lineBytesMax = 4'096;
constexpr std::string_view whiteSpace = " \t\r\n\f\v";
constexpr std::size_t inputBytes = 64 * 1024;
constexpr std::size_t eventsPerRound = 256;

/// What a location server costs at the least: IAMAT of the client protocol on one thread and one
/// epoll, without links, journal, log or WHATSAT. The yardstick for herd-server; as strict with its
/// input, as exact in its answers. Runs until it is killed.
class BareServer {
  public:
    BareServer(const std::string& name, std::uint16_t port);

    std::uint16_t port() const { return herd::bench::localPort(listener_); }
    [[noreturn]] void serve();

  private:
    struct Session {
        Descriptor socket;
        std::string kept;    ///< the beginning of a line
        std::string unsent;  ///< nothing is read while it is not empty
        bool closing = false;
    };

    void accept();
    void read(Session& session);
    void answer(std::string_view line, std::int64_t rxNs);
    void send(Session& session, std::string_view bytes);
    void watch(int operation, int socket, std::uint32_t events);
    void end(Session& session);

    std::string answerPrefix_;  ///< `AT <name> `
    Descriptor listener_;
    Descriptor epoll_;
    std::vector<std::unique_ptr<Session>> sessions_;  ///< by descriptor
    herd::bench::NewestStamps stamps_;
    std::vector<char> input_;
    std::string output_;
};

BareServer::BareServer(const std::string& name, std::uint16_t port)
    : answerPrefix_("AT " + name + ' '),
      listener_(herd::bench::listenOn(port)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      input_(inputBytes) {
    watch(EPOLL_CTL_ADD, listener_.number(), EPOLLIN);
}

void BareServer::serve() {
    std::array<epoll_event, eventsPerRound> events{};
    while (true) {
        const int count =
            epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), -1);
        for (int index = 0; index < count; ++index) {
            const epoll_event& event = events[static_cast<std::size_t>(index)];
            if (event.data.fd == listener_.number()) {
                accept();
                continue;
            }
            Session& session = *sessions_[static_cast<std::size_t>(event.data.fd)];
            if (session.unsent.empty()) {
                read(session);
            } else {
                send(session, session.unsent);
            }
        }
    }
}

void BareServer::accept() {
    while (true) {
        Descriptor socket(
            accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.number() < 0) {
            return;
        }
        const int on = 1;
        setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto index = static_cast<std::size_t>(socket.number());
        sessions_.resize(std::max(sessions_.size(), index + 1));
        watch(EPOLL_CTL_ADD, socket.number(), EPOLLIN);
        sessions_[index] = std::make_unique<Session>();
        sessions_[index]->socket = std::move(socket);
    }
}

void BareServer::read(Session& session) {
    const ssize_t got = recv(session.socket.number(), input_.data(), input_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        end(session);
        return;
    }
    const std::int64_t rxNs = herd::bench::wallNs();
    std::string_view input(input_.data(), static_cast<std::size_t>(got));
    if (!session.kept.empty()) {
        session.kept += input;
        input = session.kept;
    }
    output_.clear();
    std::size_t lineBytes = input.find('\n');
    while (lineBytes <= lineBytesMax) {
        answer(input.substr(0, lineBytes), rxNs);
        input.remove_prefix(lineBytes + 1);
        lineBytes = input.find('\n');
    }
    if (lineBytes != std::string_view::npos || input.size() > lineBytesMax) {
        output_ += "? line too long\n";
        session.closing = true;
    }
    session.kept = std::string(input);
    send(session, output_);
}

void BareServer::answer(std::string_view line, std::int64_t rxNs) {
    const std::optional<LeanIamat> iamat = herd::bench::parseLeanIamat(line);
    if (iamat) {
        herd::bench::appendLeanAnswer(output_, answerPrefix_, *iamat, rxNs);
        stamps_.offer({iamat->client, iamat->position, iamat->time, iamat->timeNs, rxNs});
        return;
    }
    if (line.find_first_not_of(whiteSpace) == std::string_view::npos) {
        return;
    }
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    output_.append("? ").append(line).append(1, '\n');
}

void BareServer::send(Session& session, std::string_view bytes) {
    const int socket = session.socket.number();
    if (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            end(session);
            return;
        }
        bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
    const bool waits = !bytes.empty();
    const bool waited = !session.unsent.empty();
    session.unsent = std::string(bytes);
    if (waits != waited) {
        watch(EPOLL_CTL_MOD, socket, waits ? EPOLLOUT : EPOLLIN);
    }
    if (session.closing && !waits) {
        end(session);
    }
}

void BareServer::watch(int operation, int socket, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    if (epoll_ctl(epoll_.number(), operation, socket, &event) < 0) {
        herd::bench::failWithErrno("cannot watch a socket");
    }
}

void BareServer::end(Session& session) {
    sessions_[static_cast<std::size_t>(session.socket.number())].reset();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const herd::bench::Options options({arguments + 1, arguments + count},
                                           {"--name", "--port"});
        const std::string name = options.text("--name", "Bare");
        herd::bench::raiseOpenFilesLimit();
        BareServer server(name, static_cast<std::uint16_t>(options.number("--port", 0, 0, 65'535)));
        std::cout << "ready name=" << name << " client=" << server.port() << std::endl;
        server.serve();
    } catch (const Failure& failure) {
        std::cerr << "bare-epoll-server: " << failure.what() << '\n';
        return 1;
    }
}
