// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "server/herd/stamptable.h"

namespace herd {

/// The newest changes of the table, in order: which slot each of them wrote. One ring serves all
/// links, each with a cursor of its own. Changes are numbered from 1 without a gap, except
/// where a restart leaves one.
class ChangeRing {
  public:
    /// `entries`: how many changes it remembers, a power of two.
    explicit ChangeRing(std::size_t entries);

    /// The log goes on after `seq`; what came before is not remembered. For a ring without changes.
    void startAfter(std::uint64_t seq);

    /// Numbers a change of `slot` and remembers it, forgetting the oldest.
    std::uint64_t record(SlotNumber slot);

    /// Number of the newest change; 0 before the first.
    [[nodiscard]] std::uint64_t seq() const { return seq_; }

    /// Whether every change after `seq` is still remembered. `seq` is at most seq().
    [[nodiscard]] bool remembersAllAfter(std::uint64_t seq) const;

    /// The slot that change `seq` wrote. It must be one that is remembered.
    [[nodiscard]] SlotNumber slotOf(std::uint64_t seq) const;

  private:
    std::uint64_t seq_ = 0;
    std::uint64_t forgotten_ = 0;  ///< changes up to here were made before this process
    std::vector<SlotNumber> slots_;
};

}  // namespace herd
