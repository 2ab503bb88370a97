// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <string_view>

#include "common/config.h"
#include "common/result.h"

namespace herd {

/// A larger configuration file is refused.
inline constexpr qint64 configBytesMax = 1'048'576;

/// More points than this in one text are refused: keys with points nest, and the TOML parser walks
/// a nest by recursion.
inline constexpr std::ptrdiff_t configPointsMax = 4'096;

/// Reads the TOML of a whole herd. Everything in it is checked; the error is one line that starts
/// with `sourceName` and, where it has one, the number of the first offending line. Relative paths
/// in the text are taken from the folder of `sourceName`. No file is touched.
[[nodiscard]] Result<HerdConfig> parseConfig(std::string_view text, const QString& sourceName);

/// parseConfig over the bytes of a file of at most `configBytesMax`.
[[nodiscard]] Result<HerdConfig> readConfigFile(const QString& path);

/// The whole of `config` as TOML: every key with its value, so that nothing of it depends on the
/// defaults of a version. parseConfig gives the same configuration back.
[[nodiscard]] QString printConfig(const HerdConfig& config);

/// The sample herd that the program carries: resources/herd.toml.
[[nodiscard]] HerdConfig sampleConfig();

}  // namespace herd
