// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/herd/stamptexts.h"

#include <algorithm>
#include <cstring>

#include "common/check.h"

namespace herd {

void StampTexts::set(std::size_t slot, std::string_view text) {
    HERD_CHECK(text.size() <= bytesMax);
    Block& block = blockOf(slot);
    const std::size_t index = slot % slotsPerBlock;
    if (text.size() != std::size_t{block.bounds[index + 1]} - block.bounds[index]) {
        resize(block, index, text.size());
    }
    std::copy(text.begin(), text.end(), block.bytes.get() + block.bounds[index]);
}

/// Gives one text of the block another length; its bytes mean nothing then.
void StampTexts::resize(Block& block, std::size_t index, std::size_t bytes) {
    const std::size_t before = block.used();
    const std::size_t old = std::size_t{block.bounds[index + 1]} - block.bounds[index];
    const std::size_t after = before - old + bytes;
    if (after > block.capacity) {
        // The slots that have no text yet will have one of about this length.
        std::size_t capacity = after;
        for (std::size_t other = 0; other < slotsPerBlock; ++other) {
            const bool empty = block.bounds[other] == block.bounds[other + 1];
            capacity += empty && other != index ? bytes : 0;
        }
        moveTo(block, index, bytes, capacity);
    } else if (after < before && after * 2 < block.capacity) {
        moveTo(block, index, bytes, after);
    } else {
        char* const tail = block.bytes.get() + block.bounds[index + 1];
        std::memmove(tail - old + bytes, tail, before - block.bounds[index + 1]);
        if (after < before) {
            explicit_bzero(block.bytes.get() + after, before - after);
        }
    }
    for (std::size_t bound = index + 1; bound <= slotsPerBlock; ++bound) {
        block.bounds[bound] = static_cast<std::uint16_t>(block.bounds[bound] - old + bytes);
    }
}

void StampTexts::moveTo(Block& block, std::size_t index, std::size_t bytes, std::size_t capacity) {
    std::unique_ptr<char[]> moved;
    if (capacity > 0) {
        moved = std::make_unique_for_overwrite<char[]>(capacity);
    }
    if (block.bytes) {
        const char* const from = block.bytes.get();
        char* const to = std::copy(from, from + block.bounds[index], moved.get());
        std::copy(from + block.bounds[index + 1], from + block.used(), to + bytes);
        explicit_bzero(block.bytes.get(), block.used());
    }
    block.bytes = std::move(moved);
    block.capacity = static_cast<std::uint16_t>(capacity);
}

}  // namespace herd
