// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QPainterPath>
#include <QWidget>
#include <optional>
#include <vector>

#include "console/linkfacts.h"

namespace herd {

class HerdState;
class LinkControl;

/// The herd as a graph: nodes on a circle, each with its state, and links whose halves have the
/// colour and the words of the end they belong to. Parts that cannot reach each other are enclosed
/// and named. A click on a half of a link, or Return on the one the arrow keys have led to, offers
/// to pause or resume it from that side. Reads the state and listens to it.
class TopologyView : public QWidget {
    Q_OBJECT

  public:
    explicit TopologyView(HerdState& herd, QWidget* parent = nullptr);

    /// One half of a link: its number in the topology, and which end.
    struct Half {
        std::size_t link = 0;
        std::size_t end = 0;

        bool operator==(const Half&) const = default;
    };

    LinkControl& control() { return *control_; }
    /// Where the keys are.
    std::optional<Half> current() const { return current_; }
    /// The half under that point.
    std::optional<Half> halfAt(QPointF point) const;
    /// A point in the middle of it.
    QPointF middleOf(Half half) const;
    QPointF centreOf(int node) const { return places_[static_cast<std::size_t>(node)]; }

    QSize sizeHint() const override { return {560, 420}; }
    QSize minimumSizeHint() const override { return {200, 180}; }

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void onNodesReset();
    void onNodeChanged();
    void onVerdictChanged();
    void arrange();
    void placeNodes();
    bool doCardsTouch() const;
    void describe();
    void step(int by);
    void ask(Half half);
    const LinkEnd& endOf(Half half) const { return links_[half.link].ends[half.end]; }
    /// The visible part of a link, between the cards of its nodes; null when an end is not known.
    QLineF lineOf(std::size_t link) const;
    QLineF lineOf(Half half) const;
    QRectF cardOf(int node) const;
    QString toolTipFor(Half half) const;
    double bannerHeight() const;

    void paintGroups(QPainter& painter) const;
    void paintLink(QPainter& painter, std::size_t link) const;
    void paintHalf(QPainter& painter, Half half) const;
    /// `taken`: what labels may not cover; each adds itself.
    void paintLabels(QPainter& painter, std::size_t link, std::vector<QRectF>& taken) const;
    void paintLabel(QPainter& painter, const QLineF& along, const QStringList& lines, Tone tone,
                    std::vector<QRectF>& taken) const;
    void paintNode(QPainter& painter, int node) const;
    void paintBanner(QPainter& painter) const;
    QPainterPath enclosure(const std::vector<int>& group) const;

    HerdState& herd_;
    LinkControl* control_;
    std::vector<HerdLink> links_;
    std::vector<std::pair<int, int>> nodesOf_;  ///< of each link; -1: not known
    std::vector<int> order_;                    ///< of the nodes around the circle
    std::vector<std::vector<int>> groups_;      ///< more than one only in a partition
    std::vector<QPointF> places_;               ///< of the nodes
    bool isCompact_ = false;                    ///< no room for more than names
    std::optional<Half> current_;
    std::optional<Half> hovered_;
};

}  // namespace herd
