// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/mailbox.h"

#include <QAbstractEventDispatcher>
#include <utility>

#include "common/check.h"

namespace herd {

std::shared_ptr<Mailbox> Mailbox::ofThread() {
    QAbstractEventDispatcher* const dispatcher = QAbstractEventDispatcher::instance();
    HERD_CHECK(dispatcher != nullptr);
    return std::shared_ptr<Mailbox>(new Mailbox(*dispatcher));
}

Mailbox::Mailbox(QAbstractEventDispatcher& dispatcher) : dispatcher_(&dispatcher) {
    rounds_ = QObject::connect(&dispatcher, &QAbstractEventDispatcher::awake, &dispatcher,
                               [this] { serve(); });
}

Mailbox::~Mailbox() {
    HERD_CHECK(dispatcher_ == nullptr);
}

void Mailbox::post(Call call) {
    const std::lock_guard lock(mutex_);
    if (dispatcher_ == nullptr) {
        return;
    }
    calls_.push_back(std::move(call));
    if (!any_.exchange(true, std::memory_order_release)) {
        // Within the lock: the dispatcher is there until close().
        dispatcher_->wakeUp();
    }
}

void Mailbox::close() {
    HERD_CHECK(isOwnThread());
    QObject::disconnect(rounds_);
    std::vector<Call> dropped;
    const std::lock_guard lock(mutex_);
    dispatcher_ = nullptr;
    dropped.swap(calls_);
}

void Mailbox::serve() {
    if (!any_.load(std::memory_order_acquire)) {
        return;
    }
    std::vector<Call> calls;
    {
        const std::lock_guard lock(mutex_);
        calls.swap(calls_);
        any_.store(false, std::memory_order_relaxed);
    }
    for (const Call& call : calls) {
        call();
    }
}

}  // namespace herd
