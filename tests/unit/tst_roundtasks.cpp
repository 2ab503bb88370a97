// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <functional>
#include <memory>
#include <string>

#include "server/tcp/roundtasks.h"

using namespace herd;

namespace {

struct Teller final : RoundTasks::Task {
    explicit Teller(std::function<void()> what) : tell(std::move(what)) {}
    void onRoundEnd() override { tell(); }
    std::function<void()> tell;
};

}  // namespace

class RoundTasksTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void inOrderAndOnce();
    void queuedMeanwhile();
    void withdrawn();
    void withinATask();
    void outlivesTheTasks();
};

void RoundTasksTest::inOrderAndOnce() {
    RoundTasks tasks;
    std::string story;
    Teller first([&] { story += '1'; });
    Teller second([&] { story += '2'; });
    QVERIFY(tasks.empty());
    QCOMPARE(tasks.run(), 0);
    tasks.add(first);
    tasks.add(second);
    tasks.add(first);
    QVERIFY(first.isQueued());
    QVERIFY(!tasks.empty());
    QCOMPARE(tasks.run(), 2);
    QCOMPARE(story, std::string("12"));
    QVERIFY(!first.isQueued());
    QVERIFY(tasks.empty());
    QCOMPARE(tasks.run(), 0);
}

void RoundTasksTest::queuedMeanwhile() {
    RoundTasks tasks;
    int count = 0;
    std::function<void()> again;
    Teller task([&] {
        ++count;
        again();
    });
    again = [&] { tasks.add(task); };
    tasks.add(task);
    QCOMPARE(tasks.run(), 1);
    QCOMPARE(count, 1);
    QVERIFY(!tasks.empty());
    again = [] {};
    QCOMPARE(tasks.run(), 1);
    QVERIFY(tasks.empty());
}

void RoundTasksTest::withdrawn() {
    RoundTasks tasks;
    std::string story;
    auto gone = std::make_unique<Teller>([&] { story += "gone"; });
    auto victim = std::make_unique<Teller>([&] { story += "victim"; });
    Teller killer([&] { victim.reset(); });
    Teller last([&] { story += "last"; });
    tasks.add(*gone);
    tasks.add(killer);
    tasks.add(*victim);
    tasks.add(last);
    gone.reset();
    QCOMPARE(tasks.run(), 2);
    QCOMPARE(story, std::string("last"));
    QVERIFY(tasks.empty());
}

/// A task that serves the event loop again: the inner round does what is left.
void RoundTasksTest::withinATask() {
    RoundTasks tasks;
    std::string story;
    Teller first([&] {
        story += '(';
        tasks.run();
        story += ')';
    });
    Teller second([&] { story += '2'; });
    tasks.add(first);
    tasks.add(second);
    QCOMPARE(tasks.run(), 1);
    QCOMPARE(story, std::string("(2)"));
    QVERIFY(tasks.empty());
}

void RoundTasksTest::outlivesTheTasks() {
    Teller task([] { QFAIL("nobody runs it"); });
    {
        RoundTasks tasks;
        tasks.add(task);
    }
    QVERIFY(!task.isQueued());
}

QTEST_APPLESS_MAIN(RoundTasksTest)
#include "tst_roundtasks.moc"
