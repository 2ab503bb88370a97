// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "server/net/replyqueue.h"
#include "server/tcp/eventloopthread.h"
#include "server/tcp/loopturns.h"
#include "server/tcp/mailbox.h"
#include "tests/component/dispatchers.h"
#include "tests/component/serve.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

/// Without serving events, which would give the turn away.
void awaitWaiter(const TurnLock& turns) {
    while (turns.waiting() == 0) {
        std::this_thread::yield();
    }
}

}  // namespace

/// What crosses threads: calls for a thread with an event loop, answers that are completed on
/// another thread than their session's, and the turn that a dispatcher gives away while it waits.
class MailboxTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void callsComeInOrder();
    void ownThreadIsServedToo();
    void manyCallsWakeOnce();
    void nothingComesAfterClose();
    void lastCallEndsTheThread();
    void ticketsOfAnotherThread();
    void ticketOutlivesItsSession();
    void turnIsHeldButForWaits_data();
    void turnIsHeldButForWaits();
    void busyLoopGivesWay();
};

void MailboxTest::callsComeInOrder() {
    const std::shared_ptr<Mailbox> mailbox = Mailbox::ofThread();
    std::vector<int> received;
    std::thread sender([&] {
        for (int number = 0; number < 10'000; ++number) {
            mailbox->post([&received, number] { received.push_back(number); });
        }
    });
    const bool whole = serveUntil([&] { return received.size() == 10'000; });
    sender.join();
    QVERIFY(whole);
    QVERIFY(std::is_sorted(received.begin(), received.end()));
    mailbox->close();
}

/// A call may leave another one; that comes in a round of its own.
void MailboxTest::ownThreadIsServedToo() {
    const std::shared_ptr<Mailbox> mailbox = Mailbox::ofThread();
    int calls = 0;
    mailbox->post([&] {
        ++calls;
        mailbox->post([&calls] { ++calls; });
    });
    QCOMPARE(calls, 0);
    QVERIFY(mailbox->isOwnThread());
    mailbox->serve();
    QCOMPARE(calls, 1);
    QVERIFY(serveUntil([&calls] { return calls == 2; }));
    mailbox->close();
}

void MailboxTest::manyCallsWakeOnce() {
    const std::shared_ptr<Mailbox> mailbox = Mailbox::ofThread();
    int rounds = 0;
    int roundsAtLast = -1;
    const QMetaObject::Connection counting =
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this,
                [&rounds] { ++rounds; });
    std::thread([&] {
        for (int number = 0; number < 1'000; ++number) {
            mailbox->post([&] { roundsAtLast = rounds; });
        }
    }).join();
    QVERIFY(serveUntil([&roundsAtLast] { return roundsAtLast >= 0; }));
    disconnect(counting);
    QVERIFY(roundsAtLast <= 1);
    mailbox->close();
}

void MailboxTest::nothingComesAfterClose() {
    const std::shared_ptr<Mailbox> mailbox = Mailbox::ofThread();
    bool called = false;
    const auto call = [&called] { called = true; };
    mailbox->post(call);
    mailbox->close();
    std::thread([&] { mailbox->post(call); }).join();
    serveRounds(3);
    QVERIFY(!called);
}

void MailboxTest::lastCallEndsTheThread() {
    EventLoopThread thread("test", 0us);
    std::vector<int> order;
    std::thread::id where;
    for (int number = 0; number < 100; ++number) {
        thread.mailbox()->post([&order, number] { order.push_back(number); });
    }
    thread.finish([&] { where = std::this_thread::get_id(); });
    QCOMPARE(order.size(), std::size_t{100});
    QVERIFY(where != std::thread::id() && where != std::this_thread::get_id());
    thread.finish([] { QFAIL("it has ended"); });
}

/// The queue is touched on its own thread only.
void MailboxTest::ticketsOfAnotherThread() {
    EventLoopThread thread("test", 0us);
    std::unique_ptr<ReplyQueue> queue;
    std::vector<ReplyTicket> tickets;
    std::atomic<int> told{0};
    std::atomic<bool> elsewhere{false};
    std::string answers;
    const std::thread::id here = std::this_thread::get_id();
    std::atomic<bool> ready{false};
    thread.mailbox()->post([&] {
        const auto onReady = [&] {
            elsewhere = elsewhere || std::this_thread::get_id() == here;
            ++told;
        };
        queue = std::make_unique<ReplyQueue>(onReady, thread.mailbox().get());
        tickets = {queue->reserve(), queue->reserve("b\n"), queue->reserve()};
        ready = true;
    });
    QVERIFY(until(patience, [&ready] { return ready.load(); }));
    tickets[2].complete("c\n");
    tickets[1].release();
    QVERIFY(!tickets[0].expired());
    tickets[0].complete("a\n");
    QVERIFY(until(patience, [&told] { return told > 0; }));
    QVERIFY(!elsewhere);
    thread.finish([&] {
        answers = queue->ready();
        queue.reset();
    });
    QCOMPARE(answers, std::string("a\nb\nc\n"));
    QVERIFY(tickets[0].expired());
}

void MailboxTest::ticketOutlivesItsSession() {
    EventLoopThread thread("test", 0us);
    std::vector<ReplyTicket> tickets;
    thread.finish([&] {
        ReplyQueue queue([] { QFAIL("nobody is there to be told"); }, thread.mailbox().get());
        tickets = {queue.reserve(), queue.reserve()};
    });
    QVERIFY(tickets[0].expired());
    tickets[0].complete("too late\n");
    tickets[1].release();
}

void MailboxTest::turnIsHeldButForWaits_data() {
    QTest::addColumn<bool>("withSockets");
    QTest::addColumn<int>("spinUs");
    QTest::newRow("sockets") << true << 0;
    QTest::newRow("spinning") << true << 1'000'000;
    QTest::newRow("no sockets") << false << 0;
}

void MailboxTest::turnIsHeldButForWaits() {
    QFETCH(const bool, withSockets);
    QFETCH(const int, spinUs);
    EpollDispatcher& dispatcher = *EpollDispatcher::ofThread();
    LoopTurns shared(dispatcher);
    dispatcher.setSpin(std::chrono::microseconds(spinUs));
    int value = 0;
    std::atomic<bool> done{false};
    std::thread other([&] {
        const std::lock_guard turn(shared.turns());
        value = 1;
        done = true;
        dispatcher.wakeUp();
    });
    awaitWaiter(shared.turns());
    QCOMPARE(value, 0);
    const QEventLoop::ProcessEventsFlags flags =
        withSockets ? QEventLoop::AllEvents : QEventLoop::ExcludeSocketNotifiers;
    while (!done) {
        dispatcher.processEvents(flags | QEventLoop::WaitForMoreEvents);
    }
    QCOMPARE(value, 1);
    other.join();
    dispatcher.setSpin(0us);
}

/// One that has always something to do.
void MailboxTest::busyLoopGivesWay() {
    EpollDispatcher& dispatcher = *EpollDispatcher::ofThread();
    LoopTurns shared(dispatcher);
    std::atomic<bool> done{false};
    std::thread other([&] {
        const std::lock_guard turn(shared.turns());
        done = true;
    });
    awaitWaiter(shared.turns());
    QTimer busy;
    busy.start(0);
    dispatcher.processEvents(QEventLoop::AllEvents);
    const bool afterOneRound = done;
    other.join();
    QVERIFY(afterOneRound);
}

HERD_TEST_MAIN(MailboxTest)
#include "tst_mailbox.moc"
