// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/epoll.h>

#include <QSocketNotifier>
#include <array>
#include <cstdint>
#include <vector>

namespace herd {

/// The enabled socket notifiers of one thread and the epoll(7) that watches their descriptors.
/// Tells notifiers what is ready, correct when any of them is enabled, disabled or deleted within
/// the event of another or its own, and when the receiver serves the event loop again. epoll hears
/// of changes just before it waits, so that on and off within a round cost no system call, and of
/// the end of a descriptor at once, because its number may be used again, unless its owner closes
/// it. Owned by the dispatcher, used on its thread only.
class NotifierSet {
  public:
    static constexpr int eventsPerWaitMax = 256;

    /// What one wait found.
    struct Ready {
        std::array<epoll_event, eventsPerWaitMax> events;
        int count = 0;
        std::uint64_t wait = 0;  ///< its number
        bool wakeUp = false;     ///< the wake-up descriptor is readable
    };

    /// Watches `wakeUpDescriptor` too.
    explicit NotifierSet(int wakeUpDescriptor);
    NotifierSet(const NotifierSet&) = delete;
    NotifierSet& operator=(const NotifierSet&) = delete;
    ~NotifierSet();

    /// A second notifier of the same descriptor and type replaces the first, with a warning.
    void add(QSocketNotifier* notifier);
    void remove(QSocketNotifier* notifier);

    /// The descriptor is closed as soon as its notifiers are gone, so that epoll forgets it by
    /// itself. If that does not come true, what epoll then says costs a look at everything.
    void expectClose(int number);

    /// Whether something is to be told without waiting.
    [[nodiscard]] bool isReady() const { return firstTry_ < tries_.size() || !unwatched_.empty(); }

    /// `timeoutMs` -1: no limit.
    void wait(Ready& ready, int timeoutMs);

    /// Tells the notifiers, and returns how many.
    int tell(const Ready& ready);

    /// Tells each connected socket that began to write since the last time, although nobody knows
    /// whether it can: most can. So answers leave without epoll's help, all after all reads of the
    /// round. Whoever still wants to write afterwards is watched like others.
    int tryWrites();

  private:
    struct Interest {
        QSocketNotifier* notifier = nullptr;
        std::uint64_t since = 0;  ///< only later waits count: when it was enabled, or told last
    };
    struct Descriptor {
        std::array<Interest, 3> interests;  ///< by QSocketNotifier::Type
        std::uint64_t emptySince = 0;       ///< the wait before the last interest went
        std::uint32_t events = 0;           ///< what epoll was asked for
        bool inEpoll = false;
        bool inDoubt = false;     ///< epoll may know another file by this number
        bool unwatched = false;   ///< epoll refuses it, as it does regular files: always ready
        bool closesNext = false;  ///< see expectClose()
        bool tryWrite = false;
        bool mayTry = false;     ///< a connected socket that does not block
        bool inChanged = false;  ///< listed in changed_
        bool inTries = false;    ///< listed in tries_
        bool isUsed() const;     ///< has a notifier
        std::uint32_t wanted() const;
    };

    void open();
    void openAnew();
    void noteChange(int number);
    void applyChanges();
    void apply(int number);
    void clear(int number);
    void disable(int number);
    int tell(int number, std::uint32_t events, std::uint64_t wait);
    void tell(Interest& interest);

    int wakeUpDescriptor_;
    int epoll_ = -1;
    std::uint64_t waits_ = 0;
    std::vector<Descriptor> descriptors_;  ///< by number
    std::vector<int> changed_;             ///< numbers to tell epoll about
    std::vector<int> tries_;               ///< numbers of those with tryWrite, from firstTry_ on
    std::size_t firstTry_ = 0;
    std::vector<int> unwatched_;
};

}  // namespace herd
