// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "common/gazetteer.h"
#include "resources/gazetteer/embeddedgazetteer.h"

namespace herd {

using Bytes = std::vector<std::byte>;

inline constexpr std::size_t headerBytes = 32;
inline constexpr std::size_t regionBytes = 8;
inline constexpr std::size_t placeBytes = 24;
inline constexpr std::size_t checksumOffset = 24;

inline void writeNumber(Bytes& bytes, std::size_t offset, std::uint64_t number, std::size_t width) {
    for (std::size_t index = 0; index < width; ++index) {
        bytes[offset + index] = static_cast<std::byte>(number >> (8 * index) & 0xFF);
    }
}

inline void appendNumber(Bytes& bytes, std::uint64_t number, std::size_t width) {
    bytes.resize(bytes.size() + width);
    writeNumber(bytes, bytes.size() - width, number, width);
}

inline void append(Bytes& bytes, const Bytes& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Makes the checksum right, so that what is wrong otherwise has to be found by itself.
inline void seal(Bytes& bytes) {
    std::uint32_t hash = 0x811C9DC5;
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        if (index < checksumOffset || index >= checksumOffset + 4) {
            hash = (hash ^ std::to_integer<std::uint32_t>(bytes[index])) * 0x01000193;
        }
    }
    writeNumber(bytes, checksumOffset, hash, 4);
}

/// A small gazetteer file in the making.
class FileBuilder {
  public:
    FileBuilder() { text(std::string()); }

    std::size_t region(const std::string& country, const std::string& region) {
        appendNumber(regions_, text(country), 4);
        appendNumber(regions_, text(region), 4);
        return regions_.size() / regionBytes - 1;
    }

    /// Latitude and longitude in units of 1e-7 degrees.
    FileBuilder& locality(const std::string& name, std::int32_t latitude, std::int32_t longitude,
                          std::uint32_t population, std::uint32_t id = 1, std::size_t region = 0) {
        return place(PlaceKind::Locality, name, latitude, longitude, population, id, region);
    }

    FileBuilder& airport(PlaceKind kind, const std::string& name, std::int32_t latitude,
                         std::int32_t longitude, const std::string& ident) {
        return place(kind, name, latitude, longitude, 0, text(ident), 0);
    }

    Bytes bytes() const {
        Bytes file;
        for (const char character : std::string("HERD-GAZ")) {
            file.push_back(static_cast<std::byte>(character));
        }
        appendNumber(file, 1, 4);
        appendNumber(file, places_.size() / placeBytes, 4);
        appendNumber(file, regions_.size() / regionBytes, 4);
        appendNumber(file, texts_.size(), 4);
        appendNumber(file, 0, 8);
        append(file, regions_);
        append(file, places_);
        append(file, texts_);
        seal(file);
        return file;
    }

  private:
    FileBuilder& place(PlaceKind kind, const std::string& name, std::int32_t latitude,
                       std::int32_t longitude, std::uint32_t population, std::size_t id,
                       std::size_t region) {
        if (regions_.empty()) {
            this->region("Utopia", "");
        }
        appendNumber(places_, static_cast<std::uint32_t>(latitude), 4);
        appendNumber(places_, static_cast<std::uint32_t>(longitude), 4);
        appendNumber(places_, population, 4);
        appendNumber(places_, id, 4);
        appendNumber(places_, text(name), 4);
        appendNumber(places_, region, 2);
        appendNumber(places_, static_cast<std::uint64_t>(kind), 1);
        appendNumber(places_, 0, 1);
        return *this;
    }

    std::size_t text(const std::string& text) {
        const std::size_t offset = texts_.size();
        texts_.push_back(static_cast<std::byte>(text.size()));
        for (const char character : text) {
            texts_.push_back(static_cast<std::byte>(character));
        }
        return offset;
    }

    Bytes regions_;
    Bytes places_;
    Bytes texts_;
};

/// A gazetteer of bytes that are right and that have to stay.
inline Gazetteer load(std::span<const std::byte> bytes) {
    const Result<Gazetteer> result = Gazetteer::fromBytes(bytes, QStringLiteral("test"));
    HERD_CHECK(result.ok());
    return result.value();
}

/// The data that is part of the program.
inline const Gazetteer& world() {
    static const Gazetteer gazetteer = load(embeddedGazetteer());
    return gazetteer;
}

}  // namespace herd
