// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/signalwatch.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <QSocketNotifier>
#include <cerrno>
#include <csignal>

#include "common/check.h"

namespace herd {

namespace {

sigset_t watchedSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR2}) {
        ::sigaddset(&signals, number);
    }
    return signals;
}

}  // namespace

void SignalWatch::blockSignals() {
    const sigset_t signals = watchedSignals();
    HERD_CHECK(::pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
}

Result<std::unique_ptr<SignalWatch>> SignalWatch::create() {
    blockSignals();
    std::signal(SIGPIPE, SIG_IGN);
    const sigset_t signals = watchedSignals();
    const int descriptor = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0) {
        return Error{QStringLiteral("cannot watch for signals: %1").arg(qt_error_string(errno))};
    }
    return std::unique_ptr<SignalWatch>(new SignalWatch(descriptor));
}

SignalWatch::SignalWatch(int descriptor)
    : descriptor_(descriptor),
      notifier_(new QSocketNotifier(descriptor, QSocketNotifier::Read, this)) {
    connect(notifier_, &QSocketNotifier::activated, this, &SignalWatch::onReadable);
}

SignalWatch::~SignalWatch() {
    notifier_->setEnabled(false);
    ::close(descriptor_);
}

void SignalWatch::onReadable() {
    signalfd_siginfo received{};
    while (::read(descriptor_, &received, sizeof received) == sizeof received) {
        if (received.ssi_signo == SIGHUP) {
            Q_EMIT hangup();
        } else if (received.ssi_signo == SIGUSR2) {
            Q_EMIT testSignal();
        } else {
            Q_EMIT terminated();
        }
    }
}

}  // namespace herd
