// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/message.h"
#include "common/siphash.h"
#include "common/stamp.h"
#include "server/herd/changering.h"
#include "server/herd/dice.h"
#include "server/herd/digest.h"
#include "server/herd/journalsink.h"
#include "server/herd/stamptable.h"

namespace herd {

class PeerSession;

/// What a core is told once. The sizes are arguments so that the simulator can make them tiny.
struct CoreSettings {
    std::string herd;
    std::string self;
    std::vector<std::string> neighbours;  ///< names of the nodes it has links with
    std::vector<std::string> secrets{
        std::string()};  ///< keys of PROOF: the first is used, all are accepted
    HerdRules rules;
    std::size_t clientsMax = 10'000'000;  ///< binds IAMAT; twice as many are learnt
    std::size_t ringEntries = 16'384;
    std::uint32_t superBuckets = 256;
    std::uint32_t bucketsPerSuper = 256;
    std::size_t scanSlotsMax = 65'536;  ///< looked at in one turn of one link
};

/// What became of a stamp.
enum class Offer {
    accepted,  ///< it is the newest now
    notNewer,  ///< the stored one stays
    full,      ///< a new client, and no room for one; tombstones take room too
};

struct CoreCounters {
    std::uint64_t heard = 0;     ///< IAMATs that became the newest stamp
    std::uint64_t learnt = 0;    ///< peers' stamps that became the newest
    std::uint64_t notNewer = 0;  ///< stamps of either kind that changed nothing
    std::uint64_t refusedFull = 0;
    std::uint64_t forgotten = 0;         ///< tombstones that became the newest
    std::uint64_t expired = 0;           ///< stamps and tombstones that were removed by age
    std::uint64_t expiredOnArrival = 0;  ///< peers' stamps that were too old already
    std::uint64_t repairs = 0;           ///< comparisons after the tables of a quiet link differed
    std::uint64_t divergences = 0;       ///< repairs that changed a slot although nothing new came
    std::uint64_t duplicates = 0;        ///< two nodes of one name seen at once
};

/// The replicated table of one node: decides which stamp is newest, numbers every change, keeps
/// ring and digest in step, and knows how much of each neighbour's log it holds. Deterministic: no
/// clock, socket, timer or random source of its own. Owned by Node, or by the simulator; it must
/// outlive its PeerSessions.
class HerdCore {
  public:
    HerdCore(CoreSettings settings, const SipKey& indexKey, Dice& dice);

    /// A client's own report, heard now. `rxNs`: this node's wall clock, >= 0.
    /// `answer` is what to tell the client, also when nothing changed. Its views are the report's;
    /// its `line` is valid until the next call.
    [[nodiscard]] Offer hear(const Iamat& iamat, std::int64_t rxNs, Stamp& answer) {
        return hear(iamat, table_.hashOf(iamat.client), rxNs, answer);
    }
    /// The same for somebody who knows the hash that the table has for the client.
    [[nodiscard]] Offer hear(const Iamat& iamat, std::uint64_t clientHash, std::int64_t rxNs,
                             Stamp& answer);

    /// Before stamps of many clients: has the processor fetch all that they will change.
    void prefetch(std::span<const std::uint64_t> clientHashes);

    /// A stamp that a peer sent on `session`.
    [[nodiscard]] Offer learn(const Stamp& stamp, SessionNumber session) {
        return learn(stamp, table_.hashOf(stamp.client), session);
    }
    /// The same for somebody who knows the hash that the table has for the client.
    [[nodiscard]] Offer learn(const Stamp& stamp, std::uint64_t clientHash, SessionNumber session);

    /// Erases a client, heard of or not: a tombstone takes its place here and, soon, on every node.
    /// `rxNs`: as for hear(). Reports that count as earlier are refused until a newer one comes.
    [[nodiscard]] Offer forget(std::string_view client, std::int64_t rxNs);

    /// What the node's wall clock shows, from which the age of stamps is reckoned. To be told
    /// before any other call that depends on it.
    void setWallNs(std::int64_t wallNs) { wallNs_ = wallNs; }

    /// Removes what is older than the rules allow, by the receive time of its origin; looks at the
    /// next `slotsMax` slots and removes at most `removalsMax`. Whether it removed any. Until then
    /// such a stamp is there but counts as absent.
    bool expire(std::size_t slotsMax, std::size_t removalsMax);

    /// Who is told of each client of which there is no stamp any more; null: nobody. The id is
    /// valid during the call, in which the core must not be called.
    void setOnGone(std::function<void(std::string_view client)> onGone) {
        onGone_ = std::move(onGone);
    }

    // Before the first session and report of a process, from what its predecessor left:

    /// A stamp that change `seq` wrote then. Order does not matter, the last change of a client
    /// counts; false when it found no room. expire() must follow the last.
    [[nodiscard]] bool restore(std::uint64_t seq, const Stamp& stamp);
    void restoreGot(std::map<std::string, LogPosition, std::less<>> got) { got_ = std::move(got); }
    /// The log of that name goes on. `before.seq`: the newest number that is known to be used.
    void resumeLog(const LogPosition& before, std::int64_t wallNs);
    /// What was left is whole no longer, or its order is another now: the log begins anew.
    void startLog(std::uint64_t usedSeq, std::int64_t wallNs);

