// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/tcp/eventloopthread.h"

#include <pthread.h>

#include <QEventLoop>
#include <QThread>
#include <future>
#include <utility>

#include "server/tcp/epolldispatcher.h"

namespace herd {

// Not a QThread, whose start and end ThreadSanitizer cannot see.
EventLoopThread::EventLoopThread(std::string name, std::chrono::microseconds spin) {
    std::promise<void> started;
    const std::future<void> running = started.get_future();
    thread_ =
        std::thread([this, started = std::move(started), name = std::move(name), spin]() mutable {
            ::pthread_setname_np(::pthread_self(), name.c_str());
            auto* const dispatcher = new EpollDispatcher;
            dispatcher->setSpin(spin);
            QThread::currentThread()->setEventDispatcher(dispatcher);
            QEventLoop loop;
            loop_ = &loop;
            mailbox_ = Mailbox::ofThread();
            started.set_value();
            loop.exec();
            mailbox_->close();
        });
    running.wait();
}

EventLoopThread::~EventLoopThread() {
    finish([] {});
}

void EventLoopThread::finish(Mailbox::Call last) {
    if (!thread_.joinable()) {
        return;
    }
    mailbox_->post(std::move(last));
    mailbox_->post([this] { loop_->quit(); });
    thread_.join();
}

}  // namespace herd
