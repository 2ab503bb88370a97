// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QPixmap>

#include "console/maptones.h"
#include "console/outlineshapes.h"

class QPainter;

namespace herd {

class MapCamera;

/// Land, sea, coasts and borders, drawn from tiles that are kept, so that only what comes into view
/// costs more than a copy. What lies on the map is for others. Owned by a MapView.
class BaseMap {
  public:
    /// Of the pixels of the tiles that are kept; several screens full.
    static constexpr qsizetype tileBytesMax = 128 * 1024 * 1024;

    /// An outline that cannot be read leaves a map of water; see `fault`.
    BaseMap();

    /// Why there is no land; empty if there is.
    const QString& fault() const { return fault_; }

    /// Tiles of other colours are thrown away.
    void setTones(const MapTones& tones);

    /// Fills the view. The painter's device has `pixelRatio` pixels a point.
    void paint(QPainter& painter, const MapCamera& camera, double pixelRatio);

    qsizetype tileBytes() const { return tiles_.totalCost(); }

  private:
    struct TileKey {
        int zoom;
        int x;
        int y;
        double pixelRatio;

        bool operator==(const TileKey&) const = default;
        friend size_t qHash(const TileKey& key, size_t seed) {
            return qHashMulti(seed, key.zoom, key.x, key.y, key.pixelRatio);
        }
    };

    const QPixmap& tile(const TileKey& key);
    QPixmap render(const TileKey& key);
    const OutlineShapes& shapes(int zoom);

    QString fault_;
    MapTones tones_;
    OutlineShapes all_;
    OutlineShapes thin_;  ///< `all_` as fine as zooms around `thinOctave_` need it
    int thinOctave_ = -1;
    QCache<TileKey, QPixmap> tiles_{tileBytesMax};
};

}  // namespace herd
