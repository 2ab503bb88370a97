// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>

#include "console/herdstate.h"
#include "console/maptones.h"
#include "console/topologyview.h"

// How a TopologyView looks; what it does is in topologyview.cpp.

namespace herd {

namespace {

constexpr double bannerPadding = 8;
constexpr double groupPadding = 14;
constexpr double labelPadding = 4;
/// Below this length a link has no room for words; its tool tip and the table have them.
constexpr double labelLineMin = 70;
constexpr std::array<int, 6> groupHues{212, 28, 285, 130, 330, 60};

QColor groupColour(std::size_t group, bool dark) {
    return QColor::fromHsl(groupHues[group % groupHues.size()], dark ? 110 : 190, dark ? 150 : 110);
}

Tone nodeTone(const NodeView& node) {
    if (!node.live) {
        return node.client->state() == NodeClient::State::unavailable ? Tone::quiet : Tone::bad;
    }
    return node.status && (!node.status->alarms.empty() || node.status->stopping) ? Tone::attention
                                                                                  : Tone::good;
}

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::TopologyView)
};

QString nodeText(const NodeView& node) {
    if (!node.live) {
        switch (node.client->state()) {
            case NodeClient::State::connecting:
                return Texts::tr("connecting");
            case NodeClient::State::connected:
                return Texts::tr("silent");
            case NodeClient::State::waiting:
                return Texts::tr("not reached, again in %1 s").arg(node.client->retryInSeconds());
            case NodeClient::State::unavailable:
                return Texts::tr("no admin port");
        }
    }
    if (!node.status) {
        return Texts::tr("reached");
    }
    if (node.status->stopping) {
        return Texts::tr("stopping");
    }
    const QString clients = Texts::tr("clients: %L1").arg(node.status->clients);
    const std::size_t alarms = node.status->alarms.size();
    return alarms == 0 ? clients : Texts::tr("alarms: %1, %2").arg(alarms).arg(clients);
}

/// `A, B | C`.
QString groupNames(const HerdState& herd, const std::vector<std::vector<int>>& all) {
    QStringList groups;
    for (const std::vector<int>& group : all) {
        QStringList names;
        for (const int node : group) {
            names.append(herd.nodes()[static_cast<std::size_t>(node)].client->name());
        }
        groups.append(names.join(QStringLiteral(", ")));
    }
    return groups.join(QStringLiteral("   |   "));
}

}  // namespace

double TopologyView::bannerHeight() const {
    return groups_.size() > 1 ? 2 * QFontMetricsF(font()).height() + 2 * bannerPadding : 0;
}

void TopologyView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), palette().base());
    if (herd_.nodes().empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect(), Qt::AlignCenter, tr("No herd is open."));
        return;
    }
    paintGroups(painter);
    for (std::size_t link = 0; link < links_.size(); ++link) {
        paintLink(painter, link);
    }
    for (std::size_t node = 0; node < places_.size(); ++node) {
        paintNode(painter, static_cast<int>(node));
    }
    std::vector<QRectF> taken;
    for (std::size_t node = 0; node < places_.size(); ++node) {
        taken.push_back(cardOf(static_cast<int>(node)));
    }
    for (std::size_t link = 0; link < links_.size(); ++link) {
        paintLabels(painter, link, taken);
    }
    paintBanner(painter);
}

QPainterPath TopologyView::enclosure(const std::vector<int>& group) const {
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    std::vector<int> members;
    std::copy_if(order_.begin(), order_.end(), std::back_inserter(members), [&group](int node) {
        return std::find(group.begin(), group.end(), node) != group.end();
    });
    const double pad = groupPadding;
    for (std::size_t index = 0; index < members.size(); ++index) {
        const QRectF card = cardOf(members[index]).adjusted(-pad, -pad, pad, pad);
        QPainterPath part;
        part.addRoundedRect(card, pad, pad);
        path = path.united(part);
        if (index > 0) {
            QPainterPath line(centreOf(members[index - 1]));
            line.lineTo(centreOf(members[index]));
            QPainterPathStroker stroker;
            stroker.setWidth(card.height() - 2);
            stroker.setCapStyle(Qt::RoundCap);
            path = path.united(stroker.createStroke(line));
        }
    }
    return path;
}

void TopologyView::paintGroups(QPainter& painter) const {
    if (groups_.size() < 2) {
        return;
    }
    const bool dark = isDark(palette());
    for (std::size_t group = 0; group < groups_.size(); ++group) {
        const QColor colour = groupColour(group, dark);
        QColor fill = colour;
        fill.setAlphaF(0.16F);
        painter.setPen(QPen(colour, 2));
        painter.setBrush(fill);
        painter.drawPath(enclosure(groups_[group]));
    }
}

void TopologyView::paintLink(QPainter& painter, std::size_t link) const {
    for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
        const Half half{link, end};
        if (half == hovered_ || (hasFocus() && half == current_)) {
            QColor glow = palette().color(QPalette::Highlight);
            glow.setAlphaF(half == current_ ? 0.55F : 0.25F);
            painter.setPen(QPen(glow, 11, Qt::SolidLine, Qt::RoundCap));
            painter.drawLine(lineOf(half));
        }
        paintHalf(painter, half);
    }
}

