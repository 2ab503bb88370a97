// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include "console/herdprofiles.h"

class QMenu;
class QWidget;

namespace herd {

/// The herds that were opened before, as a menu: to open one again, to give the one on display
/// another name, to forget one. Keeps them in the settings. Owned by the window.
class HerdMenu : public QObject {
    Q_OBJECT

  public:
    /// Fills the menu each time it is shown. Questions belong to `window`.
    HerdMenu(QMenu& menu, QWidget& window);

    /// The herd on display: kept under its name, or under a similar one when another has it.
    /// Without a name, it is not kept.
    void remember(const HerdProfile& profile);

  Q_SIGNALS:
    void chosen(const herd::HerdProfile& profile);
    void told(const QString& message, bool isError);

  private:
    void fill();
    void onRename();

    QMenu& menu_;
    QWidget& window_;
    HerdProfile displayed_;  ///< without a name: none
};

}  // namespace herd
