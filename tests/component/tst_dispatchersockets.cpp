// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryFile>
#include <algorithm>
#include <memory>
#include <vector>

#include "tests/component/descriptorpairs.h"
#include "tests/component/dispatchers.h"

using namespace herd;

Q_DECLARE_METATYPE(herd::Scenario)

namespace {

using Notifier = std::unique_ptr<QSocketNotifier>;

/// A notifier that tells the story `name`, then does `then`.
Notifier telling(
    Story& story, const char* name, int descriptor, QSocketNotifier::Type type,
    std::function<void()> then = [] {}) {
    auto notifier = std::make_unique<QSocketNotifier>(descriptor, type);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(),
                     [&story, name, then = std::move(then)] {
                         story.append(name);
                         then();
                     });
    return notifier;
}

void readable(Story& story) {
    const auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "read", pair.in(), QSocketNotifier::Read);
    serveTimes(2);
    story.append("written");
    pair.write();
    serveTimes(2);  // as long as it is there
    pair.readAll();
    story.append("empty");
    serveTimes(2);
}

void disabledAndEnabled(Story& story) {
    const auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "read", pair.in(), QSocketNotifier::Read);
    notifier->setEnabled(false);
    pair.write();
    serveTimes(2);
    story.append("enabled");
    notifier->setEnabled(true);
    serveTimes(1);
    notifier->setEnabled(false);
    notifier->setEnabled(true);
    serveTimes(1);
}

void writable(Story& story) {
    const auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "write", pair.out(), QSocketNotifier::Write);
    serveTimes(2);
    pair.fill();
    story.append("full");
    serveTimes(2);
    pair.readAll();
    story.append("room");
    serveTimes(1);
}

/// One notifier must not change what another of the same descriptor is told.
void bothWays(Story& story) {
    const auto pair = DescriptorPair::sockets();
    const Notifier read = telling(story, "read", pair.in(), QSocketNotifier::Read);
    const Notifier write = telling(story, "write", pair.in(), QSocketNotifier::Write);
    serveTimes(3);
    write->setEnabled(false);
    pair.write();
    story.append("written");
    serveTimes(2);
    read->setEnabled(false);
    story.append("off");
    serveTimes(2);
}

void urgent(Story& story) {
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    QTcpSocket sender;
    sender.connectToHost(server.serverAddress(), server.serverPort());
    sender.waitForConnected();
    server.waitForNewConnection(5'000);
    const std::unique_ptr<QTcpSocket> receiver(server.nextPendingConnection());
    const int descriptor = static_cast<int>(receiver->socketDescriptor());
    Notifier notifier;
    notifier = telling(story, "exception", descriptor, QSocketNotifier::Exception,
                       [&notifier] { notifier->setEnabled(false); });
    serveTimes(2);
    story.append("sent");
    ::send(static_cast<int>(sender.socketDescriptor()), "!", 1, MSG_OOB);
    while (notifier->isEnabled()) {
        serveTimes(1);
    }
}

void hangUp(Story& story) {
    auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "read", pair.in(), QSocketNotifier::Read);
    pair.closeOut();
    serveTimes(2);
}

void writeError(Story& story) {
    auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "write", pair.out(), QSocketNotifier::Write);
    pair.fill();
    serveTimes(1);
    pair.closeIn();
    serveTimes(1);
}

void disabledByItself(Story& story) {
    const auto pair = DescriptorPair::pipe();
    Notifier notifier;
    notifier = telling(story, "read", pair.in(), QSocketNotifier::Read,
                       [&notifier] { notifier->setEnabled(false); });
    pair.write();
    serveTimes(3);
}

void deletedByItself(Story& story) {
    const auto pair = DescriptorPair::pipe();
    Notifier notifier;
    notifier =
        telling(story, "read", pair.in(), QSocketNotifier::Read, [&notifier] { notifier.reset(); });
    pair.write();
    serveTimes(3);
}

