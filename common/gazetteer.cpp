// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/gazetteer.h"

#include <QFile>
#include <algorithm>
#include <limits>
#include <utility>

namespace herd {

namespace {

// The file's layout, as resources/gazetteer/README.md describes it.
constexpr std::string_view magic = "HERD-GAZ";
constexpr std::uint32_t formatVersion = 1;
constexpr std::size_t headerBytes = 32;
constexpr std::size_t regionBytes = 8;
constexpr std::size_t placeBytes = 24;
constexpr std::size_t checksumOffset = 24;
constexpr std::size_t reservedOffset = 28;
constexpr std::uint32_t fileKindCount = 3;
constexpr std::int64_t nanodegreesPerUnit = 100;
constexpr std::int32_t latitudeUnitsMax = 900'000'000;
constexpr std::int32_t longitudeUnitsMax = 1'800'000'000;

constexpr qint64 fileBytesMax = 1LL * 1024 * 1024 * 1024;

/// A user's point without a population ranks before everything else.
constexpr std::uint32_t userPointProminence = std::numeric_limits<std::uint32_t>::max();
static_assert(userPointPopulationMax < userPointProminence);

std::uint32_t readByte(std::span<const std::byte> bytes, std::size_t offset) {
    return std::to_integer<std::uint32_t>(bytes[offset]);
}

std::uint32_t readU16(std::span<const std::byte> bytes, std::size_t offset) {
    return readByte(bytes, offset) | readByte(bytes, offset + 1) << 8;
}

std::uint32_t readU32(std::span<const std::byte> bytes, std::size_t offset) {
    return readU16(bytes, offset) | readU16(bytes, offset + 2) << 16;
}

struct Record {
    std::int32_t latitude;   ///< in units of 1e-7 degrees
    std::int32_t longitude;  ///< in units of 1e-7 degrees
    std::uint32_t population;
    std::uint32_t id;  ///< GeoNames' number, or the offset of an airport's ident
    std::uint32_t name;
    std::uint32_t region;
    std::uint32_t kind;
    std::uint32_t reserved;

    explicit Record(std::span<const std::byte> bytes)
        : latitude(static_cast<std::int32_t>(readU32(bytes, 0))),
          longitude(static_cast<std::int32_t>(readU32(bytes, 4))),
          population(readU32(bytes, 8)),
          id(readU32(bytes, 12)),
          name(readU32(bytes, 16)),
          region(readU16(bytes, 20)),
          kind(readByte(bytes, 22)),
          reserved(readByte(bytes, 23)) {}

    bool isLocality() const { return kind == static_cast<std::uint32_t>(PlaceKind::Locality); }

    Position position() const {
        return {latitude * nanodegreesPerUnit, longitude * nanodegreesPerUnit};
    }

    std::uint32_t prominence() const {
        switch (static_cast<PlaceKind>(kind)) {
            case PlaceKind::LargeAirport:
                return largeAirportProminence;
            case PlaceKind::MediumAirport:
                return mediumAirportProminence;
            default:
                return population;
        }
    }
};

/// FNV-1a of all bytes but the checksum's own.
std::uint32_t checksum(std::span<const std::byte> bytes) {
    std::uint32_t hash = 0x811C9DC5;
    const auto add = [&hash](std::span<const std::byte> part) {
        for (const std::byte byte : part) {
            hash = (hash ^ std::to_integer<std::uint32_t>(byte)) * 0x01000193;
        }
    };
    add(bytes.first(checksumOffset));
    add(bytes.subspan(reservedOffset));
    return hash;
}

/// The parts of a file whose header, length and checksum are right.
struct Sections {
    std::span<const std::byte> regions;
    std::span<const std::byte> records;
    std::span<const std::byte> texts;