    /// Whom to tell of every change from now on; null: nobody.
    void setJournal(JournalSink* journal) { journal_ = journal; }
    /// Whether a neighbour may be told that this node holds what it does now.
    [[nodiscard]] bool mayConfirm(std::uint64_t seq) const {
        return journal_ == nullptr || journal_->mayConfirm(seq);
    }

    /// The newest stamp of a client; its bytes are valid until the next hear() or learn().
    [[nodiscard]] std::optional<Stamp> find(std::string_view client) const;
    /// The slot of a stamp's client, whatever is stored of it.
    [[nodiscard]] StampTable::Place locate(const Stamp& stamp) const {
        return locate(stamp, table_.hashOf(stamp.client));
    }

    /// For tests of the audit: the client's stamp becomes one that was heard a second earlier, as
    /// bad memory or a defect would have it, and nobody is told. False for an unknown client.
    bool corrupt(std::string_view client);

    [[nodiscard]] const CoreSettings& settings() const { return settings_; }
    [[nodiscard]] const StampTable& table() const { return table_; }
    [[nodiscard]] const ChangeRing& ring() const { return ring_; }
    [[nodiscard]] const Digest& digest() const { return digest_; }
    [[nodiscard]] CoreCounters& counters() { return counters_; }
    [[nodiscard]] const CoreCounters& counters() const { return counters_; }
    [[nodiscard]] Dice& dice() { return dice_; }

    /// This node's log as it stands: names the node's memory (epoch) and its newest change.
    [[nodiscard]] LogPosition log() const { return {epoch_, ring_.seq()}; }

    /// From now on; sessions that are proven stay. At least one; an empty one is for loopback only.
    void setSecrets(std::vector<std::string> secrets);

    /// How much of a neighbour's log this node holds; epoch 0 when nothing is known.
    [[nodiscard]] LogPosition got(const std::string& neighbour) const;
    [[nodiscard]] const std::map<std::string, LogPosition, std::less<>>& allGot() const {
        return got_;
    }
    void setGot(const std::string& neighbour, const LogPosition& position);

    /// An administrator wants no link with a neighbour: its HELLO is answered with a BYE.
    void setPaused(const std::string& neighbour, bool paused);
    [[nodiscard]] bool isPaused(std::string_view neighbour) const;

    /// A neighbour holds more of this log than there is: what was lost must not be counted twice.
    /// Every session ends and begins anew.
    void renewEpoch();

    /// Two nodes call themselves `neighbour`: while one has a session, another one was refused.
    void noteDuplicate(const std::string& neighbour);
    /// The name that was seen twice last; empty: never.
    [[nodiscard]] const std::string& duplicateName() const { return duplicateName_; }

    // For PeerSession only: the proven sessions, which are told of changes.
    void enrol(PeerSession* session);
    void leave(PeerSession* session);
    [[nodiscard]] PeerSession* sessionWith(std::string_view neighbour) const;
    [[nodiscard]] SessionNumber nextSessionNumber() { return ++lastSession_; }

    /// The one session an empty node fills its table from, before it compares with others.
    [[nodiscard]] bool mayCompare(const PeerSession* session);
    void comparisonOver(const PeerSession* session);

  private:
    [[nodiscard]] StampTable::Place locate(const Stamp& stamp, std::uint64_t clientHash) const;
    /// `stored`: what is there now, if `place` was found.
    [[nodiscard]] Offer offer(const Stamp& stamp, const StampTable::Place& place,
                              const Stamp& stored, SessionNumber session, std::size_t clientsMax);
    SlotNumber store(const Stamp& stamp, StampTable::Place place);
    void count(SlotNumber slot, const Stamp& stamp);
    void tellGone(SlotNumber slot) const;
    [[nodiscard]] bool isExpired(std::int64_t rxNs, bool tombstone) const;
    [[nodiscard]] bool isExpired(SlotNumber slot) const;
    std::uint64_t drawEpoch();
    [[nodiscard]] static std::uint64_t seqAfterRestart(std::uint64_t usedSeq, std::int64_t wallNs);

    CoreSettings settings_;
    StampOrder order_;
    Dice& dice_;
    StampTable table_;
    ChangeRing ring_;
    Digest digest_;
    JournalSink* journal_ = nullptr;
    std::vector<std::uint16_t> prefetchedBuckets_;
    std::string heardLine_;  ///< of the stamp that was heard last: spelled once for all
    CoreCounters counters_;
    std::uint64_t epoch_;
    std::map<std::string, LogPosition, std::less<>> got_;
    std::set<std::string, std::less<>> paused_;
    std::vector<PeerSession*> sessions_;
    const PeerSession* filling_ = nullptr;
    std::string duplicateName_;
    SessionNumber lastSession_ = 0;
    std::int64_t wallNs_ = 0;
    SlotNumber expiryAt_ = 0;  ///< the slot that expire() looks at next
    std::function<void(std::string_view client)> onGone_;
};

}  // namespace herd
