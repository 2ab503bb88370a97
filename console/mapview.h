// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QTimer>
#include <QWidget>
#include <optional>

#include "console/fleetpoints.h"
#include "console/mappainter.h"
#include "console/projection.h"

class QGestureEvent;

namespace herd {

class ClientSelection;
class StampStore;

/// The map of the clients. Wheel, pinch, + and - zoom; dragging and the arrow keys move it; a click
/// chooses a client, or opens a cluster; Return does so under the crosshair in the middle, which
/// shows while the map has the keyboard. Everything else is an action of the widget, see
/// MapActions. Reads the store and listens to it; says nothing to nodes.
class MapView : public QWidget {
    Q_OBJECT

  public:
    /// The store must outlive the view.
    MapView(const StampStore& stamps, ClientSelection& selection, QWidget* parent = nullptr);
    ~MapView() override;

    const MapCamera& camera() const { return camera_; }
    const MapContents& contents() const { return contents_; }
    bool isFollowing() const { return isFollowing_; }
    bool isPicking() const { return isPicking_; }

    /// Steps of a quarter of a doubling, around the middle of the view.
    void zoomBy(int steps);
    void showWorld();
    /// All clients, as close as they fit; the world if there are none.
    void fitFleet();
    void centreOn(GeoPoint place);

    /// Keeps the chosen client in the middle until the map is moved by hand.
    void setFollowing(bool follows);
    void setTrailsShown(bool shown);
    void setTrailSeconds(int seconds);
    void setTownsShown(bool shown);

    /// The places of the last answer; see plottablePlaces() for which may be given.
    void setPlaces(const PlottablePlaces& places);

    /// The next click, or Return, gives a position instead of a client; Escape gives up.
    void setPicking(bool picks);

    /// What is seen, with twice as many pixels as points at least.
    [[nodiscard]] QImage image();

    QSize sizeHint() const override { return {800, 500}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

  Q_SIGNALS:
    void positionPicked(double latitude, double longitude);
    void pickingChanged(bool picks);
    void followingChanged(bool follows);
    void viewChanged();

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void onFleetChanged();
    void onSnapshotComplete();
    void onClientChosen();
    void onCameraMoved();
    bool onPinch(const QGestureEvent& event);
    void zoomAt(int zoom, QPointF anchor);
    void moveBy(QPointF pixels);
    void activate(QPointF pixel);
    void updateChosen();
    PackedPoint pointOf(int row) const { return fleet_.points()[static_cast<std::size_t>(row)]; }
    void describe();
    void paintAll(QPainter& painter, double pixelRatio);
    void paintInFront(QPainter& painter);
    QStringList cardLines(const ClientMark& mark) const;
    QString attribution() const;

    const StampStore& stamps_;
    ClientSelection& selection_;
    FleetPoints fleet_;
    MapPainter painter_;
    MapCamera camera_;
    MapContents contents_;
    QTimer ageing_;  ///< colours and cards change with time, too
    bool isFollowing_ = false;
    bool isPicking_ = false;
    bool wasMoved_ = false;         ///< by the user, so it no longer fits itself to the fleet
    bool isFittedToFleet_ = false;  ///< and not to the world, as the last snapshot found it
    int wheelAngle_ = 0;            ///< turned, but not enough for a step yet
    double pinch_ = 0;              ///< pinched, likewise, in steps
    std::optional<QPointF> pressed_;
    std::optional<QPointF> hover_;
    QPointF dragged_;
    bool isDragging_ = false;
};

}  // namespace herd
