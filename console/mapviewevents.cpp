// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QApplication>
#include <QDateTime>
#include <QGestureEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPinchGesture>
#include <QWheelEvent>
#include <cmath>
#include <utility>

#include "console/clientselection.h"
#include "console/clienttext.h"
#include "console/mapdecoration.h"
#include "console/mapview.h"
#include "console/stampstore.h"
#include "console/ticks.h"

// How a MapView is seen and handled; what it does is in mapview.cpp.

namespace herd {

namespace {

constexpr int stepsPerKey = 2;
constexpr int stepsPerDoubling = 4;
constexpr int wheelAnglePerStep = 60;  // half a notch of a common wheel
constexpr double keyShare = 0.2;       // of the view, for one press of an arrow key
constexpr qint64 nsPerMs = 1'000'000;

QString placeText(GeoPoint place, double degreesPerPixel) {
    return QStringLiteral("%1, %2").arg(latitudeText(place.latitude, degreesPerPixel),
                                        longitudeText(place.longitude, degreesPerPixel));
}

}  // namespace

bool MapView::event(QEvent* event) {
    if (event->type() == QEvent::Gesture) {
        return onPinch(*static_cast<QGestureEvent*>(event));
    }
    return QWidget::event(event);
}

bool MapView::onPinch(const QGestureEvent& event) {
    const auto* const pinch = static_cast<QPinchGesture*>(event.gesture(Qt::PinchGesture));
    if (pinch == nullptr) {
        return false;
    }
    if (pinch->state() == Qt::GestureStarted) {
        pinch_ = 0;
    }
    pinch_ += stepsPerDoubling * std::log2(std::max(pinch->scaleFactor(), 0.01));
    const int steps = static_cast<int>(pinch_);
    if (steps != 0) {
        pinch_ -= steps;
        zoomAt(camera_.zoom() + steps, mapFromGlobal(pinch->hotSpot()));
    }
    return true;
}

void MapView::resizeEvent(QResizeEvent* event) {
    const bool wasEverMoved = wasMoved_;
    camera_.resize(event->size());
    if (!wasEverMoved) {
        // What came after the first look does not turn the world into one client's street.
        isFittedToFleet_ ? fitFleet() : showWorld();
        wasMoved_ = false;
    }
    onCameraMoved();
}

void MapView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        update();
    }
    QWidget::changeEvent(event);
}

void MapView::wheelEvent(QWheelEvent* event) {
    wheelAngle_ += event->angleDelta().y();
    const int steps = wheelAngle_ / wheelAnglePerStep;
    wheelAngle_ -= steps * wheelAnglePerStep;
    if (steps != 0) {
        zoomAt(camera_.zoom() + steps, event->position());
    }
    event->accept();
}

void MapView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    pressed_ = event->position();
    dragged_ = event->position();
    isDragging_ = false;
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
    hover_ = event->position();
    if (pressed_ && !isDragging_ &&
        (event->position() - *pressed_).manhattanLength() >= QApplication::startDragDistance()) {
        isDragging_ = true;
        setCursor(Qt::ClosedHandCursor);
    }
    if (isDragging_) {
        moveBy(event->position() - dragged_);
        dragged_ = event->position();
    }
    update();
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !pressed_) {
        QWidget::mouseReleaseEvent(event);
        return;
    }
    pressed_.reset();
    if (std::exchange(isDragging_, false)) {
        setCursor(isPicking_ ? Qt::CrossCursor : Qt::ArrowCursor);
        return;
    }
    activate(event->position());
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || isPicking_) {
        mousePressEvent(event);
        return;
    }
    zoomAt(camera_.zoom() + stepsPerDoubling, event->position());
}

void MapView::leaveEvent(QEvent* event) {
    hover_.reset();
    update();
    QWidget::leaveEvent(event);
}

void MapView::focusInEvent(QFocusEvent* event) {
    describe();
    update();
    QWidget::focusInEvent(event);
}

void MapView::focusOutEvent(QFocusEvent* event) {
    update();
    QWidget::focusOutEvent(event);
}

