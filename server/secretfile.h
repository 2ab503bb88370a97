// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <cstddef>
#include <string>
#include <vector>

#include "common/result.h"

namespace herd {

/// A secret may be this short, in bytes, so that it cannot be guessed from a proof,
inline constexpr std::size_t secretBytesMin = 16;
/// and this long.
inline constexpr std::size_t secretBytesMax = 1'024;
/// Secrets in one file: the one in use, and one that is accepted beside it while it is changed.
inline constexpr std::size_t secretsMax = 2;

/// Reads a file of secrets, one a line; the first is the one to use, a second is accepted as well.
/// Blank lines and white space around a secret do not count. An error, which never tells what the
/// file holds, when it cannot be read, is no regular file, may be read or written by anybody but
/// its owner, or holds none, too many, or one that is too short, too long or not printable ASCII.
[[nodiscard]] Result<std::vector<std::string>> readSecretFile(const QString& path);

}  // namespace herd
