// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace herd {

using OutlineBytes = std::vector<std::byte>;
using GridPath = std::vector<std::pair<int, int>>;

inline constexpr std::size_t outlineHeaderBytes = 48;
inline constexpr std::size_t outlineChecksumOffset = 24;

inline void writeU32(OutlineBytes& bytes, std::size_t offset, std::uint32_t number) {
    for (std::size_t index = 0; index < 4; ++index) {
        bytes[offset + index] = static_cast<std::byte>(number >> (8 * index) & 0xFF);
    }
}

/// Makes the checksum right, so that what is wrong otherwise has to be found by itself.
inline void sealOutline(OutlineBytes& bytes) {
    std::uint32_t hash = 0x811C9DC5;
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        if (index < outlineChecksumOffset || index >= outlineChecksumOffset + 4) {
            hash = (hash ^ std::to_integer<std::uint32_t>(bytes[index])) * 0x01000193;
        }
    }
    writeU32(bytes, outlineChecksumOffset, hash);
}

/// A small outline in the making. A step is a degree of longitude, and half a degree of latitude.
class OutlineBuilder {
  public:
    static constexpr int steps = 360;

    OutlineBuilder& number(std::uint32_t value) {
        for (; value >= 128; value /= 128) {
            body_.push_back(static_cast<std::byte>(value % 128 + 128));
        }
        body_.push_back(static_cast<std::byte>(value));
        return *this;
    }

    OutlineBuilder& line(const GridPath& path, bool isBorder = false) {
        ++lines_;
        points_ += static_cast<std::uint32_t>(path.size());
        number(static_cast<std::uint32_t>(2 * path.size() + (isBorder ? 1 : 0)));
        std::pair<int, int> before{0, 0};
        for (const auto& [x, y] : path) {
            difference(x - before.first);
            difference(y - before.second);
            before = {x, y};
        }
        return *this;
    }

    /// Numbers of lines; ~number for one that is walked backwards.
    OutlineBuilder& ring(const std::vector<int>& references) {
        ++rings_;
        number(static_cast<std::uint32_t>(references.size()));
        for (const int reference : references) {
            number(static_cast<std::uint32_t>(reference < 0 ? 2 * ~reference + 1 : 2 * reference));
        }
        return *this;
    }

    OutlineBytes bytes() const {
        OutlineBytes file(outlineHeaderBytes);
        const std::string magic = "HERD-MAP";
        for (std::size_t index = 0; index < magic.size(); ++index) {
            file[index] = static_cast<std::byte>(magic[index]);
        }
        writeU32(file, 8, 1);
        writeU32(file, 12, lines_);
        writeU32(file, 16, rings_);
        writeU32(file, 20, points_);
        writeU32(file, 28, steps);
        writeU32(file, 32, static_cast<std::uint32_t>(-1'800'000'000));
        writeU32(file, 36, static_cast<std::uint32_t>(-900'000'000));
        writeU32(file, 40, 1'800'000'000);
        writeU32(file, 44, 900'000'000);
        file.insert(file.end(), body_.begin(), body_.end());
        sealOutline(file);
        return file;
    }

  private:
    void difference(int value) {
        number(static_cast<std::uint32_t>(value < 0 ? -2 * value - 1 : 2 * value));
    }

    OutlineBytes body_;
    std::uint32_t lines_ = 0;
    std::uint32_t rings_ = 0;
    std::uint32_t points_ = 0;
};

}  // namespace herd
