// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/processusage.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/bench/clock.h"
#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr auto lookAgainAfter = std::chrono::milliseconds(50);
constexpr std::int64_t settlePatienceNs = 15 * nanosecondsPerSecond;
constexpr std::int64_t openPatienceNs = 10 * nanosecondsPerSecond;

std::string entryOf(pid_t process, const char* name) {
    return "/proc/" + std::to_string(process) + "/" + name;
}

std::ifstream openEntry(pid_t process, const char* name) {
    std::ifstream entry(entryOf(process, name));
    if (!entry) {
        throw Failure("no process " + std::to_string(process));
    }
    return entry;
}

}  // namespace

ProcessorTime processorTime(pid_t process) {
    std::ifstream entry = openEntry(process, "stat");
    std::string line;
    std::getline(entry, line);
    // The second field is the program's name in brackets and may hold anything.
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) {
        fields >> skipped;
    }
    double userTicks = 0;
    double systemTicks = 0;
    if (!(fields >> userTicks >> systemTicks)) {
        throw Failure("cannot read the processor time of " + std::to_string(process));
    }
    const auto ticksPerSecond = static_cast<double>(sysconf(_SC_CLK_TCK));
    return {userTicks / ticksPerSecond, systemTicks / ticksPerSecond};
}

std::int64_t residentBytes(pid_t process) {
    std::ifstream entry = openEntry(process, "status");
    std::string word;
    while (entry >> word) {
        std::int64_t kibibytes = 0;
        if (word == "VmRSS:" && entry >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    throw Failure("cannot read the memory of " + std::to_string(process));
}

std::int64_t settledResidentBytes(pid_t process, std::int64_t stillNs) {
    const std::int64_t startNs = monotonicNs();
    std::int64_t bytes = residentBytes(process);
    std::int64_t sinceNs = startNs;
    std::int64_t nowNs = startNs;
    while (nowNs - sinceNs < stillNs && nowNs - startNs < settlePatienceNs) {
        std::this_thread::sleep_for(lookAgainAfter);
        nowNs = monotonicNs();
        if (const std::int64_t latest = residentBytes(process); latest != bytes) {
            bytes = latest;
            sinceNs = nowNs;
        }
    }
    return bytes;
}

std::int64_t openFiles(pid_t process) {
    std::error_code error;
    std::int64_t count = 0;
    for (std::filesystem::directory_iterator file(entryOf(process, "fd"), error), end;
         !error && file != end; file.increment(error)) {
        ++count;
    }
    if (error) {
        throw Failure("cannot count the open files of " + std::to_string(process));
    }
    return count;
}

void awaitOpenFiles(pid_t process, std::int64_t count) {
    const std::int64_t startNs = monotonicNs();
    while (openFiles(process) < count) {
        if (monotonicNs() - startNs > openPatienceNs) {
            throw Failure("the server has not accepted all connections");
        }
        std::this_thread::sleep_for(lookAgainAfter);
    }
}

}  // namespace herd::bench
