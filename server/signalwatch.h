// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <memory>

#include "common/result.h"

class QSocketNotifier;

namespace herd {

/// Turns SIGTERM, SIGINT, SIGHUP and SIGUSR2 into Qt signals from the event loop, and has the
/// process ignore SIGPIPE. The signals are blocked in the thread that creates it and in those
/// started later, so it is made before any other thread. Owned by the program's wiring, one per
/// process.
class SignalWatch : public QObject {
    Q_OBJECT

  public:
    /// Blocks the signals without watching them yet, for a program that starts threads first.
    static void blockSignals();

    [[nodiscard]] static Result<std::unique_ptr<SignalWatch>> create();
    ~SignalWatch() override;

  Q_SIGNALS:
    /// SIGTERM or SIGINT, again for each further one.
    void terminated();
    /// SIGHUP.
    void hangup();
    /// SIGUSR2, which nobody but a test sends.
    void testSignal();

  private:
    explicit SignalWatch(int descriptor);
    void onReadable();

    int descriptor_;
    QSocketNotifier* notifier_;
};

}  // namespace herd
