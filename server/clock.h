// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace herd {

/// What time it is. A question put to whoever owns it, so that tests can answer it.
class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// POSIX nanoseconds; may jump either way.
    [[nodiscard]] virtual std::int64_t wallNs() const = 0;

    /// Nanoseconds from some point in the past; never goes back.
    [[nodiscard]] virtual std::int64_t monotonicNs() const = 0;
};

/// The machine's clocks.
class SystemClock : public Clock {
  public:
    [[nodiscard]] std::int64_t wallNs() const override;
    [[nodiscard]] std::int64_t monotonicNs() const override;
};

}  // namespace herd
