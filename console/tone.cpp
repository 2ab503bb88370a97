// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/tone.h"

#include <QGuiApplication>
#include <QPalette>
#include <QWidget>

namespace herd {

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::WindowText).lightness() >
           palette.color(QPalette::Window).lightness();
}

QColor toneInk(Tone tone, const QPalette& palette) {
    const bool dark = isDark(palette);
    switch (tone) {
        case Tone::good:
            return dark ? QColor(0x6f, 0xcf, 0x84) : QColor(0x1b, 0x7a, 0x33);
        case Tone::attention:
            return dark ? QColor(0xf0, 0xb4, 0x4c) : QColor(0x9a, 0x5b, 0x00);
        case Tone::bad:
            return dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb3, 0x1d, 0x1d);
        case Tone::quiet:
            break;
    }
    return palette.color(QPalette::PlaceholderText);
}

QColor toneWash(Tone tone, const QPalette& palette) {
    const bool dark = isDark(palette);
    switch (tone) {
        case Tone::good:
            return dark ? QColor(0x1d, 0x3a, 0x26) : QColor(0xdf, 0xf3, 0xe3);
        case Tone::attention:
            return dark ? QColor(0x4a, 0x38, 0x14) : QColor(0xff, 0xf0, 0xd2);
        case Tone::bad:
            return dark ? QColor(0x5a, 0x20, 0x20) : QColor(0xff, 0xdd, 0xda);
        case Tone::quiet:
            break;
    }
    return palette.color(QPalette::AlternateBase);
}

void setToneInk(QWidget* widget, Tone tone) {
    // Only this colour, so that the others follow the application.
    QPalette own;
    own.setColor(QPalette::WindowText, toneInk(tone, QGuiApplication::palette()));
    widget->setPalette(own);
}

}  // namespace herd