/// Two that are ready at once, in whatever order; the first does `then` to the other.
struct Rivals {
    Rivals(Story& story, const std::function<void(DescriptorPair& pair, Notifier& other)>& then) {
        for (std::size_t i : {0U, 1U}) {
            pairs[i].write();
            notifiers[i] =
                telling(story, "read", pairs[i].in(), QSocketNotifier::Read, [this, i, then] {
                    if (!std::exchange(done, true)) {
                        then(pairs[1 - i], notifiers[1 - i]);
                    }
                });
        }
    }

    std::array<DescriptorPair, 2> pairs{DescriptorPair::pipe(), DescriptorPair::pipe()};
    std::array<Notifier, 2> notifiers;
    bool done = false;
};

void disabledByAnother(Story& story) {
    const Rivals rivals(story, [](DescriptorPair&, Notifier& other) { other->setEnabled(false); });
    serveTimes(1);
}

void deletedByAnother(Story& story) {
    const Rivals rivals(story, [](DescriptorPair&, Notifier& other) { other.reset(); });
    serveTimes(1);
}

void offAndOnByAnother(Story& story) {
    const Rivals rivals(story, [](DescriptorPair&, Notifier& other) {
        other->setEnabled(false);
        other->setEnabled(true);
    });
    serveTimes(1);
    story.append("next round");
    serveTimes(1);
}

/// The number of a closed descriptor stands for another file when its event would come.
void reusedByAnother(Story& story) {
    const auto fresh = DescriptorPair::pipe();
    Notifier late;
    const Rivals rivals(story, [&](DescriptorPair& pair, Notifier& other) {
        other.reset();
        ::dup2(fresh.in(), pair.in());
        late = telling(story, "late", pair.in(), QSocketNotifier::Read);
    });
    serveTimes(2);
    fresh.write();
    story.append("written");
    rivals.notifiers[0] ? rivals.notifiers[0]->setEnabled(false)
                        : rivals.notifiers[1]->setEnabled(false);
    serveTimes(1);
}

/// The receiver serves the event loop: the other is told there, and not again for the same bytes.
void nestedLoop(Story& story) {
    const Rivals rivals(story, [&](DescriptorPair& pair, Notifier&) {
        serveTimes(1);
        pair.readAll();
        story.append("back");
    });
    serveTimes(1);
}

/// More made in an event than any table had room for, and more than one round tells.
void manyMadeByOne(Story& story) {
    std::vector<DescriptorPair> pairs;
    std::vector<Notifier> notifiers;
    int told = 0;
    const auto first = DescriptorPair::pipe();
    Notifier notifier;
    notifier = telling(story, "first", first.in(), QSocketNotifier::Read, [&] {
        notifier->setEnabled(false);
        for (int i = 0; i < NotifierSet::eventsPerWaitMax + 50; ++i) {
            pairs.push_back(DescriptorPair::pipe());
            pairs.back().write();
            auto made = std::make_unique<QSocketNotifier>(pairs.back().in(), QSocketNotifier::Read);
            QObject::connect(made.get(), &QSocketNotifier::activated, made.get(),
                             [&told, which = made.get()] {
                                 ++told;
                                 which->setEnabled(false);
                             });
            notifiers.push_back(std::move(made));
        }
    });
    first.write();
    serveTimes(1);
    story.append(QByteArray::number(told));
    serveTimes(3);
    story.append(std::size_t(told) == notifiers.size() ? "each once" : "not each once");
}

void regularFile(Story& story) {
    QTemporaryFile file;
    file.open();
    const Notifier read = telling(story, "read", file.handle(), QSocketNotifier::Read);
    serveTimes(2);
    story.append("both");
    const Notifier write = telling(story, "write", file.handle(), QSocketNotifier::Write);
    serveTimes(1);
    read->setEnabled(false);
    write->setEnabled(false);
    story.append("off");
    serveTimes(1);
}

void secondOfAType(Story& story) {
    const auto pair = DescriptorPair::pipe();
    const Notifier first = telling(story, "first", pair.in(), QSocketNotifier::Read);
    const Notifier second = telling(story, "second", pair.in(), QSocketNotifier::Read);
    pair.write();
    serveTimes(1);
    first->setEnabled(false);
    serveTimes(1);
}

