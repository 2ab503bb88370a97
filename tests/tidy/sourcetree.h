// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>

#include "tests/tidy/finding.h"

namespace herd::tidy {

/// Is it C++ source?
bool isSource(const QString& path);

/// Is it a shell script? (By its name or its first line.)
bool isScript(const SourceFile& file);

/// Is it code of any kind: C++, a script, CMake's or JavaScript?
bool isCode(const SourceFile& file);

/// Reads every text file of the project below `root`, sorted by path: the known folders and what
/// lies beside them, without builds, data and what git keeps.
QList<SourceFile> readSourceTree(const QString& root);

}  // namespace herd::tidy
