// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <netinet/in.h>

#include <QDir>
#include <QFile>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <ctime>
#include <memory>

#include "tests/component/descriptorpairs.h"
#include "tests/component/dispatchers.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

using Notifier = std::unique_ptr<QSocketNotifier>;

Notifier notifierOf(int descriptor, QSocketNotifier::Type type, std::function<void()> then) {
    auto notifier = std::make_unique<QSocketNotifier>(descriptor, type);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), std::move(then));
    return notifier;
}

QByteArray playedHere(const Scenario& scenario) {
    return played(DispatcherKind::epoll, scenario).join(", ");
}

/// Whether an epoll of this process watches the descriptor.
bool isWatched(int descriptor) {
    const QDir folder(QStringLiteral("/proc/self/fdinfo"));
    for (const QString& name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly)) {
            for (const QByteArray& line : file.readAll().split('\n')) {
                const QByteArrayList words = line.simplified().split(' ');
                if (words.value(0) == "tfd:" && words.value(1).toInt() == descriptor) {
                    return true;
                }
            }
        }
    }
    return false;
}

std::chrono::nanoseconds processorTime() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

/// What the epoll dispatcher does beyond Qt's own.
class EpollDispatcherTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void ofThread();
    void allReadsThenAllWrites();
    void triedOnceThenWatched();
    void triedBeforeSleeping();
    void triedWithinANestedLoop();
    void withdrawnTry();
    void notTriedWhileItWouldBlock();
    void notTriedWhileConnecting();
    void roundTasks();
    void forgottenAtOnce();
    void closedWhileACopyIsOpen();
    void closedAsExpected();
    void keptOpenUnexpectedly();
    void closedAndReusedWhileEnabled();
    void spinning_data();
    void spinning();
};

void EpollDispatcherTest::ofThread() {
    const Scenario scenario = [](Story& story) {
        story.append(EpollDispatcher::ofThread() != nullptr ? "epoll" : "other");
    };
    QCOMPARE(played(DispatcherKind::qt, scenario), Story{"other"});
    QCOMPARE(played(DispatcherKind::epoll, scenario), Story{"epoll"});
}

void EpollDispatcherTest::allReadsThenAllWrites() {
    QCOMPARE(playedHere([](Story& story) {
                 std::array<DescriptorPair, 2> pairs{DescriptorPair::sockets(),
                                                     DescriptorPair::sockets()};
                 std::array<Notifier, 2> reads;
                 std::array<Notifier, 2> writes;
                 for (std::size_t i : {0U, 1U}) {
                     writes[i] = notifierOf(pairs[i].in(), QSocketNotifier::Write, [&, i] {
                         story.append("write");
                         writes[i]->setEnabled(false);
                     });
                     writes[i]->setEnabled(false);
                     reads[i] = notifierOf(pairs[i].in(), QSocketNotifier::Read, [&, i] {
                         story.append("read");
                         pairs[i].readAll();
                         writes[i]->setEnabled(true);
                     });
                     pairs[i].write();
                 }
                 serveTimes(1);
             }),
             QByteArray("read, read, write, write"));
}

void EpollDispatcherTest::triedOnceThenWatched() {
    QCOMPARE(playedHere([](Story& story) {
                 const auto pair = DescriptorPair::sockets();
                 pair.fill();
                 const Notifier notifier = notifierOf(pair.out(), QSocketNotifier::Write,
                                                      [&story] { story.append("write"); });
                 serveTimes(1);
                 story.append("tried");
                 serveTimes(3);
                 pair.readAll();
                 story.append("room");
                 serveTimes(2);
             }),
             QByteArray("write, tried, room, write, write"));
}

void EpollDispatcherTest::triedBeforeSleeping() {
    QCOMPARE(playedHere([](Story& story) {
                 const auto pair = DescriptorPair::sockets();
                 QEventLoop loop;
                 Notifier notifier;
                 post(loop, [&] {
                     notifier = notifierOf(pair.out(), QSocketNotifier::Write, [&] {
                         story.append("write");
                         notifier->setEnabled(false);
                         post(loop, [&] { loop.quit(); });
                     });
                 });
                 loop.exec();
             }),
             QByteArray("write"));
}

void EpollDispatcherTest::triedWithinANestedLoop() {
    QCOMPARE(playedHere([](Story& story) {
                 std::array<DescriptorPair, 2> pairs{DescriptorPair::sockets(),
                                                     DescriptorPair::sockets()};
                 std::array<Notifier, 2> writes;
                 for (std::size_t i : {0U, 1U}) {
                     writes[i] = notifierOf(pairs[i].in(), QSocketNotifier::Write, [&, i] {
                         story.append("write");
                         writes[i]->setEnabled(false);
                         if (i == 0) {
                             serveTimes(1);
                             story.append("back");
                         }
                     });
                 }
                 serveTimes(2);
             }),
             QByteArray("write, write, back"));
}

