// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace herd::bench {

/// Why a measurement cannot go on or must not be believed. Thrown anywhere in the benches and
/// caught in main only, so that servers are ended and directories removed on the way out.
class Failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Throws a Failure that says `what` and the reason in errno.
[[noreturn]] void failWithErrno(const std::string& what);

}  // namespace herd::bench
