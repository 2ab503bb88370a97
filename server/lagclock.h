// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace herd {

/// For how long somebody has not had the whole of a log. It notes now and then how long the log is
/// and forgets the notes that were acknowledged; the oldest one left tells the age of the oldest
/// change that is missing, never less than it is. Bounded: of too many notes two are joined. Pure;
/// time comes in.
class LagClock {
  public:
    static constexpr std::size_t notesMax = 64;

    /// The log has `seq` changes now.
    void note(std::uint64_t seq, std::int64_t nowMs);

    /// The changes up to `seq` are no longer missing.
    void acknowledge(std::uint64_t seq);

    /// 0: nothing that was noted is missing.
    [[nodiscard]] std::int64_t lagMs(std::int64_t nowMs) const;

  private:
    /// Changes up to `seq`, and after the note before.
    struct Note {
        std::uint64_t seq = 0;
        std::int64_t sinceMs = 0;  ///< the first of them is no older
        std::int64_t untilMs = 0;  ///< the last of them was noticed then
    };

    void joinTwo();

    std::vector<Note> notes_;
    std::uint64_t known_ = 0;  ///< changes that were noted or acknowledged
};

}  // namespace herd
