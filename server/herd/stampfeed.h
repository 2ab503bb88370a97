// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/stamp.h"
#include "server/herd/changering.h"
#include "server/herd/slotset.h"
#include "server/herd/stamptable.h"

namespace herd {

/// What one onlooker still has to be told of the table: at first every client, then each client
/// that changed, only with its newest stamp. It costs one bit a client however slow the onlooker
/// and however fast the changes are. Unlike a LinkFeed it promises no order of changes, and the
/// core does not know it: who owns it calls noteChanges(), and noteGone() for each client that the
/// core says is gone. Table and ring must outlive it.
class StampFeed {
  public:
    /// Ids of clients that are gone and not told yet; of more than so many bytes nothing is kept,
    /// and the onlooker must begin anew.
    static constexpr std::size_t goneBytesMax = 256 * 1024;

    StampFeed(const StampTable& table, const ChangeRing& ring);

    /// Takes in what changed since the last call. When the ring has forgotten some of it, every
    /// client is told once more.
    void noteChanges();

    /// There is no stamp of this client any more.
    void noteGone(std::string_view client);

    /// The next client that is gone. Each is to be told before any next(), which may have something
    /// newer of it.
    [[nodiscard]] std::optional<std::string> nextGone();

    /// Whether too many clients were gone to tell each: what was told counts no longer, and all
    /// there is comes again. It is said once.
    [[nodiscard]] bool takeRestart() { return std::exchange(restarts_, false); }

    /// The newest stamp of a client that was not told since it changed; its bytes are valid until
    /// that client changes. Nothing when all is told.
    [[nodiscard]] std::optional<Stamp> next();

    /// Clients there were at the start.
    [[nodiscard]] std::size_t clientsAtStart() const { return clientsAtStart_; }

    /// Whether each of them has been told.
    [[nodiscard]] bool toldAll() const { return toldAll_; }

    /// How much there may be to tell: clients that changed, clients that are gone, a restart.
    [[nodiscard]] std::uint64_t waiting() const {
        return waiting_.count() + gone_.size() + (restarts_ ? 1 : 0);
    }

  private:
    void begin();

    const StampTable& table_;
    const ChangeRing& ring_;
    std::size_t clientsAtStart_ = 0;
    SlotNumber slotsAtStart_ = 0;
    std::uint64_t cursor_ = 0;  ///< changes up to here are told or waiting
    SlotSet waiting_;
    bool toldAll_ = false;
    std::deque<std::string> gone_;
    std::size_t goneBytes_ = 0;
    bool restarts_ = false;
};

}  // namespace herd
