// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>
#include <QList>
#include <QPair>
#include <QString>

namespace herd {

/// Explains a herd in a minute and lists the shortcuts. Stays beside the window. Owned by it.
class HelpDialog : public QDialog {
    Q_OBJECT

  public:
    /// Keys and what they do.
    using Shortcuts = QList<QPair<QString, QString>>;

    explicit HelpDialog(const Shortcuts& shortcuts, QWidget* parent = nullptr);

  private:
    [[nodiscard]] static QString page(const Shortcuts& shortcuts);
};

}  // namespace herd
