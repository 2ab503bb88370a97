// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/circuitbreaker.h"

namespace herd {

bool CircuitBreaker::admit() {
    if (state_ == State::paused && clock_() >= pausedUntil_) {
        state_ = State::trial;
        return true;
    }
    return state_ == State::closed;
}

void CircuitBreaker::succeeded() {
    state_ = State::closed;
    failures_ = 0;
}

void CircuitBreaker::failed() {
    switch (state_) {
        case State::closed:
            if (++failures_ >= failuresMax_) {
                beginPause();
            }
            break;
        case State::trial:
            beginPause();
            break;
        case State::paused:
            // Sent before the pause began: already known.
            break;
    }
}

void CircuitBreaker::abandoned() {
    if (state_ == State::trial) {
        state_ = State::paused;
    }
}

void CircuitBreaker::beginPause() {
    state_ = State::paused;
    failures_ = 0;
    pausedUntil_ = clock_() + pause_;
}

}  // namespace herd
