// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QMetaObject>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

class QAbstractEventDispatcher;

namespace herd {

/// Calls that other threads leave for the thread that made it, which does them in order at the
/// beginning of a round of its event loop. However many there are, the thread is woken once. Shared
/// by whoever may leave one, and so may outlive its thread, which closes it before it ends.
///
/// Not Qt's posted events: they cost an allocation and a lock each, and ThreadSanitizer, which does
/// not see into Qt, takes what they carry for a race.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
  public:
    using Call = std::function<void()>;

    /// Of the calling thread, which has an event dispatcher.
    [[nodiscard]] static std::shared_ptr<Mailbox> ofThread();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox();

    /// From any thread. After close() the call is dropped.
    void post(Call call);

    /// On its thread: does what was left until now, without waiting for the next round.
    void serve();

    /// On its thread: what is left, and what comes later, is dropped.
    void close();

    [[nodiscard]] bool isOwnThread() const { return std::this_thread::get_id() == thread_; }

  private:
    explicit Mailbox(QAbstractEventDispatcher& dispatcher);

    const std::thread::id thread_ = std::this_thread::get_id();
    QMetaObject::Connection rounds_;
    std::atomic<bool> any_{false};
    std::mutex mutex_;
    QAbstractEventDispatcher* dispatcher_;  ///< null when closed
    std::vector<Call> calls_;
};

}  // namespace herd
