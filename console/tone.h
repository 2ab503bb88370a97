// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>

class QPalette;
class QWidget;

namespace herd {

/// How good news is. Never the only sign of it: the words stand beside the colour.
enum class Tone {
    quiet,      ///< nothing is known, or it does not matter
    good,       ///< as it should be
    attention,  ///< under way, or not as it should be
    bad,        ///< lost, refused, differing
};

/// Whether text of the palette is lighter than its background.
[[nodiscard]] bool isDark(const QPalette& palette);

/// For text and dots on the palette's base colour; readable on light and on dark.
[[nodiscard]] QColor toneInk(Tone tone, const QPalette& palette);

/// For areas behind text of the palette's own colour.
[[nodiscard]] QColor toneWash(Tone tone, const QPalette& palette);

/// Gives the widget's text that ink; the rest of its palette stays.
void setToneInk(QWidget* widget, Tone tone);

}  // namespace herd
