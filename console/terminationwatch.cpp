// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/terminationwatch.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <QSocketNotifier>
#include <csignal>

namespace herd {

namespace {

sigset_t watchedSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGINT);
    return signals;
}

}  // namespace

void TerminationWatch::blockSignals() {
    const sigset_t signals = watchedSignals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

TerminationWatch::TerminationWatch() {
    const sigset_t signals = watchedSignals();
    descriptor_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor_ < 0) {
        // Better to end at once than not at all.
        ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
        return;
    }
    auto* const notifier = new QSocketNotifier(descriptor_, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, &TerminationWatch::onReadable);
}

TerminationWatch::~TerminationWatch() {
    if (descriptor_ >= 0) {
        delete findChild<QSocketNotifier*>();
        ::close(descriptor_);
    }
}

void TerminationWatch::onReadable() {
    signalfd_siginfo received{};
    while (::read(descriptor_, &received, sizeof received) == sizeof received) {
        Q_EMIT terminated();
    }
}

}  // namespace herd
