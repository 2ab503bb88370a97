// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/stampfollower.h"

#include <algorithm>
#include <limits>

namespace herd {

namespace {
constexpr std::string_view lineEnd = "]}\n";
constexpr std::string_view behindKey = ",\"behind\":";
/// What may come behind the last element of a line.
constexpr std::size_t lineEndBytesMax =
    lineEnd.size() + behindKey.size() + std::numeric_limits<std::uint64_t>::digits10 + 1;
}  // namespace

StampFollower::StampFollower(std::unique_ptr<StampStream> stream, std::string head, bool follow)
    : stream_(std::move(stream)), head_(std::move(head)), follow_(follow) {}

void StampFollower::begin(std::string& out) const {
    out.append(head_)
        .append(",\"begin\":true,\"clients\":")
        .append(std::to_string(stream_->clientsAtStart()))
        .append("}\n");
}

void StampFollower::onTick(std::int64_t nowMs) {
    if (nowMs < nextBatchMs_ || !tableTold_) {
        return;
    }
    // So many a second, though ticks come when they like; what was missed is not made up for.
    nextBatchMs_ += batchMs;
    if (nextBatchMs_ <= nowMs) {
        nextBatchMs_ = nowMs + batchMs;
    }
    behind_ = std::min(waitingLeft_, stream_->waiting());
    waitingLeft_ = stream_->waiting();
    bytesLeft_ = batchBytesMax;
}

bool StampFollower::wantsFill() const {
    if (!tableTold_) {
        return true;
    }
    return follow_ && bytesLeft_ > 0 && waitingLeft_ > 0 && stream_->waiting() > 0;
}

void StampFollower::fill(std::string& out) {
    const std::size_t start = out.size();
    if (stream_->takeRestart()) {
        tableTold_ = false;
        begin(out);
    }
    // What there is to say of a client that is gone and back comes behind.
    if (!writeGone(out)) {
        writeStamps(out);
    }
    if (tableTold_) {
        bytesLeft_ -= std::min(bytesLeft_, out.size() - start);
    } else if (stream_->toldAll()) {
        tableTold_ = true;
        waitingLeft_ = 0;
        out.append(head_).append(",\"complete\":true}\n");
    }
}

bool StampFollower::lineHasRoom(std::size_t bytes) const {
    return bytes + stampBytesMax + lineEndBytesMax <= lineBytesMax;
}

void StampFollower::noteTold() {
    waitingLeft_ -= std::min<std::uint64_t>(waitingLeft_, 1);
}

bool StampFollower::writeGone(std::string& out) {
    const std::size_t start = out.size();
    std::optional<std::string> client = stream_->nextGone();
    if (!client) {
        return false;
    }
    out.append(head_).append(",\"gone\":[");
    appendJsonBytes(out, *client);
    noteTold();
    while (lineHasRoom(out.size() - start) && (client = stream_->nextGone())) {
        out += ',';
        appendJsonBytes(out, *client);
        noteTold();
    }
    out.append(lineEnd);
    return true;
}

void StampFollower::writeStamps(std::string& out) {
    const std::size_t start = out.size();
    out.append(head_).append(",\"at\":[");
    bool any = false;
    while (lineHasRoom(out.size() - start)) {
        if (tableTold_ ? waitingLeft_ == 0 : stream_->toldAll()) {
            break;  // what comes now is not part of the batch, or of the table, any more
        }
        const std::optional<std::string_view> at = stream_->next();
        if (!at) {
            break;
        }
        if (any) {
            out += ',';
        }
        any = true;
        appendJsonBytes(out, *at);
        noteTold();
    }
    if (!any) {
        out.resize(start);
        return;
    }
    out += ']';
    if (tableTold_ && behind_ > 0 && stream_->waiting() > 0) {
        out.append(behindKey).append(std::to_string(behind_));
    }
    out.append("}\n");
}

}  // namespace herd
