// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/admin/adminrequest.h"
#include "server/admin/adminservice.h"

namespace herd {

/// One `log` subscription: a cursor in the newest records. What it could not take in time, because
/// the log forgot it, is counted. Owned by the conversation.
class LogFollower {
  public:
    /// A line of records ends at the first that takes it past this.
    static constexpr std::size_t lineBytesWanted = 32 * 1024;

    /// `head`: how its lines begin, see AdminConversation. `records` must outlive it.
    LogFollower(const LogRecords& records, std::string head, const LogRequest& request);

    /// New records may be told.
    void onTick();

    /// It ends when the records of its beginning are told.
    void endAfterTail() { request_.follow = false; }

    [[nodiscard]] bool wantsFill() const { return due_; }

    /// Writes one line of records.
    void fill(std::string& out);

    [[nodiscard]] bool over() const { return tailTold_ && !request_.follow; }

  private:
    [[nodiscard]] std::uint64_t startOfTail() const;

    const LogRecords& records_;
    std::string head_;
    LogRequest request_;
    std::uint64_t tailEnd_;
    std::uint64_t cursor_;  ///< the record to tell next
    bool tailTold_ = false;
    bool due_ = true;
};

}  // namespace herd
