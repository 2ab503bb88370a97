// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/maptones.h"

#include "console/tone.h"

namespace herd {

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](float from, float to) {
        return static_cast<float>(from + (to - from) * share);
    };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()),
                            mix(a.blueF(), b.blueF()), mix(a.alphaF(), b.alphaF()));
}

MapTones mapTones(const QPalette& palette) {
    const bool dark = isDark(palette);
    const QColor base = palette.color(QPalette::Base);
    const QColor text = palette.color(QPalette::Text);
    const QColor blue(78, 132, 178);
    const QColor sand(196, 178, 140);
    MapTones tones;
    tones.outside = palette.color(QPalette::Window);
    tones.sea = dark ? mixed(base, blue, 0.16) : mixed(base, blue, 0.24);
    tones.land = dark ? mixed(mixed(base, text, 0.12), blue, 0.05) : mixed(base, sand, 0.17);
    tones.coast = mixed(tones.sea, text, dark ? 0.30 : 0.30);
    tones.border = mixed(tones.land, text, dark ? 0.24 : 0.22);
    tones.graticule = text;
    tones.graticule.setAlphaF(dark ? 0.10F : 0.09F);
    tones.text = mixed(tones.land, text, 0.82);
    tones.halo = tones.land;
    tones.halo.setAlphaF(0.85F);
    tones.fresh = dark ? QColor(86, 190, 140) : QColor(12, 125, 84);
    tones.ageing = dark ? QColor(226, 178, 84) : QColor(178, 116, 8);
    tones.old = mixed(base, text, 0.55);
    tones.cluster = dark ? QColor(92, 140, 190) : QColor(36, 96, 150);
    tones.clusterText = dark ? QColor(14, 22, 30) : QColor(Qt::white);
    tones.rim = dark ? mixed(base, QColor(Qt::black), 0.4) : QColor(Qt::white);
    tones.chosen = dark ? QColor(255, 120, 96) : QColor(208, 46, 28);
    tones.place = dark ? QColor(178, 150, 236) : QColor(112, 72, 176);
    tones.card = base;
    tones.card.setAlphaF(0.94F);
    tones.cardFrame = mixed(base, text, 0.3);
    tones.cardText = text;
    return tones;
}

}  // namespace herd
