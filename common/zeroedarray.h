// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

namespace herd {

/// Memory for a ZeroedArray.
class ZeroedMemory {
  public:
    enum class Pages {
        small,
        huge,  ///< as far as whole ones fit and the system has any
    };
    static constexpr std::size_t hugePageBytes = 2 * 1024 * 1024;

    ZeroedMemory() = default;
    ZeroedMemory(std::size_t bytes, Pages pages);
    ZeroedMemory(ZeroedMemory&& other) noexcept
        : reserved_(std::exchange(other.reserved_, {})), data_(std::exchange(other.data_, {})) {}
    ZeroedMemory& operator=(ZeroedMemory&& other) noexcept {
        std::swap(reserved_, other.reserved_);
        std::swap(data_, other.data_);
        return *this;
    }
    ~ZeroedMemory();

    /// Begins where a huge page may, if it has those.
    [[nodiscard]] void* data() const { return data_; }

  private:
    std::span<std::byte> reserved_;
    void* data_ = nullptr;
};

/// A large array of items that begin as zero bytes, from the system instead of the heap. Pages that
/// nobody has touched cost nothing, and huge ones save what small ones cost where a table is filled
/// or read at random: a fault for each 4 KiB, and more of them than the processor can look up at
/// once. Owned by what fills it.
template <typename Item>
requires std::is_trivially_copyable_v<Item>
class ZeroedArray {
  public:
    ZeroedArray(std::size_t size, ZeroedMemory::Pages pages)
        : memory_(size * sizeof(Item), pages), size_(size) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] Item& operator[](std::size_t index) {
        return static_cast<Item*>(memory_.data())[index];
    }
    [[nodiscard]] const Item& operator[](std::size_t index) const {
        return static_cast<const Item*>(memory_.data())[index];
    }
    [[nodiscard]] std::span<const Item> items() const {
        return {static_cast<const Item*>(memory_.data()), size_};
    }

  private:
    ZeroedMemory memory_;
    std::size_t size_;
};

}  // namespace herd
