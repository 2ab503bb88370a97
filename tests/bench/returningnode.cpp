// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/returningnode.h"

#include <chrono>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "tests/bench/adminquestion.h"
#include "tests/bench/clock.h"
#include "tests/bench/failure.h"
#include "tests/bench/loadgenerator.h"
#include "tests/bench/queryconnection.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/serverprocess.h"

namespace herd::bench {

namespace {

constexpr std::int64_t arrivalPatienceNs = 300 * nanosecondsPerSecond;
/// Between two looks at how far a node is; each look costs it a little.
constexpr auto lookPause = std::chrono::milliseconds(5);
constexpr const char* awayName = "Away";
constexpr const char* homeName = "Home";

/// Two nodes, linked, that can be started and ended one by one; each has its data across starts.
/// The one that goes away dials, so that nobody's pause between attempts is measured.
class Pair {
  public:
    explicit Pair(std::string program) : program_(std::move(program)) {}

    [[nodiscard]] std::unique_ptr<ServerProcess> startHome() {
        std::unique_ptr<ServerProcess> home = start(homeName);
        homePeerPort_ = home->port("peer");
        return home;
    }

    [[nodiscard]] std::unique_ptr<ServerProcess> startAway() { return start(awayName); }

  private:
    std::unique_ptr<ServerProcess> start(const std::string& name) {
        const std::string path = directory_.path() + '/' + name;
        std::ofstream file(path + ".toml");
        file << "herd = \"bench\"\nlinks = [[\"" << awayName << "\", \"" << homeName << "\"]]\n";
        for (const char* const node : {awayName, homeName}) {
            file << "[node." << node << "]\nhost = \"127.0.0.1\"\nclient = 0\nadmin = 0\npeer = "
                 << (node == homeName ? homePeerPort_ : 0) << '\n';
        }
        file.close();
        if (!file) {
            throw Failure("cannot write " + path + ".toml");
        }
        auto node = std::make_unique<ServerProcess>(
            std::vector<std::string>{program_, "--name", name, "--config", path + ".toml", "--data",
                                     path},
            path + ".stderr");
        node->awaitReady();
        return node;
    }

    std::string program_;
    TemporaryDirectory directory_;
    std::uint16_t homePeerPort_ = 0;
};

Address portOf(const ServerProcess& node, const char* key) {
    return {"127.0.0.1", node.port(key)};
}

/// The AT lines of every so-manieth client.
std::vector<std::string> sampleOf(const ServerProcess& node, const ReturnPlan& plan) {
    QueryConnection connection(portOf(node, "client"));
    std::vector<std::string> lines;
    for (std::uint64_t index = 0; index < plan.sample; ++index) {
        const std::string client = clientId(index * plan.clients / plan.sample);
        const std::string answer =
            connection.ask("WHATSAT " + client + " 1 1", QueryConnection::patienceNs);
        lines.push_back(answer.substr(0, answer.find('\n')));
        if (!lines.back().starts_with("AT ") ||
            lines.back().find(' ' + client + ' ') == std::string::npos) {
            throw Failure("a node does not know " + client + ": " + lines.back());
        }
    }
    return lines;
}

void compare(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    for (std::size_t index = 0; index < before.size(); ++index) {
        if (before[index] != after[index]) {
            throw Failure("a node says " + after[index] + " instead of " + before[index]);
        }
    }
}

/// Waits until the node has so many clients; returns when that was.
std::int64_t awaitClients(const ServerProcess& node, std::uint64_t clients) {
    AdminQuestion admin(portOf(node, "admin"));
    const std::int64_t endNs = monotonicNs() + arrivalPatienceNs;
    while (admin.clients() < clients) {
        if (monotonicNs() > endNs) {
            throw Failure("a node did not get what it missed");
        }
        std::this_thread::sleep_for(lookPause);
    }
    return monotonicNs();
}

double seconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e9;
}

}  // namespace

Figures measureRestart(const ReturnPlan& plan) {
    Pair pair(plan.program);
    std::unique_ptr<ServerProcess> node = pair.startHome();
    const LoadReport filled = reportEachOnce(portOf(*node, "client"), 0, plan.clients);
    const std::vector<std::string> before = sampleOf(*node, plan);
    node.reset();

    const std::int64_t startNs = monotonicNs();
    node = pair.startHome();
    const std::int64_t readyNs = monotonicNs();
    const std::vector<std::string> after = sampleOf(*node, plan);
    compare(before, after);
    if (AdminQuestion(portOf(*node, "admin")).clients() != plan.clients) {
        throw Failure("a node has not all of its clients back");
    }
    Figures figures;
    figures.add("verified", static_cast<double>(filled.verified + 2 * plan.sample), 0);
    figures.add("clients", static_cast<double>(plan.clients), 0);
    figures.add("ready_s", seconds(readyNs - startNs), 3);
    return figures;
}

Figures measureRejoin(const ReturnPlan& plan) {
    Pair pair(plan.program);
    const std::unique_ptr<ServerProcess> home = pair.startHome();
    std::unique_ptr<ServerProcess> away = pair.startAway();
    // What both have, so that one goes on where it was and does not begin with nothing.
    const LoadReport shared = reportEachOnce(portOf(*home, "client"), plan.clients, 1);
    static_cast<void>(awaitClients(*away, 1));
    away.reset();
    const LoadReport missed = reportEachOnce(portOf(*home, "client"), 0, plan.clients);

    const std::int64_t startNs = monotonicNs();
    away = pair.startAway();
    const ProcessorTime before = processorTime(away->process());
    const std::int64_t readyNs = monotonicNs();
    const std::int64_t doneNs = awaitClients(*away, plan.clients + 1);
    const ProcessorTime after = processorTime(away->process());
    compare(sampleOf(*home, plan), sampleOf(*away, plan));

    const auto clients = static_cast<double>(plan.clients);
    const double processorS = after.userS + after.systemS - before.userS - before.systemS;
    Figures figures;
    figures.add("verified",
                static_cast<double>(shared.verified + missed.verified + 2 * plan.sample), 0);
    figures.add("clients", clients, 0);
    figures.add("rejoined_s", seconds(doneNs - startNs), 3);
    figures.add("applied_per_s", clients / seconds(doneNs - readyNs), 0);
    figures.add("server_cpu_us_per_stamp", processorS / clients * 1e6, 3);
    return figures;
}

}  // namespace herd::bench
