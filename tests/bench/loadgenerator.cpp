// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/loadgenerator.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "tests/bench/clock.h"
#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr std::size_t inputBytes = 256 * 1024;
constexpr int silenceMaxMs = 10'000;
constexpr std::size_t eventsPerRound = 256;

void watch(int epoll, int operation, int socket, std::uint32_t events, std::size_t index) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    if (epoll_ctl(epoll, operation, socket, &event) < 0) {
        failWithErrno("cannot watch a connection");
    }
}

ProcessorTime operator-(const ProcessorTime& later, const ProcessorTime& earlier) {
    return {later.userS - earlier.userS, later.systemS - earlier.systemS};
}

}  // namespace

LoadReport reportEachOnce(const Address& server, std::uint64_t firstClient, std::uint64_t clients) {
    LoadPlan plan;
    plan.server = server;
    plan.inFlight = 16;
    plan.firstClient = firstClient;
    plan.clients = clients;
    plan.requestsMax = clients;
    plan.order = RequestSource::Order::eachOnce;
    const std::unique_ptr<Dialect> dialect = makeHerdDialect({});
    return LoadGenerator(plan, *dialect).run();
}

LoadGenerator::LoadGenerator(const LoadPlan& plan, Dialect& dialect)
    : plan_(plan),
      source_(plan.firstClient, plan.clients, plan.order),
      dialect_(dialect),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      input_(inputBytes) {
    if (epoll_.number() < 0) {
        failWithErrno("cannot make an epoll");
    }
}

void LoadGenerator::open() {
    for (int count = 0; count < plan_.idleConnections; ++count) {
        idle_.push_back(connectTo(plan_.server));
    }
    connections_.resize(static_cast<std::size_t>(plan_.connections));
    for (std::size_t index = 0; index < connections_.size(); ++index) {
        Connection& connection = connections_[index];
        connection.socket = connectTo(plan_.server);
        connection.ring.resize(static_cast<std::size_t>(plan_.inFlight));
        watch(epoll_.number(), EPOLL_CTL_ADD, connection.socket.number(), EPOLLIN, index);
    }
}

LoadReport LoadGenerator::run() {
    open();
    nowMonotonicNs_ = monotonicNs();
    nowWallNs_ = wallNs();
    phaseStartNs_ = nowMonotonicNs_;
    advance(nowMonotonicNs_);
    for (Connection& connection : connections_) {
        sendRequests(connection);
    }
    std::array<epoll_event, eventsPerRound> events{};
    while (report_.verified < sent_) {
        const int count =
            epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()),
                       plan_.awake ? 0 : silenceMaxMs);
        constexpr std::int64_t silenceMaxNs = silenceMaxMs * nanosecondsPerSecond / 1'000;
        const bool silent =
            count == 0 && (!plan_.awake || monotonicNs() - nowMonotonicNs_ > silenceMaxNs);
        if (silent) {
            throw Failure("no answer for ten seconds, " + std::to_string(sent_ - report_.verified) +
                          " requests under way");
        }
        for (int index = 0; index < count; ++index) {
            const epoll_event& event = events[static_cast<std::size_t>(index)];
            Connection& connection = connections_[event.data.u64];
            if ((event.events & EPOLLOUT) != 0) {
                flush(connection);
            }
            if ((event.events & ~EPOLLOUT) != 0) {
                readAnswers(connection);
            }
        }
        advance(monotonicNs());
    }
    if (phase_ != Phase::draining) {
        endMeasuring(monotonicNs());
    }
    return report_;
}

