// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/serverprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "tests/bench/clock.h"
#include "tests/bench/failure.h"

namespace herd::bench {

namespace {

constexpr std::int64_t readyPatienceNs = 10 * nanosecondsPerSecond;
constexpr int endPatienceMs = 5'000;
constexpr int cannotRun = 127;

/// In the child, between fork and exec: system calls only.
[[noreturn]] void becomeServer(char* const* arguments, int output, int errors) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execv(arguments[0], arguments);
    _exit(cannotRun);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
    path_ = (std::filesystem::temp_directory_path() / "herd-bench-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) {
        failWithErrno("cannot make " + path_);
    }
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

ServerProcess::ServerProcess(const std::vector<std::string>& command, const std::string& errorFile)
    : program_(command.front()), errorFile_(errorFile) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0) {
        failWithErrno("cannot make a pipe");
    }
    output_ = Descriptor(ends[0]);
    const Descriptor childOutput(ends[1]);
    const Descriptor errors(
        open(errorFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (errors.number() < 0) {
        failWithErrno("cannot write " + errorFile);
    }
    std::vector<std::string> copy = command;
    std::vector<char*> arguments;
    for (std::string& argument : copy) {
        arguments.push_back(argument.data());
    }
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
        becomeServer(arguments.data(), childOutput.number(), errors.number());
    }
    if (process_ < 0) {
        failWithErrno("cannot start " + program_);
    }
}

ServerProcess::~ServerProcess() {
    kill(process_, SIGTERM);
    const Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, process_, 0)));
    pollfd ended{handle.number(), POLLIN, 0};
    if (handle.number() < 0 || poll(&ended, 1, endPatienceMs) <= 0) {
        kill(process_, SIGKILL);
    }
    waitpid(process_, nullptr, 0);
}

void ServerProcess::awaitReady() {
    std::istringstream words(readLine());
    std::string word;
    words >> word;
    if (word != "ready") {
        throw Failure(program_ + " did not say ready, but: " + words.str());
    }
    while (words >> word) {
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos) {
            ready_[word.substr(0, equals)] = word.substr(equals + 1);
        }
    }
}

std::string ServerProcess::readLine() {
    const std::int64_t endNs = monotonicNs() + readyPatienceNs;
    std::string line;
    while (!line.ends_with('\n')) {
        const std::int64_t leftMs = (endNs - monotonicNs()) / 1'000'000;
        pollfd waiting{output_.number(), POLLIN, 0};
        char byte = 0;
        const bool readable = leftMs > 0 && poll(&waiting, 1, static_cast<int>(leftMs)) > 0;
        if (!readable || read(output_.number(), &byte, 1) != 1) {
            throw Failure(program_ + " did not become ready; see " + errorFile_);
        }
        line += byte;
    }
    return line;
}

std::uint16_t ServerProcess::port(const std::string& key) const {
    const auto found = ready_.find(key);
    std::uint16_t port = 0;
    if (found != ready_.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), port);
    }
    if (port == 0) {
        throw Failure(program_ + " named no " + key + " port");
    }
    return port;
}

}  // namespace herd::bench