void TopologyView::paintHalf(QPainter& painter, Half half) const {
    const LinkEnd& end = endOf(half);
    const Tone tone = end.tone();
    QPen pen(toneInk(tone, palette()), tone == Tone::good ? 2.0 : 3.0);
    pen.setCapStyle(Qt::FlatCap);
    if (!end.isUp()) {
        pen.setStyle(Qt::CustomDashLine);
        pen.setDashPattern({3, 2.5});
    }
    painter.setPen(pen);
    painter.drawLine(lineOf(half));
}

void TopologyView::paintLabels(QPainter& painter, std::size_t link,
                               std::vector<QRectF>& taken) const {
    const QLineF line = lineOf(link);
    if (line.length() < labelLineMin) {
        return;
    }
    const HerdLink& facts = links_[link];
    if (facts.isAgreed()) {
        paintLabel(painter, line, {facts.ends[0].stateText()}, facts.ends[0].tone(), taken);
        return;
    }
    for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
        QStringList lines{facts.ends[end].stateText()};
        lines.append(facts.ends[end].lagTexts());
        paintLabel(painter, lineOf(Half{link, end}), lines, facts.ends[end].tone(), taken);
    }
}

void TopologyView::paintLabel(QPainter& painter, const QLineF& along, const QStringList& lines,
                              Tone tone, std::vector<QRectF>& taken) const {
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.85);
    const QFontMetricsF metrics(small);
    double width = 0;
    for (const QString& line : lines) {
        width = std::max(width, metrics.horizontalAdvance(line));
    }
    QRectF box(0, 0, width + 2 * labelPadding,
               metrics.height() * static_cast<double>(lines.size()) + labelPadding);
    // In the middle if there is room, else where it covers nothing.
    for (const double share : {0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.5}) {
        box.moveCenter(along.pointAt(share));
        box.moveLeft(std::clamp(box.left(), 0.0, std::max(0.0, this->width() - box.width())));
        if (std::none_of(taken.begin(), taken.end(),
                         [&box](const QRectF& other) { return other.intersects(box); })) {
            break;
        }
    }
    taken.push_back(box);
    painter.setPen(QPen(mixed(palette().color(QPalette::Base), toneInk(tone, palette()), 0.5), 1));
    painter.setBrush(palette().base());
    painter.drawRoundedRect(box, 3, 3);
    painter.setFont(small);
    painter.setPen(toneInk(tone, palette()));
    painter.drawText(box, Qt::AlignCenter, lines.join(QLatin1Char('\n')));
    painter.setFont(font());
}

void TopologyView::paintNode(QPainter& painter, int node) const {
    const NodeView& view = herd_.nodes()[static_cast<std::size_t>(node)];
    const Tone tone = nodeTone(view);
    const QRectF card = cardOf(node);
    painter.setPen(QPen(toneInk(tone, palette()), tone == Tone::good ? 1.2 : 2.0));
    painter.setBrush(mixed(palette().color(QPalette::Base), toneWash(tone, palette()),
                           tone == Tone::good ? 0.35 : 1.0));
    painter.drawRoundedRect(card, 6, 6);
    const QFontMetricsF metrics(font());
    QFont bold = font();
    bold.setBold(true);
    QRectF line = card.adjusted(10, isCompact_ ? 4 : 6, -8, 0);
    line.setHeight(metrics.height());
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneInk(tone, palette()));
    painter.drawEllipse(QPointF(line.left() + 4, line.center().y()), 4, 4);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::Text));
    const QRectF nameLine = line.adjusted(14, 0, 0, 0);
    painter.drawText(
        nameLine, Qt::AlignVCenter | Qt::TextSingleLine,
        QFontMetricsF(bold).elidedText(view.client->name(), Qt::ElideMiddle, nameLine.width()));
    painter.setFont(font());
    if (isCompact_) {
        return;
    }
    painter.setPen(toneInk(tone == Tone::good ? Tone::quiet : tone, palette()));
    line.translate(0, metrics.height() + 2);
    painter.drawText(line, Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(nodeText(view), Qt::ElideRight, line.width()));
}

void TopologyView::paintBanner(QPainter& painter) const {
    if (bannerHeight() == 0) {
        return;
    }
    const QRectF banner(0, 0, width(), bannerHeight());
    painter.fillRect(banner, toneInk(Tone::bad, palette()));
    painter.setPen(palette().color(QPalette::Base));
    QFont bold = font();
    bold.setBold(true);
    QRectF line = banner.adjusted(bannerPadding, bannerPadding, -bannerPadding, 0);
    line.setHeight(QFontMetricsF(font()).height());
    painter.setFont(bold);
    painter.drawText(line, Qt::AlignCenter | Qt::TextSingleLine,
                     tr("Partition: these groups cannot reach each other"));
    painter.setFont(font());
    line.translate(0, line.height());
    painter.drawText(
        line, Qt::AlignCenter | Qt::TextSingleLine,
        QFontMetricsF(font()).elidedText(groupNames(herd_, groups_), Qt::ElideRight, line.width()));
}

}  // namespace herd
