// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QTest>
#include <chrono>
#include <utility>

namespace herd {

/// How long a test waits for what is promised soon. Long, because machines that run tests are busy;
/// nothing waits that long when all is well.
inline constexpr std::chrono::milliseconds patience{15'000};

/// Serves the event loop until the condition holds; false when the deadline passed first.
template <typename Condition>
[[nodiscard]] bool until(std::chrono::milliseconds deadline, Condition&& condition) {
    return QTest::qWaitFor(std::forward<Condition>(condition), static_cast<int>(deadline.count()));
}

/// Time since it was made.
class Stopwatch {
  public:
    std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_);
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start_ = Clock::now();
};

}  // namespace herd
