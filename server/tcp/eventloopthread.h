// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "server/tcp/mailbox.h"

class QEventLoop;

namespace herd {

/// A thread with an event loop on an EpollDispatcher of its own. It runs from the constructor to
/// the destructor, which waits for it; what it is for comes through its mailbox. Owned by who has
/// work for it.
class EventLoopThread {
  public:
    /// `name`: for who looks at the process's threads, 15 bytes at most. `spin`: see
    /// EpollDispatcher.
    EventLoopThread(std::string name, std::chrono::microseconds spin);
    EventLoopThread(const EventLoopThread&) = delete;
    EventLoopThread& operator=(const EventLoopThread&) = delete;
    ~EventLoopThread();

    [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

    /// Does all that is left in the mailbox before, then `last`, and ends. Waits for that; whoever
    /// calls must not have anything that the calls wait for.
    void finish(Mailbox::Call last);

  private:
    std::shared_ptr<Mailbox> mailbox_;
    QEventLoop* loop_ = nullptr;  ///< while the thread runs
    std::thread thread_;
};

}  // namespace herd
