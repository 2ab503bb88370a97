// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <string_view>

namespace herd {

/// A client's id for people, as wholeClientText() has it, in one line of little room: one that is
/// longer than `charactersMax` loses its middle.
[[nodiscard]] QString clientText(std::string_view client, qsizetype charactersMax = 60);

/// `just now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`. What lies ahead is `just now`.
[[nodiscard]] QString ageText(qint64 ageMs);

}  // namespace herd
