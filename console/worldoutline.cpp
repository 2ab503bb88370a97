// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/worldoutline.h"

#include <QCoreApplication>
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::WorldOutline)
};

// The file's layout, as resources/world/README.md describes it.
constexpr std::string_view magic = "HERD-MAP";
constexpr std::uint32_t formatVersion = 1;
constexpr std::size_t headerBytes = 48;
constexpr std::size_t checksumOffset = 24;
constexpr std::size_t afterChecksum = 28;
constexpr double unitsPerDegree = 1e7;
constexpr std::uint32_t stepsMax = 1'000'000;

struct GridPoint {
    std::int64_t x = 0;
    std::int64_t y = 0;
    bool operator==(const GridPoint&) const = default;
};

struct GridLine {
    std::vector<GridPoint> points;
    bool isBorder = false;
    bool isInRing = false;
};

std::uint32_t readU32(std::span<const std::byte> bytes, std::size_t offset) {
    std::uint32_t number = 0;
    for (std::size_t index = 4; index > 0; --index) {
        number = number << 8 | std::to_integer<std::uint32_t>(bytes[offset + index - 1]);
    }
    return number;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
    std::uint32_t hash = 0x811C9DC5;
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        if (index < checksumOffset || index >= afterChecksum) {
            hash = (hash ^ std::to_integer<std::uint32_t>(bytes[index])) * 0x01000193;
        }
    }
    return hash;
}

/// Reads the numbers behind the header. A number that is cut off or too long makes it fail for
/// good, so that callers look once, after the last.
class NumberReader {
  public:
    explicit NumberReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    bool failed() const { return failed_; }
    std::size_t left() const { return bytes_.size() - at_; }

    std::uint32_t number() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (left() == 0) {
                break;
            }
            const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
            value |= (byte & 127U) << shift;
            if (byte < 128 && value <= UINT32_MAX) {
                return static_cast<std::uint32_t>(value);
            }
        }
        failed_ = true;
        return 0;
    }

    std::int64_t difference() {
        const std::int64_t value = number();
        return (value & 1) == 0 ? value / 2 : -(value + 1) / 2;
    }

  private:
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

/// What the header announces.
struct Header {
    std::uint32_t lines;
    std::uint32_t rings;
    std::uint32_t points;
    std::uint32_t steps;
    double west, south, east, north;

    explicit Header(std::span<const std::byte> bytes)
        : lines(readU32(bytes, 12)),
          rings(readU32(bytes, 16)),
          points(readU32(bytes, 20)),
          steps(readU32(bytes, 28)),
          west(degrees(bytes, 32)),
          south(degrees(bytes, 36)),
          east(degrees(bytes, 40)),
          north(degrees(bytes, 44)) {}

    static double degrees(std::span<const std::byte> bytes, std::size_t offset) {
        return static_cast<std::int32_t>(readU32(bytes, offset)) / unitsPerDegree;
    }

    bool isPlausible() const {
        return steps >= 1 && steps <= stepsMax && west >= -180 && west < east && east <= 180 &&
               south >= -90 && south < north && north <= 90;
    }

    bool contains(GridPoint point) const {
        return point.x >= 0 && point.y >= 0 && point.x <= steps && point.y <= steps;
    }

    GeoPoint place(GridPoint point) const {
        const auto share = [this](std::int64_t step) { return static_cast<double>(step) / steps; };
        return {south + (north - south) * share(point.y), west + (east - west) * share(point.x)};
    }

    /// A segment that only closes an area at the edge of the map.
    bool isCut(GridPoint a, GridPoint b) const {
        return (a.x == b.x && (a.x == 0 || a.x == steps)) || (a.y == 0 && b.y == 0);
    }
};

std::optional<GridLine> readLine(NumberReader& reader, const Header& header) {
    const std::uint32_t head = reader.number();
    const std::uint32_t count = head / 2;
    if (reader.failed() || count < 2 || count > reader.left() / 2) {
        return std::nullopt;
    }
    GridLine line;
    line.isBorder = head % 2 == 1;
    line.points.reserve(count);
    GridPoint point;
    for (std::uint32_t index = 0; index < count; ++index) {
        point.x += reader.difference();
        point.y += reader.difference();
        if (reader.failed() || !header.contains(point)) {
            return std::nullopt;
        }
        line.points.push_back(point);
    }
    return line;
}

/// Lets a line that crosses the antimeridian go on beyond it instead of jumping to the other side.
void unwrap(std::vector<GridPoint>& line, const Header& header) {
    std::int64_t offset = 0;
    std::int64_t before = line.front().x;
    for (GridPoint& point : line) {
        const std::int64_t step = point.x - before;
        before = point.x;
        if (2 * std::abs(step) > header.steps) {
            offset += step > 0 ? -std::int64_t{header.steps} : std::int64_t{header.steps};
        }
        point.x += offset;
    }
}

