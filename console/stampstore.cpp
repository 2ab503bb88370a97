// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampstore.h"

#include <QRandomGenerator>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <variant>

#include "common/position.h"
#include "common/timestamp.h"
#include "common/wire.h"

namespace herd {

namespace {

constexpr std::size_t chunkBytes = 1'048'576;
/// Texts are given room in steps of this, so that a fix that gets a digit longer stays in place.
constexpr std::size_t roomStepBytes = 8;
constexpr std::size_t roomBytesMax = positionBytesMax + timeBytesMax;
constexpr std::size_t indexSizeMin = 1'024;

static_assert(wire::clientIdBytesMax <= std::numeric_limits<std::uint16_t>::max());
static_assert(roomBytesMax <= std::numeric_limits<std::uint8_t>::max());

double degrees(std::int64_t nanodegrees) {
    return static_cast<double>(nanodegrees) / static_cast<double>(nanodegreesPerDegree);
}

/// Along the great circle, on a sphere of the earth's mean radius.
double distanceMetres(const StampStore::Row& from, double latitude, double longitude) {
    constexpr double earthRadiusMetres = 6'371'008.8;
    constexpr double radiansPerDegree = std::numbers::pi / 180;
    const double fromLatitude = from.latitude * radiansPerDegree;
    const double toLatitude = latitude * radiansPerDegree;
    const double halfLatitude = std::sin((toLatitude - fromLatitude) / 2);
    const double halfLongitude = std::sin((longitude - from.longitude) * radiansPerDegree / 2);
    const double haversine = halfLatitude * halfLatitude + std::cos(fromLatitude) *
                                                               std::cos(toLatitude) *
                                                               halfLongitude * halfLongitude;
    return 2 * earthRadiusMetres * std::asin(std::min(1.0, std::sqrt(haversine)));
}

}  // namespace

StampStore::StampStore(QObject* parent, StampLimits limits)
    : QObject(parent),
      limits_(limits),
      key_{QRandomGenerator::system()->generate64(), QRandomGenerator::system()->generate64()},
      index_(indexSizeMin),
      chunkUsed_(chunkBytes) {
    dropTimer_.setSingleShot(true);
    connect(&dropTimer_, &QTimer::timeout, this, &StampStore::onDropDue);
}

StampStore::~StampStore() = default;

std::string_view StampStore::client(int row) const {
    const Row& at = this->row(row);
    return {at.text, at.clientBytes};
}

std::string_view StampStore::position(int row) const {
    const Row& at = this->row(row);
    return {at.text + at.clientBytes, at.positionBytes};
}

std::string_view StampStore::time(int row) const {
    const Row& at = this->row(row);
    return {at.text + at.clientBytes + at.positionBytes, at.timeBytes};
}

std::string StampStore::atLine(int row) const {
    std::string line;
    wire::appendAt(line, {client(row), origin(row), position(row), time(row), this->row(row).timeNs,
                          this->row(row).rxNs});
    line.pop_back();
    return line;
}

std::size_t StampStore::bucketOf(std::string_view client) const {
    const std::size_t mask = index_.size() - 1;
    std::size_t bucket = static_cast<std::size_t>(sipHash(key_, client)) & mask;
    while (index_[bucket] != 0 && this->client(static_cast<int>(index_[bucket] - 1)) != client) {
        bucket = (bucket + 1) & mask;
    }
    return bucket;
}

int StampStore::find(std::string_view client) const {
    return static_cast<int>(index_[bucketOf(client)]) - 1;
}

void StampStore::drop(const std::vector<std::string>& clients) {
    for (const std::string& client : clients) {
        if (const int row = find(client); row >= 0) {
            dropped_.insert(row);
        }
    }
    if (!dropped_.empty() && !dropTimer_.isActive()) {
        dropTimer_.start(dropMs + size() / 1'000 * dropMsPerThousandRows);
    }
}

/// The others move up, so every row gets another number.
void StampStore::onDropDue() {
    if (dropped_.empty()) {
        return;
    }
    std::size_t kept = 0;
    for (int number = 0; number < size(); ++number) {
        Row& row = rows_[static_cast<std::size_t>(number)];
        if (dropped_.contains(number)) {
            std::memset(row.text, 0, std::size_t{row.clientBytes} + row.room);
        } else {
            rows_[kept++] = row;
        }
    }
    rows_.resize(kept);
    dropped_.clear();
    index_.assign(index_.size(), 0);
    fillIndex();
    Q_EMIT cleared();
    Q_EMIT rowsAdded(0, size());
}

void StampStore::clear() {
    dropped_.clear();
    dropTimer_.stop();
    rows_ = {};
    chunks_.clear();
    chunkUsed_ = chunkBytes;
    index_.assign(indexSizeMin, 0);
    index_.shrink_to_fit();
    origins_.clear();
    originNumbers_.clear();
    malformedCount_ = 0;
    leftOutCount_ = 0;
    behind_ = 0;
    Q_EMIT cleared();
    setComplete(false);
}

void StampStore::reserve(quint64 clients) {
    rows_.reserve(static_cast<std::size_t>(std::min<quint64>(clients, limits_.rowsMax)));
}

void StampStore::setComplete(bool complete) {
    if (complete != complete_) {
        complete_ = complete;
        Q_EMIT completeChanged();
    }
}

void StampStore::apply(const std::vector<std::string>& atLines) {
    const int before = size();
    const quint64 leftOutBefore = leftOutCount_;
    changed_.clear();
    for (const std::string& line : atLines) {
        malformedCount_ += applyLine(line) ? 0 : 1;
    }
    if (size() > before) {
        Q_EMIT rowsAdded(before, size() - before);
    }
    // A row that is new in this batch was told as added.
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    changed_.erase(std::lower_bound(changed_.begin(), changed_.end(), before), changed_.end());
    if (!changed_.empty()) {
        Q_EMIT rowsChanged(changed_);
    }
    if (leftOutCount_ != leftOutBefore) {
        Q_EMIT leftOutChanged();
    }
}

bool StampStore::hasRoomFor(bool isNew, std::string_view origin) const {
    return (!isNew || rows_.size() < limits_.rowsMax) &&
           (origins_.size() < limits_.originsMax || originNumbers_.contains(std::string(origin)));
}

/// Whether the line was well formed.
bool StampStore::applyLine(std::string_view line) {
    const PeerMessage message = wire::parsePeerLine(line);
    const At* const at = std::get_if<At>(&message);
    if (at == nullptr) {
        return false;
    }
    const Stamp& stamp = at->stamp;
    const std::optional<Position> position = parsePosition(stamp.position);
    if (!position) {
        return false;
    }
    const double latitude = degrees(position->latitudeNanodegrees);
    const double longitude = degrees(position->longitudeNanodegrees);
    const std::size_t bucket = bucketOf(stamp.client);
    const bool isNew = index_[bucket] == 0;
    if (!hasRoomFor(isNew, stamp.origin)) {
        ++leftOutCount_;
        return true;
    }
    if (isNew) {
        rows_.emplace_back();
        index_[bucket] = static_cast<std::uint32_t>(rows_.size());
        rows_.back().movedMetres = std::numeric_limits<float>::quiet_NaN();
    }
    const int number = static_cast<int>(index_[bucket]) - 1;
    Row& row = rows_[static_cast<std::size_t>(number)];
    if (!isNew) {
        dropped_.erase(number);
        if (row.rxNs == stamp.rxNs && time(number) == stamp.time &&
            this->position(number) == stamp.position && origin(number) == stamp.origin) {
            return true;  // the same one again
        }
        row.movedMetres = static_cast<float>(distanceMetres(row, latitude, longitude));
        changed_.push_back(number);
    }
    row.latitude = latitude;
    row.longitude = longitude;
    row.timeNs = stamp.timeNs;
    row.rxNs = stamp.rxNs;
    row.origin = originNumber(stamp.origin);
    setTexts(row, stamp.client, stamp.position, stamp.time);
    if (isNew && rows_.size() * 2 > index_.size()) {
        growIndex();
    }
    return true;
}

std::uint32_t StampStore::originNumber(std::string_view name) {
    const auto next = static_cast<std::uint32_t>(origins_.size());
    const auto [at, isNew] = originNumbers_.try_emplace(std::string(name), next);
    if (isNew) {
        origins_.emplace_back(name);
    }
    return at->second;
}

void StampStore::growIndex() {
    index_.assign(index_.size() * 2, 0);
    fillIndex();
}

void StampStore::fillIndex() {
    const std::size_t mask = index_.size() - 1;
    for (int number = 0; number < size(); ++number) {
        // All are different: the first free bucket is the one.
        std::size_t bucket = static_cast<std::size_t>(sipHash(key_, client(number))) & mask;
        while (index_[bucket] != 0) {
            bucket = (bucket + 1) & mask;
        }
        index_[bucket] = static_cast<std::uint32_t>(number) + 1;
    }
}

char* StampStore::allocate(std::size_t bytes) {
    if (chunkUsed_ + bytes > chunkBytes) {
        chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunkBytes));
        chunkUsed_ = 0;
    }
    char* const at = chunks_.back().get() + chunkUsed_;
    chunkUsed_ += bytes;
    return at;
}

void StampStore::setTexts(Row& row, std::string_view client, std::string_view position,
                          std::string_view time) {
    const std::size_t needed = position.size() + time.size();
    if (row.text == nullptr || needed > row.room) {
        // What was outgrown is left behind. The second time the room is as large as it can get, so
        // that a client that keeps growing cannot fill the arena.
        const std::size_t rounded = (needed + roomStepBytes - 1) / roomStepBytes * roomStepBytes;
        const std::size_t room =
            row.text == nullptr ? std::min(rounded, roomBytesMax) : roomBytesMax;
        row.text = allocate(client.size() + room);
        row.room = static_cast<std::uint8_t>(room);
        row.clientBytes = static_cast<std::uint16_t>(client.size());
        std::memcpy(row.text, client.data(), client.size());
    }
    char* const texts = row.text + client.size();
    std::memcpy(texts, position.data(), position.size());
    std::memcpy(texts + position.size(), time.data(), time.size());
    row.positionBytes = static_cast<std::uint8_t>(position.size());
    row.timeBytes = static_cast<std::uint8_t>(time.size());
}

}  // namespace herd
