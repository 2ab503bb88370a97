// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QFont>
#include <QPalette>

#include "console/basemap.h"
#include "console/clientmarks.h"
#include "console/haloedtexts.h"
#include "console/markpainter.h"
#include "console/placelabels.h"
#include "console/plottableplaces.h"

namespace herd {

class FleetPoints;
class MapCamera;

/// What a map shows beside the world itself.
struct MapContents {
    bool showsTowns = true;
    bool showsTrails = false;
    int trailSeconds = 300;
    int chosenRow = -1;  ///< of the chosen client; -1: none, or not known
    QString chosenName;
    PlottablePlaces places;
};

/// Draws the map: world, grid, towns, places, trails, clients. What follows the mouse or the keys
/// is for others. Keeps what the next frame needs again. Owned by a MapView.
class MapPainter {
  public:
    /// Trails in one frame; the chosen client's always is one of them.
    static constexpr int trailsMax = 2'000;

    MapPainter(const FleetPoints& fleet, const StampStore& stamps);

    void setStyle(const QPalette& palette, const QFont& font, double pixelRatio);

    /// `nowNs`: the wall clock, POSIX.
    void paint(QPainter& painter, const MapCamera& camera, const MapContents& contents,
               qint64 nowNs);

    /// Clients have moved, or the camera has: the marks are to be placed anew.
    void invalidateMarks() { marksAreValid_ = false; }
    const ClientMarks& marks(const MapCamera& camera);

    const MapTones& tones() const { return tones_; }
    HaloedTexts& texts() { return texts_; }
    /// Why there is no land; empty if there is.
    const QString& fault() const { return baseMap_.fault(); }

  private:
    void paintTowns(QPainter& painter, const MapCamera& camera);
    bool isUnderCluster(const QRectF& box, const MapCamera& camera);
    void paintPlaces(QPainter& painter, const MapCamera& camera, const PlottablePlaces& places);
    void paintTrails(QPainter& painter, const MapCamera& camera, const MapContents& contents);
    void paintTrail(QPainter& painter, const MapCamera& camera, int row, QPointF at, int seconds);
    void paintChosen(QPainter& painter, const MapCamera& camera, const MapContents& contents);

    const FleetPoints& fleet_;
    const StampStore& stamps_;
    MapTones tones_;
    QFont font_;
    double pixelRatio_ = 1;
    BaseMap baseMap_;
    PlaceLabels labels_;
    HaloedTexts texts_;
    ClientMarks marks_;
    bool marksAreValid_ = false;
    MarkPainter markPainter_;
};

}  // namespace herd
