// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/sim/wire.h"

#include <algorithm>

namespace herd::sim {

namespace {
constexpr std::size_t compactBytes = 4096;
constexpr std::int64_t secondUs = 1'000'000;
}  // namespace

void Stream::send(std::string_view bytes, std::int64_t nowUs, const Pace& pace, Prng& prng) {
    if (taken_ == bytes_.size() || taken_ > compactBytes) {
        bytes_.erase(0, taken_);
        taken_ = 0;
    }
    if (piecesTaken_ == pieces_.size()) {
        pieces_.clear();
        piecesTaken_ = 0;
    }
    bytes_.append(bytes);
    std::size_t left = bytes.size();
    while (left > 1 && prng.chance(pace.cutPercent)) {
        const std::size_t piece = 1 + prng.below(left - 1);
        addPiece(piece, nowUs, pace);
        left -= piece;
    }
    addPiece(left, nowUs, pace);
}

void Stream::addPiece(std::size_t bytes, std::int64_t nowUs, const Pace& pace) {
    departedUs_ = std::max(departedUs_, nowUs) +
                  static_cast<std::int64_t>(bytes) * secondUs / pace.bytesPerSecond;
    arrivedUs_ = std::max(arrivedUs_, departedUs_ + pace.latencyUs);
    pieces_.push_back({arrivedUs_, bytes});
}

std::string_view Stream::next() const {
    return std::string_view(bytes_).substr(taken_, pieces_[piecesTaken_].bytes);
}

void Stream::takeNext() {
    taken_ += pieces_[piecesTaken_].bytes;
    ++piecesTaken_;
}

void Stream::lose() {
    bytes_.clear();
    taken_ = 0;
    pieces_.clear();
    piecesTaken_ = 0;
    departedUs_ = 0;
    arrivedUs_ = 0;
    finishing = false;
}

}  // namespace herd::sim
