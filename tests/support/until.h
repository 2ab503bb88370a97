// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <chrono>

namespace herd {

/// How long a test waits for what is promised soon. Long, because machines that run tests are busy;
/// nothing waits that long when all is well.
inline constexpr std::chrono::milliseconds patience{15'000};

// QTest's own deadline is 5 s, too short for a sanitizer on a busy machine.
#undef QTRY_VERIFY
#define QTRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, int(herd::patience.count()))
#undef QTRY_COMPARE
#define QTRY_COMPARE(value, expected) \
    QTRY_COMPARE_WITH_TIMEOUT(value, expected, int(herd::patience.count()))

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

/// Serves the event loop for a while.
inline void serveFor(std::chrono::milliseconds duration) {
    const Stopwatch served;
    QTimer pulse;
    pulse.start(duration);
    do {
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    } while (served.elapsed() < duration);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

/// Serves the event loop until the condition holds; false when the deadline passed first. A look
/// that takes long is followed by service that takes as long: what runs in the test's own process,
/// such as a proxy, must get on with its work meanwhile.
template <typename Condition>
[[nodiscard]] bool until(std::chrono::milliseconds deadline, Condition&& condition) {
    const Stopwatch waited;
    auto looked = waited.elapsed();
    while (!condition()) {
        const auto now = waited.elapsed();
        if (now >= deadline) {
            return false;
        }
        serveFor(std::clamp(now - looked, std::chrono::milliseconds(10),
                            deadline - now + std::chrono::milliseconds(10)));
        looked = waited.elapsed();
    }
    return true;
}

}  // namespace herd
