// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/topologyview.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "console/circlelayout.h"
#include "console/herdstate.h"
#include "console/linkcontrol.h"

namespace herd {

namespace {

constexpr double margin = 24;
constexpr double hitPixels = 9;
constexpr double cardCharacters = 26;
constexpr double compactCharacters = 15;
constexpr double cardGap = 16;

double distanceTo(const QLineF& line, QPointF point) {
    const double length = line.length();
    if (length == 0) {
        return std::hypot(point.x() - line.x1(), point.y() - line.y1());
    }
    const QPointF step = line.p2() - line.p1();
    const double along =
        std::clamp(QPointF::dotProduct(point - line.p1(), step) / (length * length), 0.0, 1.0);
    return QLineF(line.pointAt(along), point).length();
}

/// Where the line from the middle of `box` to `target` leaves it.
QPointF leaving(const QRectF& box, QPointF target) {
    const QPointF step = target - box.center();
    const double across = std::abs(step.x()) / std::max(box.width() / 2, 1.0);
    const double down = std::abs(step.y()) / std::max(box.height() / 2, 1.0);
    const double share = std::max(across, down);
    return share <= 1 ? target : box.center() + step / share;
}

}  // namespace

TopologyView::TopologyView(HerdState& herd, QWidget* parent)
    : QWidget(parent), herd_(herd), control_(new LinkControl(herd, *this)) {
    setObjectName(QStringLiteral("topology"));
    setAccessibleName(tr("Nodes and links of the herd"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&herd, &HerdState::nodesReset, this, &TopologyView::onNodesReset);
    connect(&herd, &HerdState::nodeChanged, this, &TopologyView::onNodeChanged);
    connect(&herd, &HerdState::verdictChanged, this, &TopologyView::onVerdictChanged);
    onNodesReset();
}

void TopologyView::onNodesReset() {
    links_ = herdLinks(herd_.topology(), nodeSights(herd_));
    nodesOf_.clear();
    std::vector<NodePair> pairs;
    for (const HerdLink& link : links_) {
        const std::pair<int, int> nodes{herd_.indexOf(link.ends[0].node),
                                        herd_.indexOf(link.ends[1].node)};
        nodesOf_.push_back(nodes);
        if (nodes.first >= 0 && nodes.second >= 0) {
            pairs.push_back(nodes);
        }
    }
    order_ = circleOrder(static_cast<int>(herd_.nodes().size()), pairs);
    current_.reset();
    hovered_.reset();
    arrange();
}

void TopologyView::onNodeChanged() {
    std::vector<HerdLink> links = herdLinks(herd_.topology(), nodeSights(herd_));
    if (links.size() != links_.size()) {
        onNodesReset();
        return;
    }
    links_ = std::move(links);
    describe();
    update();
}

void TopologyView::onVerdictChanged() {
    arrange();
}

void TopologyView::arrange() {
    // The verdict on nodes that were left behind may still stand for a moment.
    groups_ = herd_.verdict().groups;
    const auto count = static_cast<int>(order_.size());
    for (const std::vector<int>& group : groups_) {
        if (std::any_of(group.begin(), group.end(), [count](int node) { return node >= count; })) {
            groups_.clear();
            break;
        }
    }
    isCompact_ = false;
    placeNodes();
    if (doCardsTouch()) {
        isCompact_ = true;
        placeNodes();
    }
    describe();
    update();
}

bool TopologyView::doCardsTouch() const {
    for (std::size_t a = 0; a < places_.size(); ++a) {
        for (std::size_t b = a + 1; b < places_.size(); ++b) {
            const QRectF card =
                cardOf(static_cast<int>(a)).adjusted(-cardGap, -cardGap, cardGap, cardGap);
            if (card.intersects(cardOf(static_cast<int>(b)))) {
                return true;
            }
        }
    }
    return false;
}

void TopologyView::placeNodes() {
    places_ = circlePlaces(order_, groups_);
    const QSizeF card = cardOf(-1).size();
    const double top = bannerHeight();
    const QPointF centre(width() / 2.0, top + (height() - top) / 2);
    const double across = std::max((width() - card.width()) / 2 - margin, 0.0);
    const double down = std::max((height() - top - card.height()) / 2 - margin, 0.0);
    for (QPointF& place : places_) {
        place = centre + QPointF(place.x() * across, place.y() * down);
    }
}

QRectF TopologyView::cardOf(int node) const {
    const QFontMetricsF metrics(font());
    const int lines = isCompact_ ? 1 : 2;
    const double characters = isCompact_ ? compactCharacters : cardCharacters;
    QRectF card(0, 0, metrics.averageCharWidth() * characters + 12,
                metrics.height() * lines + (isCompact_ ? 8 : 14));
    card.setWidth(std::min(card.width(), width() / 2.2));
    if (node >= 0) {
        card.moveCenter(centreOf(node));
    }
    return card;
}

QLineF TopologyView::lineOf(std::size_t link) const {
    const auto [first, second] = nodesOf_[link];
    if (first < 0 || second < 0) {
        return {};
    }
    const QPointF begin = leaving(cardOf(first), centreOf(second));
    const QPointF end = leaving(cardOf(second), centreOf(first));
    return {begin, end};
}

QLineF TopologyView::lineOf(Half half) const {
    const QLineF line = lineOf(half.link);
    const QPointF middle = line.center();
    return half.end == 0 ? QLineF(line.p1(), middle) : QLineF(line.p2(), middle);
}

QPointF TopologyView::middleOf(Half half) const {
    return lineOf(half).center();
}

std::optional<TopologyView::Half> TopologyView::halfAt(QPointF point) const {
    std::optional<Half> nearest;
    double nearestDistance = hitPixels;
    for (std::size_t link = 0; link < links_.size(); ++link) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const QLineF line = lineOf(Half{link, end});
            const double distance = distanceTo(line, point);
            if (!line.isNull() && distance <= nearestDistance) {
                nearest = Half{link, end};
                nearestDistance = distance;
            }
        }
    }
    return nearest;
}

