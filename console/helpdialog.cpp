// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/helpdialog.h"

#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace herd {

HelpDialog::HelpDialog(const Shortcuts& shortcuts, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Help – Herd console"));
    auto* const text = new QTextBrowser;
    text->setObjectName(QStringLiteral("helpText"));
    text->setAccessibleName(tr("Help"));
    text->setHtml(page(shortcuts));
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(buttons);
    resize(620, 560);
}

QString HelpDialog::page(const Shortcuts& shortcuts) {
    QString html = tr(
        "<h2>A herd in one minute</h2>"
        "<p>A herd is a group of equal nodes that know where clients are. A client tells "
        "<i>any</i> "
        "node where it is (<b>IAMAT</b>), and anybody asks <i>any</i> node where a client was last "
        "and what is near (<b>WHATSAT</b>). Each node passes what is new on to its neighbours, so "
        "soon all of them know it. There is no leader.</p>"
        "<p>The strip under the menu says what the nodes agree on. <b>Converged</b>: all nodes "
        "hold "
        "the same table. <b>Settling</b>: news is still on its way. <b>Differing</b>: they hold "
        "different tables and nothing is under way. <b>Partitioned</b>: groups of nodes cannot "
        "reach each other; each keeps answering from what it knows, and when a link is back they "
        "agree again.</p>"
        "<h2>Try it</h2>"
        "<ol>"
        "<li>In <b>Command</b>, on the page IAMAT, enter a client such as <i>bike-42</i> and a "
        "position such as <i>+34.068930-118.445127</i>, or take one from the map. Tick Welsh, "
        "press Send.</li>"
        "<li>The client appears on the <b>Map</b> and in <b>Stamps</b>.</li>"
        "<li>On the page WHATSAT ask Hands about the same client. The answer shows who heard it, "
        "and places near it. Tick several nodes to see their answers side by side.</li>"
        "<li>In <b>Topology</b> pause a link, send another IAMAT, watch the nodes differ, resume "
        "the link, watch them agree.</li>"
        "</ol>"
        "<p>In <b>Nodes</b>, the digest is a number made of the whole table: equal tables have "
        "equal digests. Lag says how far a neighbour is behind.</p>"
        "<h2>Keys</h2><table cellspacing=\"0\" cellpadding=\"3\">");
    for (const auto& [keys, what] : shortcuts) {
        html += QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
    }
    return html + QStringLiteral("</table>");
}

}  // namespace herd
