// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/answerpane.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QResizeEvent>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include "console/answer.h"
#include "console/jsontree.h"
#include "console/tone.h"

namespace herd {

namespace {

constexpr int paneWidthMin = 230;
constexpr int jsonHeightMin = 84;

QPlainTextEdit* makeText(const QString& accessibleName) {
    auto* const text = new QPlainTextEdit;
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text->setAccessibleName(accessibleName);
    text->setFrameShape(QFrame::NoFrame);
    return text;
}

QString milliseconds(qint64 us) {
    return AnswerPane::tr("%1 ms").arg(static_cast<double>(us) / 1'000, 0, 'f',
                                       us < 10'000 ? 2 : 0);
}

QString cut(QString text) {
    if (text.size() > AnswerPane::textCharactersMax) {
        text.truncate(AnswerPane::textCharactersMax);
        text += AnswerPane::tr("\n… cut here: the answer is longer than is shown.");
    }
    return text;
}

/// The line as HTML, with a background behind the words that are not the reference's.
QString marked(const QString& line, const QString& reference, const QPalette& palette) {
    QString html;
    qsizetype plain = 0;
    for (const auto& [start, length] : differingWords(reference, line)) {
        html += line.mid(plain, start - plain).toHtmlEscaped();
        html += QStringLiteral("<span style=\"background-color:%1\">%2</span>")
                    .arg(toneWash(Tone::attention, palette).name(),
                         line.mid(start, length).toHtmlEscaped());
        plain = start + length;
    }
    return html + line.mid(plain).toHtmlEscaped();
}

/// Each node that takes a line answers with its own name and time, so a difference says nothing.
bool areTaken(const NodeAnswer& a, const NodeAnswer& b) {
    return a.answer.kind == Answer::Kind::taken && b.answer.kind == Answer::Kind::taken;
}

}  // namespace

AnswerPane::AnswerPane(QWidget* parent)
    : QFrame(parent),
      node_(new QLabel),
      times_(new QLabel),
      verdict_(new QLabel),
      firstLine_(new QLabel),
      forms_(new QStackedWidget),
      tree_(new QTreeView),
      treeModel_(new JsonTree(this)),
      text_(makeText(tr("Places as text"))),
      received_(makeText(tr("The answer as received"))),
      attributions_(new QLabel) {
    setFrameShape(QFrame::StyledPanel);
    QFont bold = node_->font();
    bold.setBold(true);
    node_->setFont(bold);
    firstLine_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    firstLine_->setTextFormat(Qt::RichText);
    setToneInk(times_, Tone::quiet);
    for (QLabel* const label : {times_, verdict_, firstLine_, attributions_}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextBrowserInteraction);
    }
    firstLine_->setObjectName(QStringLiteral("answerLine"));
    verdict_->setObjectName(QStringLiteral("answerVerdict"));
    received_->setObjectName(QStringLiteral("answerReceived"));
    attributions_->setObjectName(QStringLiteral("answerAttributions"));
    attributions_->setOpenExternalLinks(true);
    attributions_->setAccessibleName(tr("Where the places come from"));
    tree_->setObjectName(QStringLiteral("answerTree"));
    tree_->setModel(treeModel_);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->setAlternatingRowColors(true);
    tree_->setUniformRowHeights(true);
    tree_->setIndentation(14);
    tree_->setAccessibleName(tr("Places as a tree"));
    forms_->addWidget(tree_);
    forms_->addWidget(text_);
    forms_->addWidget(received_);

    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(3);
    layout->addWidget(node_);
    layout->addWidget(times_);
    layout->addWidget(verdict_);
    layout->addWidget(firstLine_);
    layout->addWidget(forms_, 1);
    layout->addWidget(attributions_);
    layout->addStretch(0);
    forms_->setMinimumHeight(jsonHeightMin);
}

QSize AnswerPane::minimumSizeHint() const {
    return {paneWidthMin, layout()->minimumHeightForWidth(qMax(width(), paneWidthMin))};
}

void AnswerPane::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        updateGeometry();
    }
}

void AnswerPane::setForm(AnswerForm form) {
    forms_->setCurrentIndex(static_cast<int>(form));
}

void AnswerPane::show(const NodeAnswer& answer, const NodeAnswer* reference) {
    setAccessibleName(tr("Answer of %1").arg(answer.node));
    node_->setText(answer.node);
    const bool answered = answer.done && answer.error.isEmpty();
    times_->setText(answered
                        ? tr("node %1 · round trip %2")
                              .arg(milliseconds(answer.nodeUs), milliseconds(answer.roundTripUs))
                        : QString());
    times_->setVisible(answered);
    times_->setToolTip(
        tr("How long the node worked on it, and how long it took as seen from here"));
    const bool differs = answered && reference != nullptr && !areTaken(answer, *reference) &&
                         reference->bytes != answer.bytes;
    QString verdict;
    Tone tone = Tone::quiet;
    if (!answer.done) {
        verdict = tr("Waiting…");
    } else if (!answer.error.isEmpty()) {
        verdict = tr("No answer: %1").arg(answer.error);
        tone = Tone::bad;
    } else if (answer.answer.kind == Answer::Kind::refused) {
        verdict = tr("Refused: the node does not take this line, or does not know the client.");
        tone = Tone::bad;
    } else if (answer.answer.kind == Answer::Kind::unreadable) {
        verdict = tr("This is no answer that a node should give.");
        tone = Tone::bad;
    } else if (answer.answer.kind == Answer::Kind::none) {
        verdict = tr("Nothing: a blank line is not answered.");
    } else if (differs) {
        verdict = tr("Differs from %1 where marked.").arg(reference->node);
        tone = Tone::attention;
    }
    verdict_->setText(verdict);
    verdict_->setVisible(!verdict.isEmpty());
    setToneInk(verdict_, tone);
    showFirstLine(answer, reference);
    showJson(answer, reference);
}

void AnswerPane::showFirstLine(const NodeAnswer& answer, const NodeAnswer* reference) {
    const QString line = QString::fromUtf8(answer.answer.firstLine);
    const QString other =
        reference == nullptr ? line : QString::fromUtf8(reference->answer.firstLine);
    firstLine_->setText(marked(line, other, palette()));
    firstLine_->setVisible(!line.isEmpty());
}

void AnswerPane::showJson(const NodeAnswer& answer, const NodeAnswer* reference) {
    const bool hasPlaces = answer.answer.kind == Answer::Kind::places;
    const bool compares = reference != nullptr && reference != &answer &&
                          reference->answer.kind == Answer::Kind::places;
    treeModel_->setValue(
        hasPlaces ? QJsonValue(answer.answer.places) : QJsonValue(),
        compares ? QJsonValue(reference->answer.places) : QJsonValue(QJsonValue::Undefined));
    tree_->expandToDepth(1);
    tree_->resizeColumnToContents(JsonTree::nameColumn);
    text_->setPlainText(cut(
        hasPlaces
            ? QString::fromUtf8(QJsonDocument(answer.answer.places).toJson(QJsonDocument::Indented))
            : QString()));
    received_->setPlainText(cut(QString::fromUtf8(answer.bytes)));
    forms_->setVisible(hasPlaces || answer.answer.kind == Answer::Kind::unreadable);
    const QString attributions = hasPlaces ? safeAttributions(answer.answer.places) : QString();
    attributions_->setText(attributions);
    attributions_->setVisible(!attributions.isEmpty());
}

}  // namespace herd
