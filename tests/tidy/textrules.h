// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/tidy/finding.h"

namespace herd::tidy {

inline constexpr qsizetype fileLinesMax = 600;
inline constexpr qsizetype fileLinesWanted = 400;
inline constexpr qsizetype lineColumnsMax = 100;

/// The two SPDX lines on top of every source, script and CMake file.
Findings checkLicenceLines(const SourceFile& file);

/// Code: at most `fileLinesMax` lines of at most `lineColumnsMax` columns. All texts: no tabs, no
/// white space at a line's end, a newline at the file's end and no second one before it.
Findings checkLayout(const SourceFile& file);

/// Nothing that waits inside the event loop, and no connection by string, in server/ and console/.
Findings checkBannedCalls(const SourceFile& file);

/// Only the named files of common/ and server/ write to a standard stream or to Qt's own log.
Findings checkOutput(const SourceFile& file);

/// No marks of unfinished work.
Findings checkOpenTasks(const SourceFile& file);

/// No absolute path into somebody's home or a scratch folder.
Findings checkMachinePaths(const SourceFile& file);

}  // namespace herd::tidy