void closedDescriptor(Story& story) {
    auto pair = DescriptorPair::pipe();
    const int number = pair.in();
    pair.closeIn();
    const Notifier notifier = telling(story, "read", number, QSocketNotifier::Read);
    serveTimes(2);
    story.append(notifier->isEnabled() ? "enabled" : "disabled");
}

void otherThread(Story& story) {
    const auto pair = DescriptorPair::pipe();
    pair.write();
    const Notifier notifier = telling(story, "read", pair.in(), QSocketNotifier::Read);
    QThread other;
    notifier->moveToThread(&other);
    serveTimes(2);
    story.append("moved");
    other.start();
    // The receiver of the signal lives where the notifier does, and is gone with it.
    QMetaObject::invokeMethod(
        notifier.get(), [&notifier] { notifier->setEnabled(false); }, Qt::BlockingQueuedConnection);
    story.removeAll("read");  // told there, some times
    other.quit();
    other.wait();
}

void excluded(Story& story) {
    const auto pair = DescriptorPair::sockets();
    const Notifier read = telling(story, "read", pair.in(), QSocketNotifier::Read);
    const Notifier write = telling(story, "write", pair.in(), QSocketNotifier::Write);
    pair.write();
    serveTimes(3, QEventLoop::ExcludeSocketNotifiers);
    story.append("included");
    read->setEnabled(false);
    serveTimes(1);
}

void userInputExcluded(Story& story) {
    const auto pair = DescriptorPair::pipe();
    const Notifier notifier = telling(story, "read", pair.in(), QSocketNotifier::Read);
    pair.write();
    serveTimes(1, QEventLoop::ExcludeUserInputEvents);
}

struct Row {
    const char* name;
    Scenario scenario;
    Story expected;
};

}  // namespace

/// Socket notifiers: whatever Qt's own dispatcher does with them, ours does too.
class DispatcherSocketsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { qInstallMessageHandler(tellWarning); }
    void sameAsQt_data();
    void sameAsQt();
};

void DispatcherSocketsTest::sameAsQt_data() {
    QTest::addColumn<Scenario>("scenario");
    QTest::addColumn<QByteArrayList>("expected");
    const std::vector<Row> rows{
        {"readable", readable, {"written", "read", "read", "empty"}},
        {"disabled and enabled", disabledAndEnabled, {"enabled", "read", "read"}},
        {"writable", writable, {"write", "write", "full", "room", "write"}},
        {"both ways", bothWays, {"write", "write", "write", "written", "read", "read", "off"}},
        {"urgent data", urgent, {"sent", "exception"}},
        {"hang-up", hangUp, {"read", "read"}},
        {"write error", writeError, {"write"}},
        {"disabled by itself", disabledByItself, {"read"}},
        {"deleted by itself", deletedByItself, {"read"}},
        {"disabled by another", disabledByAnother, {"read"}},
        {"deleted by another", deletedByAnother, {"read"}},
        {"off and on by another", offAndOnByAnother, {"read", "next round", "read", "read"}},
        {"number reused by another", reusedByAnother, {"read", "read", "written", "late"}},
        {"nested loop", nestedLoop, {"read", "read", "read", "back"}},
        {"many made by one", manyMadeByOne, {"first", "0", "each once"}},
        {"regular file", regularFile, {"read", "read", "both", "read", "write", "off"}},
        {"second of a type", secondOfAType, {"warning", "second", "warning", "second"}},
        {"closed descriptor", closedDescriptor, {"warning", "disabled"}},
        {"moved to another thread", otherThread, {"moved"}},
        {"excluded", excluded, {"included", "write"}},
        {"user input excluded", userInputExcluded, {"read"}},
    };
    for (const Row& row : rows) {
        QTest::newRow(row.name) << row.scenario << row.expected;
    }
}

void DispatcherSocketsTest::sameAsQt() {
    QFETCH(Scenario, scenario);
    QFETCH(QByteArrayList, expected);
    QCOMPARE(played(DispatcherKind::qt, scenario).join(", "), expected.join(", "));
    QCOMPARE(played(DispatcherKind::epoll, scenario).join(", "), expected.join(", "));
}

HERD_TEST_MAIN(DispatcherSocketsTest)
#include "tst_dispatchersockets.moc"
