// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/descriptor.h"

namespace herd::bench {

/// A directory of its own under the system's temporary one, removed with all in it.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// One server, started as its own program and ended with this object: asked first, killed after
/// five seconds. It dies with the bench whatever becomes of that. Its stderr goes to a file.
class ServerProcess {
  public:
    /// `command`: the program and its arguments.
    ServerProcess(const std::vector<std::string>& command, const std::string& errorFile);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Waits for the server's `ready key=value …` line, ten seconds at most.
    void awaitReady();

    pid_t process() const { return process_; }

    /// A port the ready line named (`client`).
    [[nodiscard]] std::uint16_t port(const std::string& key) const;

  private:
    std::string readLine();

    std::string program_;
    std::string errorFile_;
    pid_t process_ = -1;
    Descriptor output_;
    std::map<std::string, std::string> ready_;
};

}  // namespace herd::bench
