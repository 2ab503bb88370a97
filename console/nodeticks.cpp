// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodeticks.h"

#include <QResizeEvent>
#include <QSettings>
#include <QSignalBlocker>

#include "console/herdstate.h"
#include "console/tone.h"

namespace herd {

namespace {
constexpr int rowsMax = 3;
/// Of the nodes that are remembered.
constexpr qsizetype namesMax = 1'000;

QStringList namesAt(const QSettings& settings, const QString& key) {
    return settings.value(key).toStringList().mid(0, namesMax);
}
}  // namespace

NodeTicks::NodeTicks(HerdState& herd, Beginning beginning, QWidget* parent)
    : QListWidget(parent), herd_(herd), beginning_(beginning) {
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setSpacing(2);
    setUniformItemSizes(false);
    setSelectionMode(QAbstractItemView::NoSelection);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QListWidget::itemChanged, this, &NodeTicks::onItemChanged);
    connect(&herd, &HerdState::nodesReset, this, &NodeTicks::onNodesReset);
    connect(&herd, &HerdState::nodeChanged, this, &NodeTicks::onNodeChanged);
    onNodesReset();
}

void NodeTicks::onNodesReset() {
    {
        const QSignalBlocker quiet(this);
        clear();
        for (const NodeView& node : herd_.nodes()) {
            const QString name = node.client->name();
            const bool first = count() == 0;
            if (!known_.contains(name)) {
                known_.insert(name);
                if (beginning_ == Beginning::all || (first && ticked_.isEmpty())) {
                    ticked_.insert(name);
                }
            }
            auto* const item = new QListWidgetItem(name, this);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
            item->setCheckState(ticked_.contains(name) ? Qt::Checked : Qt::Unchecked);
        }
        for (int node = 0; node < count(); ++node) {
            onNodeChanged(node);
        }
    }
    fitHeight();
    Q_EMIT changed();
}

void NodeTicks::onNodeChanged(int node) {
    if (node < 0 || node >= count()) {
        return;
    }
    const QSignalBlocker quiet(this);
    const NodeClient* const client = herd_.nodes()[static_cast<std::size_t>(node)].client;
    QListWidgetItem* const own = item(node);
    const bool reached = client->state() == NodeClient::State::connected;
    own->setForeground(reached ? palette().color(QPalette::Text) : toneInk(Tone::bad, palette()));
    own->setToolTip(reached ? QString() : tr("Not reached: %1").arg(client->reason()));
    if (own->text() == client->name()) {
        return;
    }
    // A node that was known by its address only has said its name.
    if (ticked_.remove(own->text())) {
        ticked_.insert(client->name());
    }
    known_.insert(client->name());
    own->setText(client->name());
    fitHeight();
}

void NodeTicks::onItemChanged(const QListWidgetItem* item) {
    if (item->checkState() == Qt::Checked) {
        ticked_.insert(item->text());
    } else {
        ticked_.remove(item->text());
    }
    Q_EMIT changed();
}

std::vector<int> NodeTicks::ticked() const {
    std::vector<int> nodes;
    for (int node = 0; node < count(); ++node) {
        if (item(node)->checkState() == Qt::Checked) {
            nodes.push_back(node);
        }
    }
    return nodes;
}

void NodeTicks::setAll(bool ticked) {
    {
        const QSignalBlocker quiet(this);
        for (int node = 0; node < count(); ++node) {
            item(node)->setCheckState(ticked ? Qt::Checked : Qt::Unchecked);
            if (ticked) {
                ticked_.insert(item(node)->text());
            } else {
                ticked_.remove(item(node)->text());
            }
        }
    }
    viewport()->update();
    Q_EMIT changed();
}

void NodeTicks::saveTo(QSettings& settings, const QString& key) const {
    settings.setValue(key + QStringLiteral("Known"), QStringList(known_.values()).mid(0, namesMax));
    settings.setValue(key + QStringLiteral("Ticked"),
                      QStringList(ticked_.values()).mid(0, namesMax));
}

void NodeTicks::restoreFrom(const QSettings& settings, const QString& key) {
    for (const QString& name : namesAt(settings, key + QStringLiteral("Known"))) {
        known_.insert(name);
        ticked_.remove(name);
    }
    for (const QString& name : namesAt(settings, key + QStringLiteral("Ticked"))) {
        ticked_.insert(name);
    }
    onNodesReset();
}

void NodeTicks::resizeEvent(QResizeEvent* event) {
    QListWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        fitHeight();
    }
}

QSize NodeTicks::minimumSizeHint() const {
    return {120, fontMetrics().height() + 12};
}

QSize NodeTicks::sizeHint() const {
    return {240, height()};
}

/// As many rows as the nodes need, up to a few.
void NodeTicks::fitHeight() {
    doItemsLayout();
    const int row = fontMetrics().height() + 8;
    const int content = count() == 0 ? row : visualItemRect(item(count() - 1)).bottom() + 4;
    setFixedHeight(qBound(row + 4, content + 2 * frameWidth(), rowsMax * row + 4));
}

}  // namespace herd
