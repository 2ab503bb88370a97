// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// gazetteer-bench: load time and memory of the offline gazetteer, how long a query over 50 km takes
// where places are dense, sparse or anywhere, and how many answers a second one core gives.

#include <QElapsedTimer>
#include <QFile>
#include <QStringList>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include "common/gazetteer.h"
#include "server/places/offline.h"

namespace {

constexpr std::int64_t radiusMillimetresMax = 50'000'000;
constexpr int boundMax = 20;
constexpr int queriesPerArea = 20'000;
constexpr std::uint32_t seed = 20'260'101;

struct Area {
    const char* name;
    double south;
    double west;
    double north;
    double east;
};

constexpr std::array<Area, 7> areas{{
    {"Ruhr", 51.2, 6.5, 51.7, 7.7},
    {"Tokyo", 35.3, 139.2, 36.0, 140.2},
    {"Java", -7.8, 110.0, -7.3, 111.0},
    {"Bucharest", 44.2, 25.8, 44.7, 26.5},
    {"Lombardy", 45.3, 8.8, 45.8, 9.8},
    {"Sahara", 20.0, 0.0, 24.0, 6.0},
    {"anywhere", -90.0, -180.0, 90.0, 180.0},
}};

/// Resident memory in KiB; 0 where the system does not tell.
long residentKibibytes() {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) {
        return 0;
    }
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith("VmRSS:")) {
            return line.mid(6).chopped(2).trimmed().toLong();
        }
    }
    return 0;
}

std::vector<herd::Position> randomPositions(const Area& area) {
    std::mt19937_64 dice(seed);
    std::uniform_real_distribution<double> latitude(area.south, area.north);
    std::uniform_real_distribution<double> longitude(area.west, area.east);
    std::vector<herd::Position> positions(queriesPerArea);
    for (herd::Position& position : positions) {
        position.latitudeNanodegrees = static_cast<std::int64_t>(latitude(dice) * 1e9);
        position.longitudeNanodegrees = static_cast<std::int64_t>(longitude(dice) * 1e9);
    }
    return positions;
}

void measureQueries(const herd::Gazetteer& gazetteer, const Area& area) {
    std::vector<qint64> nanoseconds;
    std::size_t found = 0;
    for (const herd::Position position : randomPositions(area)) {
        QElapsedTimer timer;
        timer.start();
        const std::size_t count = gazetteer.find(position, radiusMillimetresMax, boundMax).size();
        nanoseconds.push_back(timer.nsecsElapsed());
        found += count;
    }
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const std::size_t count = nanoseconds.size();
    const auto microseconds = [](qint64 value) { return static_cast<double>(value) / 1e3; };
    std::printf("query 50 km %-10s median %6.1f us  p99 %6.1f us  max %6.1f us  %4.1f results\n",
                area.name, microseconds(nanoseconds[count / 2]),
                microseconds(nanoseconds[count * 99 / 100]), microseconds(nanoseconds.back()),
                static_cast<double>(found) / static_cast<double>(count));
}

void measureAnswers(const std::shared_ptr<const herd::Gazetteer>& gazetteer, const Area& area) {
    herd::OfflinePlaces places(gazetteer);
    constexpr std::int64_t radiusMillimetres = 10'000'000;
    constexpr int bound = 5;
    const std::vector<herd::Position> positions = randomPositions(area);
    std::size_t bytes = 0;
    QElapsedTimer timer;
    timer.start();
    for (const herd::Position position : positions) {
        places.find(
            {position.latitudeNanodegrees, position.longitudeNanodegrees, radiusMillimetres, bound},
            [&bytes](const std::string& json) { bytes += json.size(); });
    }
    const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    const auto count = static_cast<double>(positions.size());
    std::printf("answers 10 km, bound 5 %-10s %8.0f a second, %4.0f bytes each\n", area.name,
                count / seconds, static_cast<double>(bytes) / count);
}

}  // namespace

int main(int argc, char** argv) {
    QStringList files;
    for (int index = 1; index < argc; ++index) {
        files.append(QString::fromLocal8Bit(argv[index]));
    }
    const long before = residentKibibytes();
    QElapsedTimer timer;
    timer.start();
    const herd::Result<std::shared_ptr<const herd::Gazetteer>> loaded = herd::loadGazetteer(files);
    const double milliseconds = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (!loaded) {
        std::fprintf(stderr, "gazetteer-bench: %s\n", qPrintable(loaded.error().message));
        return 1;
    }
    const std::shared_ptr<const herd::Gazetteer>& gazetteer = loaded.value();
    std::printf("load %.1f ms, %zu places, %.1f MB of memory beside the data, %.1f MB resident\n",
                milliseconds, gazetteer->size(), static_cast<double>(gazetteer->heapBytes()) / 1e6,
                static_cast<double>(residentKibibytes() - before) / 1e3);
    for (const Area& area : areas) {
        measureQueries(*gazetteer, area);
    }
    for (const Area& area : areas) {
        measureAnswers(gazetteer, area);
    }
    return 0;
}
