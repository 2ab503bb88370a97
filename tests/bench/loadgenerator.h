// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/descriptor.h"
#include "tests/bench/dialect.h"
#include "tests/bench/processusage.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/socket.h"
#include "tests/bench/statistics.h"

namespace herd::bench {

struct LoadPlan {
    Address server;
    int connections = 50;
    int idleConnections = 0;     ///< opened before the others, and silent
    int inFlight = 1;            ///< requests without an answer on each connection
    std::int64_t warmUpNs = 0;   ///< answers before that are verified but not in the figures
    std::int64_t measureNs = 0;  ///< 0: no end but requestsMax
    std::uint64_t requestsMax = UINT64_MAX;
    std::uint64_t firstClient = 0;
    std::uint64_t clients = 10'000;
    RequestSource::Order order = RequestSource::Order::random;
    pid_t serverProcess = 0;  ///< 0: its processor time is not known
    bool awake = false;  ///< looks for answers all the time: what waking up takes is not counted
};

/// Of the measured time, but for `verified`, which counts every answer from the first to the last.
struct LoadReport {
    LatencyHistogram latencies;
    std::int64_t durationNs = 0;
    ProcessorTime serverTime;
    ProcessorTime ownTime;
    std::uint64_t verified = 0;
};

/// Loads one server in a closed loop: each connection always has `inFlight` requests under way and
/// sends the next when an answer comes, all that are due in one piece. Every answer is compared
/// with its request; the first wrong one, a closed connection or ten seconds without any is a
/// Failure. One thread, one epoll.
class LoadGenerator {
  public:
    LoadGenerator(const LoadPlan& plan, Dialect& dialect);

    /// Connects, loads, waits for the last answer. Once.
    [[nodiscard]] LoadReport run();

  private:
    struct Connection {
        Descriptor socket;
        std::vector<Request> ring;  ///< the requests under way, in the order of sending
        std::size_t oldest = 0;
        std::size_t underWay = 0;
        std::string kept;  ///< the beginning of an answer
        std::string unsent;
        bool waiting = false;  ///< for room to send
    };

    void open();
    void readAnswers(Connection& connection);
    void takeAnswer(Connection& connection, std::string_view line);
    void sendRequests(Connection& connection);
    void flush(Connection& connection);
    void advance(std::int64_t nowNs);
    void beginMeasuring(std::int64_t nowNs);
    void endMeasuring(std::int64_t nowNs);
    ProcessorTime serverTime() const;

    enum class Phase { warmingUp, measuring, draining };

    LoadPlan plan_;
    RequestSource source_;
    Dialect& dialect_;
    LoadReport report_;
    Phase phase_ = Phase::warmingUp;
    std::int64_t phaseStartNs_ = 0;
    std::int64_t nowMonotonicNs_ = 0;
    std::int64_t nowWallNs_ = 0;
    std::uint64_t sent_ = 0;
    Descriptor epoll_;
    std::vector<Descriptor> idle_;
    std::vector<Connection> connections_;
    std::vector<char> input_;
    std::string output_;
};

/// Each of so many clients reports once, over 50 connections.
LoadReport reportEachOnce(const Address& server, std::uint64_t firstClient, std::uint64_t clients);

}  // namespace herd::bench
