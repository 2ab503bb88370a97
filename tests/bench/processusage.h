// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace herd::bench {

/// Processor time a process has used in all its threads, in steps of the kernel's clock tick.
struct ProcessorTime {
    double userS = 0;
    double systemS = 0;
};

[[nodiscard]] ProcessorTime processorTime(pid_t process);

/// Bytes of memory the process holds at present.
[[nodiscard]] std::int64_t residentBytes(pid_t process);

/// The same once it has kept still for `stillNs`, so that work after the last answer (journal,
/// memory given back) is over. Gives up waiting after 15 s.
[[nodiscard]] std::int64_t settledResidentBytes(pid_t process, std::int64_t stillNs);

/// Waits until the process has at least `count` files open, 10 s at most.
void awaitOpenFiles(pid_t process, std::int64_t count);

[[nodiscard]] std::int64_t openFiles(pid_t process);

}  // namespace herd::bench
