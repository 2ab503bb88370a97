// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace herd {

/// The bytes of outline.bin, part of the program, valid until the process ends.
[[nodiscard]] std::span<const std::byte> embeddedOutline();

}  // namespace herd
