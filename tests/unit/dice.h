// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace herd {

/// Numbers that look random and are the same in every run of a suite (SplitMix64).
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }

    /// 0 to `count` - 1.
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

    /// 0 to the largest; each number of bits is as likely as another.
    std::uint64_t unsignedNumber() { return next() >> below(64); }
    std::int64_t time() {
        return static_cast<std::int64_t>(unsignedNumber() &
                                         std::numeric_limits<std::int64_t>::max());
    }

    /// `lengthMin` to `lengthMax` of the bytes of `alphabet`.
    std::string word(std::string_view alphabet, std::size_t lengthMin, std::size_t lengthMax) {
        std::string text(lengthMin + below(lengthMax - lengthMin + 1), '\0');
        for (char& byte : text) {
            byte = alphabet[below(alphabet.size())];
        }
        return text;
    }

  private:
    std::uint64_t state_;
};

}  // namespace herd
