// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/stampfollower.h"

#include <algorithm>

namespace herd {

namespace {
constexpr std::string_view lineEnd = "]}\n";
}

StampFollower::StampFollower(std::unique_ptr<StampStream> stream, std::string head, bool follow)
    : stream_(std::move(stream)), head_(std::move(head)), follow_(follow) {}

void StampFollower::begin(std::string& out) const {
    out.append(head_)
        .append(",\"begin\":true,\"clients\":")
        .append(std::to_string(stream_->clientsAtStart()))
        .append("}\n");
}

bool StampFollower::wantsFill() const {
    if (!tableTold_) {
        return true;
    }
    return follow_ && batchBytesLeft_ > 0 && stream_->hasNext();
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
        batchBytesLeft_ -= std::min(batchBytesLeft_, out.size() - start);
    } else if (stream_->toldAll()) {
        tableTold_ = true;
        out.append(head_).append(",\"complete\":true}\n");
    }
}

bool StampFollower::writeGone(std::string& out) {
    const std::size_t start = out.size();
    std::optional<std::string> client = stream_->nextGone();
    if (!client) {
        return false;
    }
    out.append(head_).append(",\"gone\":[");
    appendJsonBytes(out, *client);
    while (out.size() - start + stampBytesMax + lineEnd.size() <= lineBytesMax &&
           (client = stream_->nextGone())) {
        out += ',';
        appendJsonBytes(out, *client);
    }
    out.append(lineEnd);
    return true;
}

void StampFollower::writeStamps(std::string& out) {
    const std::size_t start = out.size();
    out.append(head_).append(",\"at\":[");
    bool any = false;
    while (out.size() - start + stampBytesMax + lineEnd.size() <= lineBytesMax) {
        if (!tableTold_ && stream_->toldAll()) {
            break;  // what comes now is not the table's beginning any more
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
    }
    if (any) {
        out.append(lineEnd);
    } else {
        out.resize(start);
    }
}

}  // namespace herd
