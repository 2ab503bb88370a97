// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/logfollower.h"

#include <algorithm>

#include "common/jsontext.h"

namespace herd {

LogFollower::LogFollower(const LogRecords& records, std::string head, const LogRequest& request)
    : records_(records),
      head_(std::move(head)),
      request_(request),
      tailEnd_(records.end()),
      cursor_(startOfTail()) {}

/// So that `tail` records of the wanted levels come, or all of them.
std::uint64_t LogFollower::startOfTail() const {
    std::uint64_t start = tailEnd_;
    for (int found = 0; found < request_.tail && start > records_.first(); --start) {
        found += records_.at(start - 1).level <= request_.level ? 1 : 0;
    }
    return start;
}

void LogFollower::onTick() {
    due_ = due_ || (request_.follow && cursor_ < records_.end());
}

void LogFollower::fill(std::string& out) {
    const std::uint64_t leftOut = std::max(records_.first(), cursor_) - cursor_;
    cursor_ += leftOut;
    const std::uint64_t end = request_.follow ? records_.end() : std::max(tailEnd_, cursor_);
    const std::size_t start = out.size();
    out.append(head_).append(",\"records\":[");
    bool any = false;
    for (; cursor_ < end && out.size() - start < lineBytesWanted; ++cursor_) {
        const LogRecords::Record record = records_.at(cursor_);
        if (record.level <= request_.level) {
            if (any) {
                out += ',';
            }
            any = true;
            appendJsonString(out, record.text);
        }
    }
    due_ = cursor_ < end;
    const bool tailEnds = !tailTold_ && cursor_ >= tailEnd_;
    if (!any && leftOut == 0 && !tailEnds) {
        out.resize(start);
        return;
    }
    out += ']';
    if (leftOut > 0) {
        out.append(",\"left_out\":").append(std::to_string(leftOut));
    }
    if (tailEnds) {
        tailTold_ = true;
        out.append(",\"complete\":true");
    }
    out.append("}\n");
}

}  // namespace herd
