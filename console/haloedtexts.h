// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QColor>
#include <QFont>
#include <QPixmap>
#include <QString>

namespace herd {

/// Texts with a halo that keeps them readable on any ground, kept as images, since a map draws the
/// same ones in every frame. Owned by a MapView.
class HaloedTexts {
  public:
    static constexpr int imagesMax = 4'000;
    /// How far the halo reaches beyond the text, in pixels.
    static constexpr double haloPixels = 3;

    /// The image's corner is `haloPixels` outside of the text's box. Valid until the next call.
    const QPixmap& image(const QString& text, const QFont& font, const QColor& ink,
                         const QColor& halo, double pixelRatio);

  private:
    QCache<QString, QPixmap> images_{imagesMax};
};

}  // namespace herd
