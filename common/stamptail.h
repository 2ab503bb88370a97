// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/stamp.h"

namespace herd {

/// What an AT line says behind its difference, `<client> <position> <time>`, as one text; a
/// tombstone's ends in two spaces. Valid as long as the stamp's bytes and this are.
class StampTail {
  public:
    /// The stamp's own bytes where they stand in a line or in the table; else a copy.
    explicit StampTail(const Stamp& stamp) {
        const std::size_t bytes =
            stamp.client.size() + stamp.position.size() + stamp.time.size() + 2;
        const char* const position = stamp.client.data() + stamp.client.size() + 1;
        const char* const time = position + stamp.position.size() + 1;
        if (stamp.position.data() == position && stamp.time.data() == time && position[-1] == ' ' &&
            time[-1] == ' ') {
            view_ = {stamp.client.data(), bytes};
            return;
        }
        copy_.reserve(bytes);
        copy_.append(stamp.client).append(1, ' ');
        copy_.append(stamp.position).append(1, ' ').append(stamp.time);
        view_ = copy_;
    }
    StampTail(const StampTail&) = delete;
    StampTail& operator=(const StampTail&) = delete;

    [[nodiscard]] std::string_view view() const { return view_; }

  private:
    std::string copy_;
    std::string_view view_;
};

}  // namespace herd
