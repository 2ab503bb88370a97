// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/sourceaddresses.h"

namespace herd::bench {

std::uint32_t SourceAddresses::next() {
    constexpr std::uint32_t first = 127U << 24 | 1U << 16 | 1;
    if (!own_) {
        return 0;
    }
    const std::uint32_t address = first + connections_ / connectionsEach;
    connections_ = (connections_ + 1) % (connectionsEach * addressesMax);
    return address;
}

}  // namespace herd::bench
