// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "common/stamp.h"
#include "server/herd/changering.h"
#include "server/herd/slotset.h"
#include "server/herd/stamptable.h"

namespace herd {

/// What one onlooker still has to be told of the table: at first every client, then each client
/// that changed, only with its newest stamp. It costs one bit a client however slow the onlooker
/// and however fast the changes are. Unlike a LinkFeed it promises no order of changes, and the
/// core does not know it: who owns it calls noteChanges(). Table and ring must outlive it.
class StampFeed {
  public:
    StampFeed(const StampTable& table, const ChangeRing& ring);

    /// Takes in what changed since the last call. When the ring has forgotten some of it, every
    /// client is told once more.
    void noteChanges();

    /// The newest stamp of a client that was not told since it changed; its bytes are valid until
    /// that client changes. Nothing when all is told.
    [[nodiscard]] std::optional<Stamp> next();

    /// Clients there were at the start.
    [[nodiscard]] SlotNumber clientsAtStart() const { return clientsAtStart_; }

    /// Whether each of them has been told.
    [[nodiscard]] bool toldAll() const { return toldAll_; }

    /// Whether next() has something.
    [[nodiscard]] bool hasNext() const { return !waiting_.empty(); }

  private:
    const StampTable& table_;
    const ChangeRing& ring_;
    SlotNumber clientsAtStart_;
    std::uint64_t cursor_;  ///< changes up to here are told or waiting
    SlotSet waiting_;
    bool toldAll_;
};

}  // namespace herd
