// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/appearance.h"

#include <QApplication>
#include <QStyle>

namespace herd {

namespace {

struct Colours {
    QRgb window, base, alternate, button, text, placeholder, link, highlight, highlighted;
    QRgb light, midlight, mid, dark, shadow;
};

constexpr Colours light = {0xf3f4f6, 0xffffff, 0xf5f7fa, 0xf0f1f3, 0x1a1d21, 0x6b7280, 0x0b5cad,
                           0x2f6fb8, 0xffffff, 0xffffff, 0xe7e9ec, 0xb9bec5, 0x9aa0a8, 0x5f646b};
constexpr Colours dark = {0x202328, 0x2a2d33, 0x2f3339, 0x2f3339, 0xe4e7eb, 0x8f98a3, 0x7db7f0,
                          0x3a76b8, 0xffffff, 0x4a5058, 0x3c4148, 0x2a2e33, 0x16181b, 0x000000};

QPalette paletteOf(const Colours& colours) {
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(colours.window));
    palette.setColor(QPalette::WindowText, QColor(colours.text));
    palette.setColor(QPalette::Base, QColor(colours.base));
    palette.setColor(QPalette::AlternateBase, QColor(colours.alternate));
    palette.setColor(QPalette::Text, QColor(colours.text));
    palette.setColor(QPalette::PlaceholderText, QColor(colours.placeholder));
    palette.setColor(QPalette::Button, QColor(colours.button));
    palette.setColor(QPalette::ButtonText, QColor(colours.text));
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, QColor(colours.button));
    palette.setColor(QPalette::ToolTipText, QColor(colours.text));
    palette.setColor(QPalette::Link, QColor(colours.link));
    palette.setColor(QPalette::LinkVisited, QColor(colours.link));
    palette.setColor(QPalette::Highlight, QColor(colours.highlight));
    palette.setColor(QPalette::HighlightedText, QColor(colours.highlighted));
    palette.setColor(QPalette::Light, QColor(colours.light));
    palette.setColor(QPalette::Midlight, QColor(colours.midlight));
    palette.setColor(QPalette::Mid, QColor(colours.mid));
    palette.setColor(QPalette::Dark, QColor(colours.dark));
    palette.setColor(QPalette::Shadow, QColor(colours.shadow));
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, QColor(colours.placeholder));
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(colours.mid));
    return palette;
}

}  // namespace

Appearance::Appearance()
    : systemStyle_(QApplication::style()->objectName()), systemPalette_(QApplication::palette()) {}

void Appearance::apply(Choice choice) {
    choice_ = choice;
    if (choice == Choice::system) {
        QApplication::setStyle(systemStyle_);
        QApplication::setPalette(systemPalette_);
        return;
    }
    // The one style that takes any palette.
    QApplication::setStyle(QStringLiteral("fusion"));
    QApplication::setPalette(paletteOf(choice == Choice::dark ? dark : light));
}

QString Appearance::wordOf(Choice choice) {
    switch (choice) {
        case Choice::light:
            return QStringLiteral("light");
        case Choice::dark:
            return QStringLiteral("dark");
        case Choice::system:
            break;
    }
    return QStringLiteral("system");
}

Appearance::Choice Appearance::choiceOf(const QString& word) {
    for (const Choice choice : {Choice::light, Choice::dark}) {
        if (word == wordOf(choice)) {
            return choice;
        }
    }
    return Choice::system;
}

}  // namespace herd
