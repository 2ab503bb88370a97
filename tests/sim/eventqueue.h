// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace herd::sim {

/// What can happen, and what `subject` and `ticket` of such an event mean.
enum class EventKind : std::uint8_t {
    dialDue,   ///< edge, attempt: the back-off is over
    dialOver,  ///< edge, attempt: the connection stands, or is refused
    dialLost,  ///< edge, attempt: nobody answered
    accepted,  ///< wire, its ticket
    arrival,   ///< stream of a wire, its ticket
    closed,    ///< end of a wire, its ticket
    turn,      ///< node, incarnation: more to do without waiting
    nodeUp,    ///< node
    crash,     ///< node, incarnation: it stops once more
    storm,     ///< the next blow
    heal,      ///< the storm is over
    watch,     ///< see whether all is quiet
    tick,      ///< node, incarnation: the 100 ms timer
};

struct Event {
    std::int64_t atUs = 0;
    std::uint64_t order = 0;
    std::uint32_t subject = 0;
    std::uint32_t ticket = 0;
    EventKind kind = EventKind::storm;
};

/// Virtual time: events by time, those of the same microsecond in the order they were pushed. Ticks
/// come last in theirs and by node, so that leaving out a tick that does nothing moves no other
/// event.
class EventQueue {
  public:
    [[nodiscard]] std::int64_t nowUs() const { return nowUs_; }
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::uint64_t handled() const { return handled_; }

    /// `atUs` is now or later.
    void push(EventKind kind, std::int64_t atUs, std::uint32_t subject, std::uint32_t ticket) {
        const bool tick = kind == EventKind::tick;
        heap_.push_back({atUs, tick ? tickOrder | subject : ++pushed_, subject, ticket, kind});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    /// The same event once more, at `atUs`.
    void postpone(const Event& event, std::int64_t atUs) {
        push(event.kind, atUs, event.subject, event.ticket);
    }

    Event pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const Event event = heap_.back();
        heap_.pop_back();
        nowUs_ = event.atUs;
        ++handled_;
        return event;
    }

  private:
    static constexpr std::uint64_t tickOrder = std::uint64_t{1} << 63;

    static bool later(const Event& a, const Event& b) {
        return a.atUs != b.atUs ? a.atUs > b.atUs : a.order > b.order;
    }

    std::vector<Event> heap_;
    std::int64_t nowUs_ = 0;
    std::uint64_t pushed_ = 0;
    std::uint64_t handled_ = 0;
};

}  // namespace herd::sim
