# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT

# One fault each, by text: herd_mutant(NAME SOURCE FIND REPLACEMENT [FIND REPLACEMENT]...). A text
# to find must occur exactly once. A name that begins with a rule's number breaks that rule of the
# replication; the others break something the rules take for granted.

# R1: the order is total, payload included.
herd_mutant(r1_order_ignores_payload common/stamp.cpp
  "a.position <=> b.position" "a.rxNs <=> b.rxNs"
  "return a.time <=> b.time;" "return std::strong_ordering::equal;")

herd_mutant(r1_order_ignores_spelling common/stamp.cpp
  "return a.time <=> b.time;" "return std::strong_ordering::equal;")

herd_mutant(r1_order_ignores_origin common/stamp.cpp
  "a.origin <=> b.origin" "a.rxNs <=> b.rxNs")

# R2: echo suppression only inside the same session.
herd_mutant(r2_echo_by_peer_name server/herd/peersession.cpp
[==[
    core_.enrol(this);
]==]
[==[
    core_.enrol(this);
    number_ = static_cast<SessionNumber>(std::hash<std::string>()(peer_));
    std::destroy_at(&feed_);
    std::construct_at(&feed_, core_.table(), core_.ring(), core_.digest(), number_,
                      core_.settings().scanSlotsMax);
]==])

