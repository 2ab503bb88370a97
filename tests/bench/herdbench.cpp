// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sysexits.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/churnload.h"
#include "tests/bench/failure.h"
#include "tests/bench/figures.h"
#include "tests/bench/floodlatency.h"
#include "tests/bench/loadgenerator.h"
#include "tests/bench/memory.h"
#include "tests/bench/options.h"
#include "tests/bench/placesload.h"
#include "tests/bench/returningnode.h"
#include "tests/bench/sampleherd.h"
#include "tests/bench/socket.h"
#include "tests/bench/statistics.h"
#include "tests/bench/steadyreports.h"

namespace {

using herd::bench::Failure;
using herd::bench::Figures;
using herd::bench::Options;

constexpr const char* usage =
    R"(herd-bench [MODE] [OPTION VALUE]...  Every answer is verified; exit 1 at the first wrong one.

load (default)  --connect HOST:PORT [--connections 50] [--in-flight 1] [--seconds 5] [--warm-up 0.5]
                [--clients 10000] [--requests N] [--server-name NAME] [--server-pid PID]
                [--idle-connections 0] [--protocol herd|redis] [--awake]
churn           --connect HOST:PORT --server-pid PID [--at-once 20] [--seconds 5] [--warm-up 0.5]
places          --connect HOST:PORT --server-pid PID [--in-flight 16] [--radius 10] [--bound 5]
                [--seconds 5] [--warm-up 0.5]
memory          --connect HOST:PORT --server-pid PID [--clients 1000000] [--sample 1000] [--still 1]
idle            --connect HOST:PORT --server-pid PID [--connections 2000] [--still 1]
flood           --server PROGRAM [--rounds 200] [--gap-us 0]
converge        --server PROGRAM [--rounds 1000] [--rate 20000] [--gap-us 500]
restart         --server PROGRAM [--clients 1000000] [--sample 1000]
rejoin          --server PROGRAM [--clients 1000000] [--sample 1000]
quantiles       numbers on stdin: prints first quartile, median, third quartile

everywhere      [--cpu K] [--json]
)";

constexpr double countMax = 99'000'000;

std::int64_t nanoseconds(double seconds) {
    return static_cast<std::int64_t>(seconds * 1e9);
}

double seconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e9;
}

pid_t serverProcess(const Options& options) {
    return static_cast<pid_t>(options.number("--server-pid", 0, 1, 1e9));
}

herd::bench::MemoryPlan memoryPlan(const Options& options) {
    herd::bench::MemoryPlan plan;
    plan.server = herd::bench::parseAddress(options.required("--connect"));
    static_cast<void>(options.required("--server-pid"));
    plan.serverProcess = serverProcess(options);
    plan.stillNs = nanoseconds(options.number("--still", 1, 0, 1e3));
    return plan;
}

std::unique_ptr<herd::bench::Dialect> dialectOf(const Options& options) {
    const std::string protocol = options.text("--protocol", "herd");
    if (protocol == "redis") {
        return herd::bench::makeRedisDialect();
    }
    if (protocol != "herd") {
        throw Failure("--protocol must be herd or redis");
    }
    return herd::bench::makeHerdDialect(options.text("--server-name"));
}

