// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/wire.h"

namespace herd {

// What nodes make of a client's id, all of them the same.

/// 16 bits that say which bucket of the digest the client counts in. Cheap; no secret.
[[nodiscard]] std::uint16_t bucketHashOf(std::string_view client);

/// What is left of the id of an erased client, in lower-case hex digits.
using ClientHash = std::array<char, wire::clientHashHexDigits>;

/// The bucket hash, 4 digits, and 28 digits of the id's SHA-256. The first tell which few clients
/// of a table may be meant, the others which of them is.
[[nodiscard]] ClientHash clientHashOf(std::string_view client);

[[nodiscard]] inline std::string_view viewOf(const ClientHash& hash) {
    return {hash.data(), hash.size()};
}

/// The bucket hash that a ClientHash begins with.
[[nodiscard]] std::uint16_t bucketHashIn(std::string_view clientHash);

}  // namespace herd
