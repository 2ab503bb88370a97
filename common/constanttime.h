// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace herd {

/// Compares secrets without telling by its time where two of them differ.
[[nodiscard]] inline bool equalInConstantTime(std::string_view a, std::string_view b) {
    unsigned difference = a.size() == b.size() ? 0 : 1;
    for (std::size_t index = 0; index < std::min(a.size(), b.size()); ++index) {
        difference |= static_cast<unsigned char>(a[index] ^ b[index]);
    }
    return difference == 0;
}

}  // namespace herd