Figures load(const std::vector<std::string>& arguments) {
    const Options options(arguments,
                          {"--connect", "--connections", "--in-flight", "--seconds", "--warm-up",
                           "--clients", "--requests", "--server-name", "--server-pid", "--cpu",
                           "--idle-connections", "--protocol"},
                          {"--awake", "--json"});
    herd::bench::LoadPlan plan;
    plan.server = herd::bench::parseAddress(options.required("--connect"));
    plan.connections = static_cast<int>(options.number("--connections", 50, 1, 100'000));
    plan.idleConnections = static_cast<int>(options.number("--idle-connections", 0, 0, 100'000));
    plan.inFlight = static_cast<int>(options.number("--in-flight", 1, 1, 100'000));
    plan.clients = static_cast<std::uint64_t>(options.number("--clients", 10'000, 1, countMax));
    plan.serverProcess = serverProcess(options);
    plan.awake = options.has("--awake");
    plan.measureNs = nanoseconds(options.number("--seconds", 5, 0.001, 1e6));
    plan.warmUpNs = nanoseconds(options.number("--warm-up", 0.5, 0, 1e6));
    if (options.has("--requests")) {
        plan.requestsMax = static_cast<std::uint64_t>(options.number("--requests", 0, 1, 1e15));
        plan.measureNs = 0;
        plan.warmUpNs = 0;
    }
    herd::bench::raiseOpenFilesLimit();
    const std::unique_ptr<herd::bench::Dialect> dialect = dialectOf(options);
    const herd::bench::LoadReport report = herd::bench::LoadGenerator(plan, *dialect).run();

    const auto count = static_cast<double>(report.latencies.count());
    const double duration = seconds(report.durationNs);
    const auto microseconds = [&report](double quantile) {
        return static_cast<double>(report.latencies.quantileNs(quantile)) / 1'000;
    };
    Figures figures;
    figures.add("verified", static_cast<double>(report.verified), 0);
    figures.add("seconds", duration, 3);
    figures.add("rate_per_s", count / duration, 0);
    figures.add("p50_us", microseconds(0.5), 1);
    figures.add("p99_us", microseconds(0.99), 1);
    figures.add("max_us", static_cast<double>(report.latencies.maxNs()) / 1'000, 1);
    if (plan.serverProcess > 0) {
        const auto& [userS, systemS] = report.serverTime;
        figures.add("server_cpu_us_per_request", (userS + systemS) / count * 1e6, 3);
        figures.add("server_user_us_per_request", userS / count * 1e6, 3);
        figures.add("server_system_us_per_request", systemS / count * 1e6, 3);
        figures.add("server_busy_percent", (userS + systemS) / duration * 100, 1);
    }
    const auto& [userS, systemS] = report.ownTime;
    figures.add("load_busy_percent", (userS + systemS) / duration * 100, 1);
    return figures;
}

Figures churn(const std::vector<std::string>& arguments) {
    const Options options(
        arguments, {"--connect", "--server-pid", "--at-once", "--seconds", "--warm-up", "--cpu"},
        {"--json"});
    herd::bench::ChurnPlan plan;
    plan.server = herd::bench::parseAddress(options.required("--connect"));
    static_cast<void>(options.required("--server-pid"));
    plan.serverProcess = serverProcess(options);
    plan.atOnce = static_cast<int>(options.number("--at-once", 20, 1, 10'000));
    plan.measureNs = nanoseconds(options.number("--seconds", 5, 0.001, 1e6));
    plan.warmUpNs = nanoseconds(options.number("--warm-up", 0.5, 0, 1e6));
    return herd::bench::measureChurn(plan);
}

Figures places(const std::vector<std::string>& arguments) {
    const Options options(arguments,
                          {"--connect", "--server-pid", "--in-flight", "--radius", "--bound",
                           "--seconds", "--warm-up", "--cpu"},
                          {"--json"});
    herd::bench::PlacesPlan plan;
    plan.server = herd::bench::parseAddress(options.required("--connect"));
    static_cast<void>(options.required("--server-pid"));
    plan.serverProcess = serverProcess(options);
    plan.inFlight = static_cast<int>(options.number("--in-flight", 16, 1, 10'000));
    plan.radiusKilometres = static_cast<int>(options.number("--radius", 10, 1, 50));
    plan.bound = static_cast<int>(options.number("--bound", 5, 1, 20));
    plan.measureNs = nanoseconds(options.number("--seconds", 5, 0.001, 1e6));
    plan.warmUpNs = nanoseconds(options.number("--warm-up", 0.5, 0, 1e6));
    return herd::bench::measurePlaces(plan);
}

Figures memory(const std::vector<std::string>& arguments) {
    const Options options(
        arguments, {"--connect", "--server-pid", "--clients", "--sample", "--still", "--cpu"},
        {"--json"});
    herd::bench::MemoryPlan plan = memoryPlan(options);
    plan.clients = static_cast<std::uint64_t>(options.number("--clients", 1e6, 1, countMax));
    plan.sample = static_cast<std::uint64_t>(options.number("--sample", 1'000, 0, 1e6));
    return herd::bench::measureClientMemory(plan);
}

Figures idle(const std::vector<std::string>& arguments) {
    const Options options(
        arguments, {"--connect", "--server-pid", "--connections", "--still", "--cpu"}, {"--json"});
    herd::bench::MemoryPlan plan = memoryPlan(options);
    plan.connections =
        static_cast<std::int64_t>(options.number("--connections", 2'000, 1, 100'000));
    return herd::bench::measureConnectionMemory(plan);
}

Figures flood(const std::vector<std::string>& arguments) {
    const Options options(arguments, {"--server", "--rounds", "--gap-us", "--cpu"}, {"--json"});
    const int rounds = static_cast<int>(options.number("--rounds", 200, 1, 1e6));
    const double gapUs = options.number("--gap-us", 0, 0, 1e6);
    const herd::bench::SampleHerd herd(options.required("--server"));
    return herd::bench::FloodLatency(herd, nanoseconds(gapUs / 1e6)).measure(rounds);
}

/// How long a report takes to each of the five nodes while one of them gets many.
Figures converge(const std::vector<std::string>& arguments) {
    const Options options(arguments, {"--server", "--rounds", "--rate", "--gap-us", "--cpu"},
                          {"--json"});
    const int rounds = static_cast<int>(options.number("--rounds", 1'000, 1, 1e6));
    const int rate = static_cast<int>(options.number("--rate", 20'000, 1, 1e6));
    const double gapUs = options.number("--gap-us", 500, 0, 1e6);
    const herd::bench::SampleHerd herd(options.required("--server"));
    constexpr std::size_t loaded = herd::bench::SampleHerd::size - 1;
    herd::bench::SteadyReports reports(herd.clientAddress(loaded), rate);
    Figures figures =
        herd::bench::FloodLatency(herd, nanoseconds(gapUs / 1e6)).measure(rounds, loaded);
    reports.stop();
    figures.add("reports_verified", static_cast<double>(reports.verified()), 0);
    figures.add("reports_per_s", reports.reportsPerS(), 0);
    return figures;
}

herd::bench::ReturnPlan returnPlan(const std::vector<std::string>& arguments) {
    const Options options(arguments, {"--server", "--clients", "--sample", "--cpu"}, {"--json"});
    herd::bench::ReturnPlan plan;
    plan.program = options.required("--server");
    plan.clients = static_cast<std::uint64_t>(options.number("--clients", 1e6, 1, countMax));
    plan.sample = static_cast<std::uint64_t>(options.number("--sample", 1'000, 0, 1e6));
    return plan;
}

Figures restart(const std::vector<std::string>& arguments) {
    return herd::bench::measureRestart(returnPlan(arguments));
}

Figures rejoin(const std::vector<std::string>& arguments) {
    return herd::bench::measureRejoin(returnPlan(arguments));
}

Figures quantiles(const std::vector<std::string>& arguments) {
    const Options options(arguments, {"--cpu"}, {"--json"});
    std::vector<double> samples;
    for (double sample = 0; std::cin >> sample;) {
        samples.push_back(sample);
    }
    if (!std::cin.eof() || samples.empty()) {
        throw Failure("numbers are needed on stdin");
    }
    Figures figures;
    figures.add("first_quartile", herd::bench::quantileOf(samples, 0.25), 3);
    figures.add("median", herd::bench::quantileOf(samples, 0.5), 3);
    figures.add("third_quartile", herd::bench::quantileOf(samples, 0.75), 3);
    return figures;
}

struct Mode {
    const char* name;
    Figures (*measure)(const std::vector<std::string>& arguments);
};

constexpr Mode modes[] = {
    {"load", load},     {"churn", churn},         {"places", places},     {"memory", memory},
    {"idle", idle},     {"flood", flood},         {"converge", converge}, {"restart", restart},
    {"rejoin", rejoin}, {"quantiles", quantiles},
};

/// Options that every mode has; what they mean to one mode is its own affair.
void pin(const std::vector<std::string>& arguments) {
    for (std::size_t index = 0; index + 1 < arguments.size(); ++index) {
        if (arguments[index] == "--cpu") {
            const Options options({arguments[index], arguments[index + 1]}, {"--cpu"});
            herd::bench::pinToProcessor(static_cast<int>(options.number("--cpu", -1, 0, 1'023)));
        }
    }
}

int run(std::vector<std::string> arguments) {
    std::string name = "load";
    if (!arguments.empty() && !arguments.front().starts_with("--")) {
        name = arguments.front();
        arguments.erase(arguments.begin());
    }
    for (const Mode& mode : modes) {
        if (name == mode.name) {
            pin(arguments);
            const Figures figures = mode.measure(arguments);
            const bool json =
                std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
            std::cout << (json ? figures.json() : figures.table()) << std::flush;
            return 0;
        }
    }
    std::cerr << usage;
    return EX_USAGE;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        return run({arguments + 1, arguments + count});
    } catch (const Failure& failure) {
        std::cerr << "herd-bench: " << failure.what() << '\n';
        return 1;
    }
}
