// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/notifierset.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QEvent>
#include <QtDebug>
#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/check.h"

namespace herd {

namespace {

/// What is told to whom, by QSocketNotifier::Type. Errors and hang-ups concern everybody.
constexpr std::uint32_t toAll = EPOLLHUP | EPOLLERR;
constexpr std::array<std::uint32_t, 3> toldOf{EPOLLIN | toAll, EPOLLOUT | toAll, EPOLLPRI | toAll};
/// What epoll is asked for.
constexpr std::array<std::uint32_t, 3> askedFor{EPOLLIN, EPOLLOUT, EPOLLPRI};

const char* nameOf(QSocketNotifier::Type type) {
    switch (type) {
        case QSocketNotifier::Read:
            return "Read";
        case QSocketNotifier::Write:
            return "Write";
        case QSocketNotifier::Exception:
            return "Exception";
    }
    HERD_CHECK(false);
}

void warnOfSecond(int number, QSocketNotifier::Type type) {
    qWarning("EpollDispatcher: multiple socket notifiers for descriptor %d and type %s", number,
             nameOf(type));
}

/// Whether a write before it can be made does no harm: it must not block, and a socket that is
/// still connecting would take the event for the end of that.
bool bearsTries(int number) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    return ::getpeername(number, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
           (::fcntl(number, F_GETFL) & O_NONBLOCK) != 0;
}

}  // namespace

bool NotifierSet::Descriptor::isUsed() const {
    return std::any_of(interests.begin(), interests.end(),
                       [](const Interest& interest) { return interest.notifier != nullptr; });
}

std::uint32_t NotifierSet::Descriptor::wanted() const {
    std::uint32_t result = 0;
    for (std::size_t type = 0; type < interests.size(); ++type) {
        if (interests[type].notifier != nullptr && !(type == QSocketNotifier::Write && tryWrite)) {
            result |= askedFor[type];
        }
    }
    return result;
}

NotifierSet::NotifierSet(int wakeUpDescriptor) : wakeUpDescriptor_(wakeUpDescriptor) {
    open();
}

NotifierSet::~NotifierSet() {
    ::close(epoll_);
}

void NotifierSet::open() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    HERD_CHECK(epoll_ >= 0);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wakeUpDescriptor_;
    HERD_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeUpDescriptor_, &event) == 0);
}

/// epoll goes on to report a file whose watched number is closed while a copy of the descriptor is
/// open, and cannot be told to stop. Without this the thread would never sleep again.
void NotifierSet::openAnew() {
    ::close(epoll_);
    open();
    for (std::size_t number = 0; number < descriptors_.size(); ++number) {
        Descriptor& descriptor = descriptors_[number];
        if (descriptor.inEpoll) {
            descriptor.inEpoll = false;
            noteChange(static_cast<int>(number));
        }
    }
}

void NotifierSet::add(QSocketNotifier* notifier) {
    const int number = static_cast<int>(notifier->socket());
    const QSocketNotifier::Type type = notifier->type();
    if (static_cast<std::size_t>(number) >= descriptors_.size()) {
        descriptors_.resize(static_cast<std::size_t>(number) + 1);
    }
    Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
    Interest& interest = descriptor.interests[type];
    if (interest.notifier != nullptr && interest.notifier != notifier) {
        warnOfSecond(number, type);
        descriptor.inDoubt = true;
    }
    interest = {notifier, waits_};
    if (type == QSocketNotifier::Write && !descriptor.tryWrite) {
        descriptor.mayTry = descriptor.mayTry || bearsTries(number);
        descriptor.tryWrite = descriptor.mayTry;
        if (descriptor.tryWrite && !std::exchange(descriptor.inTries, true)) {
            tries_.push_back(number);
        }
    }
    noteChange(number);
}

void NotifierSet::remove(QSocketNotifier* notifier) {
    const int number = static_cast<int>(notifier->socket());
    const QSocketNotifier::Type type = notifier->type();
    if (static_cast<std::size_t>(number) >= descriptors_.size()) {
        return;
    }
    Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
    Interest& interest = descriptor.interests[type];
    if (interest.notifier != notifier) {
        if (interest.notifier != nullptr) {
            warnOfSecond(number, type);
        }
        return;
    }
    interest.notifier = nullptr;
    if (type == QSocketNotifier::Write) {
        descriptor.tryWrite = false;
    }
    if (descriptor.isUsed()) {
        noteChange(number);
    } else {
        clear(number);
    }
}

void NotifierSet::expectClose(int number) {
    if (static_cast<std::size_t>(number) < descriptors_.size()) {
        Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
        descriptor.closesNext = descriptor.isUsed();
    }
}

void NotifierSet::noteChange(int number) {
    Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
    if (!std::exchange(descriptor.inChanged, true)) {
        changed_.push_back(number);
    }
}

