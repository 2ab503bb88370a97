// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/replaypanel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <utility>

namespace herd {

namespace {
constexpr int progressMax = 1'000;
}

ReplayPanel::ReplayPanel(Replay::Send send, QWidget* parent)
    : QWidget(parent),
      replay_(std::move(send)),
      path_(new QLineEdit),
      browse_(new QPushButton(tr("&Browse…"))),
      pace_(new QSpinBox),
      spread_(new QComboBox),
      start_(new QPushButton(tr("&Start"))),
      pause_(new QPushButton(tr("&Pause"))),
      cancel_(new QPushButton(tr("C&ancel"))),
      progress_(new QProgressBar),
      counts_(new QLabel) {
    path_->setObjectName(QStringLiteral("replayFile"));
    path_->setPlaceholderText(tr("one line each; blank ones and # comments are skipped"));
    pace_->setObjectName(QStringLiteral("replayPace"));
    pace_->setRange(1, Replay::linesPerSMax);
    pace_->setValue(Replay::Plan().linesPerS);
    pace_->setSuffix(tr(" lines/s"));
    spread_->setObjectName(QStringLiteral("replaySpread"));
    spread_->addItems({tr("each line to one node in turn"), tr("each line to every node")});
    spread_->setAccessibleName(tr("How lines are spread over the nodes"));
    start_->setObjectName(QStringLiteral("replayStart"));
    pause_->setObjectName(QStringLiteral("replayPause"));
    cancel_->setObjectName(QStringLiteral("replayCancel"));
    progress_->setObjectName(QStringLiteral("replayProgress"));
    progress_->setRange(0, progressMax);
    progress_->setValue(0);
    progress_->setAccessibleName(tr("How much of the file was sent"));
    counts_->setObjectName(QStringLiteral("replayCounts"));
    counts_->setWordWrap(true);

    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(6, 6, 6, 6);
    auto* const fileLabel = new QLabel(tr("File:"));
    fileLabel->setBuddy(path_);
    auto* const paceLabel = new QLabel(tr("Pa&ce:"));
    paceLabel->setBuddy(pace_);
    grid->addWidget(fileLabel, 0, 0);
    grid->addWidget(path_, 0, 1, 1, 3);
    grid->addWidget(browse_, 0, 4);
    grid->addWidget(paceLabel, 1, 0);
    grid->addWidget(pace_, 1, 1);
    grid->addWidget(spread_, 1, 2, 1, 3);
    grid->addWidget(progress_, 2, 0, 1, 2);
    grid->addWidget(start_, 2, 2);
    grid->addWidget(pause_, 2, 3);
    grid->addWidget(cancel_, 2, 4);
    grid->addWidget(counts_, 3, 0, 1, 5);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(4, 1);

    connect(browse_, &QPushButton::clicked, this, &ReplayPanel::onBrowse);
    connect(path_, &QLineEdit::textChanged, this, &ReplayPanel::onChanged);
    connect(start_, &QPushButton::clicked, this, &ReplayPanel::onStart);
    connect(pause_, &QPushButton::clicked, this, &ReplayPanel::onPause);
    connect(cancel_, &QPushButton::clicked, this, &ReplayPanel::cancel);
    connect(&replay_, &Replay::changed, this, &ReplayPanel::onChanged);
    onChanged();
}

void ReplayPanel::setTargets(const std::vector<int>& targets) {
    targets_ = targets;
    onChanged();
}

void ReplayPanel::cancel() {
    replay_.cancel();
}

void ReplayPanel::onBrowse() {
    auto* const dialog = new QFileDialog(this, tr("Replay a file of lines"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, path_, &QLineEdit::setText);
    dialog->open();
}

void ReplayPanel::onStart() {
    const Replay::Plan plan{
        path_->text(), pace_->value(), targets_,
        spread_->currentIndex() == 0 ? Replay::Spread::roundRobin : Replay::Spread::all};
    if (const std::optional<Error> error = replay_.start(plan)) {
        counts_->setText(error->message);
        Q_EMIT told(error->message, true);
    }
}

void ReplayPanel::onPause() {
    if (replay_.state() == Replay::State::paused) {
        replay_.resume();
    } else {
        replay_.pause();
    }
}

void ReplayPanel::onChanged() {
    const bool active = replay_.isActive();
    path_->setEnabled(!active);
    browse_->setEnabled(!active);
    pace_->setEnabled(!active);
    spread_->setEnabled(!active);
    start_->setEnabled(!active && !targets_.empty() && !path_->text().isEmpty());
    start_->setToolTip(targets_.empty() ? tr("Tick nodes that take lines from here") : QString());
    pause_->setEnabled(active);
    pause_->setText(replay_.state() == Replay::State::paused ? tr("C&ontinue") : tr("&Pause"));
    cancel_->setEnabled(active);
    fillProgress();
    if (shownState_ != replay_.state()) {
        shownState_ = replay_.state();
        if (shownState_ == Replay::State::finished) {
            Q_EMIT told(tr("Replay finished: %1").arg(countsText()), false);
        } else if (shownState_ == Replay::State::failed) {
            Q_EMIT told(tr("Replay ended: the file cannot be read any further"), true);
        }
    }
}

void ReplayPanel::fillProgress() {
    if (replay_.state() == Replay::State::idle) {
        counts_->setText(
            tr("Every line that begins with IAMAT or WHATSAT is sent to the ticked "
               "nodes; others too, and are refused."));
        return;
    }
    const Replay::Counts& counts = replay_.counts();
    const bool whole = replay_.state() == Replay::State::finished;
    const double part = counts.bytesTotal > 0 ? static_cast<double>(counts.bytesRead) /
                                                    static_cast<double>(counts.bytesTotal)
                                              : 0;
    progress_->setValue(whole ? progressMax : static_cast<int>(part * progressMax));
    QString state;
    switch (replay_.state()) {
        case Replay::State::running:
            state = tr("Sending");
            break;
        case Replay::State::paused:
            state = tr("Paused");
            break;
        case Replay::State::finished:
            state = tr("Finished");
            break;
        case Replay::State::cancelled:
            state = tr("Cancelled");
            break;
        case Replay::State::failed:
        case Replay::State::idle:
            state = tr("Ended early: the file cannot be read");
            break;
    }
    counts_->setText(tr("%1: %2").arg(state, countsText()));
}

QString ReplayPanel::countsText() const {
    const Replay::Counts& counts = replay_.counts();
    const QLocale locale;
    QString text = tr("%1 lines, %2 sent, %3 answered, %4 refused, %5 without answer")
                       .arg(locale.toString(counts.lines), locale.toString(counts.sent),
                            locale.toString(counts.answered), locale.toString(counts.refused),
                            locale.toString(counts.failed));
    if (counts.tooLong > 0) {
        text += tr(", %1 too long and skipped").arg(locale.toString(counts.tooLong));
    }
    return text;
}

void ReplayPanel::saveTo(QSettings& settings) const {
    settings.setValue(QStringLiteral("replay/file"), path_->text());
    settings.setValue(QStringLiteral("replay/linesPerS"), pace_->value());
    settings.setValue(QStringLiteral("replay/spread"), spread_->currentIndex());
}

void ReplayPanel::restoreFrom(const QSettings& settings) {
    path_->setText(settings.value(QStringLiteral("replay/file")).toString());
    const int pace = settings.value(QStringLiteral("replay/linesPerS")).toInt();
    if (pace > 0) {
        pace_->setValue(pace);
    }
    spread_->setCurrentIndex(settings.value(QStringLiteral("replay/spread")).toInt() == 1 ? 1 : 0);
}

}  // namespace herd