void EpollDispatcherTest::withdrawnTry() {
    QCOMPARE(
        playedHere([](Story& story) {
            auto pair = DescriptorPair::sockets();
            Notifier notifier =
                notifierOf(pair.in(), QSocketNotifier::Write, [&story] { story.append("write"); });
            notifier.reset();
            serveTimes(2);
            // The number may stand for a new socket before the round is over.
            notifier =
                notifierOf(pair.in(), QSocketNotifier::Write, [&story] { story.append("write"); });
            notifier.reset();
            const auto other = DescriptorPair::sockets();
            ::dup2(other.in(), pair.in());
            const Notifier read =
                notifierOf(pair.in(), QSocketNotifier::Read, [&story] { story.append("read"); });
            serveTimes(2);
        }),
        QByteArray());
}

void EpollDispatcherTest::notTriedWhileItWouldBlock() {
    QCOMPARE(playedHere([](Story& story) {
                 const auto pair = DescriptorPair::sockets(0);
                 pair.fill();
                 const Notifier notifier = notifierOf(pair.out(), QSocketNotifier::Write,
                                                      [&story] { story.append("write"); });
                 serveTimes(3);
             }),
             QByteArray());
}

void EpollDispatcherTest::notTriedWhileConnecting() {
    QCOMPARE(playedHere([](Story& story) {
                 QTcpServer server;
                 server.setListenBacklogSize(0);
                 server.listen(QHostAddress::LocalHost);
                 server.pauseAccepting();
                 sockaddr_in address{};
                 address.sin_family = AF_INET;
                 address.sin_port = htons(server.serverPort());
                 address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                 std::vector<int> sockets;
                 int last = -1;
                 // The queue of the listening socket is full after a few of them.
                 for (int i = 0; i < 5; ++i) {
                     last = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
                     ::connect(last, reinterpret_cast<sockaddr*>(&address), sizeof address);
                     sockets.push_back(last);
                 }
                 const Notifier notifier =
                     notifierOf(last, QSocketNotifier::Write, [&story] { story.append("write"); });
                 serveTimes(3);
                 for (const int socket : sockets) {
                     ::close(socket);
                 }
             }),
             QByteArray());
}

/// After the reads of the round, before sockets are tried for writing, and instead of sleeping.
void EpollDispatcherTest::roundTasks() {
    QCOMPARE(playedHere([](Story& story) {
                 struct Teller final : RoundTasks::Task {
                     explicit Teller(Story& to) : story(to) {}
                     void onRoundEnd() override { story.append("task"); }
                     Story& story;
                 };
                 Teller teller(story);
                 const auto pair = DescriptorPair::sockets();
                 const Notifier reads = notifierOf(pair.in(), QSocketNotifier::Read, [&] {
                     story.append("read");
                     pair.readAll();
                     EpollDispatcher::ofThread()->roundTasks().add(teller);
                 });
                 pair.write();
                 const auto other = DescriptorPair::sockets();
                 Notifier writes;
                 writes = notifierOf(other.in(), QSocketNotifier::Write, [&] {
                     story.append("write");
                     writes->setEnabled(false);
                 });
                 serveTimes(1);
                 EpollDispatcher::ofThread()->roundTasks().add(teller);
                 serveTimes(1, QEventLoop::WaitForMoreEvents);
             }),
             QByteArray("read, task, write, task"));
}

/// Once a descriptor is of no interest its number may be closed and used again at any time.
void EpollDispatcherTest::forgottenAtOnce() {
    QCOMPARE(playedHere([](Story& story) {
                 const auto pair = DescriptorPair::sockets();
                 const auto tell = [&] { story.append(isWatched(pair.in()) ? "watched" : "not"); };
                 const Notifier notifier = notifierOf(pair.in(), QSocketNotifier::Read, [] {});
                 tell();
                 serveTimes(1);
                 tell();
                 notifier->setEnabled(false);
                 tell();
                 notifier->setEnabled(true);
                 notifier->setEnabled(false);
                 serveTimes(1);
                 tell();
             }),
             QByteArray("not, watched, not, not"));
}

/// epoll watches files, not numbers: this one it goes on to report, to nobody.
void EpollDispatcherTest::closedWhileACopyIsOpen() {
    QCOMPARE(playedHere([](Story& story) {
                 auto pair = DescriptorPair::sockets();
                 const auto other = DescriptorPair::sockets();
                 Notifier notifier = notifierOf(pair.in(), QSocketNotifier::Read, [] {});
                 const Notifier bystander = notifierOf(other.in(), QSocketNotifier::Read, [&] {
                     story.append("read");
                     other.readAll();
                 });
                 serveTimes(1);
                 const int copy = ::dup(pair.in());
                 pair.closeIn();
                 notifier.reset();
                 pair.write();
                 QObject context;
                 int rounds = 0;
                 QObject::connect(EpollDispatcher::ofThread(), &EpollDispatcher::awake, &context,
                                  [&rounds] { ++rounds; });
                 QEventLoop loop;
                 QTimer::singleShot(50, &loop, &QEventLoop::quit);
                 loop.exec();
                 story.append(rounds < 10 ? "sleeps" : "spins");
                 other.write();
                 serveTimes(1);
                 ::close(copy);
             }),
             QByteArray("sleeps, read"));
}

