// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include "common/result.h"

namespace herd {

/// A token has that many bytes at least and at most, as nodes demand it.
inline constexpr qsizetype tokenBytesMin = 16;
inline constexpr qsizetype tokenBytesMax = 1'024;

/// The token with which admin ports are opened: the first line of the file that is not blank,
/// without white space around it. An error, which never tells what the file holds, when it cannot
/// be read, is no regular file or has no token of printable ASCII there.
[[nodiscard]] Result<QByteArray> readTokenFile(const QString& path);

}  // namespace herd
