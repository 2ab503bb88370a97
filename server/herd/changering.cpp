// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/changering.h"

#include <bit>

#include "common/check.h"

namespace herd {

ChangeRing::ChangeRing(std::size_t entries) : slots_(entries) {
    HERD_CHECK(std::has_single_bit(entries));
}

void ChangeRing::startAfter(std::uint64_t seq) {
    HERD_CHECK(seq_ == forgotten_ && seq >= seq_);
    seq_ = seq;
    forgotten_ = seq;
}

std::uint64_t ChangeRing::record(SlotNumber slot) {
    ++seq_;
    slots_[seq_ & (slots_.size() - 1)] = slot;
    return seq_;
}

bool ChangeRing::remembersAllAfter(std::uint64_t seq) const {
    return seq >= forgotten_ && seq_ - seq <= slots_.size();
}

SlotNumber ChangeRing::slotOf(std::uint64_t seq) const {
    HERD_CHECK(seq > forgotten_ && seq <= seq_);
    return slots_[seq & (slots_.size() - 1)];
}

}  // namespace herd
