// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "server/net/replyqueue.h"

using namespace herd;

namespace {

/// Whether `deed` ends a process by abort().
bool aborts(const std::function<void()>& deed) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGABRT, SIG_DFL);
        (void)::freopen("/dev/null", "w", stderr);
        deed();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

}  // namespace

class ReplyQueueTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void immediateAnswers();
    void anyOrderOfCompletion();
    void answersBehindAPlaceWait();
    void unsentBytes();
    void knownAnswersWait();
    void memoryGoesFromSessionToSession();
    void roomsAreFew();
    void roomIsNoPlaceForAnswers();
    void ticketOutlivesTheQueue();
    void restartExpiresTickets();
    void copiesStandForOnePlace();
    void completedTwice();
    void neverCompleted();
};

void ReplyQueueTest::immediateAnswers() {
    int told = 0;
    ReplyQueue queue([&told] { ++told; });
    QVERIFY(queue.ready().empty());
    queue.append("a\n");
    queue.immediate().append("b\n");
    QCOMPARE(queue.ready(), std::string_view("a\nb\n"));
    AnswerRooms rooms;
    queue.clearReady(rooms);
    QVERIFY(queue.ready().empty());
    QCOMPARE(told, 0);
}

void ReplyQueueTest::anyOrderOfCompletion() {
    std::vector<std::size_t> order = {0, 1, 2, 3};
    do {
        int told = 0;
        ReplyQueue queue([&told] { ++told; });
        queue.append("start\n");
        std::vector<ReplyTicket> tickets;
        for (std::size_t i = 0; i < order.size(); ++i) {
            tickets.push_back(queue.reserve());
            queue.append("after " + std::to_string(i) + "\n");
        }
        QCOMPARE(queue.ready(), std::string_view("start\n"));
        std::vector<bool> done(order.size());
        for (const std::size_t index : order) {
            const std::size_t readyBefore = queue.ready().size();
            tickets[index].complete("late " + std::to_string(index) + "\n");
            done[index] = true;
            // Ready is what has nothing unanswered before it.
            const auto leaving =
                static_cast<std::size_t>(std::find(done.begin(), done.end(), false) - done.begin());
            QCOMPARE(queue.pendingCount(), order.size() - leaving);
            QCOMPARE(queue.ready().size() > readyBefore, leaving > index);
        }
        QCOMPARE(queue.ready(), std::string_view("start\nlate 0\nafter 0\nlate 1\nafter 1\n"
                                                 "late 2\nafter 2\nlate 3\nafter 3\n"));
        QVERIFY(told >= 1 && told <= 4);
    } while (std::next_permutation(order.begin(), order.end()));
}

void ReplyQueueTest::answersBehindAPlaceWait() {
    int told = 0;
    ReplyQueue queue([&told] { ++told; });
    const ReplyTicket first = queue.reserve();
    const ReplyTicket second = queue.reserve();
    queue.append("c\n");
    second.complete("b\n");
    QVERIFY(queue.ready().empty());
    QCOMPARE(told, 0);
    first.complete("a\n");
    QCOMPARE(queue.ready(), std::string_view("a\nb\nc\n"));
    QCOMPARE(told, 1);
    QCOMPARE(queue.pendingCount(), std::size_t{0});
    // The queue goes on where it was.
    queue.append("d\n");
    const ReplyTicket third = queue.reserve();
    third.complete("e\n");
    QCOMPARE(queue.ready(), std::string_view("a\nb\nc\nd\ne\n"));
}

void ReplyQueueTest::unsentBytes() {
    ReplyQueue queue([] {});
    QCOMPARE(queue.unsentBytes(), std::size_t{0});
    queue.append("12");
    const ReplyTicket first = queue.reserve();
    queue.append("345");
    const ReplyTicket second = queue.reserve();
    QCOMPARE(queue.unsentBytes(), std::size_t{5});
    second.complete("6789");
    QCOMPARE(queue.unsentBytes(), std::size_t{9});
    first.complete("0");
    QCOMPARE(queue.unsentBytes(), std::size_t{10});
    QCOMPARE(queue.ready().size(), std::size_t{10});
    AnswerRooms rooms;
    queue.clearReady(rooms);
    QCOMPARE(queue.unsentBytes(), std::size_t{0});
}

