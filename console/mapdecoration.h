// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QRectF>
#include <QStringList>

#include "console/maptones.h"

class QPainter;

namespace herd {

class HaloedTexts;
class MapCamera;

// What stands around and above the things on a map. Each draws in the painter's own font.

/// Meridians and parallels at round degrees, named along the edges.
void paintGraticule(QPainter& painter, const MapCamera& camera, const MapTones& tones,
                    HaloedTexts& texts);

/// At the bottom left. True at the centre of the view: Mercator's scale grows towards the poles.
void paintScaleBar(QPainter& painter, const MapCamera& camera, const MapTones& tones,
                   HaloedTexts& texts);

/// At the bottom right: whose data this is. Returns what it covers.
QRectF paintAttribution(QPainter& painter, const QRectF& view, const QString& text,
                        const MapTones& tones);

/// A text at the bottom left, above the scale bar.
void paintReadout(QPainter& painter, const QRectF& view, const QString& text, const MapTones& tones,
                  HaloedTexts& texts);

/// A card beside `at` that stays within the view; its first line is bold.
void paintCard(QPainter& painter, const QRectF& view, QPointF at, const QStringList& lines,
               const MapTones& tones);

/// A line of text across the top of the view.
void paintBanner(QPainter& painter, const QRectF& view, const QString& text, const MapTones& tones);

/// Where the keys point to: the middle of the view.
void paintCrosshair(QPainter& painter, const QRectF& view, const MapTones& tones);

}  // namespace herd
