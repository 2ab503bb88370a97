// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/failure.h"

#include <cerrno>
#include <system_error>

namespace herd::bench {

void failWithErrno(const std::string& what) {
    throw Failure(what + ": " + std::generic_category().message(errno));
}

}  // namespace herd::bench
