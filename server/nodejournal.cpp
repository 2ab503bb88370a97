// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/nodejournal.h"

#include <algorithm>
#include <utility>

namespace herd {

void NodeJournal::attach(JournalService& journal, const Recovered& recovered, std::int64_t wallNs) {
    core_.setWallNs(wallNs);
    core_.expire(core_.table().size(), core_.table().size());
    if (recovered.segment == 0 || recovered.renewEpoch) {
        core_.startLog(recovered.log.seq, wallNs);
    } else {
        core_.resumeLog(recovered.log, wallNs);
    }
    core_.restoreGot(recovered.got);
    journal_ = &journal;
    core_.setJournal(this);
}

void NodeJournal::commit() {
    if (journal_ != nullptr) {
        journal_->commit();
    }
}

void NodeJournal::onTick(std::int64_t monotonicMs) {
    if (!gotChanged_.empty() && monotonicMs - gotWrittenMs_ >= gotIntervalMs) {
        gotWrittenMs_ = monotonicMs;
        appendGot();
        commit();
    }
}

void NodeJournal::finish() {
    appendGot();
    commit();
}

/// What is held of a log now covers only stamps that were appended already.
void NodeJournal::appendGot() {
    for (const std::string& neighbour : gotChanged_) {
        journal_->appendGot(neighbour, core_.got(neighbour));
    }
    gotChanged_.clear();
}

bool NodeJournal::mustHold() const {
    return !mayConfirm(core_.log().seq);
}

/// The disk may be bad for hours while clients give up and come again.
void NodeJournal::hold(const ReplyTicket& ticket) {
    if (held_.size() >= dropAtCount_) {
        std::erase_if(held_, [](const Held& held) { return held.ticket.expired(); });
        dropAtCount_ = std::max(heldBeforeDrop, 2 * held_.size());
    }
    held_.push_back({core_.log().seq, ticket});
}

void NodeJournal::releaseHeld() {
    while (!held_.empty() && mayConfirm(held_.front().seq)) {
        const ReplyTicket ticket = std::move(held_.front().ticket);
        held_.pop_front();
        ticket.release();
    }
}

JournalState NodeJournal::state() const {
    return journal_ != nullptr ? journal_->state() : JournalState();
}

void NodeJournal::onChange(std::uint64_t seq, const Stamp& stamp) {
    journal_->appendChange(seq, stamp);
    if (stamp.isTombstone()) {
        journal_->replaceSoon();
    }
}

void NodeJournal::onGot(const std::string& neighbour, const LogPosition&) {
    gotChanged_.insert(neighbour);
}

void NodeJournal::onEpoch(const LogPosition& log) {
    journal_->appendEpoch(log);
}

bool NodeJournal::mayConfirm(std::uint64_t seq) const {
    return journal_ == nullptr || !journal_->confirmsWhenSynced() || journal_->syncedSeq() >= seq;
}

void NodeJournal::restore(std::uint64_t seq, const Stamp& stamp) {
    notRestored_ += core_.restore(seq, stamp) ? 0 : 1;
}

std::optional<JournalTable::Row> NodeJournal::row(std::size_t index) const {
    const auto number = static_cast<SlotNumber>(index);
    const Slot& slot = core_.table().slot(number);
    if (slot.isFree()) {
        return std::nullopt;
    }
    return Row{slot.lastSeq, core_.table().stamp(number)};
}

}  // namespace herd
