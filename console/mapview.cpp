// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mapview.h"

#include <QImage>
#include <QPainter>
#include <algorithm>

#include "console/clientselection.h"
#include "console/clienttext.h"
#include "console/stampstore.h"

namespace herd {

namespace {

constexpr int stepsPerDoubling = 4;
constexpr int fitMargin = 40;
// Of what is shown as the whole world: nobody lives beyond, and the ice takes a third of the map.
constexpr double northernmost = 78;
constexpr double southernmost = -57;
constexpr int fitZoomMax = 13 * stepsPerDoubling;
constexpr int followZoomMin = 8 * stepsPerDoubling;
constexpr int ageingMs = 5'000;

}  // namespace

MapView::MapView(const StampStore& stamps, ClientSelection& selection, QWidget* parent)
    : QWidget(parent),
      stamps_(stamps),
      selection_(selection),
      fleet_(stamps),
      painter_(fleet_, stamps) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Map of the clients"));
    setObjectName(QStringLiteral("map"));
    grabGesture(Qt::PinchGesture);
    connect(&fleet_, &FleetPoints::changed, this, &MapView::onFleetChanged);
    connect(&stamps, &StampStore::completeChanged, this, &MapView::onSnapshotComplete);
    connect(&selection, &ClientSelection::changed, this, &MapView::onClientChosen);
    connect(&ageing_, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    ageing_.start(ageingMs);
    updateChosen();
    showWorld();
    wasMoved_ = false;
}

MapView::~MapView() = default;

void MapView::zoomBy(int steps) {
    zoomAt(camera_.zoom() + steps, QRectF(rect()).center());
}

void MapView::showWorld() {
    const double north = project({northernmost, 0}).y;
    const double south = project({southernmost, 0}).y;
    camera_.fit({0, north, 1, south - north}, 0, zoomMax);
    wasMoved_ = true;
    setFollowing(false);
    onCameraMoved();
}

void MapView::fitFleet() {
    if (fleet_.points().empty()) {
        showWorld();
        return;
    }
    camera_.fit(boundsOf(fleet_.points()), fitMargin, fitZoomMax);
    wasMoved_ = true;
    setFollowing(false);
    onCameraMoved();
}

void MapView::centreOn(GeoPoint place) {
    camera_.setCentre(project(place));
    wasMoved_ = true;
    onCameraMoved();
}

void MapView::setFollowing(bool follows) {
    const bool can = follows && contents_.chosenRow >= 0;
    if (can && camera_.zoom() < followZoomMin) {
        zoomBy(followZoomMin - camera_.zoom());
    }
    if (isFollowing_ != can) {
        isFollowing_ = can;
        Q_EMIT followingChanged(can);
        updateChosen();
    } else if (follows != can) {
        // A button that was pressed in vain comes up again.
        Q_EMIT followingChanged(can);
    }
}

void MapView::setTrailsShown(bool shown) {
    contents_.showsTrails = shown;
    update();
}

void MapView::setTrailSeconds(int seconds) {
    contents_.trailSeconds = seconds;
    update();
}

void MapView::setTownsShown(bool shown) {
    contents_.showsTowns = shown;
    update();
}

void MapView::setPlaces(const PlottablePlaces& places) {
    contents_.places = places;
    update();
}

void MapView::setPicking(bool picks) {
    if (picks == isPicking_) {
        return;
    }
    isPicking_ = picks;
    if (picks) {
        setCursor(Qt::CrossCursor);
        setFocus();
    } else {
        unsetCursor();
    }
    describe();
    update();
    Q_EMIT pickingChanged(picks);
}

QImage MapView::image() {
    const double ratio = std::max(2.0, devicePixelRatioF());
    QImage image((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    QPainter painter(&image);
    paintAll(painter, ratio);
    return image;
}

void MapView::onFleetChanged() {
    painter_.invalidateMarks();
    updateChosen();
    update();
}

void MapView::onSnapshotComplete() {
    if (stamps_.complete() && !wasMoved_) {
        isFittedToFleet_ = !fleet_.points().empty();
        fitFleet();
        wasMoved_ = false;
    }
    describe();
}

void MapView::onClientChosen() {
    updateChosen();
    if (isFollowing_ && contents_.chosenRow < 0) {
        setFollowing(false);
    }
    if (contents_.chosenRow >= 0) {
        const WorldPoint at = unpacked(pointOf(contents_.chosenRow));
        if (!rect().contains(camera_.toPixel(at).toPoint())) {
            camera_.setCentre(at);
            onCameraMoved();
        }
    }
    describe();
    update();
}

void MapView::updateChosen() {
    const QByteArray& client = selection_.client();
    const std::string_view id(client.constData(), static_cast<std::size_t>(client.size()));
    const int row = client.isEmpty() ? -1 : stamps_.find(id);
    // Somebody may choose a client that is so new that its point has not come here yet.
    contents_.chosenRow = row < static_cast<int>(fleet_.points().size()) ? row : -1;
    if (contents_.chosenRow < 0) {
        return;
    }
    contents_.chosenName = clientText(id, 30);
    if (isFollowing_) {
        camera_.setCentre(unpacked(pointOf(contents_.chosenRow)));
        onCameraMoved();
    }
}

void MapView::onCameraMoved() {
    painter_.invalidateMarks();
    describe();
    update();
    Q_EMIT viewChanged();
}

void MapView::zoomAt(int zoom, QPointF anchor) {
    camera_.zoomTo(zoom, isFollowing_ ? QRectF(rect()).center() : anchor);
    wasMoved_ = true;
    onCameraMoved();
}

void MapView::moveBy(QPointF pixels) {
    setFollowing(false);
    camera_.panBy(pixels);
    wasMoved_ = true;
    onCameraMoved();
}

void MapView::activate(QPointF pixel) {
    if (isPicking_) {
        if (camera_.isOnMap(pixel)) {
            const GeoPoint place = unproject(camera_.toWorld(pixel));
            setPicking(false);
            Q_EMIT positionPicked(place.latitude, place.longitude);
        }
        return;
    }
    const ClientMark* const mark = painter_.marks(camera_).at(pixel);
    if (mark == nullptr) {
        return;
    }
    if (mark->isCluster() && camera_.zoom() < zoomMax) {
        zoomAt(camera_.zoom() + stepsPerDoubling, mark->at);
        return;
    }
    const std::string_view client = stamps_.client(mark->row);
    selection_.choose(QByteArray(client.data(), static_cast<qsizetype>(client.size())));
}

}  // namespace herd
