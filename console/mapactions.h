// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QAction;
class QMenu;
class QSettings;

namespace herd {

class MapView;

/// What can be done with a map beside pointing at it, as actions for its context menu, menus and
/// toolbars. Adds them to the map; each has an object name. Owned by the map it is made for.
class MapActions : public QObject {
    Q_OBJECT

  public:
    explicit MapActions(MapView& map);

    QAction* zoomIn() const { return zoomIn_; }
    QAction* zoomOut() const { return zoomOut_; }
    QAction* fitFleet() const { return fitFleet_; }
    QAction* showWorld() const { return showWorld_; }
    QAction* follow() const { return follow_; }
    QAction* showTrails() const { return showTrails_; }
    QAction* trailTime() const { return trailTime_; }
    QAction* showTowns() const { return showTowns_; }
    QAction* saveImage() const { return saveImage_; }

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

    /// Writes what is seen as a PNG file, whole or not at all.
    void saveImageTo(const QString& path);

  Q_SIGNALS:
    void told(const QString& message, bool isError);

  private:
    QAction* add(const char* name, const QString& text, const QString& hint);
    QAction* addTrailTimes();
    void onSaveImage();

    MapView& map_;
    QAction* zoomIn_;
    QAction* zoomOut_;
    QAction* fitFleet_;
    QAction* showWorld_;
    QAction* follow_;
    QAction* showTrails_;
    QAction* trailTime_;  ///< has a menu
    QAction* showTowns_;
    QAction* saveImage_;
};

}  // namespace herd