/// A ring that went round the earth encloses the nearer pole, so it is closed along that.
OutlineLine closedRing(std::vector<GridPoint> ring, const Header& header) {
    unwrap(ring, header);
    OutlineLine places;
    places.reserve(ring.size() + 3);
    double latitudes = 0;
    for (const GridPoint point : ring) {
        places.push_back(header.place(point));
        latitudes += places.back().latitude;
    }
    if (ring.front() != ring.back()) {
        const double pole = latitudes < 0 ? -90 : 90;
        places.push_back({pole, places.back().longitude});
        places.push_back({pole, places.front().longitude});
        places.push_back(places.front());
    }
    return places;
}

/// A line is a part of one ring at most, which bounds what a damaged file can cost.
std::optional<OutlineLine> readRing(NumberReader& reader, const Header& header,
                                    std::vector<GridLine>& lines) {
    const std::uint32_t count = reader.number();
    std::vector<GridPoint> ring;
    for (std::uint32_t index = 0; index < count; ++index) {
        const std::uint32_t reference = reader.number();
        if (reader.failed() || reference / 2 >= lines.size()) {
            return std::nullopt;
        }
        GridLine& line = lines[reference / 2];
        if (line.isBorder || std::exchange(line.isInRing, true)) {
            return std::nullopt;
        }
        std::vector<GridPoint> part = line.points;
        if (reference % 2 == 1) {
            std::reverse(part.begin(), part.end());
        }
        if (!ring.empty() && ring.back() != part.front()) {
            return std::nullopt;
        }
        ring.insert(ring.end(), part.begin() + (ring.empty() ? 0 : 1), part.end());
    }
    if (reader.failed() || ring.size() < 4 || ring.front() != ring.back()) {
        return std::nullopt;
    }
    return closedRing(std::move(ring), header);
}

/// Appends `line` to `pieces`, interrupted where it only closes an area.
void appendWithoutCuts(const GridLine& line, const Header& header,
                       std::vector<OutlineLine>& pieces) {
    std::vector<GridPoint> points = line.points;
    unwrap(points, header);
    OutlineLine piece{header.place(points.front())};
    const auto finish = [&piece, &pieces] {
        if (piece.size() > 1) {
            pieces.push_back(std::move(piece));
        }
        piece.clear();
    };
    for (std::size_t index = 1; index < line.points.size(); ++index) {
        if (header.isCut(line.points[index - 1], line.points[index])) {
            finish();
        }
        piece.push_back(header.place(points[index]));
    }
    finish();
}

std::optional<Error> findHeaderFault(std::span<const std::byte> bytes) {
    if (bytes.size() < headerBytes ||
        !std::ranges::equal(bytes.first(magic.size()), std::as_bytes(std::span(magic)))) {
        return Error{Texts::tr("this is not an outline of the world")};
    }
    const std::uint32_t version = readU32(bytes, 8);
    if (version != formatVersion) {
        return Error{Texts::tr("format version %1 is unknown, this program reads version %2")
                         .arg(version)
                         .arg(formatVersion)};
    }
    if (readU32(bytes, checksumOffset) != checksum(bytes)) {
        return Error{Texts::tr("the checksum is wrong, the file is damaged")};
    }
    if (!Header(bytes).isPlausible()) {
        return Error{Texts::tr("the grid is damaged")};
    }
    return std::nullopt;
}

}  // namespace

Result<WorldOutline> readWorldOutline(std::span<const std::byte> bytes) {
    if (const std::optional<Error> fault = findHeaderFault(bytes)) {
        return *fault;
    }
    const Header header(bytes);
    NumberReader reader(bytes.subspan(headerBytes));
    WorldOutline outline;
    std::vector<GridLine> lines;
    std::size_t points = 0;
    for (std::uint32_t number = 0; number < header.lines; ++number) {
        std::optional<GridLine> line = readLine(reader, header);
        if (!line) {
            return Error{Texts::tr("line %1 is damaged").arg(number)};
        }
        points += line->points.size();
        appendWithoutCuts(*line, header, line->isBorder ? outline.borders : outline.coasts);
        lines.push_back(std::move(*line));
    }
    if (points != header.points) {
        return Error{Texts::tr("the file holds %1 points where its header announces %2")
                         .arg(points)
                         .arg(header.points)};
    }
    for (std::uint32_t number = 0; number < header.rings; ++number) {
        std::optional<OutlineLine> ring = readRing(reader, header, lines);
        if (!ring) {
            return Error{Texts::tr("ring %1 is damaged").arg(number)};
        }
        outline.land.push_back(std::move(*ring));
    }
    if (reader.left() != 0) {
        return Error{Texts::tr("%1 bytes too many").arg(reader.left())};
    }
    return outline;
}

}  // namespace herd
