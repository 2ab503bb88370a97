// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

namespace herd {

/// Turns SIGTERM and SIGINT into a Qt signal from the event loop, so that the program ends as if
/// its window were closed. Needs blockSignals() before the first thread starts, and an application.
/// Where the system has no descriptor for them to offer, the signals end the program as ever. Owned
/// by main(), one per process.
class TerminationWatch : public QObject {
    Q_OBJECT

  public:
    static void blockSignals();

    TerminationWatch();
    ~TerminationWatch() override;

  Q_SIGNALS:
    void terminated();

  private:
    void onReadable();

    int descriptor_;
};

}  // namespace herd
