// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

#include "server/herd/dice.h"

namespace herd::sim {

/// xoshiro256** started by splitmix64 (Blackman and Vigna, 2018), written out here so that a seed
/// means the same run on every machine and with every standard library.
class Prng {
  public:
    explicit Prng(std::uint64_t seed) {
        for (std::uint64_t& word : state_) {
            seed += 0x9e3779b97f4a7c15;
            word = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9;
            word = (word ^ word >> 27) * 0x94d049bb133111eb;
            word ^= word >> 31;
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    /// 0 to bound - 1; `bound` is 1 to 2^32.
    std::uint64_t below(std::uint64_t bound) { return (next() >> 32) * bound >> 32; }

    /// low to high, both included, less than 2^32 apart.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
    }

    bool chance(int percent) { return below(100) < static_cast<std::uint64_t>(percent); }

    template <typename Container>
    const auto& pick(const Container& choices) {
        return choices[below(std::size(choices))];
    }

  private:
    std::uint64_t state_[4];
};

/// The dice of one node: a stream of their own.
class SimDice : public Dice {
  public:
    explicit SimDice(std::uint64_t seed) : prng_(seed) {}
    std::uint64_t roll() override { return prng_.next(); }

  private:
    Prng prng_;
};

}  // namespace herd::sim
