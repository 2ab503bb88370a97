// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "server/admin/adminservice.h"

namespace herd {

/// One `stamps` subscription: the whole table as fast as the console takes it, then what changes,
/// and who is gone, in batches a fixed time apart. A batch is what waits when it begins, so each
/// client is in it once at most; what does not fit comes first in the next, which says how much
/// that is. Writes the lines as text, without a JSON value for each stamp. Owned by the
/// conversation.
class StampFollower {
  public:
    static constexpr std::size_t lineBytesMax = 32 * 1024;  ///< with its LF
    /// Of one AT line or client id as JSON: the longest client id, each byte written as six.
    static constexpr std::size_t stampBytesMax = 8 * 1024;
    static constexpr std::size_t batchBytesMax = 256 * 1024;
    static constexpr std::int64_t batchMs = 250;  ///< from one batch to the next

    /// `head`: how its lines begin, see AdminConversation.
    StampFollower(std::unique_ptr<StampStream> stream, std::string head, bool follow);

    /// Says that it begins.
    void begin(std::string& out) const;

    /// A new batch may be due.
    void onTick(std::int64_t nowMs);

    /// It ends when the table is told.
    void endAfterTable() { follow_ = false; }

    /// Whether fill() would write something now.
    [[nodiscard]] bool wantsFill() const;

    /// Writes one line of stamps, and what is due behind it.
    void fill(std::string& out);

    [[nodiscard]] bool over() const { return tableTold_ && !follow_; }

  private:
    [[nodiscard]] bool writeGone(std::string& out);
    void writeStamps(std::string& out);
    [[nodiscard]] bool lineHasRoom(std::size_t bytes) const;
    void noteTold();

    std::unique_ptr<StampStream> stream_;
    std::string head_;
    bool follow_;
    bool tableTold_ = false;
    std::int64_t nextBatchMs_ = 0;
    // Of the batch:
    std::size_t bytesLeft_ = 0;
    std::uint64_t waitingLeft_ = 0;  ///< of what waited when it began
    std::uint64_t behind_ = 0;       ///< what the batch before it did not get to
};

}  // namespace herd
