// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace herd {

/// Memory for answers that sessions leave each other, so that none is allocated for a batch and
/// none kept by a quiet session. Used by the sessions of one thread.
class AnswerRooms {
  public:
    static constexpr std::size_t countMax = 256;
    /// Of one room: an exceptional batch is no measure for the others.
    static constexpr std::size_t bytesMax = 16 * 1024;

    /// An empty string, with memory when there is one.
    [[nodiscard]] std::string take() {
        std::string room;
        if (!rooms_.empty()) {
            room.swap(rooms_.back());
            rooms_.pop_back();
        }
        return room;
    }

    /// Leaves `room` empty and without memory.
    void give(std::string& room) {
        room.clear();
        if (room.capacity() <= bytesMax && rooms_.size() < countMax) {
            rooms_.emplace_back().swap(room);
        } else {
            std::string().swap(room);  // an assignment would keep the memory
        }
    }

    [[nodiscard]] std::size_t count() const { return rooms_.size(); }

  private:
    std::vector<std::string> rooms_;  ///< empty ones
};

}  // namespace herd
