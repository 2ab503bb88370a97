// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "common/placetree.h"
#include "common/position.h"
#include "common/result.h"
#include "common/userpoints.h"

namespace herd {

enum class PlaceKind : std::uint8_t { Locality, LargeAirport, MediumAirport, UserPoint };

/// An airport has no population; it ranks among the populated places as if it had this many.
inline constexpr std::uint32_t largeAirportProminence = 500'000;
inline constexpr std::uint32_t mediumAirportProminence = 20'000;

/// One place as the gazetteer knows it. The texts are UTF-8, empty when unknown, and last as long
/// as the gazetteer.
struct Place {
    PlaceKind kind = PlaceKind::Locality;
    Position position;
    std::uint32_t population = 0;  ///< 0: unknown
    std::uint32_t geonameId = 0;   ///< of a locality, else 0
    std::string_view id;           ///< of an airport (its ident) or of a user's point
    std::string_view name;
    std::string_view region;    ///< first-level part of the country
    std::string_view country;   ///< empty for a user's point
    std::string_view type;      ///< of a user's point
    std::string_view vicinity;  ///< of a user's point
};

/// The places of the world, and those that a user adds.
///
/// Reads the format that resources/gazetteer/README.md describes, in place: names and records stay
/// in the bytes, only the search tree is built. All of it is checked on load. Unchanging afterwards
/// and safe to use from several threads; copies share the data. What a place looks like in an
/// answer is for others.
class Gazetteer {
  public:
    /// `bytes` must outlive the gazetteer and its copies; `name` is what an error calls them.
    [[nodiscard]] static Result<Gazetteer> fromBytes(std::span<const std::byte> bytes,
                                                     const QString& name);

    /// Reads the file into memory.
    [[nodiscard]] static Result<Gazetteer> fromFile(const QString& path);

    /// The same places and these. A point with a population ranks by it; one without comes before
    /// all other places, since somebody added it on purpose.
    [[nodiscard]] Gazetteer withUserPoints(std::vector<UserPoint> points) const;

    /// Places are numbered from 0, users' points last.
    std::size_t size() const { return placeCount_ + users_->points.size(); }

    /// `index` is below `size()`.
    Place place(std::uint32_t index) const;

    /// The places in a circle, at most `bound`, the most prominent first: by population (see above
    /// for airports and users' points), then the nearer, then the lower index. A radius or a bound
    /// below 1 finds nothing.
    [[nodiscard]] std::vector<std::uint32_t> find(Position centre, std::int64_t radiusMillimetres,
                                                  int bound) const;

    /// Memory held beside the bytes of `fromBytes`.
    std::size_t heapBytes() const;

  private:
    struct UserPlaces {
        std::vector<UserPoint> points;
        PlaceTree tree;
    };

    Gazetteer() = default;
    static Result<Gazetteer> open(std::span<const std::byte> bytes, const QString& name);
    std::string_view text(std::uint32_t offset) const;

    std::shared_ptr<const std::vector<std::byte>> file_;  ///< empty when others own the bytes
    std::span<const std::byte> regions_;
    std::span<const std::byte> records_;
    std::span<const std::byte> texts_;
    std::size_t placeCount_ = 0;
    std::shared_ptr<const PlaceTree> tree_;
    std::shared_ptr<const UserPlaces> users_ = std::make_shared<const UserPlaces>();
};

}  // namespace herd
