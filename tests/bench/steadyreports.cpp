// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/steadyreports.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "tests/bench/clock.h"
#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr auto pace = std::chrono::milliseconds(1);
/// Beyond that the node is not asked for more, so that both ends of the connection keep reading.
constexpr std::size_t underWayMax = 1'000;
constexpr std::int64_t lastAnswerPatienceNs = 10 * nanosecondsPerSecond;

}  // namespace

SteadyReports::SteadyReports(const Address& server, int reportsPerS)
    : wantedPerS_(reportsPerS),
      socket_(connectTo(server)),
      source_(firstClient, clients, RequestSource::Order::random),
      thread_(&SteadyReports::run, this) {}

SteadyReports::~SteadyReports() {
    stopping_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

void SteadyReports::stop() {
    stopping_ = true;
    thread_.join();
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

void SteadyReports::run() {
    try {
        const std::int64_t startNs = monotonicNs();
        std::int64_t nowNs = startNs;
        while (!stopping_) {
            const double elapsedS = static_cast<double>(nowNs - startNs) / 1e9;
            sendDue(static_cast<std::uint64_t>(elapsedS * wantedPerS_));
            takeAnswers();
            std::this_thread::sleep_for(pace);
            nowNs = monotonicNs();
        }
        reportsPerS_ = static_cast<double>(sent_) * 1e9 / static_cast<double>(nowNs - startNs);
        while (!underWay_.empty()) {
            if (monotonicNs() - nowNs > lastAnswerPatienceNs) {
                throw Failure("reports at a steady pace are not answered");
            }
            takeAnswers();
            std::this_thread::sleep_for(pace);
        }
    } catch (...) {
        failure_ = std::current_exception();
    }
}

void SteadyReports::sendDue(std::uint64_t due) {
    std::string lines;
    const std::int64_t nowNs = wallNs();
    for (; sent_ < due && underWay_.size() < underWayMax; ++sent_) {
        Request& request = underWay_.emplace_back();
        source_.next(request, nowNs);
        lines.append("IAMAT ").append(request.text()).append(1, '\n');
    }
    sendAll(socket_, lines);
}

void SteadyReports::takeAnswers() {
    std::array<char, 64 * 1024> input;
    const ssize_t got = recv(socket_.number(), input.data(), input.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        throw Failure("the server closed a connection");
    }
    received_.append(input.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    std::size_t begin = 0;
    for (std::size_t end = received_.find('\n'); end != std::string::npos;
         end = received_.find('\n', begin)) {
        const std::string line = received_.substr(begin, end - begin);
        begin = end + 1;
        const AnswerCheck::Verdict verdict = underWay_.empty()
                                                 ? AnswerCheck::Verdict::notAnAnswer
                                                 : check_.check(line, underWay_.front(), wallNs());
        if (verdict != AnswerCheck::Verdict::right) {
            throw Failure(std::string("wrong answer, ") + describe(verdict) + ": " + line);
        }
        underWay_.pop_front();
        ++verified_;
    }
    received_.erase(0, begin);
}

}  // namespace herd::bench
