// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace herd {

/// What a fuzzer hands over. Decisions are taken off its front, the rest is the text under test.
class FuzzInput {
  public:
    FuzzInput(const std::uint8_t* data, std::size_t size)
        : bytes_(reinterpret_cast<const char*>(data), size) {}

    /// The next byte, 0 when there is none left.
    unsigned takeByte() {
        if (bytes_.empty()) {
            return 0;
        }
        const auto byte = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return byte;
    }

    /// What is left.
    std::string_view rest() const { return bytes_; }

  private:
    std::string_view bytes_;
};

}  // namespace herd

/// One target of a fuzzer: a broken promise is a HERD_CHECK. Must return 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
