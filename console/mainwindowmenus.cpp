// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QActionGroup>
#include <QApplication>
#include <QFileDialog>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

#include "common/configfile.h"
#include "console/commandpanel.h"
#include "console/connectdialog.h"
#include "console/helpdialog.h"
#include "console/herdmenu.h"
#include "console/mainwindow.h"
#include "console/mapactions.h"
#include "console/nodesview.h"

namespace herd {

namespace {

/// An action in a menu with its shortcut; its object name is for tests and scripts.
QAction* addTo(QMenu& menu, const char* name, const QString& text,
               const QKeySequence& shortcut = {}) {
    QAction* const action = menu.addAction(text);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(shortcut);
    return action;
}

/// What the keys do, for the help page: every action of the menus that has one.
void collectShortcuts(const QWidget& menu, HelpDialog::Shortcuts& shortcuts) {
    for (const QAction* const action : menu.actions()) {
        if (action->menu() != nullptr) {
            collectShortcuts(*action->menu(), shortcuts);
        } else if (!action->shortcut().isEmpty()) {
            QString text = action->text();
            text.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
            shortcuts.append({action->shortcut().toString(QKeySequence::NativeText), text});
        }
    }
}

}  // namespace

void MainWindow::makeMenus() {
    makeHerdMenu();
    QMenu* const node = menus_->addMenu(tr("&Node"));
    node->addActions(nodes_->nodeActions());
    makeMapMenu();
    makeViewMenu();
    makeHelpMenu();
}

void MainWindow::makeHerdMenu() {
    QMenu& menu = *menus_->addMenu(tr("&Herd"));
    connect(addTo(menu, "herdSample", tr("Open the &sample herd")), &QAction::triggered, this,
            [this] { openHerd(HerdSource::fromConfig(sampleConfig())); });
    connect(addTo(menu, "herdOpen", tr("&Open a configuration…"), QKeySequence::Open),
            &QAction::triggered, this, &MainWindow::onOpenConfig);
    connect(addTo(menu, "herdConnect", tr("&Connect to admin ports…")), &QAction::triggered, this,
            &MainWindow::onConnectTo);
    QMenu& again = *menu.addMenu(tr("O&pen again"));
    again.setObjectName(QStringLiteral("herdAgain"));
    herds_ = new HerdMenu(again, *this);
    connect(herds_, &HerdMenu::chosen, this, &MainWindow::openProfile);
    connect(herds_, &HerdMenu::told, this, &MainWindow::onTold);
    menu.addSeparator();
    connect(addTo(menu, "herdReconnect", tr("&Dial unreached nodes now"), Qt::Key_F5),
            &QAction::triggered, this, &MainWindow::onReconnect);
    menu.addSeparator();
    connect(addTo(menu, "quit", tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q)),
            &QAction::triggered, this, &QWidget::close);
}

void MainWindow::makeMapMenu() {
    QMenu& menu = *menus_->addMenu(tr("&Map"));
    menu.addActions({mapActions_->fitFleet(), mapActions_->showWorld(), mapActions_->zoomIn(),
                     mapActions_->zoomOut()});
    menu.addSeparator();
    menu.addActions({mapActions_->follow(), mapActions_->showTrails(), mapActions_->trailTime(),
                     mapActions_->showTowns()});
    menu.addSeparator();
    menu.addAction(mapActions_->saveImage());
}

void MainWindow::makeViewMenu() {
    QMenu& menu = *menus_->addMenu(tr("&View"));
    menu.addActions(docks_->actions());
    menu.addSeparator();
    connect(addTo(menu, "find", tr("&Filter"), QKeySequence::Find), &QAction::triggered, this,
            &MainWindow::onFind);
    connect(addTo(menu, "commandLine", tr("Command &line"), QKeySequence(Qt::CTRL | Qt::Key_L)),
            &QAction::triggered, this, [this] {
                bringUp(Part::command);
                command_->focusLine();
            });
    menu.addSeparator();
    QMenu& looks = *menu.addMenu(tr("&Appearance"));
    auto* const group = new QActionGroup(this);
    for (const auto& [choice, text] : {std::pair(Appearance::Choice::system, tr("As the &desktop")),
                                       std::pair(Appearance::Choice::light, tr("&Light")),
                                       std::pair(Appearance::Choice::dark, tr("D&ark"))}) {
        QAction* const action = looks.addAction(text);
        action->setObjectName(QStringLiteral("appearance-") + Appearance::wordOf(choice));
        action->setCheckable(true);
        action->setChecked(choice == appearance_.choice());
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, choice = choice] { chooseAppearance(choice); });
    }
    connect(addTo(menu, "resetLayout", tr("&Reset the layout")), &QAction::triggered, docks_,
            &DockSet::layOut);
}

void MainWindow::makeHelpMenu() {
    QMenu& menu = *menus_->addMenu(tr("H&elp"));
    connect(addTo(menu, "help", tr("&Help"), QKeySequence::HelpContents), &QAction::triggered, this,
            &MainWindow::onHelp);
    connect(addTo(menu, "about", tr("&About")), &QAction::triggered, this, &MainWindow::onAbout);
}

void MainWindow::onOpenConfig() {
    auto* const dialog = new QFileDialog(this, tr("Open a herd's configuration"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Herd configurations (*.toml)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::openConfig);
    dialog->open();
}

void MainWindow::onConnectTo() {
    auto* const dialog = new ConnectDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ConnectDialog::chosen, this, &MainWindow::openHerd);
    dialog->open();
}

void MainWindow::onHelp() {
    auto* help = findChild<HelpDialog*>(QString(), Qt::FindDirectChildrenOnly);
    if (help == nullptr) {
        HelpDialog::Shortcuts shortcuts;
        collectShortcuts(*menus_, shortcuts);
        help = new HelpDialog(shortcuts, this);
    }
    help->show();
    help->raise();
    help->activateWindow();
}

void MainWindow::onAbout() {
    auto* const box = new QMessageBox(
        QMessageBox::NoIcon, tr("About the Herd console"),
        tr("<h3>Herd console %1</h3><p>Watches and tries a herd of location servers.</p>"
           "<p>MIT licence. Built with Qt %2.</p>")
            .arg(QApplication::applicationVersion(), QLatin1String(qVersion())),
        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(QApplication::windowIcon().pixmap(64));
    box->open();
}

}  // namespace herd
