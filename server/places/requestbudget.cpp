// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/requestbudget.h"

namespace herd {

bool SendWindow::hasRoom(std::chrono::milliseconds now) {
    while (!sends_.empty() && now - sends_.front() >= length_) {
        sends_.pop_front();
    }
    return requestsMax_ == 0 || sends_.size() < static_cast<std::size_t>(requestsMax_);
}

void SendWindow::count(std::chrono::milliseconds now) {
    if (requestsMax_ != 0) {
        sends_.push_back(now);
    }
}

bool RequestBudget::allows() {
    const std::chrono::milliseconds now = clock_();
    return minute_.hasRoom(now) && day_.hasRoom(now);
}

void RequestBudget::spend() {
    const std::chrono::milliseconds now = clock_();
    minute_.count(now);
    day_.count(now);
}

}  // namespace herd