void LoadGenerator::readAnswers(Connection& connection) {
    const ssize_t got = recv(connection.socket.number(), input_.data(), input_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0) {
        throw Failure("the server closed a connection");
    }
    nowMonotonicNs_ = monotonicNs();
    nowWallNs_ = wallNs();
    std::string_view input(input_.data(), static_cast<std::size_t>(got));
    if (!connection.kept.empty()) {
        connection.kept += input;
        input = connection.kept;
    }
    for (std::size_t end = input.find('\n'); end != std::string_view::npos;
         end = input.find('\n')) {
        takeAnswer(connection, input.substr(0, end));
        input.remove_prefix(end + 1);
    }
    connection.kept = std::string(input);
    sendRequests(connection);
}

void LoadGenerator::takeAnswer(Connection& connection, std::string_view line) {
    if (connection.underWay == 0) {
        throw Failure("an answer nobody asked for: " + std::string(line));
    }
    const Request& request = connection.ring[connection.oldest];
    if (const char* const wrong = dialect_.wrong(line, request, nowWallNs_)) {
        throw Failure(std::string("wrong answer, ") + wrong + ": \"" + std::string(line) +
                      "\" to \"" + std::string(request.text()) + "\"");
    }
    if (phase_ == Phase::measuring) {
        report_.latencies.record(nowMonotonicNs_ - request.sentMonotonicNs);
    }
    ++report_.verified;
    connection.oldest = connection.oldest + 1 == connection.ring.size() ? 0 : connection.oldest + 1;
    --connection.underWay;
}

void LoadGenerator::sendRequests(Connection& connection) {
    output_.clear();
    while (connection.underWay < connection.ring.size() && sent_ < plan_.requestsMax &&
           phase_ != Phase::draining) {
        std::size_t slot = connection.oldest + connection.underWay;
        slot = slot < connection.ring.size() ? slot : slot - connection.ring.size();
        Request& request = connection.ring[slot];
        source_.next(request, nowWallNs_);
        request.sentMonotonicNs = nowMonotonicNs_;
        dialect_.appendRequest(output_, request);
        ++connection.underWay;
        ++sent_;
    }
    if (output_.empty()) {
        return;
    }
    connection.unsent += output_;
    flush(connection);
}

void LoadGenerator::flush(Connection& connection) {
    if (connection.unsent.empty()) {
        return;
    }
    const ssize_t sent = send(connection.socket.number(), connection.unsent.data(),
                              connection.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        failWithErrno("cannot send");
    }
    if (sent > 0) {
        connection.unsent.erase(0, static_cast<std::size_t>(sent));
    }
    const auto index = static_cast<std::size_t>(&connection - connections_.data());
    // In the closed loop the socket's buffer has room nearly always; only what is left waits.
    const bool waits = !connection.unsent.empty();
    if (waits != connection.waiting) {
        watch(epoll_.number(), EPOLL_CTL_MOD, connection.socket.number(),
              waits ? EPOLLIN | EPOLLOUT : EPOLLIN, index);
        connection.waiting = waits;
    }
}

void LoadGenerator::advance(std::int64_t nowNs) {
    if (phase_ == Phase::warmingUp && nowNs - phaseStartNs_ >= plan_.warmUpNs) {
        beginMeasuring(nowNs);
    } else if (phase_ == Phase::measuring && plan_.measureNs > 0 &&
               nowNs - phaseStartNs_ >= plan_.measureNs) {
        endMeasuring(nowNs);
    }
}

void LoadGenerator::beginMeasuring(std::int64_t nowNs) {
    phase_ = Phase::measuring;
    phaseStartNs_ = nowNs;
    report_.serverTime = serverTime();
    report_.ownTime = processorTime(getpid());
}

void LoadGenerator::endMeasuring(std::int64_t nowNs) {
    phase_ = Phase::draining;
    report_.durationNs = nowNs - phaseStartNs_;
    report_.serverTime = serverTime() - report_.serverTime;
    report_.ownTime = processorTime(getpid()) - report_.ownTime;
}

ProcessorTime LoadGenerator::serverTime() const {
    return plan_.serverProcess > 0 ? processorTime(plan_.serverProcess) : ProcessorTime();
}

}  // namespace herd::bench
