// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/roundtasks.h"

#include <algorithm>
#include <utility>

namespace herd {

RoundTasks::Task::~Task() {
    if (tasks_ != nullptr) {
        std::replace(tasks_->tasks_.begin(), tasks_->tasks_.end(), this,
                     static_cast<Task*>(nullptr));
    }
}

RoundTasks::~RoundTasks() {
    for (Task* task : tasks_) {
        if (task != nullptr) {
            task->tasks_ = nullptr;
        }
    }
}

void RoundTasks::add(Task& task) {
    if (!task.isQueued()) {
        task.tasks_ = this;
        tasks_.push_back(&task);
    }
}

int RoundTasks::run() {
    int count = 0;
    for (std::size_t left = tasks_.size() - next_; left > 0 && !empty(); --left) {
        Task* const task = std::exchange(tasks_[next_++], nullptr);
        if (task != nullptr) {
            task->tasks_ = nullptr;
            task->onRoundEnd();
            ++count;
        }
    }
    if (empty()) {
        tasks_.clear();
        next_ = 0;
    }
    return count;
}

}  // namespace herd
