// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string_view>

namespace herd::sim {

/// Follows a run: every line read, connection made or lost, and blow of the storm. Prints them, or
/// folds them into one number by which two runs are told to be the same.
class Trace {
  public:
    Trace(bool prints, bool folds) : prints_(prints), folds_(folds) {}

    [[nodiscard]] bool wanted() const { return prints_ || folds_; }
    [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }

    void note(std::int64_t nowUs, std::initializer_list<std::string_view> words) {
        if (prints_) {
            std::printf("%lld.%06lld", static_cast<long long>(nowUs / 1'000'000),
                        static_cast<long long>(nowUs % 1'000'000));
        }
        fold(std::string_view(reinterpret_cast<const char*>(&nowUs), sizeof nowUs));
        for (const std::string_view word : words) {
            if (prints_) {
                std::printf(" %.*s", static_cast<int>(word.size()), word.data());
            }
            fold(word);
        }
        if (prints_) {
            std::printf("\n");
        }
    }

  private:
    /// FNV-1a.
    void fold(std::string_view bytes) {
        for (const char byte : bytes) {
            fingerprint_ = (fingerprint_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
        }
    }

    bool prints_;
    bool folds_;
    std::uint64_t fingerprint_ = 0xcbf29ce484222325;
};

}  // namespace herd::sim
