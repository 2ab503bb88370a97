// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "server/herd/stamptable.h"

namespace herd {

/// Slots that somebody still has to be told of: one bit each, taken in turn, round and round, so
/// that a slot which comes back at once does not keep the others waiting. Owned by a feed.
class SlotSet {
  public:
    void insert(SlotNumber slot) {
        const std::size_t word = slot / wordBits;
        if (word >= words_.size()) {
            words_.resize(word + 1);
        }
        const std::uint64_t bit = std::uint64_t{1} << slot % wordBits;
        count_ += (words_[word] & bit) == 0 ? 1 : 0;
        words_[word] |= bit;
    }

    /// Inserts all slots below `count`.
    void insertBelow(SlotNumber count);

    /// Takes the next slot at or behind the one taken last, round the end if need be.
    [[nodiscard]] std::optional<SlotNumber> takeNext();

    /// Forgets all slots, gives the memory back, and starts over at slot 0.
    void clear();

    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    static constexpr std::size_t wordBits = 64;

    std::vector<std::uint64_t> words_;
    std::uint64_t count_ = 0;
    std::size_t sweep_ = 0;  ///< the slot behind the one taken last
};

}  // namespace herd
