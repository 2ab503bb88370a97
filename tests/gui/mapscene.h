// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QWidget>
#include <string>
#include <vector>

#include "console/clientselection.h"
#include "console/mapview.h"
#include "console/stampstore.h"

namespace herd {

/// An AT line of a client that Hands heard at `rxSeconds`.
inline std::string atLine(const char* client, double latitude, double longitude,
                          long long rxSeconds = 1'700'000'000) {
    return "AT Hands +0.000000000 " + std::string(client) +
           QString::asprintf(" %+.6f%+.6f %lld", latitude, longitude, rxSeconds).toStdString();
}

/// A map of some clients, 800 by 600, that is seen and has the keyboard.
struct MapScene {
    StampStore stamps;
    ClientSelection selection;
    MapView map{stamps, selection};

    explicit MapScene(const std::vector<std::string>& atLines = {}) {
        stamps.apply(atLines);
        map.resize(800, 600);
        map.show();
        map.setFocus();
    }

    /// Shows the place in the middle of the map.
    void look(GeoPoint place, int zoom) {
        map.zoomBy(zoom - map.camera().zoom());
        map.centreOn(place);
    }
    QPoint pixelOf(GeoPoint place) const { return map.camera().toPixel(project(place)).toPoint(); }
    QColor colourAt(GeoPoint place) {
        const QImage image = map.image();
        return image.pixelColor(pixelOf(place) * image.devicePixelRatio());
    }
};

}  // namespace herd
