// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/memory.h"

#include <memory>
#include <vector>

#include "tests/bench/answercheck.h"
#include "tests/bench/clock.h"
#include "tests/bench/failure.h"
#include "tests/bench/loadgenerator.h"
#include "tests/bench/queryconnection.h"
#include "tests/bench/requestsource.h"

namespace herd::bench {

namespace {

constexpr std::uint64_t warmUpClients = 1'000;

double mebibytes(std::int64_t bytes) {
    return static_cast<double>(bytes) / (1024 * 1024);
}

/// Asks for every so-manieth client between the first and the last.
void verifySample(const MemoryPlan& plan) {
    QueryConnection connection(plan.server);
    for (std::uint64_t index = 0; index < plan.sample; ++index) {
        const std::string client =
            clientId(warmUpClients + index * plan.clients / plan.sample % plan.clients);
        const std::string answer =
            connection.ask("WHATSAT " + client + " 1 1", QueryConnection::patienceNs);
        const std::string_view line = std::string_view(answer).substr(0, answer.find('\n'));
        if (!line.starts_with("AT ") || line.find(' ' + client + ' ') == std::string_view::npos) {
            throw Failure("the server does not know " + client + ": " + std::string(line));
        }
    }
}

}  // namespace

Figures measureClientMemory(const MemoryPlan& plan) {
    // What the connections and the first growth of every buffer cost is not the clients'.
    std::uint64_t verified = reportEachOnce(plan.server, 0, warmUpClients).verified;
    const std::int64_t before = settledResidentBytes(plan.serverProcess, plan.stillNs);
    const LoadReport filled = reportEachOnce(plan.server, warmUpClients, plan.clients);
    const std::int64_t atOnce = residentBytes(plan.serverProcess);
    const std::int64_t after = settledResidentBytes(plan.serverProcess, plan.stillNs);
    verifySample(plan);
    verified += filled.verified + plan.sample;

    const auto clients = static_cast<double>(plan.clients);
    Figures figures;
    figures.add("verified", static_cast<double>(verified), 0);
    figures.add("clients", clients, 0);
    figures.add("resident_before_mib", mebibytes(before), 1);
    figures.add("resident_after_mib", mebibytes(after), 1);
    figures.add("bytes_per_client", static_cast<double>(after - before) / clients, 1);
    figures.add("bytes_per_client_at_once", static_cast<double>(atOnce - before) / clients, 1);
    figures.add("fill_rate_per_s", clients / (static_cast<double>(filled.durationNs) / 1e9), 0);
    return figures;
}

Figures measureConnectionMemory(const MemoryPlan& plan) {
    raiseOpenFilesLimit();
    const std::uint64_t warmedUp = reportEachOnce(plan.server, 0, warmUpClients).verified;
    const std::int64_t before = settledResidentBytes(plan.serverProcess, plan.stillNs);
    const std::int64_t filesBefore = openFiles(plan.serverProcess);
    std::vector<std::unique_ptr<QueryConnection>> open;
    for (std::int64_t index = 0; index < plan.connections; ++index) {
        open.push_back(std::make_unique<QueryConnection>(plan.server));
    }
    awaitOpenFiles(plan.serverProcess, filesBefore + plan.connections);
    const std::int64_t silent = settledResidentBytes(plan.serverProcess, plan.stillNs);

    // Clients the server knows already, so that only the connections grow.
    RequestSource source(0, warmUpClients, RequestSource::Order::eachOnce);
    AnswerCheck check;
    Request request;
    for (const std::unique_ptr<QueryConnection>& connection : open) {
        source.next(request, wallNs());
        std::string answer =
            connection->ask("IAMAT " + std::string(request.text()), QueryConnection::patienceNs);
        answer.pop_back();
        const AnswerCheck::Verdict verdict = check.check(answer, request, wallNs());
        if (verdict != AnswerCheck::Verdict::right) {
            throw Failure(std::string("wrong answer, ") + describe(verdict) + ": " + answer);
        }
    }
    const std::int64_t talked = settledResidentBytes(plan.serverProcess, plan.stillNs);

    const auto count = static_cast<double>(plan.connections);
    Figures figures;
    figures.add("verified", static_cast<double>(warmedUp) + count, 0);
    figures.add("connections", count, 0);
    figures.add("bytes_per_silent_connection", static_cast<double>(silent - before) / count, 0);
    figures.add("bytes_per_talked_connection", static_cast<double>(talked - before) / count, 0);
    return figures;
}

}  // namespace herd::bench
