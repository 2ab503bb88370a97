// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QFont>
#include <QPixmap>
#include <array>
#include <span>

#include "console/clientmarks.h"
#include "console/maptones.h"

class QPainter;

namespace herd {

class StampStore;

/// How long ago a client was heard.
enum class ClientAge { fresh, ageing, old };

inline constexpr qint64 freshSecondsMax = 60;
inline constexpr qint64 ageingSecondsMax = 600;

[[nodiscard]] ClientAge clientAge(qint64 rxNs, qint64 nowNs);

/// Draws marks: a dot for a client, in the colour of its age, and a disc with a number for a
/// cluster. Keeps them as images, so that tens of thousands of clients are a few thousand copies.
/// Owned by a MapView.
class MarkPainter {
  public:
    static constexpr int discsMax = 4'000;

    /// What was kept for other colours, fonts or screens is thrown away.
    void setStyle(const MapTones& tones, const QFont& font, double pixelRatio);

    /// `nowNs`: the wall clock, POSIX.
    void paint(QPainter& painter, std::span<const ClientMark> marks, const StampStore& stamps,
               qint64 nowNs);

  private:
    QPixmap renderDot(const QColor& colour) const;
    QPixmap renderDisc(int count, const QString& text) const;
    const QPixmap& disc(int count);

    MapTones tones_;
    QFont font_;
    double pixelRatio_ = 0;
    std::array<QPixmap, 3> dots_;
    QCache<QString, QPixmap> discs_{discsMax};
};

}  // namespace herd
