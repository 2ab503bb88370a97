// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace herd {

/// Many coarse deadlines for the price of one timer: setting, clearing and moving one takes the
/// same short time however many there are (a QTimer's does not). A deadline is told in the first
/// advance() to a whole tick at or past it, never before. Pure: time comes in as milliseconds.
class DeadlineWheel {
  public:
    /// What waits. Its owner clears it before it goes.
    class Entry {
      public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        virtual ~Entry() = default;

        [[nodiscard]] bool isSet() const { return next_ != nullptr; }
        /// Valid while set.
        [[nodiscard]] std::int64_t deadlineMs() const { return deadlineMs_; }

      protected:
        /// The deadline has passed and is no longer set. May set and clear any deadline.
        virtual void onDeadline() = 0;

      private:
        friend class DeadlineWheel;
        void unlink();

        Entry* previous_ = nullptr;
        Entry* next_ = nullptr;
        std::int64_t deadlineMs_ = 0;
    };

    /// `nowMs`: of the clock that the deadlines are given in.
    DeadlineWheel(std::int64_t tickMs, std::int64_t nowMs);
    DeadlineWheel(const DeadlineWheel&) = delete;
    DeadlineWheel& operator=(const DeadlineWheel&) = delete;
    ~DeadlineWheel();

    /// Sets or moves the entry's deadline.
    void set(Entry& entry, std::int64_t deadlineMs);
    void clear(Entry& entry);

    /// Tells every deadline that has passed. Time never goes back.
    void advance(std::int64_t nowMs);

    /// The latest that it can be until the next advance(): for who only sets deadlines by it, and
    /// so need not ask the clock.
    [[nodiscard]] std::int64_t latestMs() const { return (tick_ + 1) * tickMs_; }

    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::int64_t tickMs() const { return tickMs_; }

  private:
    struct Anchor final : Entry {
        Anchor();
        void onDeadline() override {}
    };

    static constexpr std::int64_t slotCount = 128;

    void link(Entry& entry);
    void advanceTick();

    std::int64_t tickMs_;
    std::int64_t tick_;  ///< the last one that was told
    std::size_t count_ = 0;
    std::vector<Anchor> slots_;  ///< rings; deadlines further than one turn share the last slot
};

}  // namespace herd
