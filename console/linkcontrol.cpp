// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linkcontrol.h"

#include <QPushButton>
#include <QWidget>
#include <algorithm>

#include "console/herdstate.h"
#include "console/linkfacts.h"

namespace herd {

namespace {

bool isPausedAt(const NodeView& node, const QString& peer) {
    if (!node.status) {
        return false;
    }
    const std::vector<LinkStatus>& links = node.status->links;
    return std::any_of(links.begin(), links.end(), [&peer](const LinkStatus& link) {
        return QString::fromStdString(link.peer) == peer && link.state == LinkState::paused;
    });
}

}  // namespace

LinkControl::LinkControl(HerdState& state, QWidget& view)
    : QObject(&view), state_(state), view_(view) {}

void LinkControl::ask(const QString& node, const QString& peer) {
    if (question_ != nullptr) {
        question_->deleteLater();
        question_.clear();
    }
    const int index = state_.indexOf(node);
    if (index < 0 || !state_.nodes()[static_cast<std::size_t>(index)].live) {
        Q_EMIT refused(tr("%1 is not reached, so its link with %2 cannot be paused or resumed from "
                          "there; try from the side of %2")
                           .arg(node, peer));
        return;
    }
    const NodeView& view = state_.nodes()[static_cast<std::size_t>(index)];
    if (!view.client->mayAct()) {
        Q_EMIT refused(tr("%1 takes no orders from here: the token that the console was given is "
                          "for looking only")
                           .arg(node));
        return;
    }
    open(node, peer, !isPausedAt(view, peer));
}

void LinkControl::open(const QString& node, const QString& peer, bool pauses) {
    auto* const box = new QMessageBox(&view_);
    box->setIcon(QMessageBox::Question);
    box->setWindowTitle(tr("Link %1 – %2").arg(node, peer));
    if (pauses) {
        box->setText(tr("Pause the link from the side of %1?").arg(node));
        box->setInformativeText(
            tr("%1 closes its link with %2 and refuses it until it is resumed here, or until %1 "
               "restarts. Both stay in service; what they miss of each other follows afterwards.")
                .arg(node, peer));
    } else {
        box->setText(tr("Resume the link from the side of %1?").arg(node));
        box->setInformativeText(
            tr("%1 lets its link with %2 be opened again, and both get what they missed.")
                .arg(node, peer));
    }
    QPushButton* const yes =
        box->addButton(pauses ? tr("&Pause at %1").arg(node) : tr("&Resume at %1").arg(node),
                       QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    connect(box, &QMessageBox::buttonClicked, this,
            [this, yes, node, peer, pauses](const QAbstractButton* button) {
                if (button == yes) {
                    request(node, peer, pauses);
                }
            });
    question_ = box;
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void LinkControl::request(const QString& node, const QString& peer, bool pauses) {
    const int index = state_.indexOf(node);
    if (index < 0) {
        return;
    }
    state_.nodes()[static_cast<std::size_t>(index)].client->setLinkPaused(
        peer, pauses, this,
        [this, node, peer](const QString& error) { Q_EMIT finished(node, peer, error); });
}

}  // namespace herd
