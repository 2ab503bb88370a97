// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <limits>
#include <vector>

namespace herd {

/// What the console saw of one node in one second. NaN: it saw nothing.
struct HistorySample {
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

    qint64 wallMs = 0;  ///< of the console's clock
    double updatesPerS = unknown;
    double answersPerS = unknown;
    double roundTripUs = unknown;
    double clientConnections = unknown;
};

/// The last hour of one node, a sample a second; the oldest go first.
class History {
  public:
    static constexpr int samplesMax = 3'600;

    void add(const HistorySample& sample);
    int size() const { return static_cast<int>(samples_.size()); }
    /// 0 is the oldest.
    const HistorySample& at(int index) const;

  private:
    std::vector<HistorySample> samples_;  ///< a ring once it is full
    std::size_t oldest_ = 0;
};

}  // namespace herd
