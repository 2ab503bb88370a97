// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/screenshot.h"

#include <QImageWriter>
#include <QPixmap>
#include <QWidget>
#include <algorithm>

#include "console/herdstate.h"

namespace herd {

Screenshot::Screenshot(QWidget& window, HerdState& herd, const QString& path, QObject* parent)
    : QObject(parent), window_(window), herd_(herd), path_(path) {
    deadline_.setSingleShot(true);
    settle_.setSingleShot(true);
    connect(&deadline_, &QTimer::timeout, this, &Screenshot::settle);
    connect(&settle_, &QTimer::timeout, this, &Screenshot::save);
    connect(&herd, &HerdState::nodeChanged, this, &Screenshot::onNews);
    connect(&herd.stamps(), &StampStore::completeChanged, this, &Screenshot::onNews);
    deadline_.start(waitMsMax);
    onNews();
}

bool Screenshot::isDataThere() const {
    const std::vector<NodeView>& nodes = herd_.nodes();
    const bool told = std::all_of(nodes.begin(), nodes.end(), [](const NodeView& node) {
        const NodeClient::State state = node.client->state();
        return node.live || state == NodeClient::State::waiting ||
               state == NodeClient::State::unavailable;
    });
    const bool reached =
        std::any_of(nodes.begin(), nodes.end(), [](const NodeView& node) { return node.live; });
    return told && (!reached || herd_.stamps().complete());
}

void Screenshot::onNews() {
    if (!settle_.isActive() && isDataThere()) {
        settle();
    }
}

void Screenshot::settle() {
    deadline_.stop();
    settle_.start(settleMs);
}

void Screenshot::save() {
    herd_.disconnect(this);
    QImageWriter writer(path_, "png");
    const bool saved = writer.write(window_.grab().toImage());
    Q_EMIT finished(saved ? QString() : writer.errorString());
}

}  // namespace herd
