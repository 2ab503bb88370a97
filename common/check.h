// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

namespace herd {

/// Prints the broken condition with its place on stderr and aborts.
[[noreturn]] void checkFailed(const char* condition, const char* file, int line);

}  // namespace herd

/// An invariant of our own. A broken one is a defect of the program: it ends the process, in every
/// build type. Never for input from outside.
#define HERD_CHECK(condition) \
    (static_cast<bool>(condition) ? void(0) : ::herd::checkFailed(#condition, __FILE__, __LINE__))
