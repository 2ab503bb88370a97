// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPalette>
#include <QString>

namespace herd {

/// Light, dark, or as the desktop has it. One for the application, made before its windows.
class Appearance {
  public:
    enum class Choice { system, light, dark };

    /// Remembers what the desktop chose.
    Appearance();

    void apply(Choice choice);
    [[nodiscard]] Choice choice() const { return choice_; }

    /// "system", "light", "dark", for settings and the command line; system for anything else.
    [[nodiscard]] static QString wordOf(Choice choice);
    [[nodiscard]] static Choice choiceOf(const QString& word);

  private:
    QString systemStyle_;
    QPalette systemPalette_;
    Choice choice_ = Choice::system;
};

}  // namespace herd
