// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QFontMetricsF>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/gazetteer.h"
#include "console/projection.h"

namespace herd {

/// A town's name on the map. Pixels are those of the whole world at the zoom it was placed for.
struct PlaceLabel {
    QString name;
    QPointF at;  ///< the town
    QRectF box;  ///< of the text
    bool isLarge = false;
};

/// Chooses which towns of the gazetteer a map names, and where the names stand without touching
/// each other: the larger town first, on every zoom from continents to villages. What was chosen
/// for a part of the map is kept while that part shows. Owned by a MapView.
class PlaceLabels {
  public:
    /// The first zoom that has names.
    static constexpr int zoomMin = 8;
    /// Names tried in each tile of the map.
    static constexpr std::size_t namesPerTileMax = 5;

    /// Without a gazetteer there are no names.
    explicit PlaceLabels(std::optional<Gazetteer> gazetteer) : gazetteer_(std::move(gazetteer)) {}

    /// The names for what the camera shows, the largest towns first.
    const std::vector<PlaceLabel>& place(const MapCamera& camera, const QFontMetricsF& metrics);

    /// The fewest people a town must have to be named.
    static std::uint32_t populationMin(int zoom);

  private:
    struct Town {
        QString name;
        QPointF at;
        std::uint32_t population;
        std::uint32_t id;
    };
    struct TileKey {
        int zoom;
        int x;
        int y;

        bool operator==(const TileKey&) const = default;
        friend size_t qHash(const TileKey& key, size_t seed) {
            return qHashMulti(seed, key.zoom, key.x, key.y);
        }
    };
    /// What a choice was made for.
    struct Scope {
        int zoom = -1;
        int left = 0, top = 0, right = 0, bottom = 0;  ///< tiles
        double lineHeight = 0;

        bool operator==(const Scope&) const = default;
    };

    const std::vector<Town>& towns(const TileKey& key);
    std::vector<Town> findTowns(const TileKey& key) const;
    void choose(const Scope& scope, const QFontMetricsF& metrics);

    std::optional<Gazetteer> gazetteer_;
    QCache<TileKey, std::vector<Town>> tiles_{2'000};
    Scope scope_;
    std::vector<PlaceLabel> labels_;
};

}  // namespace herd
