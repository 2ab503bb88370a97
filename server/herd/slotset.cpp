// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/slotset.h"

#include <bit>

namespace herd {

void SlotSet::insertBelow(SlotNumber count) {
    const std::size_t wholeWords = count / wordBits;
    if (wholeWords > words_.size()) {
        words_.resize(wholeWords);
    }
    for (std::size_t word = 0; word < wholeWords; ++word) {
        count_ += static_cast<std::uint64_t>(std::popcount(~words_[word]));
        words_[word] = ~std::uint64_t{0};
    }
    for (auto slot = static_cast<SlotNumber>(wholeWords * wordBits); slot < count; ++slot) {
        insert(slot);
    }
}

std::optional<SlotNumber> SlotSet::takeNext() {
    if (count_ == 0) {
        return std::nullopt;
    }
    std::size_t word = sweep_ / wordBits;
    std::uint64_t mask = ~std::uint64_t{0} << sweep_ % wordBits;
    while (word >= words_.size() || (words_[word] & mask) == 0) {
        word = word + 1 < words_.size() ? word + 1 : 0;
        mask = ~std::uint64_t{0};
    }
    const auto bit = static_cast<std::size_t>(std::countr_zero(words_[word] & mask));
    words_[word] &= ~(std::uint64_t{1} << bit);
    --count_;
    sweep_ = word * wordBits + bit + 1;
    return static_cast<SlotNumber>(word * wordBits + bit);
}

void SlotSet::clear() {
    words_ = {};
    count_ = 0;
    sweep_ = 0;
}

}  // namespace herd
