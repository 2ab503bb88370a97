// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace herd {

/// The bytes of places.bin, part of the program: read from disk page by page as they are used,
/// never copied, valid until the process ends.
[[nodiscard]] std::span<const std::byte> embeddedGazetteer();

}  // namespace herd
