// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QMainWindow>
#include <memory>

#include "console/appearance.h"
#include "console/clientselection.h"
#include "console/dockset.h"
#include "console/herdsource.h"
#include "console/herdstate.h"
#include "console/messagelog.h"

class QLabel;
class QMenuBar;
class QSettings;
class QTabWidget;

namespace herd {

class CommandPanel;
class Headline;
class HerdMenu;
class LogView;
class MapActions;
class MapView;
class MessageView;
class NodesView;
class StampsView;

/// The console's window: a strip with what the herd agrees on and a dock for each part. It only
/// wires: which herd is on display, what a menu does, what one part asks of another, what is
/// remembered. Owned by main().
class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    /// Of layout and widgets in the settings; other versions are not restored.
    static constexpr int layoutVersion = 1;

    /// Whether layout and choices are taken from the settings and kept there.
    enum class Memory { settings, none };

    MainWindow(Appearance& appearance, Memory memory, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openHerd(const HerdSource& source);
    void bringUp(Part part) { docks_->bringUp(part); }
    HerdState& herd() { return herd_; }

  protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void makeDocks();
    void makeMenus();
    void makeHerdMenu();
    void makeMapMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void fillTopology();
    void connectParts();
    void onOpenConfig();
    void onConnectTo();
    void onReconnect();
    void onFind();
    void onPick();
    void onHelp();
    void onAbout();
    void onNoticed(const QString& text, int severity);
    void onTold(const QString& text, bool isError);
    void chooseAppearance(Appearance::Choice choice);
    void openConfig(const QString& path);
    void openIfRead(const Result<HerdSource>& source);
    void openProfile(const HerdProfile& profile);
    void refreshTitle();
    void save();
    void restore();

    Appearance& appearance_;
    Memory memory_;
    bool isLaidOut_ = false;  ///< as the user left it, or by us for the size of the window
    HerdState herd_;
    ClientSelection selection_;
    MessageLog messages_;
    DockSet* docks_;
    QMenuBar* menus_;
    HerdMenu* herds_ = nullptr;
    Headline* headline_;
    NodesView* nodes_;
    StampsView* stamps_;
    MapView* map_;
    MapActions* mapActions_;  ///< owned by the map
    QTabWidget* topology_;
    CommandPanel* command_;
    LogView* log_;
    MessageView* messageView_;
    QLabel* newest_;  ///< the newest message
};

}  // namespace herd
