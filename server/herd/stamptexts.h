// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace herd {

/// The texts of a table's slots. Some slots share one piece of memory, where their texts stand one
/// behind the other, so that a text costs little more than its bytes. What stood there before is
/// wiped. Owned by the table.
class StampTexts {
  public:
    static constexpr std::size_t slotsPerBlock = 16;
    /// Of one text.
    static constexpr std::size_t bytesMax = 4'095;

    /// From now on there are at least so many slots; new ones have no text.
    void makeRoom(std::size_t slots) {
        while (slots > chunks_.size() * blocksPerChunk * slotsPerBlock) {
            chunks_.push_back(std::make_unique<Block[]>(blocksPerChunk));
        }
    }

    /// Valid until a text of the same block is set.
    [[nodiscard]] std::string_view at(std::size_t slot) const {
        const Block& block = blockOf(slot);
        const std::size_t index = slot % slotsPerBlock;
        return {block.bytes.get() + block.bounds[index],
                std::size_t{block.bounds[index + 1]} - block.bounds[index]};
    }

    /// Has the processor fetch what at() will look at: where the text stands, then the text.
    void prefetchPlace(std::size_t slot) const { __builtin_prefetch(&blockOf(slot)); }
    void prefetchText(std::size_t slot) const {
        const std::string_view text = at(slot);
        __builtin_prefetch(text.data());
        __builtin_prefetch(text.data() + text.size());
    }

    /// `text` stands elsewhere. An empty one gives its memory back.
    void set(std::size_t slot, std::string_view text);

  private:
    static constexpr std::size_t blocksPerChunk = 256;
    static_assert(slotsPerBlock * bytesMax <= UINT16_MAX);

    struct Block {
        std::unique_ptr<char[]> bytes;
        std::array<std::uint16_t, slotsPerBlock + 1> bounds{};  ///< text i: from i to i + 1
        std::uint16_t capacity = 0;

        [[nodiscard]] std::size_t used() const { return bounds[slotsPerBlock]; }
    };

    [[nodiscard]] Block& blockOf(std::size_t slot) const {
        const std::size_t block = slot / slotsPerBlock;
        return chunks_[block / blocksPerChunk][block % blocksPerChunk];
    }
    static void resize(Block& block, std::size_t index, std::size_t bytes);
    static void moveTo(Block& block, std::size_t index, std::size_t bytes, std::size_t capacity);

    std::vector<std::unique_ptr<Block[]>> chunks_;  ///< grown without moving a block
};

}  // namespace herd
