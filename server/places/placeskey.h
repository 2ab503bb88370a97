// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include "common/result.h"

namespace herd {

inline constexpr qint64 placesKeyFileBytesMax = 4096;
inline constexpr qsizetype placesKeyBytesMax = 256;

/// Reads the key of the places service: the first line of the file at `path`, white space around it
/// cut off, or, when `path` is empty, the environment variable HERD_PLACES_KEY (unset or
/// empty: an empty key). A key is 1 to `placesKeyBytesMax` printable ASCII bytes other than space,
/// quotation mark and backslash. The error names the file or the variable and never repeats its
/// content.
[[nodiscard]] Result<QByteArray> readPlacesKey(const QString& path);

}  // namespace herd
