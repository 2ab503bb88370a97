// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

namespace herd {

/// What is left to the end of an event loop's round, such as sending the answers to all that was
/// read in it. Owned by the dispatcher, used on its thread only.
class RoundTasks {
  public:
    /// Owned by who wants something done; going away withdraws it.
    class Task {
      public:
        Task() = default;
        Task(const Task&) = delete;
        Task& operator=(const Task&) = delete;
        virtual ~Task();

        [[nodiscard]] bool isQueued() const { return tasks_ != nullptr; }

      protected:
        /// No longer queued. May queue and delete any task.
        virtual void onRoundEnd() = 0;

      private:
        friend class RoundTasks;
        RoundTasks* tasks_ = nullptr;  ///< while queued
    };

    RoundTasks() = default;
    RoundTasks(const RoundTasks&) = delete;
    RoundTasks& operator=(const RoundTasks&) = delete;
    ~RoundTasks();

    /// One that is queued stays where it is.
    void add(Task& task);

    /// Does what was queued before, in order, and returns how many. A task that serves the event
    /// loop again leaves the others to that round.
    int run();

    [[nodiscard]] bool empty() const { return next_ == tasks_.size(); }

  private:
    std::vector<Task*> tasks_;  ///< from next_ on; null for one that was withdrawn
    std::size_t next_ = 0;
};

}  // namespace herd
