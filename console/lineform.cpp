// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/lineform.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "console/checkedfield.h"
#include "console/clientline.h"
#include "console/linehistory.h"

namespace herd {

namespace {
/// Lines in the menu; the arrow keys reach all of them.
constexpr qsizetype menuLinesMax = 20;
constexpr int menuColumnsMax = 80;
}  // namespace

LineForm::LineForm(LineHistory& history, QWidget* parent)
    : QWidget(parent), history_(history), line_(new CheckedField(&ClientLine::faultOfLine)) {
    line_->setObjectName(QStringLiteral("line"));
    line_->setPlaceholderText(
        tr("IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1520023934.918963997"));
    line_->setClearButtonEnabled(true);
    line_->installEventFilter(this);
    auto* const label = new QLabel(tr("Line:"));
    label->setBuddy(line_);
    auto* const recent = new QToolButton;
    recent->setObjectName(QStringLiteral("lineHistory"));
    recent->setText(tr("His&tory"));
    recent->setAccessibleName(tr("Lines sent before"));
    recent->setPopupMode(QToolButton::InstantPopup);
    recent->setMenu(new QMenu(recent));
    auto* const hint = new QLabel(
        tr("Sent as it stands, also when nodes refuse it. Up and Down bring back earlier lines."));
    hint->setWordWrap(true);
    hint->setEnabled(false);

    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(6, 6, 6, 6);
    grid->addWidget(label, 0, 0);
    grid->addWidget(line_, 0, 1);
    grid->addWidget(recent, 0, 2);
    grid->addWidget(hint, 1, 1, 1, 2);
    grid->setRowStretch(2, 1);
    connect(line_, &QLineEdit::textChanged, this, &LineForm::changed);
    connect(line_, &QLineEdit::returnPressed, this, &LineForm::sendRequested);
    connect(recent->menu(), &QMenu::aboutToShow, this, [this, menu = recent->menu()] {
        menu->clear();
        const QStringList& lines = history_.lines();
        for (qsizetype i = lines.size() - 1; i >= qMax<qsizetype>(0, lines.size() - menuLinesMax);
             --i) {
            QString text = lines.at(i).left(menuColumnsMax);
            text.replace(QLatin1Char('&'), QStringLiteral("&&"));
            connect(menu->addAction(text), &QAction::triggered, this,
                    [this, line = lines.at(i)] { setLine(line); });
        }
        if (lines.isEmpty()) {
            menu->addAction(tr("Nothing was sent yet"))->setEnabled(false);
        }
    });
}

QByteArray LineForm::line() const {
    return line_->bytes();
}

QString LineForm::fault() const {
    return line_->fault();
}

bool LineForm::isEmpty() const {
    return line_->text().trimmed().isEmpty();
}

void LineForm::setLine(const QString& line) {
    line_->setText(line);
    focusLine();
}

void LineForm::focusLine() {
    line_->setFocus(Qt::ShortcutFocusReason);
}

bool LineForm::eventFilter(QObject* watched, QEvent* event) {
    if (watched == line_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            line_->setText(key == Qt::Key_Up ? history_.back() : history_.forward());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace herd
