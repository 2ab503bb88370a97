// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "server/admin/adminservice.h"

namespace herd {

/// One `stamps` subscription: the whole table as fast as the console takes it, then what changes,
/// and who is gone, in batches that begin with a tick. Writes the lines as text, without a JSON
/// value for each stamp. Owned by the conversation.
class StampFollower {
  public:
    static constexpr std::size_t lineBytesMax = 32 * 1024;  ///< with its LF
    /// Of one AT line or client id as JSON: the longest client id, each byte written as six.
    static constexpr std::size_t stampBytesMax = 8 * 1024;
    static constexpr std::size_t batchBytesMax = 256 * 1024;

    /// `head`: how its lines begin, see AdminConversation.
    StampFollower(std::unique_ptr<StampStream> stream, std::string head, bool follow);

    /// Says that it begins.
    void begin(std::string& out) const;

    /// A new batch may begin.
    void onTick() { batchBytesLeft_ = batchBytesMax; }

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

    std::unique_ptr<StampStream> stream_;
    std::string head_;
    bool follow_;
    bool tableTold_ = false;
    std::size_t batchBytesLeft_ = batchBytesMax;
};

}  // namespace herd
