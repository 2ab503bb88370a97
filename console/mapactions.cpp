// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mapactions.h"

#include <QAction>
#include <QActionGroup>
#include <QFileDialog>
#include <QMenu>
#include <QSaveFile>
#include <QSettings>
#include <array>

#include "console/mapview.h"

namespace herd {

namespace {

constexpr int stepsPerPress = 2;
constexpr std::array<int, 4> trailMinutes{1, 5, 15, 60};
constexpr int secondsPerMinute = 60;
const QString trailsKey = QStringLiteral("map/trails");
const QString trailSecondsKey = QStringLiteral("map/trailSeconds");
const QString townsKey = QStringLiteral("map/towns");

}  // namespace

MapActions::MapActions(MapView& map)
    : QObject(&map),
      map_(map),
      zoomIn_(add("mapZoomIn", tr("Zoom &In"), tr("Show less of the map, larger (+)"))),
      zoomOut_(add("mapZoomOut", tr("Zoom &Out"), tr("Show more of the map, smaller (-)"))),
      fitFleet_(add("mapFitFleet", tr("&Fit to Clients"), tr("Show all clients (F)"))),
      showWorld_(add("mapWorld", tr("Whole &World"), tr("Show the whole world (Home)"))),
      follow_(add("mapFollow", tr("Follow &Chosen Client"),
                  tr("Keep the chosen client in the middle (Shift+F)"))),
      showTrails_(add("mapTrails", tr("Show &Trails"), tr("Show where clients came from (T)"))),
      trailTime_(addTrailTimes()),
      showTowns_(add("mapTowns", tr("Show To&wn Names"), tr("Show names of towns (N)"))),
      saveImage_(add("mapSaveImage", tr("&Save as Image…"), tr("Save what is seen as a file"))) {
    fitFleet_->setShortcut(QKeySequence(Qt::Key_F));
    follow_->setShortcut(QKeySequence(Qt::SHIFT | Qt::Key_F));
    showTrails_->setShortcut(QKeySequence(Qt::Key_T));
    showTowns_->setShortcut(QKeySequence(Qt::Key_N));
    for (QAction* const action : {follow_, showTrails_, showTowns_}) {
        action->setCheckable(true);
    }
    showTowns_->setChecked(map.contents().showsTowns);
    connect(zoomIn_, &QAction::triggered, &map, [this] { map_.zoomBy(stepsPerPress); });
    connect(zoomOut_, &QAction::triggered, &map, [this] { map_.zoomBy(-stepsPerPress); });
    connect(fitFleet_, &QAction::triggered, &map, &MapView::fitFleet);
    connect(showWorld_, &QAction::triggered, &map, &MapView::showWorld);
    connect(follow_, &QAction::triggered, &map, &MapView::setFollowing);
    connect(&map, &MapView::followingChanged, follow_, &QAction::setChecked);
    connect(showTrails_, &QAction::toggled, &map, &MapView::setTrailsShown);
    connect(showTowns_, &QAction::toggled, &map, &MapView::setTownsShown);
    connect(saveImage_, &QAction::triggered, this, &MapActions::onSaveImage);
    map.setContextMenuPolicy(Qt::ActionsContextMenu);
}

QAction* MapActions::add(const char* name, const QString& text, const QString& hint) {
    auto* const action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setToolTip(hint);
    action->setStatusTip(hint);
    action->setShortcutContext(Qt::WidgetShortcut);
    map_.addAction(action);
    return action;
}

QAction* MapActions::addTrailTimes() {
    QAction* const action = add("mapTrailTime", tr("Trail T&ime"), tr("How long trails are"));
    auto* const menu = new QMenu(&map_);
    auto* const group = new QActionGroup(this);
    for (const int minutes : trailMinutes) {
        QAction* const choice =
            menu->addAction(minutes == 1 ? tr("1 minute") : tr("%1 minutes").arg(minutes));
        choice->setCheckable(true);
        choice->setChecked(minutes * secondsPerMinute == map_.contents().trailSeconds);
        group->addAction(choice);
        connect(choice, &QAction::triggered, &map_,
                [this, minutes] { map_.setTrailSeconds(minutes * secondsPerMinute); });
    }
    action->setMenu(menu);
    return action;
}

void MapActions::onSaveImage() {
    auto* const dialog = new QFileDialog(&map_, tr("Save the map as an image"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilter(tr("PNG images (*.png)"));
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(QStringLiteral("map.png"));
    connect(dialog, &QFileDialog::fileSelected, this, &MapActions::saveImageTo);
    dialog->open();
}

void MapActions::saveImageTo(const QString& path) {
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && map_.image().save(&file, "png");
    if (!written || !file.commit()) {
        Q_EMIT told(tr("The map could not be saved to %1: %2").arg(path, file.errorString()), true);
        return;
    }
    Q_EMIT told(tr("The map was saved to %1").arg(path), false);
}

void MapActions::saveTo(QSettings& settings) const {
    settings.setValue(trailsKey, map_.contents().showsTrails);
    settings.setValue(trailSecondsKey, map_.contents().trailSeconds);
    settings.setValue(townsKey, map_.contents().showsTowns);
}

void MapActions::restoreFrom(const QSettings& settings) {
    showTrails_->setChecked(settings.value(trailsKey, showTrails_->isChecked()).toBool());
    showTowns_->setChecked(settings.value(townsKey, showTowns_->isChecked()).toBool());
    const int seconds = settings.value(trailSecondsKey).toInt();
    for (std::size_t i = 0; i < trailMinutes.size(); ++i) {
        if (trailMinutes[i] * secondsPerMinute == seconds) {
            trailTime_->menu()->actions().at(static_cast<qsizetype>(i))->trigger();
        }
    }
}

}  // namespace herd
