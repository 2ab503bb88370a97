// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdmenu.h"

#include <QInputDialog>
#include <QMenu>
#include <QSettings>
#include <algorithm>

namespace herd {

namespace {

/// Names may hold what menus take for a shortcut.
QString menuText(QString name) {
    return name.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

QString whereOf(const HerdProfile& profile) {
    QStringList addresses;
    for (const AdminAddress& address : profile.addresses) {
        addresses.append(adminAddressText(address));
    }
    const QString where =
        profile.configPath.isEmpty() ? addresses.join(QLatin1Char(' ')) : profile.configPath;
    return profile.tokenPath.isEmpty()
               ? where
               : HerdMenu::tr("%1, with the token of %2").arg(where, profile.tokenPath);
}

bool isSameHerd(const HerdProfile& a, const HerdProfile& b) {
    return a.configPath == b.configPath && a.addresses == b.addresses;
}

}  // namespace

HerdMenu::HerdMenu(QMenu& menu, QWidget& window) : QObject(&menu), menu_(menu), window_(window) {
    menu.setToolTipsVisible(true);
    connect(&menu, &QMenu::aboutToShow, this, &HerdMenu::fill);
    fill();
}

void HerdMenu::remember(const HerdProfile& profile) {
    displayed_ = profile;
    if (profile.name.isEmpty()) {
        return;
    }
    QSettings settings;
    const QList<HerdProfile> known = HerdProfiles::load(settings);
    const auto same =
        std::find_if(known.begin(), known.end(),
                     [&profile](const HerdProfile& other) { return isSameHerd(profile, other); });
    if (same != known.end()) {
        displayed_.name = same->name;
        // Opened without a token once does not mean that it needs none.
        if (profile.tokenPath.isEmpty() || profile.tokenPath == same->tokenPath ||
            !HerdProfiles::save(settings, displayed_)) {
            displayed_.tokenPath = same->tokenPath;
        }
        return;
    }
    const bool isTaken =
        std::any_of(known.begin(), known.end(),
                    [&profile](const HerdProfile& other) { return other.name == profile.name; });
    if (isTaken) {
        displayed_.name = tr("%1 (%2)").arg(profile.name, whereOf(profile));
    }
    if (!HerdProfiles::save(settings, displayed_)) {
        displayed_ = {};
    }
}

void HerdMenu::fill() {
    menu_.clear();
    const QList<HerdProfile> profiles = HerdProfiles::load(QSettings());
    for (const HerdProfile& profile : profiles) {
        QAction* const action = menu_.addAction(menuText(profile.name));
        action->setToolTip(whereOf(profile));
        action->setCheckable(true);
        action->setChecked(profile.name == displayed_.name);
        connect(action, &QAction::triggered, this, [this, profile] { Q_EMIT chosen(profile); });
    }
    if (profiles.isEmpty()) {
        menu_.addAction(tr("Herds that you open are kept here"))->setEnabled(false);
        return;
    }
    menu_.addSeparator();
    QAction* const rename = menu_.addAction(tr("&Rename the herd on display…"));
    rename->setObjectName(QStringLiteral("herdRename"));
    rename->setEnabled(!displayed_.name.isEmpty());
    connect(rename, &QAction::triggered, this, &HerdMenu::onRename);
    QMenu* const forget = menu_.addMenu(tr("&Forget"));
    for (const HerdProfile& profile : profiles) {
        connect(forget->addAction(menuText(profile.name)), &QAction::triggered, this,
                [this, name = profile.name] {
                    QSettings settings;
                    HerdProfiles::remove(settings, name);
                    if (name == displayed_.name) {
                        displayed_ = {};
                    }
                });
    }
}

void HerdMenu::onRename() {
    auto* const dialog = new QInputDialog(&window_);
    dialog->setObjectName(QStringLiteral("renameDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Rename the herd"));
    dialog->setLabelText(tr("Name in the menu:"));
    dialog->setTextValue(displayed_.name);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& text) {
        HerdProfile renamed = displayed_;
        renamed.name = text.trimmed();
        QSettings settings;
        const QList<HerdProfile> known = HerdProfiles::load(settings);
        const bool isTaken = std::any_of(
            known.begin(), known.end(),
            [&renamed](const HerdProfile& other) { return other.name == renamed.name; });
        if (renamed.name != displayed_.name && isTaken) {
            Q_EMIT told(
                tr("Another herd is called %1 already; nothing was renamed").arg(renamed.name),
                true);
        } else if (renamed.name != displayed_.name && HerdProfiles::save(settings, renamed)) {
            HerdProfiles::remove(settings, displayed_.name);
            displayed_ = renamed;
        }
    });
    dialog->open();
}

}  // namespace herd
