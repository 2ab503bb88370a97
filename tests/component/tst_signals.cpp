// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include "common/check.h"
#include "server/signalwatch.h"
#include "tests/support/until.h"

using namespace herd;

class SignalsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void told_data();
    void told();
    void eachIsTold();
    void comeInTheEventLoop();
    void brokenPipeIsAnError();
    void descriptorIsClosed();

  private:
    std::unique_ptr<SignalWatch> watch_;
};

void SignalsTest::init() {
    watch_.reset();
    Result<std::unique_ptr<SignalWatch>> watch = SignalWatch::create();
    QVERIFY(watch.ok());
    watch_ = std::move(watch).value();
}

void SignalsTest::told_data() {
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("terminations");
    QTest::addColumn<int>("hangups");
    QTest::newRow("SIGTERM") << SIGTERM << 1 << 0;
    QTest::newRow("SIGINT") << SIGINT << 1 << 0;
    QTest::newRow("SIGHUP") << SIGHUP << 0 << 1;
}

void SignalsTest::told() {
    QFETCH(int, number);
    QFETCH(int, terminations);
    QFETCH(int, hangups);
    QSignalSpy terminated(watch_.get(), &SignalWatch::terminated);
    QSignalSpy hangup(watch_.get(), &SignalWatch::hangup);
    QCOMPARE(::kill(::getpid(), number), 0);
    QTRY_COMPARE(terminated.count() + hangup.count(), 1);
    QCOMPARE(terminated.count(), terminations);
    QCOMPARE(hangup.count(), hangups);
}

void SignalsTest::eachIsTold() {
    QSignalSpy terminated(watch_.get(), &SignalWatch::terminated);
    QSignalSpy hangup(watch_.get(), &SignalWatch::hangup);
    ::kill(::getpid(), SIGTERM);
    ::kill(::getpid(), SIGINT);
    ::kill(::getpid(), SIGHUP);
    QTRY_COMPARE(terminated.count() + hangup.count(), 3);
    QCOMPARE(hangup.count(), 1);
    ::kill(::getpid(), SIGTERM);
    QTRY_COMPARE(terminated.count(), 3);
}

void SignalsTest::comeInTheEventLoop() {
    QSignalSpy terminated(watch_.get(), &SignalWatch::terminated);
    ::kill(::getpid(), SIGTERM);
    QCOMPARE(terminated.count(), 0);
    QTRY_COMPARE(terminated.count(), 1);
}

void SignalsTest::brokenPipeIsAnError() {
    std::array<int, 2> ends{};
    QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    QCOMPARE(::write(ends[1], "x", 1), ssize_t{-1});
    QCOMPARE(errno, EPIPE);
    ::close(ends[1]);
}

void SignalsTest::descriptorIsClosed() {
    const auto descriptors = [] { return QDir(QStringLiteral("/proc/self/fd")).count(); };
    const auto before = descriptors();
    watch_.reset();
    QCOMPARE(descriptors(), before - 1);
}

// The test library starts a thread before the first test, and a signal that one thread does not
// block would end the process.
int main(int argc, char** argv) {
    SignalWatch::blockSignals();
    QCoreApplication application(argc, argv);
    SignalsTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_signals.moc"
