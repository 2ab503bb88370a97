// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace herd {

struct SipKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

/// SipHash-1-3 (Aumasson and Bernstein, 2012; one compression and three finalisation rounds) over
/// the bytes of `text`. The same on every machine, whatever its byte order.
[[nodiscard]] std::uint64_t sipHash(const SipKey& key, std::string_view text);

}  // namespace herd
