// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/siphash.h"

#include <QtEndian>
#include <bit>

namespace herd {

namespace {

class SipState {
  public:
    explicit SipState(const SipKey& key)
        : v0_(key.low ^ 0x736f6d6570736575),
          v1_(key.high ^ 0x646f72616e646f6d),
          v2_(key.low ^ 0x6c7967656e657261),
          v3_(key.high ^ 0x7465646279746573) {}

    void compress(std::uint64_t word) {
        v3_ ^= word;
        round();
        v0_ ^= word;
    }

    std::uint64_t finish() {
        v2_ ^= 0xff;
        round();
        round();
        round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    void round() {
        v0_ += v1_;
        v2_ += v3_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v1_;
        v0_ += v3_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_;
    std::uint64_t v1_;
    std::uint64_t v2_;
    std::uint64_t v3_;
};

/// The bytes behind the last whole word as the low bytes of one.
std::uint64_t restOf(std::string_view text, std::size_t whole) {
    const std::size_t count = text.size() - whole;
    if (count == 0) {
        return 0;
    }
    if (whole > 0) {
        const char* const last = text.data() + text.size() - 8;
        return qFromLittleEndian<std::uint64_t>(last) >> 8 * (8 - count);
    }
    std::uint64_t rest = 0;
    for (std::size_t index = 0; index < count; ++index) {
        rest |= std::uint64_t{static_cast<unsigned char>(text[index])} << 8 * index;
    }
    return rest;
}

}  // namespace

std::uint64_t sipHash(const SipKey& key, std::string_view text) {
    SipState state(key);
    const std::size_t whole = text.size() / 8 * 8;
    for (std::size_t offset = 0; offset < whole; offset += 8) {
        state.compress(qFromLittleEndian<std::uint64_t>(text.data() + offset));
    }
    state.compress(restOf(text, whole) | static_cast<std::uint64_t>(text.size()) << 56);
    return state.finish();
}

}  // namespace herd
