// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "tests/bench/figures.h"
#include "tests/bench/processusage.h"

namespace herd::bench {

/// Counts what happens in a stretch of time that begins after a warm-up, and the processor time
/// that a server takes for it. Owned by one measurement, which asks isOver() again and again.
class RateMeter {
  public:
    RateMeter(std::int64_t warmUpNs, std::int64_t measureNs, pid_t serverProcess);

    void count() { ++counted_; }

    /// Looks at the clock.
    [[nodiscard]] bool isOver();

    /// Of the time that was measured; after its end.
    [[nodiscard]] Figures figures() const;

  private:
    std::int64_t measureNs_;
    pid_t serverProcess_;
    std::int64_t startNs_;
    std::int64_t endNs_ = 0;
    bool measuring_ = false;
    ProcessorTime before_;
    ProcessorTime after_;
    std::uint64_t counted_ = 0;
};

}  // namespace herd::bench