# R3: no MARK while lagging.
herd_mutant(r3_mark_while_sweeping server/herd/linkfeed.cpp
[==[
    while (out.size() < bytesMax) {
]==]
[==[
    if (lagging_ && !pending_.empty() && marked_ != ring_.seq()) {
        marked_ = ring_.seq();
        wire::appendMark(out, marked_);
    }
    while (out.size() < bytesMax) {
]==])

herd_mutant(r3_mark_while_searching server/herd/linkfeed.cpp
  "if (scan_ || comparing())" "if (comparing())")

herd_mutant(r3_mark_while_comparing server/herd/linkfeed.cpp
  "if (scan_ || comparing())" "if (scan_)")

# R4: MARK only with nothing pending.
herd_mutant(r4_mark_before_changes server/herd/linkfeed.cpp
[==[
    while (out.size() < bytesMax) {
]==]
[==[
    if (!lagging_ && marked_ != ring_.seq()) {
        marked_ = ring_.seq();
        wire::appendMark(out, marked_);
    }
    while (out.size() < bytesMax) {
]==])

# R5: no number is used twice, however much of the journal a crash has lost.
herd_mutant(r5_jump_from_changes_only server/journal/recovery.cpp
  "recovered_.log.seq = std::max(recovered_.log.seq, record.seq);"
  "if (!std::holds_alternative<record::Start>(record.content)) {
        recovered_.log.seq = std::max(recovered_.log.seq, record.seq);
    }")

herd_mutant(r5_jump_by_the_clock_only server/herd/herdcore.cpp
  "return std::max(past, wallMs << 20);" "return std::max(usedSeq + (past & 0), wallMs << 20);")

herd_mutant(r5_jump_ignores_the_clock server/herd/herdcore.cpp
  "return std::max(past, wallMs << 20);" "return past + (wallMs & 0);")

herd_mutant(r5b_no_jump server/herd/herdcore.cpp
  "return std::max(past, wallMs << 20);" "return usedSeq + (past & 0) + (wallMs & 0);")

# R6: in the journal, what is held of a neighbour's log comes after the stamps that it covers.
herd_mutant(r6_stamps_after_got server/herd/herdcore.cpp
  "journal_->onChange(ring_.seq(), stamp);"
  "if (ring_.remembersAllAfter(ring_.seq() - 2)) {
            const SlotNumber before = ring_.slotOf(ring_.seq() - 1);
            journal_->onChange(table_.slot(before).lastSeq, table_.stamp(before));
        }")

herd_mutant(r6_learnt_not_journaled server/herd/herdcore.cpp
  "if (journal_ != nullptr) {
        journal_->onChange" "if (journal_ != nullptr && session == 0) {
        journal_->onChange")

# R7: compare epochs on resume.
herd_mutant(r7_epoch_ignored server/herd/peersession.cpp
  "const bool mine = peerWant_.epoch == core_.log().epoch;"
  "const bool mine = peerWant_.epoch != 0 && peerWant_.seq <= core_.log().seq;"
  "if (ownWant_.epoch != peerLog_.epoch)"
  "if (ownWant_.epoch == 0 || ownWant_.seq > peerLog_.seq)")

# R8: detect ring overrun.
herd_mutant(r8_overrun_unnoticed server/herd/changering.cpp
  "return seq >= forgotten_ && seq_ - seq <= slots_.size();"
  "return seq >= forgotten_ && seq <= seq_;")

herd_mutant(r8_overrun_noticed_late server/herd/changering.cpp
  "return seq >= forgotten_ && seq_ - seq <= slots_.size();"
  "return seq >= forgotten_ && seq_ - seq <= slots_.size() + 1;")

# R9: changes during a sweep set bits.
herd_mutant(r9_sweep_sets_no_bits server/herd/linkfeed.cpp
[==[
    HERD_CHECK(lagging_);
    pending_.insert(slot);
]==]
[==[
    if (pending_.empty()) {
        pending_.insert(slot);
    }
]==])

herd_mutant(r9_search_sets_no_bits server/herd/linkfeed.cpp
[==[
    HERD_CHECK(lagging_);
    pending_.insert(slot);
]==]
[==[
    if (!scan_) {
        pending_.insert(slot);
    }
]==])

# R10: learnt changes enter the ring.
herd_mutant(r10_learnt_not_in_ring server/herd/herdcore.cpp
  "table_.setChange(slot, ring_.record(slot), session);"
  "table_.setChange(slot, session == 0 ? ring_.record(slot) : ring_.seq(), session);")

herd_mutant(r10_learnt_not_passed_on server/herd/linkfeed.cpp
  "if (!superseded && slot.fromSession != session_)" "if (!superseded && slot.fromSession == 0)")

# R11: expiry by rx, never by the client's time or local receipt.
herd_mutant(r11_expiry_by_the_clients_time server/herd/herdcore.cpp
  "if (isExpired(stamp.rxNs, stamp.isTombstone()))"
  "if (isExpired(stamp.timeNs, stamp.isTombstone()))"
  "return isExpired(table_.slot(slot).rxNs, table_.slot(slot).isTombstone());"
  "return isExpired(table_.slot(slot).timeNs, table_.slot(slot).isTombstone());")

herd_mutant(r11_expiry_by_local_receipt server/herd/herdcore.cpp
  "if (isExpired(stamp.rxNs, stamp.isTombstone()))" "if (stamp.rxNs < 0)"
  "return isExpired(table_.slot(slot).rxNs, table_.slot(slot).isTombstone());"
  "static std::map<std::pair<const void*, SlotNumber>, std::pair<std::uint64_t, std::int64_t>> all;
    auto& [seq, receivedNs] = all[{this, slot}];
    if (seq != table_.slot(slot).lastSeq) {
        seq = table_.slot(slot).lastSeq;
        receivedNs = wallNs_;
    }
    return isExpired(receivedNs, table_.slot(slot).isTombstone());")

# R12: the digest covers the payload and the current state.
herd_mutant(r12_digest_ignores_position server/herd/digest.cpp
  "    const StampTail tail(stamp);\n"
[==[
    const std::string nowhere = "+0+0";
    Stamp elsewhere = stamp;
    elsewhere.position = nowhere;
    const StampTail tail(elsewhere);
]==])

herd_mutant(r12_digest_ignores_spelling server/herd/digest.cpp
  "    const StampTail tail(stamp);\n"
[==[
    const std::string time = std::to_string(stamp.timeNs);
    Stamp plain = stamp;
    plain.time = time;
    const StampTail tail(plain);
]==])

herd_mutant(r12_digest_ignores_origin server/herd/digest.cpp
[==[
            std::uint64_t{stamp.origin.size()} << 32 | tail.view().size());
    addBytes(sum, tail.view());
    addBytes(sum, stamp.origin);
]==]
[==[
            tail.view().size());
    addBytes(sum, tail.view());
]==])

herd_mutant(r12_digest_keeps_old_values server/herd/herdcore.cpp
[==[
        digest_.remove(table_.slot(slot).sum, table_.slot(slot).bucket);
]==] "")

# R13: changes during a digest exchange set bits.
herd_mutant(r13_comparison_sets_no_bits server/herd/linkfeed.cpp
[==[
    HERD_CHECK(lagging_);
    pending_.insert(slot);
]==]
[==[
    if (!comparing()) {
        pending_.insert(slot);
    }
]==])

# Erasure: a tombstone goes where stamps go, and stands for the client's id.
herd_mutant(forget_not_flooded server/herd/linkfeed.cpp
  "wire::appendUpdate(out, table_.stamp(slot));"
  "if (!table_.stamp(slot).isTombstone()) {
        wire::appendUpdate(out, table_.stamp(slot));
    }")

herd_mutant(forget_not_journaled server/herd/herdcore.cpp
  "if (journal_ != nullptr) {
        journal_->onChange" "if (journal_ != nullptr && !stamp.isTombstone()) {
        journal_->onChange")

herd_mutant(forget_dropped_at_restart server/herd/herdcore.cpp
  "if (!place.found || table_.slot(place.slot).lastSeq < seq) {"
  "if (!stamp.isTombstone() && (!place.found || table_.slot(place.slot).lastSeq < seq)) {")

herd_mutant(forget_leaves_the_stamp server/herd/stamptable.cpp
  "while (!place.found && next != 0) {"
  "while (!place.found && next != 0 && tombstones_ > 1'000) {")

herd_mutant(forget_unknown_to_reports server/herd/stamptable.cpp
  "if (!place.found && tombstones_ > 0) {" "if (!place.found && tombstones_ > 1'000) {")

herd_mutant(forget_loses_a_tie common/stamp.cpp
  "a.isTombstone() <=> b.isTombstone()" "b.isTombstone() <=> a.isTombstone()")

# What is left of a chunk's end, of an overrun, of a sweep, of a resume.
herd_mutant(search_skips_a_slot server/herd/linkfeed.cpp
[==[
    if (end == table_.size()) {
        scan_.reset();
    }
]==]
[==[
    if (++scan_->next >= table_.size()) {
        scan_.reset();
    }
]==])

herd_mutant(overrun_forgets_earlier_changes server/herd/linkfeed.cpp
  "scan_ = Scan{seq, {}, 0};" "scan_ = Scan{std::max(seq, ring_.seq()), {}, 0};")

herd_mutant(sweep_never_wraps server/herd/slotset.cpp
[==[
        word = word + 1 < words_.size() ? word + 1 : 0;
]==]
[==[
        if (word + 1 >= words_.size()) {
            words_ = {};
            count_ = 0;
            return std::nullopt;
        }
        ++word;
]==])

herd_mutant(resume_skips_a_change server/herd/linkfeed.cpp
[==[
        cursor_ = seq;
]==]
[==[
        cursor_ = std::min(seq + 1, ring_.seq());
]==])

herd_mutant(fill_ignores_room server/herd/linkfeed.cpp
  "while (out.size() < bytesMax)" "while (out.size() < bytesMax + (1 << 20))")

# What a node believes to hold, and whom it waits for.
herd_mutant(got_before_the_stamps server/herd/peersession.cpp
[==[
    core_.enrol(this);
]==]
[==[
    core_.enrol(this);
    core_.setGot(peer_, peerLog_);
]==])

herd_mutant(comparison_without_mark server/herd/linkfeed.cpp
  "if (markDue_ || marked_ != ring_.seq())" "if (marked_ != ring_.seq())")

herd_mutant(filling_never_over server/herd/peersession.cpp
[==[
        core_.comparisonOver(this);
]==] "")

herd_mutant(filling_outlives_session server/herd/herdcore.cpp
[==[
    std::erase(sessions_, session);
    comparisonOver(session);
]==]
[==[
    std::erase(sessions_, session);
]==])

herd_mutant(details_cut_short server/herd/linkfeed.cpp
  "awaitedDetails_.erase(awaited);" "awaitedDetails_.clear();")

herd_mutant(handshake_outlives_epoch server/herd/peersession.cpp
  "if (saidEpoch_ != core_.log().epoch)" "if (saidEpoch_ == 0)")

herd_mutant(audit_never_repairs server/herd/peersession.cpp
  "if (mismatches_ >= mismatchesMax)" "if (mismatches_ > 1'000'000)")

herd_mutant(silence_unnoticed server/herd/peersession.cpp
  "if (now.monotonicMs - heardMs_ >= silenceMsMax)"
  "if (now.monotonicMs - heardMs_ >= 1'000'000 * silenceMsMax)")

# What a journal's segments promise: I6.
herd_mutant(snapshot_replaces_unsynced server/journal/segmentwriter.cpp
  "int error = next_->sync();" "int error = 0;")

herd_mutant(snapshot_misses_changes server/journal/segmentwriter.cpp
[==[
    writeSnapshot(records);
    if (!current_) {
]==]
[==[
    if (!current_) {
]==])

herd_mutant(names_never_synced server/journal/segmentwriter.cpp
  "if (error = disk_.sync(); error != 0) {" "if (error != 0) {")

herd_mutant(tail_not_cut server/journal/segmentwriter.cpp
  "disk_.open(segmentName(segment), bytes, current_)"
  "disk_.open(segmentName(segment), bytes + 1, current_)")
