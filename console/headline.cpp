// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/headline.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "console/elidedparagraph.h"
#include "console/herdstate.h"
#include "console/tone.h"

namespace herd {

namespace {

/// Of the headline, and of the details below it. A herd of many nodes has more to tell.
constexpr int linesMax = 2;

struct Look {
    Tone tone;
    QString sign;
};

Look lookOf(HerdState::Agreement agreement) {
    switch (agreement) {
        case HerdState::Agreement::converged:
            return {Tone::good, QStringLiteral("✔")};
        case HerdState::Agreement::settling:
            return {Tone::attention, QStringLiteral("…")};
        case HerdState::Agreement::incomplete:
            return {Tone::attention, QStringLiteral("!")};
        case HerdState::Agreement::differing:
            return {Tone::attention, QStringLiteral("≠")};
        case HerdState::Agreement::partitioned:
            return {Tone::bad, QStringLiteral("⚡")};
        case HerdState::Agreement::connecting:
        case HerdState::Agreement::nothing:
            break;
    }
    return {Tone::quiet, QStringLiteral("○")};
}

}  // namespace

Headline::Headline(HerdState& herd, QWidget* parent)
    : QFrame(parent),
      herd_(herd),
      sign_(new QLabel),
      headline_(new ElidedParagraph(linesMax)),
      details_(new ElidedParagraph(linesMax)),
      topology_(new QToolButton) {
    setObjectName(QStringLiteral("headline"));
    setAutoFillBackground(true);
    setFrameShape(QFrame::StyledPanel);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    headline_->setObjectName(QStringLiteral("headlineText"));
    details_->setObjectName(QStringLiteral("headlineDetails"));
    headline_->setAccessibleName(tr("What the nodes agree on"));
    details_->setAccessibleName(tr("Details"));
    topology_->setText(tr("Show lin&ks"));
    topology_->setObjectName(QStringLiteral("headlineTopology"));
    connect(topology_, &QToolButton::clicked, this, &Headline::topologyRequested);

    auto* const words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(headline_);
    words->addWidget(details_);
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(10);
    layout->addWidget(sign_);
    layout->addLayout(words, 1);
    layout->addWidget(topology_);
    connect(&herd, &HerdState::verdictChanged, this, &Headline::refresh);
    connect(&herd, &HerdState::nodesReset, this, &Headline::refresh);
    refresh();
}

void Headline::refresh() {
    HerdState::Verdict verdict = herd_.verdict();
    if (herd_.nodes().empty()) {
        verdict = {Agreement::nothing,
                   tr("No herd is open"),
                   tr("Choose one in the Herd menu; resources/herd-up starts the sample herd."),
                   {}};
    }
    if (verdict.agreement == Agreement::nothing && herd_.herdName() == u"sample") {
        verdict.details += tr("\nresources/herd-up starts the sample herd.");
    }
    const Look look = lookOf(verdict.agreement);
    const bool partitioned = verdict.agreement == HerdState::Agreement::partitioned;
    const bool news = headline_->whole() != verdict.headline;
    const QPalette application = palette();
    QPalette own;
    QPalette words;
    QPalette signWords;
    if (partitioned) {
        // The one state that shouts.
        own.setColor(QPalette::Window, QColor(0xb3, 0x1d, 0x1d));
        words.setColor(QPalette::WindowText, Qt::white);
        signWords = words;
    } else {
        own.setColor(QPalette::Window, toneWash(look.tone, application));
        signWords.setColor(QPalette::WindowText, toneInk(look.tone, application));
    }
    setPalette(own);
    headline_->setPalette(words);
    details_->setPalette(words);
    sign_->setPalette(signWords);
    QFont bold = font();
    bold.setBold(true);
    bold.setPointSizeF(font().pointSizeF() * (partitioned ? 1.4 : 1.1));
    headline_->setFont(bold);
    sign_->setFont(bold);
    sign_->setText(look.sign);
    headline_->setWhole(verdict.headline);
    details_->setWhole(verdict.details);
    details_->setVisible(!verdict.details.isEmpty());
    topology_->setVisible(verdict.agreement == HerdState::Agreement::partitioned ||
                          verdict.agreement == HerdState::Agreement::differing ||
                          verdict.agreement == HerdState::Agreement::incomplete);
    if (news) {
        QAccessibleEvent alert(headline_, QAccessible::Alert);
        QAccessible::updateAccessibility(&alert);
    }
}

void Headline::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) {
        refresh();
    }
}

}  // namespace herd
