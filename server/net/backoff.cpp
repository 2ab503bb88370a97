// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/backoff.h"

#include <algorithm>
#include <utility>

namespace herd {

Backoff::Backoff(std::function<double()> dice) : dice_(std::move(dice)) {}

int Backoff::nextMs() {
    if (held_) {
        held_ = false;
        return holdMs;
    }
    const double spread = (2.0 * dice_() - 1.0) * jitterPercent / 100.0;
    const int waitMs = stepMs_ + static_cast<int>(stepMs_ * spread);
    stepMs_ = std::min(2 * stepMs_, lastMs);
    return waitMs;
}

void Backoff::reset() {
    stepMs_ = firstMs;
    held_ = false;
}

}  // namespace herd