    bool holdsText(std::uint32_t offset) const {
        return offset < texts.size() && readByte(texts, offset) < texts.size() - offset;
    }
};

Result<Sections> splitSections(std::span<const std::byte> bytes) {
    if (bytes.size() < headerBytes ||
        !std::ranges::equal(bytes.first(magic.size()), std::as_bytes(std::span(magic)))) {
        return Error{QStringLiteral("this is not a gazetteer file")};
    }
    const std::uint32_t version = readU32(bytes, 8);
    if (version != formatVersion) {
        return Error{QStringLiteral("format version %1 is unknown, this program reads version %2")
                         .arg(version)
                         .arg(formatVersion)};
    }
    // Each product stays far below 2^64, so the sum cannot wrap.
    const std::uint64_t recordsSize = std::uint64_t{readU32(bytes, 12)} * placeBytes;
    const std::uint64_t regionsSize = std::uint64_t{readU32(bytes, 16)} * regionBytes;
    const std::uint64_t textsSize = readU32(bytes, 20);
    const std::uint64_t size = headerBytes + regionsSize + recordsSize + textsSize;
    if (bytes.size() != size) {
        return Error{QStringLiteral("the file holds %1 bytes where its header announces %2")
                         .arg(bytes.size())
                         .arg(size)};
    }
    if (readU32(bytes, checksumOffset) != checksum(bytes) || readU32(bytes, reservedOffset) != 0) {
        return Error{QStringLiteral("the checksum is wrong, the file is damaged")};
    }
    return Sections{bytes.subspan(headerBytes, regionsSize),
                    bytes.subspan(headerBytes + regionsSize, recordsSize), bytes.last(textsSize)};
}

bool isValid(const Record& record, const Sections& sections) {
    return record.latitude >= -latitudeUnitsMax && record.latitude <= latitudeUnitsMax &&
           record.longitude >= -longitudeUnitsMax && record.longitude <= longitudeUnitsMax &&
           record.kind < fileKindCount && record.reserved == 0 &&
           record.region < sections.regions.size() / regionBytes &&
           sections.holdsText(record.name) &&
           (record.isLocality() || sections.holdsText(record.id));
}

/// The points of the search tree, once everything that a record or a region refers to was checked.
Result<std::vector<PlacePoint>> readPoints(const Sections& sections) {
    for (std::size_t at = 0; at < sections.regions.size(); at += regionBytes) {
        if (!sections.holdsText(readU32(sections.regions, at)) ||
            !sections.holdsText(readU32(sections.regions, at + 4))) {
            return Error{QStringLiteral("region %1 is damaged").arg(at / regionBytes)};
        }
    }
    std::vector<PlacePoint> points;
    points.reserve(sections.records.size() / placeBytes);
    for (std::size_t at = 0; at < sections.records.size(); at += placeBytes) {
        const Record record(sections.records.subspan(at, placeBytes));
        if (!isValid(record, sections)) {
            return Error{QStringLiteral("place %1 is damaged").arg(at / placeBytes)};
        }
        points.push_back({record.position(), record.prominence()});
    }
    return points;
}

}  // namespace

Result<Gazetteer> Gazetteer::open(std::span<const std::byte> bytes, const QString& name) {
    const Result<Sections> sections = splitSections(bytes);
    if (!sections) {
        return Error{QStringLiteral("%1: %2").arg(name, sections.error().message)};
    }
    const Result<std::vector<PlacePoint>> points = readPoints(sections.value());
    if (!points) {
        return Error{QStringLiteral("%1: %2").arg(name, points.error().message)};
    }
    Gazetteer gazetteer;
    gazetteer.regions_ = sections.value().regions;
    gazetteer.records_ = sections.value().records;
    gazetteer.texts_ = sections.value().texts;
    gazetteer.placeCount_ = points.value().size();
    gazetteer.tree_ = std::make_shared<const PlaceTree>(points.value());
    return gazetteer;
}

Result<Gazetteer> Gazetteer::fromBytes(std::span<const std::byte> bytes, const QString& name) {
    return open(bytes, name);
}

Result<Gazetteer> Gazetteer::fromFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{QStringLiteral("%1: %2").arg(path, file.errorString())};
    }
    if (file.size() > fileBytesMax) {
        return Error{QStringLiteral("%1: more than %2 bytes").arg(path).arg(fileBytesMax)};
    }
    auto bytes = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(file.size()));
    if (file.read(reinterpret_cast<char*>(bytes->data()), file.size()) != file.size()) {
        return Error{QStringLiteral("%1: cannot be read whole").arg(path)};
    }
    Result<Gazetteer> result = open(*bytes, path);
    if (!result) {
        return result;
    }
    Gazetteer gazetteer = std::move(result).value();
    gazetteer.file_ = std::move(bytes);
    return gazetteer;
}

