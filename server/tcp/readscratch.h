// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace herd {

/// Room that all connections of a thread use by turns: their lines are looked at in place. What a
/// connection leaves here is gone when it returns to the event loop.
struct ReadScratch {
    std::array<char, 64 * 1024> bytes;
    std::vector<std::string_view> lines;

    /// The calling thread's own.
    [[nodiscard]] static ReadScratch& ofThread() {
        thread_local ReadScratch scratch;
        return scratch;
    }
};

}  // namespace herd