/// epoll is left to forget a descriptor by itself, and its number serves the next file.
void EpollDispatcherTest::closedAsExpected() {
    QCOMPARE(playedHere([](Story& story) {
                 auto pair = DescriptorPair::sockets();
                 Notifier notifier = notifierOf(pair.in(), QSocketNotifier::Read, [] {});
                 const int number = pair.in();
                 serveTimes(1);
                 EpollDispatcher::ofThread()->expectClose(number);
                 notifier.reset();
                 story.append(isWatched(number) ? "watched" : "forgotten");
                 pair.closeIn();
                 story.append(isWatched(number) ? "watched" : "forgotten");
                 auto fresh = DescriptorPair::sockets();
                 fresh.write();
                 Notifier next = notifierOf(fresh.in(), QSocketNotifier::Read,
                                            [&story] { story.append("read"); });
                 serveTimes(1);
                 next.reset();
                 story.append(isWatched(fresh.in()) ? "watched" : "forgotten");
             }),
             QByteArray("watched, forgotten, read, forgotten"));
}

void EpollDispatcherTest::keptOpenUnexpectedly() {
    QCOMPARE(playedHere([](Story& story) {
                 auto pair = DescriptorPair::sockets();
                 Notifier notifier = notifierOf(pair.in(), QSocketNotifier::Read,
                                                [&story] { story.append("read"); });
                 serveTimes(1);
                 EpollDispatcher::ofThread()->expectClose(pair.in());
                 notifier->setEnabled(false);
                 pair.write();
                 serveTimes(2);
                 story.append(isWatched(pair.in()) ? "watched" : "forgotten");
                 notifier->setEnabled(true);
                 serveTimes(1);
             }),
             QByteArray("forgotten, read"));
}

void EpollDispatcherTest::closedAndReusedWhileEnabled() {
    qInstallMessageHandler(tellWarning);
    QCOMPARE(playedHere([](Story& story) {
                 const auto pair = DescriptorPair::sockets();
                 const auto fresh = DescriptorPair::sockets();
                 const Notifier stale = notifierOf(pair.in(), QSocketNotifier::Read,
                                                   [&story] { story.append("stale"); });
                 serveTimes(1);
                 ::dup2(fresh.in(), pair.in());
                 const Notifier notifier = notifierOf(pair.in(), QSocketNotifier::Read,
                                                      [&story] { story.append("read"); });
                 fresh.write();
                 serveTimes(1);
                 stale->setEnabled(false);
                 serveTimes(1);
             }),
             QByteArray("warning, read, warning, read"));
    qInstallMessageHandler(nullptr);
}

void EpollDispatcherTest::spinning_data() {
    QTest::addColumn<int>("spinMs");
    QTest::addColumn<int>("waitMs");
    QTest::addColumn<int>("spunMsMin");
    QTest::addColumn<int>("spunMsMax");
    QTest::newRow("not") << 0 << 60 << 0 << 3;
    QTest::newRow("shorter than the wait") << 30 << 120 << 30 << 60;
    QTest::newRow("longer than the wait") << 500 << 60 << 55 << 100;
}

void EpollDispatcherTest::spinning() {
    QFETCH(int, spinMs);
    QFETCH(int, waitMs);
    QFETCH(int, spunMsMin);
    QFETCH(int, spunMsMax);
    std::chrono::nanoseconds spun{0};
    qint64 waitedMs = 0;
    played(DispatcherKind::epoll, [&](Story&) {
        EpollDispatcher::ofThread()->setSpin(std::chrono::milliseconds(spinMs));
        serveTimes(2);
        QTimer timer;
        timer.setTimerType(Qt::PreciseTimer);
        timer.start(waitMs);
        QElapsedTimer elapsed;
        elapsed.start();
        const auto before = processorTime();
        serveTimes(1, QEventLoop::WaitForMoreEvents);
        spun = processorTime() - before;
        waitedMs = elapsed.elapsed();
    });
    QVERIFY(waitedMs >= waitMs);
    QVERIFY2(spun <= std::chrono::milliseconds(spunMsMax),
             qPrintable(QString::number(spun.count())));
    // Others may have had the processor for some of the time, so only much less is wrong.
    QVERIFY2(spun >= std::chrono::milliseconds(spunMsMin) / 10,
             qPrintable(QString::number(spun.count())));
}

HERD_TEST_MAIN(EpollDispatcherTest)
#include "tst_epolldispatcher.moc"
