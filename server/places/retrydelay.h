// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace herd {

/// How long to wait after the `triesDone`-th try (1 and up): `first`, doubled with each try, times
/// 0.75 to 1.25 as `dice` in [0, 1) falls, so that askers do not come back in step.
[[nodiscard]] inline std::chrono::milliseconds retryDelay(std::chrono::milliseconds first,
                                                          int triesDone, double dice) {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    double factor = 0.75 + dice / 2;
    for (int done = 1; done < triesDone; ++done) {
        factor *= 2;
    }
    return std::chrono::round<std::chrono::milliseconds>(Milliseconds(first) * factor);
}

}  // namespace herd
