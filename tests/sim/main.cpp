// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/scenario.h"
#include "tests/sim/trace.h"
#include "tests/sim/world.h"

namespace {

using namespace herd::sim;

constexpr int exitFailed = 3;  ///< apart from what crashes and sanitizers give
constexpr int exitUsage = 64;

constexpr const char* usage =
    "Usage: sim [OPTION...]\n"
    "Runs herds of the shipping core in virtual time, one for each seed, until one goes wrong.\n"
    "  --seeds FROM..TO  these seeds, both included (1..2000)\n"
    "  --seed S          one seed\n"
    "  --nodes N         herds of N nodes, 2 or more, instead of what the seed says\n"
    "  --long            herds of 13 to 500 nodes\n"
    "  --seconds N       stop after so much time, whatever is left\n"
    "  --quick           what the test suite runs; more of it with HERD_TEST_LONG=1\n"
    "  --trace           print everything that happens\n"
    "  --fingerprint     print one number for everything that happens\n"
    "  --every-tick      also do the timer's ticks that are known to do nothing\n"
    "  --help            this text\n"
    "Exit code 3: a seed failed. The same seed and options give the same run, byte for byte.\n";

/// Seeds that failed once, with what was wrong. They mean the same as long as scenarios are drawn
/// in the same way.
constexpr std::uint64_t failedOnce[] = {
    412'724,  // of the simulator: a node that had lost all links did not tick, nothing expired
};

struct Options {
    std::uint64_t firstSeed = 1;
    std::uint64_t lastSeed = 2'000;
    ScenarioOptions scenario;
    std::int64_t secondsMax = 0;  ///< 0: no limit
    bool quick = false;
    bool trace = false;
    bool fingerprint = false;
    bool everyTick = false;
};

/// What a broken invariant of the core, which ends the process, tells of the run.
char runText[64] = "";

void onAbort(int) {
    const auto ignored = ::write(STDERR_FILENO, runText, std::strlen(runText));
    static_cast<void>(ignored);
}

template <typename Number>
std::optional<Number> parseNumber(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool read = error == std::errc() && end == text.data() + text.size();
    return read ? std::optional(number) : std::nullopt;
}

bool parseSeeds(std::string_view text, Options& options) {
    const std::size_t dots = text.find("..");
    const auto first = parseNumber<std::uint64_t>(text.substr(0, dots));
    const auto last =
        dots == std::string_view::npos ? first : parseNumber<std::uint64_t>(text.substr(dots + 2));
    options.firstSeed = first.value_or(0);
    options.lastSeed = last.value_or(0);
    return first && last && *first <= *last;
}

/// As many runs as a suite has time for: seconds, or a quarter of an hour.
void setQuick(Options& options) {
    const char* const wish = std::getenv("HERD_TEST_LONG");
    const bool isLong = wish != nullptr && std::string_view(wish) == "1";
    const std::uint64_t runs = options.scenario.large ? 40 : 8'000;
    options.lastSeed = isLong ? 50 * runs : runs;
    options.secondsMax = isLong ? 900 : 40;
}

/// Takes an option with its value; false when that is none.
bool takeValue(std::string_view name, std::string_view value, Options& options) {
    if (name == "--seed" || name == "--seeds") {
        return parseSeeds(value, options);
    }
    if (name == "--nodes") {
        options.scenario.nodes = parseNumber<int>(value).value_or(0);
        return options.scenario.nodes >= 2 && options.scenario.nodes <= 1'000;
    }
    if (name == "--seconds") {
        options.secondsMax = parseNumber<std::int64_t>(value).value_or(0);
        return options.secondsMax > 0;
    }
    return false;
}

bool takeFlag(std::string_view name, Options& options) {
    if (name == "--long") {
        options.scenario.large = true;
    } else if (name == "--quick") {
        options.quick = true;
    } else if (name == "--trace") {
        options.trace = true;
    } else if (name == "--fingerprint") {
        options.fingerprint = true;
    } else if (name == "--every-tick") {
        options.everyTick = true;
    } else {
        return false;
    }
    return true;
}

std::optional<Options> parseOptions(int count, char** words) {
    Options options;
    for (int at = 1; at < count; ++at) {
        if (takeFlag(words[at], options)) {
            continue;
        }
        if (at + 1 == count || !takeValue(words[at], words[at + 1], options)) {
            return std::nullopt;
        }
        ++at;
    }
    if (options.quick) {
        setQuick(options);
    }
    return options;
}

/// What is to be said of all runs at the end.
struct Totals {
    std::uint64_t runs = 0;
    std::uint64_t events = 0;
    std::int64_t slowestSettleUs = 0;
    std::uint64_t slowestSeed = 0;
    std::size_t nodesMost = 0;
};

/// Whether the run of this seed went well.
bool runSeed(std::uint64_t seed, const Options& options, Trace& trace, Totals& totals) {
    std::snprintf(runText, sizeof runText, "in the run of seed %llu\n",
                  static_cast<unsigned long long>(seed));
    const Scenario scenario = makeScenario(seed, options.scenario);
    World world(scenario, trace, options.everyTick);
    world.run();
    ++totals.runs;
    totals.events += world.events();
    totals.nodesMost = std::max(totals.nodesMost, scenario.names.size());
    if (world.settledUs() > totals.slowestSettleUs) {
        totals.slowestSettleUs = world.settledUs();
        totals.slowestSeed = seed;
    }
    if (world.failed()) {
        std::printf("seed %llu, %zu nodes, failed at %.6f s after %llu runs: %s\n",
                    static_cast<unsigned long long>(seed), scenario.names.size(),
                    static_cast<double>(world.nowUs()) / 1e6,
                    static_cast<unsigned long long>(totals.runs), world.failure().c_str());
    }
    return !world.failed();
}

void printTotals(const Totals& totals, double seconds) {
    const double busySeconds = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    std::printf("%llu runs without a failure in %.1f s, %.0f for each second of the processor\n",
                static_cast<unsigned long long>(totals.runs), seconds,
                static_cast<double>(totals.runs) / busySeconds);
    std::printf("%.0f events a run, at most %zu nodes; settled within %.1f s (seed %llu)\n",
                static_cast<double>(totals.events) / static_cast<double>(totals.runs),
                totals.nodesMost, static_cast<double>(totals.slowestSettleUs) / 1e6,
                static_cast<unsigned long long>(totals.slowestSeed));
}

int run(const Options& options) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    Trace trace(options.trace, options.trace || options.fingerprint);
    Totals totals;
    for (std::uint64_t seed = options.firstSeed; seed <= options.lastSeed; ++seed) {
        if (!runSeed(seed, options, trace, totals)) {
            return exitFailed;
        }
        if (options.secondsMax > 0 &&
            Clock::now() - begin > std::chrono::seconds(options.secondsMax)) {
            std::printf("time is over after seed %llu\n", static_cast<unsigned long long>(seed));
            break;
        }
    }
    for (const std::uint64_t seed : failedOnce) {
        if (options.quick && !options.scenario.large && !runSeed(seed, options, trace, totals)) {
            return exitFailed;
        }
    }
    if (options.fingerprint) {
        std::printf("fingerprint %016llx\n", static_cast<unsigned long long>(trace.fingerprint()));
    }
    printTotals(totals, std::chrono::duration<double>(Clock::now() - begin).count());
    return EXIT_SUCCESS;
}

}  // namespace

int main(int count, char** words) {
    if (count == 2 && std::string_view(words[1]) == "--help") {
        std::fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    const std::optional<Options> options = parseOptions(count, words);
    if (!options) {
        std::fputs(usage, stderr);
        return exitUsage;
    }
    // A table's memory is taken and given back at each run: keep it rather than ask the system.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    std::signal(SIGABRT, onAbort);
    return run(*options);
}
