// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include "tests/support/until.h"

namespace herd {

/// Serves the event loop until the condition holds; false when that takes too long. Unlike until()
/// it looks after each round of events, so that a stream of megabytes between this thread and
/// itself takes no minutes.
template <typename Condition>
[[nodiscard]] bool serveUntil(Condition&& condition) {
    QElapsedTimer elapsed;
    elapsed.start();
    QTimer pulse;
    pulse.start(std::chrono::milliseconds(2));
    while (!condition()) {
        if (elapsed.elapsed() > patience.count()) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

/// Serves the event loop for some rounds: what was to happen at once has happened then.
inline void serveRounds(int rounds) {
    QVERIFY(serveUntil([&rounds] { return rounds-- == 0; }));
}

}  // namespace herd
