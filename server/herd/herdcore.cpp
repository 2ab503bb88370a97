// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/herdcore.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/check.h"
#include "common/timestamp.h"
#include "common/wire.h"
#include "server/herd/clienthash.h"
#include "server/herd/peersession.h"

namespace herd {

HerdCore::HerdCore(CoreSettings settings, const SipKey& indexKey, Dice& dice)
    : settings_(std::move(settings)),
      order_(settings_.rules.futureSkewMaxS * nanosecondsPerSecond),
      dice_(dice),
      table_(indexKey),
      ring_(settings_.ringEntries),
      digest_(settings_.superBuckets, settings_.bucketsPerSuper),
      epoch_(drawEpoch()) {}

Offer HerdCore::hear(const Iamat& iamat, std::uint64_t clientHash, std::int64_t rxNs,
                     Stamp& answer) {
    answer.client = iamat.client;
    answer.origin = settings_.self;
    answer.position = iamat.position;
    answer.time = iamat.time;
    answer.timeNs = iamat.timeNs;
    answer.rxNs = rxNs;
    heardLine_.clear();
    wire::appendAt(heardLine_, answer);
    heardLine_.pop_back();
    answer.line = heardLine_;
    const StampTable::Place place = table_.locate(iamat.client, clientHash);
    const Stamp stored = place.found ? table_.stamp(place.slot) : Stamp();
    const bool repeated = place.found && stored.timeNs == answer.timeNs &&
                          stored.time == answer.time && stored.position == answer.position &&
                          stored.origin == answer.origin && !isExpired(place.slot);
    if (repeated) {
        ++counters_.notNewer;
        return Offer::notNewer;
    }
    const Offer offered = offer(answer, place, stored, 0, settings_.clientsMax);
    counters_.heard += offered == Offer::accepted ? 1 : 0;
    return offered;
}

void HerdCore::prefetch(std::span<const std::uint64_t> clientHashes) {
    prefetchedBuckets_.clear();
    table_.prefetch(clientHashes, prefetchedBuckets_);
    digest_.prefetch(prefetchedBuckets_);
}

Offer HerdCore::learn(const Stamp& stamp, std::uint64_t clientHash, SessionNumber session) {
    if (isExpired(stamp.rxNs, stamp.isTombstone())) {
        ++counters_.expiredOnArrival;
        return Offer::notNewer;
    }
    const StampTable::Place place = locate(stamp, clientHash);
    const Stamp stored = place.found ? table_.stamp(place.slot) : Stamp();
    const Offer offered = offer(stamp, place, stored, session, settings_.clientsMax * 2);
    counters_.learnt += offered == Offer::accepted ? 1 : 0;
    return offered;
}

Offer HerdCore::forget(std::string_view client, std::int64_t rxNs) {
    const ClientHash hash = clientHashOf(client);
    Stamp tombstone;
    tombstone.client = viewOf(hash);
    tombstone.origin = settings_.self;
    tombstone.rxNs = rxNs;
    const StampTable::Place place = locate(tombstone);
    const Stamp stored = place.found ? table_.stamp(place.slot) : Stamp();
    if (place.found && !isExpired(place.slot)) {
        // Past its own clock only as far as it must: one tombstone after the other goes by steps.
        const std::int64_t pastNs =
            stored.isTombstone() ? stored.rxNs : order_.effectiveTimeNs(stored);
        constexpr std::int64_t lastNs = std::numeric_limits<std::int64_t>::max();
        tombstone.rxNs = std::max(rxNs, pastNs == lastNs ? lastNs : pastNs + 1);
    }
    tombstone.timeNs = tombstone.rxNs;
    return offer(tombstone, place, stored, 0, settings_.clientsMax * 2);
}

Offer HerdCore::offer(const Stamp& stamp, const StampTable::Place& place, const Stamp& stored,
                      SessionNumber session, std::size_t clientsMax) {
    if (place.found && !isExpired(place.slot) && order_.compare(stamp, stored) <= 0) {
        ++counters_.notNewer;
        return Offer::notNewer;
    }
    const bool noRoom = !place.found && table_.used() >= clientsMax;
    if (noRoom || !table_.hasRoomForOrigin(stamp.origin)) {
        ++counters_.refusedFull;
        return Offer::full;
    }
    const SlotNumber slot = store(stamp, place);
    table_.setChange(slot, ring_.record(slot), session);
    counters_.forgotten += stamp.isTombstone() ? 1 : 0;
    if (journal_ != nullptr) {
        journal_->onChange(ring_.seq(), stamp);
    }
    for (PeerSession* const link : sessions_) {
        link->noteChange(slot, session);
    }
    return Offer::accepted;
}

/// Puts a stamp in the place of what is there, in table and digest.
SlotNumber HerdCore::store(const Stamp& stamp, StampTable::Place place) {
    SlotNumber slot = place.slot;
    if (place.found) {
        digest_.remove(table_.slot(slot).sum, table_.slot(slot).bucket);
    }
    if (place.found && table_.slot(slot).isTombstone() == stamp.isTombstone()) {
        table_.overwrite(slot, stamp);
    } else {
        if (place.found) {
            tellGone(slot);
            table_.remove(slot);
            place = locate(stamp);
        }
        const std::uint16_t bucket = digest_.bucketOf(stamp);
        digest_.prefetch({&bucket, 1});  // it comes while the row is written
        slot = table_.insert(place, stamp, bucket);
    }
    count(slot, stamp);
    return slot;
}

/// In the digest.
void HerdCore::count(SlotNumber slot, const Stamp& stamp) {
    const std::uint64_t sum = Digest::sumOf(stamp);
    table_.setSum(slot, sum);
    digest_.add(sum, table_.slot(slot).bucket);
}

void HerdCore::tellGone(SlotNumber slot) const {
    if (onGone_ && !table_.slot(slot).isTombstone()) {
        onGone_(table_.stamp(slot).client);
    }
}

/// A tombstone must outlive what it beats, which may have been received later by the skew.
bool HerdCore::isExpired(std::int64_t rxNs, bool tombstone) const {
    const std::int64_t lifeS =
        settings_.rules.ttlS + (tombstone ? settings_.rules.futureSkewMaxS : 0);
    return settings_.rules.ttlS > 0 && rxNs < wallNs_ - lifeS * nanosecondsPerSecond;
}

bool HerdCore::isExpired(SlotNumber slot) const {
    return isExpired(table_.slot(slot).rxNs, table_.slot(slot).isTombstone());
}

bool HerdCore::expire(std::size_t slotsMax, std::size_t removalsMax) {
    if (settings_.rules.ttlS == 0) {
        return false;
    }
    std::size_t removed = 0;
    std::size_t left = std::min<std::size_t>(slotsMax, table_.size());
    for (; left > 0 && removed < removalsMax; --left, ++expiryAt_) {
        expiryAt_ = expiryAt_ < table_.size() ? expiryAt_ : 0;
        if (!table_.slot(expiryAt_).isFree() && isExpired(expiryAt_)) {
            digest_.remove(table_.slot(expiryAt_).sum, table_.slot(expiryAt_).bucket);
            tellGone(expiryAt_);
            table_.remove(expiryAt_);
            ++removed;
        }
    }
    counters_.expired += removed;
    return removed > 0;
}

bool HerdCore::restore(std::uint64_t seq, const Stamp& stamp) {
    const StampTable::Place place = locate(stamp);
    if (!table_.hasRoomForOrigin(stamp.origin)) {
        return false;
    }
    // By number, not by key: what has expired since then gave way to a lesser stamp, and what beat
    // another one goes on hiding it until all of the journal is read.
    if (!place.found || table_.slot(place.slot).lastSeq < seq) {
        table_.setChange(store(stamp, place), seq, 0);
    }
    return true;
}

void HerdCore::resumeLog(const LogPosition& before, std::int64_t wallNs) {
    HERD_CHECK(before.epoch != 0);
    epoch_ = before.epoch;
    ring_.startAfter(seqAfterRestart(before.seq, wallNs));
}

void HerdCore::startLog(std::uint64_t usedSeq, std::int64_t wallNs) {
    ring_.startAfter(seqAfterRestart(usedSeq, wallNs));
}

/// Past every number that the process before may have told to anybody: those it lost with the end
/// of its journal are within the jump, and those of lives that a restored backup does not know of
/// lie before what the clock says.
std::uint64_t HerdCore::seqAfterRestart(std::uint64_t usedSeq, std::int64_t wallNs) {
    const std::uint64_t past = usedSeq + (std::uint64_t{1} << 32);
    const auto wallMs = static_cast<std::uint64_t>(std::max<std::int64_t>(wallNs, 0) / 1'000'000);
    return std::max(past, wallMs << 20);
}

std::optional<Stamp> HerdCore::find(std::string_view client) const {
    const StampTable::Place place = table_.locate(client);
    const bool known =
        place.found && !table_.slot(place.slot).isTombstone() && !isExpired(place.slot);
    return known ? std::optional(table_.stamp(place.slot)) : std::nullopt;
}

StampTable::Place HerdCore::locate(const Stamp& stamp, std::uint64_t clientHash) const {
    return stamp.isTombstone() ? table_.locateErased(stamp.client, digest_.bucketOf(stamp))
                               : table_.locate(stamp.client, clientHash);
}

bool HerdCore::corrupt(std::string_view client) {
    const StampTable::Place place = table_.locate(client);
    if (!place.found || table_.slot(place.slot).isTombstone()) {
        return false;
    }
    Stamp stamp = table_.stamp(place.slot);
    digest_.remove(table_.slot(place.slot).sum, table_.slot(place.slot).bucket);
    const std::string position(stamp.position);
    const std::string time(stamp.time);
    stamp.client = client;
    stamp.position = position;
    stamp.time = time;
    stamp.rxNs = std::max<std::int64_t>(stamp.rxNs - nanosecondsPerSecond, 0);
    table_.overwrite(place.slot, stamp);
    count(place.slot, stamp);
    return true;
}

void HerdCore::setSecrets(std::vector<std::string> secrets) {
    HERD_CHECK(!secrets.empty());
    settings_.secrets = std::move(secrets);
}

LogPosition HerdCore::got(const std::string& neighbour) const {
    const auto known = got_.find(neighbour);
    return known == got_.end() ? LogPosition() : known->second;
}

void HerdCore::setGot(const std::string& neighbour, const LogPosition& position) {
    LogPosition& known = got_[neighbour];
    if (known == position) {
        return;
    }
    known = position;
    if (journal_ != nullptr) {
        journal_->onGot(neighbour, position);
    }
}

void HerdCore::setPaused(const std::string& neighbour, bool paused) {
    if (paused) {
        paused_.insert(neighbour);
    } else {
        paused_.erase(neighbour);
    }
}

bool HerdCore::isPaused(std::string_view neighbour) const {
    return paused_.contains(neighbour);
}

void HerdCore::renewEpoch() {
    epoch_ = drawEpoch();
    if (journal_ != nullptr) {
        journal_->onEpoch(log());
    }
    const std::vector<PeerSession*> ending = sessions_;
    for (PeerSession* const session : ending) {
        session->end("epoch");
    }
}

void HerdCore::noteDuplicate(const std::string& neighbour) {
    ++counters_.duplicates;
    duplicateName_ = neighbour;
}

void HerdCore::enrol(PeerSession* session) {
    sessions_.push_back(session);
}

void HerdCore::leave(PeerSession* session) {
    std::erase(sessions_, session);
    comparisonOver(session);
}

PeerSession* HerdCore::sessionWith(std::string_view neighbour) const {
    const auto session =
        std::find_if(sessions_.begin(), sessions_.end(), [neighbour](const PeerSession* candidate) {
            return candidate->peer() == neighbour && !candidate->ended();
        });
    return session == sessions_.end() ? nullptr : *session;
}

bool HerdCore::mayCompare(const PeerSession* session) {
    if (table_.used() == 0 && filling_ == nullptr) {
        filling_ = session;
    }
    return filling_ == nullptr || filling_ == session;
}

void HerdCore::comparisonOver(const PeerSession* session) {
    if (filling_ == session) {
        filling_ = nullptr;
    }
}

/// Any number but 0, which means "no epoch" on the wire.
std::uint64_t HerdCore::drawEpoch() {
    std::uint64_t epoch = 0;
    while (epoch == 0) {
        epoch = dice_.roll();
    }
    return epoch;
}

}  // namespace herd
