// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "common/wire.h"

/// Spellings that the two halves of the grammar, wireparse.cpp and wireformat.cpp, must share.
namespace herd::wire {

inline constexpr std::string_view hexAlphabet = "0123456789abcdef";
inline constexpr std::size_t hexDigits = 16;       ///< of a 64-bit number
inline constexpr std::size_t proofHexDigits = 64;  ///< of an HMAC-SHA256
inline constexpr std::string_view futureSkewKey = "future_skew_max_s=";
inline constexpr std::string_view ttlKey = "ttl_s=";

constexpr bool isHex(std::string_view text) {
    return text.find_first_not_of(hexAlphabet) == std::string_view::npos;
}

constexpr bool isClientHash(std::string_view text) {
    return text.size() == clientHashHexDigits && isHex(text);
}

constexpr bool isProof(std::string_view text) {
    return text.size() == proofHexDigits && isHex(text);
}

}  // namespace herd::wire