Gazetteer Gazetteer::withUserPoints(std::vector<UserPoint> points) const {
    points.insert(points.end(), users_->points.begin(), users_->points.end());
    struct Key {
        std::uint32_t curve;
        std::size_t index;
    };
    std::vector<Key> keys(points.size());
    for (std::size_t index = 0; index < points.size(); ++index) {
        keys[index] = {hilbertIndex(points[index].position), index};
    }
    std::sort(keys.begin(), keys.end(), [&points](const Key& left, const Key& right) {
        return left.curve != right.curve ? left.curve < right.curve
                                         : points[left.index].id < points[right.index].id;
    });
    std::vector<UserPoint> sorted;
    std::vector<PlacePoint> treePoints;
    sorted.reserve(keys.size());
    treePoints.reserve(keys.size());
    for (const Key& key : keys) {
        const UserPoint& point = sorted.emplace_back(std::move(points[key.index]));
        treePoints.push_back({point.position, point.population.value_or(userPointProminence)});
    }
    Gazetteer result = *this;
    result.users_ =
        std::make_shared<const UserPlaces>(UserPlaces{std::move(sorted), PlaceTree(treePoints)});
    return result;
}

std::string_view Gazetteer::text(std::uint32_t offset) const {
    const std::span<const std::byte> bytes =
        texts_.subspan(offset + std::size_t{1}, readByte(texts_, offset));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Place Gazetteer::place(std::uint32_t index) const {
    HERD_CHECK(index < size());
    Place place;
    if (index >= placeCount_) {
        const UserPoint& point = users_->points[index - placeCount_];
        place.kind = PlaceKind::UserPoint;
        place.position = point.position;
        place.population = point.population.value_or(0);
        place.id = point.id;
        place.name = point.name;
        place.type = point.type;
        place.vicinity = point.vicinity;
        return place;
    }
    const Record record(records_.subspan(index * placeBytes, placeBytes));
    const std::span<const std::byte> region =
        regions_.subspan(record.region * regionBytes, regionBytes);
    place.kind = static_cast<PlaceKind>(record.kind);
    place.position = record.position();
    place.population = record.population;
    place.name = text(record.name);
    place.country = text(readU32(region, 0));
    place.region = text(readU32(region, 4));
    if (record.isLocality()) {
        place.geonameId = record.id;
    } else {
        place.id = text(record.id);
    }
    return place;
}

std::vector<std::uint32_t> Gazetteer::find(Position centre, std::int64_t radiusMillimetres,
                                           int bound) const {
    const PlaceCircle circle(centre, radiusMillimetres);
    PlaceRanking ranking(bound);
    tree_->search(circle, 0, ranking);
    users_->tree.search(circle, static_cast<std::uint32_t>(placeCount_), ranking);
    const std::vector<PlaceHit> hits = ranking.take();
    std::vector<std::uint32_t> indices(hits.size());
    std::transform(hits.begin(), hits.end(), indices.begin(),
                   [](const PlaceHit& hit) { return hit.index; });
    return indices;
}

std::size_t Gazetteer::heapBytes() const {
    std::size_t bytes = tree_->heapBytes() + users_->tree.heapBytes() + (file_ ? file_->size() : 0);
    for (const UserPoint& point : users_->points) {
        bytes += sizeof point + point.id.capacity() + point.name.capacity() +
                 point.type.capacity() + point.vicinity.capacity();
    }
    return bytes;
}

}  // namespace herd
