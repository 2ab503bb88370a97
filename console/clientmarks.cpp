// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clientmarks.h"

#include <algorithm>
#include <cmath>

namespace herd {

namespace {

constexpr double dotRadius = 4;
constexpr double hitMargin = 3;

int ceilDivide(int value, int divisor) {
    return (value + divisor - 1) / divisor;
}

}  // namespace

double ClientMarks::radius(int count) {
    return count <= 1 ? dotRadius : std::min(7.0 + 4.2 * std::log10(count), 26.0);
}

const std::vector<ClientMark>& ClientMarks::place(std::span<const PackedPoint> clients,
                                                  const MapCamera& camera) {
    marks_.clear();
    count(clients, camera);
    for (std::size_t index = 0; index < cells_.size(); ++index) {
        markCell(index, clients, camera);
    }
    // A world narrower than the view shows more than once.
    const std::size_t once = marks_.size();
    const double worldSize = camera.worldSize();
    for (double shift = worldSize; shift < camera.size().width() + cellPixels; shift += worldSize) {
        for (std::size_t index = 0; index < once; ++index) {
            ClientMark copy = marks_[index];
            copy.at.rx() += shift;
            marks_.push_back(copy);
        }
    }
    return marks_;
}

void ClientMarks::count(std::span<const PackedPoint> clients, const MapCamera& camera) {
    const auto worldSize = static_cast<std::uint64_t>(camera.worldSize());
    const QPointF origin = camera.origin();
    // The grid's corner in cells of the world, one cell outside of the view.
    const double left = (std::floor(origin.x() / cellPixels) - 1) * cellPixels;
    const double top = (std::floor(origin.y() / cellPixels) - 1) * cellPixels;
    corner_ = QPointF(left, top) - origin;
    columns_ = std::min(ceilDivide(camera.size().width(), cellPixels) + 3,
                        ceilDivide(camera.worldSize(), cellPixels));
    rows_ = ceilDivide(camera.size().height(), cellPixels) + 3;
    cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), Cell());

    west_ = packed({left / camera.worldSize(), 0}).x;
    const auto firstRow = static_cast<std::int64_t>(top);
    const auto width = static_cast<std::uint64_t>(columns_) * cellPixels;
    const auto height = static_cast<std::uint64_t>(rows_) * cellPixels;
    for (std::size_t row = 0; row < clients.size(); ++row) {
        const PackedPoint client = clients[row];
        const std::uint64_t x = std::uint64_t{client.x - west_} * worldSize >> 32;
        const auto down =
            static_cast<std::int64_t>(std::uint64_t{client.y} * worldSize >> 32) - firstRow;
        const auto y = static_cast<std::uint64_t>(down);
        if (x >= width || y >= height) {
            continue;
        }
        Cell& cell = cells_[y / cellPixels * static_cast<std::uint64_t>(columns_) + x / cellPixels];
        if (cell.count < singlesMax) {
            cell.rows[cell.count] = static_cast<std::uint32_t>(row);
        }
        ++cell.count;
        cell.sumX += x;
        cell.sumY += y;
    }
}

void ClientMarks::markCell(std::size_t index, std::span<const PackedPoint> clients,
                           const MapCamera& camera) {
    const Cell& cell = cells_[index];
    if (cell.count == 0) {
        return;
    }
    if (cell.count <= singlesMax) {
        const double worldSize = camera.worldSize();
        const QPointF origin = camera.origin();
        for (std::uint32_t number = 0; number < cell.count; ++number) {
            const PackedPoint client = clients[cell.rows[number]];
            const double fromWest = unpacked({client.x - west_, 0}).x;
            const QPointF at(corner_.x() + fromWest * worldSize,
                             unpacked(client).y * worldSize - origin.y());
            marks_.push_back({at, 1, static_cast<int>(cell.rows[number])});
        }
        return;
    }
    // In the middle of its clients, but within the cell, so that no two clusters overlap.
    const auto count = static_cast<int>(cell.count);
    const auto columns = static_cast<std::size_t>(columns_);
    const double cellX = static_cast<double>(index % columns) * cellPixels;
    const double cellY = static_cast<double>(index / columns) * cellPixels;
    const double reach = radius(count);
    const auto middle = [&cell, reach](std::uint64_t sum, double from) {
        const double mean = static_cast<double>(sum) / cell.count;
        return std::clamp(mean, from + reach, from + cellPixels - reach);
    };
    marks_.push_back({corner_ + QPointF(middle(cell.sumX, cellX), middle(cell.sumY, cellY)), count,
                      static_cast<int>(cell.rows[0])});
}

const ClientMark* ClientMarks::at(QPointF pixel) const {
    const ClientMark* nearest = nullptr;
    double nearestDistance = 0;
    for (const ClientMark& mark : marks_) {
        const double distance = std::hypot(mark.at.x() - pixel.x(), mark.at.y() - pixel.y());
        if (distance <= radius(mark.count) + hitMargin &&
            (nearest == nullptr || distance < nearestDistance)) {
            nearest = &mark;
            nearestDistance = distance;
        }
    }
    return nearest;
}

}  // namespace herd
