// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/check.h"

#include <cstdio>
#include <cstdlib>

namespace herd {

void checkFailed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    std::abort();
}

}  // namespace herd
