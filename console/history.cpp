// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/history.h"

namespace herd {

void History::add(const HistorySample& sample) {
    if (size() < samplesMax) {
        samples_.push_back(sample);
    } else {
        samples_[oldest_] = sample;
        oldest_ = (oldest_ + 1) % samplesMax;
    }
}

const HistorySample& History::at(int index) const {
    return samples_[(oldest_ + static_cast<std::size_t>(index)) % samples_.size()];
}

}  // namespace herd
