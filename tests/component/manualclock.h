// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include "server/clock.h"

namespace herd {

/// A clock that a test sets.
class ManualClock : public Clock {
  public:
    std::int64_t wall = 0;
    std::int64_t monotonic = 0;

    std::int64_t wallNs() const override { return wall; }
    std::int64_t monotonicNs() const override { return monotonic; }
};

}  // namespace herd
