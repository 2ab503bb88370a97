// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace herd {

/// CRC-32C (Castagnoli's polynomial, RFC 3720 appendix B.4), by the processor's own instruction
/// where it has one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);

/// The same by a table, on any processor.
[[nodiscard]] std::uint32_t crc32cByTable(std::string_view bytes);

}  // namespace herd
