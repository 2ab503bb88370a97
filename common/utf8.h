// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace herd {

/// The length of the well-formed UTF-8 sequence (RFC 3629: shortest form, no surrogates, at most
/// U+10FFFF) that `text` starts with, 1 to 4; 0 when it starts with none or is empty.
constexpr std::size_t utf8SequenceLength(std::string_view text) {
    const auto byte = [text](std::size_t index) {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
    };
    const auto continues = [&byte](std::size_t index) { return (byte(index) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    const unsigned second = byte(1);
    if (first < 0x80U) {
        return text.empty() ? 0 : 1;
    }
    if (first >= 0xC2U && first <= 0xDFU) {
        return continues(1) ? 2 : 0;
    }
    if (first >= 0xE0U && first <= 0xEFU) {
        const bool tooLong = first == 0xE0U && second < 0xA0U;
        const bool surrogate = first == 0xEDU && second > 0x9FU;
        return continues(1) && continues(2) && !tooLong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0U && first <= 0xF4U) {
        const bool tooLong = first == 0xF0U && second < 0x90U;
        const bool tooHigh = first == 0xF4U && second > 0x8FU;
        return continues(1) && continues(2) && continues(3) && !tooLong && !tooHigh ? 4 : 0;
    }
    return 0;
}

/// The offset of the first byte that is not part of well-formed UTF-8; `text.size()` when all is.
constexpr std::size_t utf8ValidPrefix(std::string_view text) {
    std::size_t offset = 0;
    while (const std::size_t length = utf8SequenceLength(text.substr(offset))) {
        offset += length;
    }
    return offset;
}

}  // namespace herd