QString TopologyView::toolTipFor(Half half) const {
    const LinkEnd& end = endOf(half);
    QStringList lines{
        tr("%1 says of its link with %2: %3").arg(end.node, end.peer, end.stateText())};
    if (!end.lagText().isEmpty()) {
        lines.append(tr("What %1 lacks: %2").arg(end.peer, end.lagText()));
    }
    if (end.isReached && end.status) {
        lines.append(tr("For %1, %2 reconnects")
                         .arg(spanText(end.status->sinceMs))
                         .arg(end.status->reconnects));
        if (!end.status->lastEnd.empty()) {
            lines.append(tr("Dropped last: %1").arg(QString::fromStdString(end.status->lastEnd)));
        }
        lines.append(end.isPaused() ? tr("Click to resume it from this side")
                                    : tr("Click to pause it from this side"));
    }
    return lines.join(QLatin1Char('\n'));
}

void TopologyView::describe() {
    QStringList parts;
    for (std::size_t node = 0; node < herd_.nodes().size(); ++node) {
        const NodeView& view = herd_.nodes()[node];
        parts.append(view.live ? tr("%1 is reached").arg(view.client->name())
                               : tr("%1 is not reached").arg(view.client->name()));
    }
    if (groups_.size() > 1) {
        parts.prepend(herd_.verdict().headline);
    }
    if (current_) {
        parts.prepend(toolTipFor(*current_));
    }
    setAccessibleDescription(parts.join(QStringLiteral(". ")));
}

void TopologyView::step(int by) {
    const auto count = static_cast<int>(2 * links_.size());
    if (count == 0) {
        return;
    }
    const int at = current_ ? static_cast<int>(2 * current_->link + current_->end) + by
                            : (by > 0 ? 0 : count - 1);
    const auto next = static_cast<std::size_t>((at + count) % count);
    current_ = Half{next / 2, next % 2};
    describe();
    update();
}

void TopologyView::ask(Half half) {
    current_ = half;
    update();
    control_->ask(endOf(half).node, endOf(half).peer);
}

bool TopologyView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        if (const std::optional<Half> half = halfAt(help->pos())) {
            QToolTip::showText(help->globalPos(), toolTipFor(*half), this);
        } else {
            QToolTip::hideText();
            event->ignore();
        }
        return true;
    }
    if (event->type() == QEvent::FontChange) {
        arrange();
    }
    return QWidget::event(event);
}

void TopologyView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void TopologyView::mouseMoveEvent(QMouseEvent* event) {
    const std::optional<Half> half = halfAt(event->position());
    if (half != hovered_) {
        hovered_ = half;
        setCursor(half ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void TopologyView::mouseReleaseEvent(QMouseEvent* event) {
    const std::optional<Half> half = halfAt(event->position());
    if (event->button() == Qt::LeftButton && half) {
        ask(*half);
    }
}

void TopologyView::leaveEvent(QEvent* event) {
    hovered_.reset();
    update();
    QWidget::leaveEvent(event);
}

void TopologyView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Right:
        case Qt::Key_Down:
            step(1);
            return;
        case Qt::Key_Left:
        case Qt::Key_Up:
            step(-1);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (current_) {
                ask(*current_);
            }
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace herd