/// The descriptor may be closed next, and its number then stand for another file.
void NotifierSet::clear(int number) {
    Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
    if (descriptor.inEpoll && !descriptor.closesNext) {
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, number, nullptr);
    }
    if (descriptor.unwatched) {
        std::erase(unwatched_, number);
    }
    Descriptor cleared;
    cleared.emptySince = waits_;
    cleared.inChanged = descriptor.inChanged;
    cleared.inTries = descriptor.inTries;
    descriptor = cleared;
}

void NotifierSet::applyChanges() {
    // By index: a warning's receiver and a notifier being disabled may change the list.
    for (std::size_t i = 0; i < changed_.size(); ++i) {
        const int number = changed_[i];
        descriptors_[static_cast<std::size_t>(number)].inChanged = false;
        apply(number);
    }
    changed_.clear();
}

void NotifierSet::apply(int number) {
    Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
    const std::uint32_t wanted = descriptor.wanted();
    if (!descriptor.isUsed() || descriptor.unwatched ||
        (descriptor.inEpoll && wanted == descriptor.events && !descriptor.inDoubt)) {
        return;
    }
    epoll_event event{};
    event.events = wanted;
    event.data.fd = number;
    int operation = descriptor.inEpoll ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int failed = ::epoll_ctl(epoll_, operation, number, &event);
    if (failed != 0 && (errno == ENOENT || errno == EEXIST)) {
        // The number stands for another file than when epoll was told of it.
        operation = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        failed = ::epoll_ctl(epoll_, operation, number, &event);
    }
    descriptor.inDoubt = false;
    if (failed == 0) {
        descriptor.inEpoll = true;
        descriptor.events = wanted;
    } else if (errno == EPERM) {
        descriptor.unwatched = true;
        unwatched_.push_back(number);
    } else {
        disable(number);
    }
}

void NotifierSet::disable(int number) {
    const QByteArray reason = qt_error_string(errno).toLocal8Bit();
    const std::array<Interest, 3> interests =
        descriptors_[static_cast<std::size_t>(number)].interests;
    for (const Interest& interest : interests) {
        if (interest.notifier != nullptr) {
            qWarning(
                "EpollDispatcher: descriptor %d with type %s cannot be watched (%s), "
                "disabling...",
                number, nameOf(interest.notifier->type()), reason.constData());
            interest.notifier->setEnabled(false);
        }
    }
}

void NotifierSet::wait(Ready& ready, int timeoutMs) {
    applyChanges();
    const int count = ::epoll_wait(epoll_, ready.events.data(), eventsPerWaitMax, timeoutMs);
    HERD_CHECK(count >= 0 || errno == EINTR);
    ready.count = std::max(count, 0);
    ready.wait = ++waits_;
    ready.wakeUp = false;
    for (int i = 0; i < ready.count; ++i) {
        ready.wakeUp =
            ready.wakeUp || ready.events[static_cast<std::size_t>(i)].data.fd == wakeUpDescriptor_;
    }
}

int NotifierSet::tell(const Ready& ready) {
    int count = 0;
    bool strangers = false;
    for (int i = 0; i < ready.count; ++i) {
        const epoll_event& event = ready.events[static_cast<std::size_t>(i)];
        const int number = event.data.fd;
        if (number == wakeUpDescriptor_) {
            continue;
        }
        const Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
        strangers = strangers || (!descriptor.isUsed() && descriptor.emptySince < ready.wait);
        count += tell(number, event.events, ready.wait);
    }
    if (!unwatched_.empty()) {
        const std::vector<int> numbers = unwatched_;
        for (const int number : numbers) {
            count += tell(number, EPOLLIN | EPOLLOUT, ready.wait);
        }
    }
    if (strangers) {
        openAnew();
    }
    return count;
}

int NotifierSet::tell(int number, std::uint32_t events, std::uint64_t wait) {
    int count = 0;
    for (std::size_t type = 0; type < toldOf.size(); ++type) {
        // Found anew each time: a receiver may have made the table grow.
        Interest& interest = descriptors_[static_cast<std::size_t>(number)].interests[type];
        if ((events & toldOf[type]) != 0 && interest.notifier != nullptr && interest.since < wait) {
            tell(interest);
            ++count;
        }
    }
    return count;
}

void NotifierSet::tell(Interest& interest) {
    interest.since = waits_;
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(interest.notifier, &event);
}

int NotifierSet::tryWrites() {
    int count = 0;
    // Those that come up meanwhile wait for the next time. A receiver that serves the event loop
    // takes some of these, hence the shared beginning.
    for (std::size_t left = tries_.size() - firstTry_; left > 0 && firstTry_ < tries_.size();
         --left) {
        const int number = tries_[firstTry_++];
        Descriptor& descriptor = descriptors_[static_cast<std::size_t>(number)];
        descriptor.inTries = false;
        if (descriptor.tryWrite) {
            descriptor.tryWrite = false;
            noteChange(number);
            tell(descriptor.interests[QSocketNotifier::Write]);
            ++count;
        }
    }
    if (firstTry_ == tries_.size()) {
        tries_.clear();
        firstTry_ = 0;
    }
    return count;
}

}  // namespace herd
