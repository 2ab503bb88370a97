// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <string>
#include <thread>

#include "tests/bench/answercheck.h"
#include "tests/bench/descriptor.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/socket.h"

namespace herd::bench {

/// Reports to one node at a steady pace, whatever its answers take, while something else is
/// measured. Verifies every answer. In a thread of its own, from construction to stop().
class SteadyReports {
  public:
    static constexpr std::uint64_t firstClient = 1'000'000;
    static constexpr std::uint64_t clients = 10'000;

    SteadyReports(const Address& server, int reportsPerS);
    ~SteadyReports();
    SteadyReports(const SteadyReports&) = delete;
    SteadyReports& operator=(const SteadyReports&) = delete;

    /// Waits for the last answer. Throws what went wrong in the thread, if anything did.
    void stop();

    // After stop():
    [[nodiscard]] std::uint64_t verified() const { return verified_; }
    /// Less than asked for when node or machine did not keep up.
    [[nodiscard]] double reportsPerS() const { return reportsPerS_; }

  private:
    void run();
    void sendDue(std::uint64_t due);
    void takeAnswers();

    int wantedPerS_;
    Descriptor socket_;
    RequestSource source_;
    AnswerCheck check_;
    std::deque<Request> underWay_;
    std::string received_;
    std::uint64_t sent_ = 0;
    std::uint64_t verified_ = 0;
    double reportsPerS_ = 0;
    std::exception_ptr failure_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace herd::bench
