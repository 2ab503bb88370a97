// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/message.h"
#include "server/herd/changering.h"
#include "server/herd/digest.h"
#include "server/herd/slotset.h"
#include "server/herd/stamptable.h"

namespace herd {

/// What one peer still has to be told of this node's log, and in which order.
///
/// FLOWING: a cursor in the change ring. LAGGING: one bit for each slot whose current value the
/// peer lacks, swept round and round. So a client waits at most once however often it moves, and a
/// peer that is slow or away costs a bitmap. A MARK says that nothing is left. It reads table, ring
/// and digest of the HerdCore and lives no longer than its PeerSession.
class LinkFeed {
  public:
    /// `session`: the connection it feeds; changes that came from it are not sent back.
    /// `scanSlotsMax`: slots looked at in one fill() while searching for what the peer lacks.
    LinkFeed(const StampTable& table, const ChangeRing& ring, const Digest& digest,
             SessionNumber session, std::size_t scanSlotsMax);

    /// The peer holds the log up to `seq`, at most the ring's seq().
    void resumeAfter(std::uint64_t seq);

    /// Nothing is known of what the peer holds until it has sent its sums.
    void awaitComparison();

    /// Whether the peer's sums are awaited, so that nothing is known of what it lacks.
    [[nodiscard]] bool comparing() const { return awaitingTop_ || !awaitedDetails_.empty(); }

    /// Whether any change has to be told to noteChange(), not only the ring.
    [[nodiscard]] bool lagging() const { return lagging_; }

    /// `slot` changed, and not by a line of this link's own session.
    void noteChange(SlotNumber slot);

    /// The peer's DIGEST 0. Returns the super-buckets whose details are needed; nothing when the
    /// peer may not compare now or counts its super-buckets differently.
    [[nodiscard]] std::optional<Need> compareTop(std::span<const std::uint64_t> sums);

    /// One of the peer's DIGEST 1 lines; false when it was not asked for.
    [[nodiscard]] bool compareDetail(std::uint32_t superBucket,
                                     std::span<const std::uint64_t> sums);

    /// Appends AT and MARK lines until `out` holds `bytesMax` or more, or nothing is left to send
    /// now.
    void fill(std::string& out, std::size_t bytesMax);

    /// Whether fill() would go on without any event: a search is not over.
    [[nodiscard]] bool searching() const { return scan_.has_value(); }

    /// Changes the peer lacks as far as known now.
    [[nodiscard]] std::uint64_t changesWaiting() const;

  private:
    /// A walk over all slots that marks those the peer lacks.
    struct Scan {
        std::uint64_t after = 0;    ///< slots changed later than this, and
        std::vector<bool> buckets;  ///< slots of these buckets, unless empty
        SlotNumber next = 0;
    };

    void lagFrom(std::uint64_t seq);
    void scanSome();
    bool sendNextChange(std::string& out);
    bool sendNextBit(std::string& out);
    void send(std::string& out, SlotNumber slot);

    const StampTable& table_;
    const ChangeRing& ring_;
    const Digest& digest_;
    SessionNumber session_;
    std::size_t scanSlotsMax_;

    bool lagging_ = true;
    std::uint64_t cursor_ = 0;  ///< FLOWING: changes up to here are sent or need not be
    std::uint64_t marked_ = 0;  ///< seq of the last MARK, or what the peer held at the start
    bool markDue_ = false;      ///< the peer waits for a MARK that ends its comparison

    SlotSet pending_;  ///< LAGGING
    std::optional<Scan> scan_;

    bool awaitingTop_ = false;
    std::uint64_t comparedSeq_ = 0;  ///< of the log, when the peer's sums came last
    std::vector<std::uint32_t> awaitedDetails_;
    std::vector<bool> differingBuckets_;
};

}  // namespace herd
