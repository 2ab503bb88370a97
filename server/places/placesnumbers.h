// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <cstdint>

namespace herd {

/// Decimal degrees of nanodegrees, exactly: a minus or nothing, digits, and a fraction only if
/// there is one (`34.06893`, `-118.445127`, `0`). Valid JSON and valid in a query.
[[nodiscard]] QByteArray degreesText(std::int64_t nanodegrees);

/// Metres of millimetres, written the same way (`10000`, `0.001`).
[[nodiscard]] QByteArray metresText(std::int64_t millimetres);

}  // namespace herd
