// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QSettings>
#include <QString>
#include <QTemporaryDir>
#include <memory>

#include "console/appearance.h"
#include "console/mainwindow.h"
#include "tests/support/herdfixture.h"

class QAbstractItemModel;
class QAction;
class QLabel;
class QTableView;

namespace herd {

/// Settings of the application in a directory of the test, so that no suite reads or changes those
/// of the user.
class OwnSettings {
  public:
    OwnSettings();
    [[nodiscard]] QString path() const;

  private:
    QTemporaryDir directory_;
};

/// A herd of real processes and a window on it. Owned by the test.
struct ConsoleScene {
    explicit ConsoleScene(HerdLayout layout = HerdLayout::sample());
    ~ConsoleScene();

    /// Starts the nodes and waits until the window sees all of them agree.
    [[nodiscard]] bool open();
    /// Another window on the same herd, in place of the present one.
    void openWindow();
    [[nodiscard]] HerdSource source() const;

    template <typename Object>
    Object* find(const char* name) const {
        return window->findChild<Object*>(QLatin1String(name));
    }
    [[nodiscard]] QString headline() const;
    [[nodiscard]] bool waitForHeadline(const QString& start);
    /// What the table of nodes says; column as in NodesModel.
    [[nodiscard]] QString cell(const QString& node, int column) const;
    /// Ticks these nodes of the command panel and no others, by keys.
    void tick(const QStringList& nodes) const;
    void trigger(const char* action) const;
    /// Whether a message in the history holds this.
    [[nodiscard]] bool wasTold(const QString& part) const;

    OwnSettings settings;
    HerdFixture herd;
    Appearance appearance;
    std::unique_ptr<MainWindow> window;
};

}  // namespace herd