void ReplyQueueTest::knownAnswersWait() {
    int told = 0;
    auto queue = std::make_unique<ReplyQueue>([&told] { ++told; });
    const ReplyTicket first = queue->reserve("known\n");
    queue->append("behind\n");
    const ReplyTicket second = queue->reserve("last\n");
    QCOMPARE(queue->unsentBytes(), std::size_t{18});
    QCOMPARE(queue->pendingCount(), std::size_t{2});
    second.release();
    QVERIFY(queue->ready().empty());
    QCOMPARE(told, 0);
    first.release();
    QCOMPARE(queue->ready(), std::string_view("known\nbehind\nlast\n"));
    QCOMPARE(queue->unsentBytes(), std::size_t{18});
    QCOMPARE(told, 1);
    const ReplyTicket third = queue->reserve("never\n");
    QVERIFY(!third.expired());
    queue.reset();
    QVERIFY(third.expired());
    third.release();
    QVERIFY(aborts([&third] { third.release(); }));
}

void ReplyQueueTest::memoryGoesFromSessionToSession() {
    const std::size_t none = std::string().capacity();
    AnswerRooms rooms;
    ReplyQueue first([] {});
    first.useRoom(rooms);
    first.append(std::string(1'000, 'x'));
    const char* const memory = first.ready().data();
    first.clearReady(rooms);
    QCOMPARE(first.immediate().capacity(), none);
    QCOMPARE(rooms.count(), std::size_t{1});
    ReplyQueue second([] {});
    second.useRoom(rooms);
    QCOMPARE(rooms.count(), std::size_t{0});
    second.append(std::string(900, 'y'));
    QCOMPARE(second.ready().data(), memory);
    second.clearReady(rooms);
    QCOMPARE(rooms.count(), std::size_t{1});
    // An exceptional batch is no measure for the others.
    first.append(std::string(AnswerRooms::bytesMax + 1, 'x'));
    first.clearReady(rooms);
    QCOMPARE(first.immediate().capacity(), none);
    QCOMPARE(rooms.count(), std::size_t{1});
}

void ReplyQueueTest::roomsAreFew() {
    AnswerRooms rooms;
    for (std::size_t i = 0; i < AnswerRooms::countMax + 1; ++i) {
        std::string room(100, 'x');
        rooms.give(room);
        QVERIFY(room.empty());
        QCOMPARE(rooms.count(), std::min(i + 1, AnswerRooms::countMax));
    }
    QVERIFY(rooms.take().empty());
}

void ReplyQueueTest::roomIsNoPlaceForAnswers() {
    AnswerRooms rooms;
    std::string room(1'000, 'x');
    rooms.give(room);
    ReplyQueue queue([] {});
    queue.append("kept");
    queue.useRoom(rooms);  // which would drop what is there
    QCOMPARE(queue.ready(), std::string_view("kept"));
    QCOMPARE(rooms.count(), std::size_t{1});
}

void ReplyQueueTest::ticketOutlivesTheQueue() {
    auto queue = std::make_unique<ReplyQueue>([] { QFAIL("nobody is there to be told"); });
    const ReplyTicket completed = queue->reserve();
    const ReplyTicket dropped = queue->reserve();
    queue.reset();
    completed.complete("too late\n");
}

void ReplyQueueTest::restartExpiresTickets() {
    AnswerRooms rooms;
    ReplyQueue queue([] {});
    const ReplyTicket before = queue.reserve();
    QVERIFY(aborts([&queue] { queue.restart(); }));
    before.complete("a\n");
    QVERIFY(aborts([&queue] { queue.restart(); }));
    queue.clearReady(rooms);
    QVERIFY(!before.expired());
    queue.restart();
    QVERIFY(before.expired());
    const ReplyTicket after = queue.reserve();
    QVERIFY(!after.expired());
    after.complete("b\n");
    QCOMPARE(queue.ready(), std::string_view("b\n"));
}

void ReplyQueueTest::copiesStandForOnePlace() {
    ReplyQueue queue([] {});
    std::function<void(std::string)> done;
    {
        const ReplyTicket ticket = queue.reserve();
        done = [ticket](std::string answer) { ticket.complete(std::move(answer)); };
    }
    QVERIFY(!aborts([copy = done]() mutable { copy = nullptr; }));
    done("a\n");
    QCOMPARE(queue.ready(), std::string_view("a\n"));
}

void ReplyQueueTest::completedTwice() {
    QVERIFY(aborts([] {
        ReplyQueue queue([] {});
        const ReplyTicket ticket = queue.reserve();
        ticket.complete("a\n");
        ticket.complete("b\n");
    }));
}

void ReplyQueueTest::neverCompleted() {
    QVERIFY(aborts([] {
        ReplyQueue queue([] {});
        { const ReplyTicket dropped = queue.reserve(); }
    }));
}

QTEST_APPLESS_MAIN(ReplyQueueTest)
#include "tst_replyqueue.moc"
