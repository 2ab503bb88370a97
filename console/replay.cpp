// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/replay.h"

#include <QByteArray>
#include <algorithm>
#include <utility>

#include "common/check.h"
#include "console/linefile.h"

namespace herd {

Replay::Replay(Send send, QObject* parent) : QObject(parent), send_(std::move(send)) {
    tick_.setInterval(tickMs);
    connect(&tick_, &QTimer::timeout, this, &Replay::onTick);
}

Replay::~Replay() = default;

std::optional<Error> Replay::start(const Plan& plan) {
    HERD_CHECK(!plan.targets.empty() && plan.linesPerS > 0);
    auto file = std::make_unique<LineFile>();
    if (std::optional<Error> error = file->open(plan.path)) {
        return error;
    }
    ++generation_;
    plan_ = plan;
    file_ = std::move(file);
    counts_ = {};
    counts_.bytesTotal = file_->bytesTotal();
    credit_ = 1;  // the first line goes at once
    turn_ = 0;
    ended_ = false;
    enter(State::running);
    return std::nullopt;
}

void Replay::pause() {
    if (state_ == State::running) {
        enter(State::paused);
    }
}

void Replay::resume() {
    if (state_ == State::paused) {
        enter(State::running);
    }
}

void Replay::cancel() {
    if (isActive()) {
        ++generation_;
        enter(State::cancelled);
    }
}

void Replay::enter(State state) {
    state_ = state;
    if (state == State::running) {
        sinceTick_.start();
        tick_.start();
    } else {
        tick_.stop();
    }
    if (!isActive()) {
        file_.reset();
    }
    Q_EMIT changed();
}

void Replay::onTick() {
    const double seconds = static_cast<double>(sinceTick_.restart()) / 1'000;
    // What was held up is not made good by a burst of more than a second's lines.
    credit_ = std::min(credit_ + plan_.linesPerS * seconds, std::max(1.0, 1.0 * plan_.linesPerS));
    const auto waitingAll = static_cast<qint64>(waitingMax * plan_.targets.size());
    while (!ended_ && credit_ >= 1 && counts_.waiting() < waitingAll && sendNext()) {
        credit_ -= 1;
    }
    if (state_ == State::running && ended_ && counts_.waiting() == 0) {
        enter(State::finished);
        return;
    }
    Q_EMIT changed();
}

/// False when nothing was sent.
bool Replay::sendNext() {
    const LineFile::Step step = file_->next();
    counts_.bytesRead = file_->bytesRead();
    counts_.tooLong = file_->tooLongCount();
    switch (step.kind) {
        case LineFile::Step::Kind::more:
            return false;
        case LineFile::Step::Kind::end:
            ended_ = true;
            counts_.bytesTotal = counts_.bytesRead;
            return false;
        case LineFile::Step::Kind::failed:
            ++generation_;
            enter(State::failed);
            return false;
        case LineFile::Step::Kind::line:
            break;
    }
    ++counts_.lines;
    if (plan_.spread == Spread::all) {
        for (const int target : std::as_const(plan_.targets)) {
            sendTo(target, step.line);
        }
    } else {
        sendTo(plan_.targets[turn_++ % plan_.targets.size()], step.line);
    }
    return true;
}

void Replay::sendTo(int target, const QByteArray& line) {
    ++counts_.sent;
    send_(target, line, [this, generation = generation_](Outcome outcome) {
        if (generation != generation_) {
            return;
        }
        counts_.answered += outcome == Outcome::answered ? 1 : 0;
        counts_.refused += outcome == Outcome::refused ? 1 : 0;
        counts_.failed += outcome == Outcome::failed ? 1 : 0;
    });
}

}  // namespace herd