void MapView::keyPressEvent(QKeyEvent* event) {
    const QPointF step(width() * keyShare, height() * keyShare);
    switch (event->key()) {
        case Qt::Key_Left:
            moveBy({step.x(), 0});
            return;
        case Qt::Key_Right:
            moveBy({-step.x(), 0});
            return;
        case Qt::Key_Up:
            moveBy({0, step.y()});
            return;
        case Qt::Key_Down:
            moveBy({0, -step.y()});
            return;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            zoomBy(stepsPerKey);
            return;
        case Qt::Key_Minus:
            zoomBy(-stepsPerKey);
            return;
        case Qt::Key_Home:
            showWorld();
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            activate(QRectF(rect()).center());
            return;
        case Qt::Key_Escape:
            if (isPicking_) {
                setPicking(false);
                return;
            }
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

void MapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintAll(painter, devicePixelRatioF());
    paintInFront(painter);
}

void MapView::paintAll(QPainter& painter, double pixelRatio) {
    painter_.setStyle(palette(), font(), pixelRatio);
    camera_.setPixelRatio(pixelRatio);
    painter_.paint(painter, camera_, contents_, QDateTime::currentMSecsSinceEpoch() * nsPerMs);
    paintAttribution(painter, rect(), attribution(), painter_.tones());
}

void MapView::paintInFront(QPainter& painter) {
    const MapTones& tones = painter_.tones();
    const double degreesPerPixel = 360.0 / camera_.worldSize();
    const bool hasCrosshair = hasFocus() && !hover_;
    const QPointF pointed = hover_.value_or(QRectF(rect()).center());
    if ((hover_ || hasCrosshair) && camera_.isOnMap(pointed)) {
        paintReadout(painter, rect(),
                     placeText(unproject(camera_.toWorld(pointed)), degreesPerPixel), tones,
                     painter_.texts());
    }
    painter.setFont(font());
    if (hasCrosshair) {
        paintCrosshair(painter, rect(), tones);
    }
    const ClientMark* const mark =
        (hover_ || hasCrosshair) && !isDragging_ ? painter_.marks(camera_).at(pointed) : nullptr;
    if (mark != nullptr) {
        paintCard(painter, rect(), mark->at, cardLines(*mark), tones);
    }
    if (!painter_.fault().isEmpty()) {
        paintBanner(painter, rect(), tr("No outline of the world: %1").arg(painter_.fault()),
                    tones);
    } else if (isPicking_) {
        paintBanner(painter, rect(),
                    tr("Click a position, or move it under the crosshair and press Return. "
                       "Escape gives up."),
                    tones);
    }
}

QStringList MapView::cardLines(const ClientMark& mark) const {
    if (mark.isCluster()) {
        return {tr("%L1 clients").arg(mark.count), tr("Click to look closer")};
    }
    const StampStore::Row& row = stamps_.row(mark.row);
    const std::string_view position = stamps_.position(mark.row);
    const std::string_view origin = stamps_.origin(mark.row);
    const qint64 ageMs = QDateTime::currentMSecsSinceEpoch() - row.rxNs / nsPerMs;
    return {clientText(stamps_.client(mark.row)), clientText(position),
            tr("heard %1 by %2").arg(ageText(ageMs), clientText(origin))};
}

QString MapView::attribution() const {
    QStringList parts{tr("Natural Earth")};
    if (contents_.showsTowns) {
        parts.append(tr("towns: GeoNames, CC BY 4.0, adapted"));
    }
    parts.append(contents_.places.attributions);
    parts.removeDuplicates();
    return parts.join(QStringLiteral(" · "));
}

void MapView::describe() {
    const double degreesPerPixel = 360.0 / camera_.worldSize();
    const QString centre = placeText(unproject(camera_.centre()), degreesPerPixel);
    QString text = tr("Clients: %L1. Centre: %2.").arg(fleet_.points().size()).arg(centre);
    if (isPicking_) {
        text += tr(" Choosing a position.");
    }
    if (contents_.chosenRow >= 0) {
        text += tr(" Chosen: %1.").arg(contents_.chosenName);
    }
    setAccessibleDescription(text);
}

}  // namespace herd
