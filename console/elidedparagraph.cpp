// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/elidedparagraph.h"

#include <QEvent>
#include <QTextLayout>
#include <algorithm>

#include "console/plaintooltip.h"

namespace herd {

namespace {

/// More than the largest window shows; laying out all of a long text would take time.
constexpr qsizetype charactersMax = 4'096;

}  // namespace

ElidedParagraph::ElidedParagraph(int linesMax, QWidget* parent)
    : QLabel(parent), linesMax_(linesMax) {
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ElidedParagraph::setWhole(const QString& text) {
    if (text == whole_) {
        return;
    }
    whole_ = text;
    running_ = text.left(charactersMax).replace(QLatin1Char('\n'), QStringLiteral("  ·  "));
    setAccessibleDescription(text);
    fit();
    updateGeometry();
}

/// As many lines as the text fills, the last of them cut where there are too many.
QStringList ElidedParagraph::linesIn(int width) const {
    QTextLayout layout(running_, font());
    QTextOption option;
    // A name may be longer than the line.
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        if (lines.size() + 1 == linesMax_) {
            lines.append(
                fontMetrics().elidedText(running_.mid(line.textStart()), Qt::ElideRight, width));
            break;
        }
        lines.append(running_.mid(line.textStart(), line.textLength()).trimmed());
    }
    layout.endLayout();
    return lines;
}

void ElidedParagraph::fit() {
    const QStringList lines = linesIn(contentsRect().width());
    const QString shown = lines.join(QLatin1Char('\n'));
    if (shown != text()) {
        setText(shown);
    }
    const bool isCut = !lines.isEmpty() && lines.constLast().endsWith(QChar(0x2026)) &&
                       !running_.endsWith(lines.constLast());
    setToolTip(isCut ? plainToolTip(whole_) : QString());
}

int ElidedParagraph::heightForWidth(int width) const {
    const qsizetype lines = std::max<qsizetype>(1, linesIn(width).size());
    return fontMetrics().lineSpacing() * static_cast<int>(lines);
}

QSize ElidedParagraph::sizeHint() const {
    return {fontMetrics().horizontalAdvance(running_), fontMetrics().lineSpacing()};
}

QSize ElidedParagraph::minimumSizeHint() const {
    return {0, fontMetrics().lineSpacing()};
}

void ElidedParagraph::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fit();
}

void ElidedParagraph::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        fit();
        updateGeometry();
    }
}

}  // namespace herd
