// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QPalette>

namespace herd {

/// The colours of the map, calm below and clear above, made from a light or a dark palette.
struct MapTones {
    QColor outside;  ///< beyond the map's northern and southern edge
    QColor sea;
    QColor land;
    QColor coast;
    QColor border;
    QColor graticule;
    QColor text;
    QColor halo;    ///< around texts on the map
    QColor fresh;   ///< a client that was heard a moment ago
    QColor ageing;  ///< a client that was not heard for a while
    QColor old;     ///< a client that was not heard for long
    QColor cluster;
    QColor clusterText;
    QColor rim;        ///< around dots and clusters
    QColor chosen;     ///< the client that is chosen
    QColor place;      ///< places of the last WHATSAT
    QColor card;       ///< behind texts in front of the map
    QColor cardFrame;  ///< around them
    QColor cardText;

    bool operator==(const MapTones&) const = default;
};

[[nodiscard]] MapTones mapTones(const QPalette& palette);

/// `share` from 0 (all `a`) to 1 (all `b`).
[[nodiscard]] QColor mixed(const QColor& a, const QColor& b, double share);

}  // namespace herd
