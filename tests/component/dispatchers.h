// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>
#include <cstdio>
#include <functional>
#include <thread>

#include "server/tcp/epolldispatcher.h"

namespace herd {

enum class DispatcherKind { qt, epoll };

/// What happened, in order.
using Story = QByteArrayList;
using Scenario = std::function<void(Story&)>;

/// Where the calling thread's warnings are told; null: as usual.
inline Story*& warnedStory() {
    thread_local Story* story = nullptr;
    return story;
}

/// Installed with qInstallMessageHandler() by suites whose stories contain warnings.
inline void tellWarning(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (warnedStory() != nullptr && type == QtWarningMsg) {
        warnedStory()->append("warning");
    } else {
        std::fprintf(stderr, "%s\n", qPrintable(text));
    }
}

/// Plays the scenario on a thread of its own that is served by such a dispatcher.
inline Story played(DispatcherKind kind, const Scenario& scenario) {
    Story story;
    // Not a QThread, whose start and end ThreadSanitizer cannot see.
    std::thread thread([&] {
        if (kind == DispatcherKind::epoll) {
            QThread::currentThread()->setEventDispatcher(new EpollDispatcher);
        } else {
            const QEventLoop makesOne;
        }
        warnedStory() = &story;
        scenario(story);
        warnedStory() = nullptr;
    });
    thread.join();
    return story;
}

/// Serves the calling thread's events so many times without waiting.
inline void serveTimes(int times, QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents) {
    for (int i = 0; i < times; ++i) {
        QAbstractEventDispatcher::instance()->processEvents(flags);
    }
}

/// Calls it on the calling thread's event loop.
template <typename Call>
void post(QObject& context, Call&& call) {
    QMetaObject::invokeMethod(&context, std::forward<Call>(call), Qt::QueuedConnection);
}

/// The main thread's dispatcher as the server has it, HERD_DISPATCHER=qt included; before the
/// application is made.
inline void setMainDispatcher() {
    qputenv("QT_NO_GLIB", "1");
    if (qgetenv("HERD_DISPATCHER") != "qt") {
        QCoreApplication::setEventDispatcher(new EpollDispatcher);
    }
}

}  // namespace herd

/// QTEST_GUILESS_MAIN() with the server's dispatcher.
#define HERD_TEST_MAIN(TestClass)                 \
    int main(int argc, char** argv) {             \
        herd::setMainDispatcher();                \
        QCoreApplication application(argc, argv); \
        TestClass test;                           \
        return QTest::qExec(&test, argc, argv);   \
    }
