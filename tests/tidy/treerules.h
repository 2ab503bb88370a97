// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/tidy/finding.h"

namespace herd::tidy {

/// Every .cpp file is listed in the CMakeLists.txt of its folder or of another one.
Findings checkListedSources(const QList<SourceFile>& files);

/// Every folder that holds code is named in README.md, with a slash at its end.
Findings checkCodeTour(const QList<SourceFile>& files);

/// Every key of the sample configuration, whether commented out or not, is explained in README.md.
Findings checkExplainedKeys(const QList<SourceFile>& files);

/// Every test that resources/PROMISES.md names is there: `tst_suite` and `tst_suite::function` in
/// that suite's source, other names (`sim_…`, `soak_…`, `mutant_…`) in a CMakeLists.txt. And each
/// of the rows 1 to `faultRows` of its table names one.
inline constexpr int faultRows = 27;
Findings checkPromises(const QList<SourceFile>& files);

}  // namespace herd::tidy
