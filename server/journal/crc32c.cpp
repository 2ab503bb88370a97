// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/crc32c.h"

#include <array>
#include <cstring>

namespace herd {

namespace {

constexpr std::uint32_t reversedPolynomial = 0x82f63b78;

constexpr std::array<std::uint32_t, 256> makeTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) {
            rest = rest >> 1 ^ ((rest & 1) != 0 ? reversedPolynomial : 0);
        }
        table[byte] = rest;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> table = makeTable();

#ifdef __x86_64__
__attribute__((target("sse4.2"))) std::uint32_t crc32cByInstruction(std::string_view bytes) {
    std::uint64_t rest = 0xffffffff;
    while (bytes.size() >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        rest = __builtin_ia32_crc32di(rest, word);
        bytes.remove_prefix(sizeof word);
    }
    auto last = static_cast<std::uint32_t>(rest);
    if (bytes.size() >= sizeof(std::uint32_t)) {
        std::uint32_t word = 0;
        std::memcpy(&word, bytes.data(), sizeof word);
        last = __builtin_ia32_crc32si(last, word);
        bytes.remove_prefix(sizeof word);
    }
    for (const char byte : bytes) {
        last = __builtin_ia32_crc32qi(last, static_cast<unsigned char>(byte));
    }
    return ~last;
}
#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
#ifdef __x86_64__
    static const bool hasInstruction = __builtin_cpu_supports("sse4.2") != 0;
    if (hasInstruction) {
        return crc32cByInstruction(bytes);
    }
#endif
    return crc32cByTable(bytes);
}

std::uint32_t crc32cByTable(std::string_view bytes) {
    std::uint32_t rest = 0xffffffff;
    for (const char byte : bytes) {
        rest = rest >> 8 ^ table[(rest ^ static_cast<unsigned char>(byte)) & 0xff];
    }
    return ~rest;
}

}  // namespace herd
