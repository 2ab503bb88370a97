// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QNetworkInterface>
#include <QTcpSocket>
#include <algorithm>
#include <memory>
#include <optional>

#include "server/net/clientsession.h"
#include "server/net/peerlistener.h"
#include "server/tcp/acceptor.h"
#include "tests/component/clientport.h"
#include "tests/component/dispatchers.h"
#include "tests/component/recordingpeers.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

const QString loopback = QStringLiteral("127.0.0.1");

/// A connection to any address, for what LineClient's loopback cannot show. Blocks.
int connectTo(const QHostAddress& address, quint16 port) {
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        auto* const ipv6 = reinterpret_cast<sockaddr_in6*>(&storage);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::copy_n(bytes.c, sizeof bytes.c, ipv6->sin6_addr.s6_addr);
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = htons(port);
        length = sizeof *ipv6;
    } else {
        auto* const ipv4 = reinterpret_cast<sockaddr_in*>(&storage);
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = htons(port);
        ipv4->sin_addr.s_addr = htonl(address.toIPv4Address());
        length = sizeof *ipv4;
    }
    const int descriptor = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
        ::close(descriptor);
        return -1;
    }
    return descriptor;
}

/// A connection to 127.0.0.1 that comes from another loopback address. Blocks.
int connectFrom(const QString& source, quint16 port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(QHostAddress(source).toIPv4Address());
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    HERD_CHECK(::bind(descriptor, any, sizeof address) == 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    HERD_CHECK(::connect(descriptor, any, sizeof address) == 0);
    return descriptor;
}

/// An address of this machine that other machines could use; none in a closed container.
std::optional<QHostAddress> outerAddress() {
    const QList<QHostAddress> addresses = QNetworkInterface::allAddresses();
    for (const QHostAddress& address : addresses) {
        if (!address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol) {
            return address;
        }
    }
    return std::nullopt;
}

int descriptorsInUse() {
    const int lowestFree = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowestFree);
    return lowestFree;
}

/// The soft limit of descriptors, put back at the end.
class DescriptorLimit {
  public:
    explicit DescriptorLimit(int limit) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit lower = before_;
        lower.rlim_cur = static_cast<rlim_t>(limit);
        HERD_CHECK(::setrlimit(RLIMIT_NOFILE, &lower) == 0);
    }
    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;
    ~DescriptorLimit() { HERD_CHECK(::setrlimit(RLIMIT_NOFILE, &before_) == 0); }

  private:
    rlimit before_{};
};

/// Sockets that are made while descriptors last and connect when there are none left.
class LateClients {
  public:
    explicit LateClients(int count) {
        for (int i = 0; i < count; ++i) {
            descriptors_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        }
    }
    LateClients(const LateClients&) = delete;
    LateClients& operator=(const LateClients&) = delete;
    ~LateClients() { close(); }

    void connect(quint16 port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (const int descriptor : descriptors_) {
            const auto* const target = reinterpret_cast<const sockaddr*>(&address);
            HERD_CHECK(::connect(descriptor, target, sizeof address) == 0);
        }
    }
    void close() {
        for (const int descriptor : descriptors_) {
            ::close(descriptor);
        }
        descriptors_.clear();
    }
    bool isShed(std::size_t index) const {
        char byte = 0;
        return ::recv(descriptors_[index], &byte, 1, MSG_DONTWAIT) == 0;
    }

  private:
    std::vector<int> descriptors_;
};

/// Of the processor, by the whole process, in the kernel too.
std::chrono::milliseconds timeUsed() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) { return time.tv_sec * 1'000 + time.tv_usec / 1'000; };
    return std::chrono::milliseconds(of(usage.ru_utime) + of(usage.ru_stime));
}

}  // namespace

class ListenerTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void hosts_data();
    void hosts();
    void failures_data();
    void failures();
    void addressesAreForgotten();
    void busyPort();
    void busyPeerPort();
    void options();
    void names();
    void connectionsMax();
    void perAddressMax();
    void loopbackHasNoDefaultLimit();
    void othersHaveADefaultLimit();
    void fewATurn();
    void shedsWithoutDescriptors();
    void restsWithoutASpareDescriptor();
};

void ListenerTest::hosts_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("address");
    QTest::newRow("IPv4") << loopback << loopback;
    QTest::newRow("another loopback address") << "127.0.0.2"
                                              << "127.0.0.2";
    QTest::newRow("IPv6") << "::1"
                          << "::1";
    QTest::newRow("name") << "localhost" << loopback;
    QTest::newRow("every address") << "0.0.0.0" << loopback;
}

void ListenerTest::hosts() {
    QFETCH(QString, host);
    QFETCH(QString, address);
    RecordingClients service;
    ClientListener listener(service, Limits());
    const Result<quint16> port = listener.listen(host, 0);
    if (!port && host.contains(QLatin1Char(':'))) {
        QSKIP("this machine has no IPv6");
    }
    QVERIFY(port.ok());
    QVERIFY(port.value() > 0);
    int descriptor = connectTo(QHostAddress(address), port.value());
    if (descriptor < 0 && host == QLatin1String("localhost")) {
        descriptor = connectTo(QHostAddress::LocalHostIPv6, port.value());
    }
    QVERIFY(descriptor >= 0);
    LineClient client = LineClient::adopt(descriptor);
    QVERIFY(client.send("a\n"));
    QTRY_COMPARE(client.arrived(), std::string("<a>\n"));
}

void ListenerTest::failures_data() {
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("reason");
    QTest::newRow("not of this machine") << "192.0.2.1"
                                         << "address is not available";
    QTest::newRow("unknown name") << "no-such-host.invalid"
                                  << "host name has no address";
}

void ListenerTest::failures() {
    QFETCH(QString, host);
    QFETCH(QString, reason);
    RecordingClients service;
    ClientListener listener(service, Limits());
    const Result<quint16> port = listener.listen(host, 9'999);
    QVERIFY(!port.ok());
    QVERIFY2(port.error().message.contains(host), qPrintable(port.error().message));
    QVERIFY2(port.error().message.contains(QStringLiteral("port 9999")),
             qPrintable(port.error().message));
    QVERIFY2(port.error().message.contains(reason), qPrintable(port.error().message));
}

/// Addresses come and go: a list of all that ever were would grow for ever.
void ListenerTest::addressesAreForgotten() {
    Port port;
    QCOMPARE(port.listener.addressCount(), 0);
    {
        const LineClient first = port.connect();
        const LineClient second = port.connect();
        QTRY_COMPARE(port.listener.connectionCount(), 2);
        QCOMPARE(port.listener.addressCount(), 1);
    }
    QTRY_COMPARE(port.listener.connectionCount(), 0);
    QCOMPARE(port.listener.addressCount(), 0);
}

void ListenerTest::busyPort() {
    Port first;
    ClientListener second(first.service, Limits());
    const Result<quint16> port = second.listen(loopback, first.port);
    QVERIFY(!port.ok());
    QCOMPARE(port.error().message,
             QStringLiteral("cannot listen for clients on 127.0.0.1 port %1: The bound address is "
                            "already in use")
                 .arg(first.port));
}

void ListenerTest::busyPeerPort() {
    Port first;
    RecordingPeers service;
    PeerListener second(service);
    const Result<quint16> port = second.listen(loopback, first.port);
    QVERIFY(!port.ok());
    QVERIFY(port.error().message.startsWith(
        QStringLiteral("cannot listen for peers on 127.0.0.1 port %1: ").arg(first.port)));
}

/// Which the system hands down from the listening socket.
void ListenerTest::options() {
    Port port;
    LineClient client(port.port);
    QTRY_COMPARE(port.service.opened.size(), std::size_t{1});
    const auto* const socket = port.listener.findChild<QTcpSocket*>();
    QVERIFY(socket != nullptr);
    const auto optionOf = [](int descriptor, int level, int name) {
        int value = 0;
        socklen_t length = sizeof value;
        ::getsockopt(descriptor, level, name, &value, &length);
        return value;
    };
    const int descriptor = static_cast<int>(socket->socketDescriptor());
    QCOMPARE(optionOf(descriptor, IPPROTO_TCP, TCP_NODELAY), 1);
    QCOMPARE(optionOf(descriptor, SOL_SOCKET, SO_KEEPALIVE), 1);
    const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int bytes = ClientSession::sendBufferBytesMax;
    ::setsockopt(other, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    QCOMPARE(optionOf(descriptor, SOL_SOCKET, SO_SNDBUF), optionOf(other, SOL_SOCKET, SO_SNDBUF));
    ::close(other);
}

void ListenerTest::names() {
    QCOMPARE(socketName(QHostAddress(loopback), 12), std::string("127.0.0.1:12"));
    QCOMPARE(socketName(QHostAddress(QStringLiteral("fe80::1")), 65'535),
             std::string("[fe80::1]:65535"));
    Port port;
    LineClient one(port.port);
    LineClient two(port.port);
    QTRY_COMPARE(port.service.opened.size(), std::size_t{2});
    QVERIFY(port.service.opened[1].starts_with("127.0.0.1:"));
    QVERIFY(port.service.opened[1] != port.service.opened[2]);
}

void ListenerTest::connectionsMax() {
    Limits limits;
    limits.connectionsMax = 3;
    Port port(limits);
    std::vector<LineClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(port.port);
    }
    QTRY_COMPARE(port.listener.connectionCount(), 3);
    QVERIFY(port.service.refused.empty());
    LineClient beyond(port.port);
    QTRY_COMPARE(port.service.refused.size(), std::size_t{1});
    QCOMPARE(port.service.refused[0],
             std::make_pair(std::string("127.0.0.1"), ClientRefusal::connectionsMax));
    QVERIFY(serveUntil([&] { return beyond.isGone(); }));
    QCOMPARE(port.service.opened.size(), std::size_t{3});
    QVERIFY(clients[0].send("a\n"));
    QTRY_COMPARE(clients[0].arrived(), std::string("<a>\n"));
    clients.pop_back();
    QTRY_COMPARE(port.listener.connectionCount(), 2);
    LineClient next(port.port);
    QTRY_COMPARE(port.listener.connectionCount(), 3);
    QCOMPARE(port.service.refused.size(), std::size_t{1});
}

void ListenerTest::perAddressMax() {
    Limits limits;
    limits.connectionsPerAddressMax = 2;
    Port port(limits, QStringLiteral("0.0.0.0"));
    auto one = std::make_unique<LineClient>(port.port);
    LineClient two(port.port);
    LineClient three(port.port);
    QTRY_COMPARE(port.service.refused.size(), std::size_t{1});
    QCOMPARE(port.service.refused[0].second, ClientRefusal::connectionsPerAddressMax);
    QCOMPARE(port.listener.connectionCount(), 2);
    // Another address has its own count.
    LineClient other = LineClient::adopt(connectFrom(QStringLiteral("127.0.0.2"), port.port));
    QTRY_COMPARE(port.listener.connectionCount(), 3);
    one.reset();
    QTRY_VERIFY(!port.service.ended.empty());
    LineClient four(port.port);
    QTRY_COMPARE(port.service.opened.size(), std::size_t{4});
    QCOMPARE(port.service.refused.size(), std::size_t{1});
}

void ListenerTest::loopbackHasNoDefaultLimit() {
    Port port;
    const auto count = static_cast<std::size_t>(ClientListener::connectionsPerAddressDefaultMax);
    std::vector<LineClient> clients;
    for (std::size_t i = 0; i <= count; ++i) {
        clients.emplace_back(port.port);
    }
    QTRY_COMPARE(port.service.opened.size(), count + 1);
    QVERIFY(port.service.refused.empty());
}

void ListenerTest::othersHaveADefaultLimit() {
    const std::optional<QHostAddress> address = outerAddress();
    if (!address) {
        QSKIP("this machine has no address but loopback");
    }
    Port port({}, address->toString());
    const auto count = static_cast<std::size_t>(ClientListener::connectionsPerAddressDefaultMax);
    std::vector<LineClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(LineClient::adopt(connectTo(*address, port.port)));
    }
    QTRY_COMPARE(port.service.opened.size(), count);
    QVERIFY(port.service.refused.empty());
    LineClient beyond = LineClient::adopt(connectTo(*address, port.port));
    QTRY_COMPARE(port.service.refused.size(), std::size_t{1});
    QCOMPARE(port.service.refused[0].first, address->toString().toStdString());
}

void ListenerTest::fewATurn() {
    Port port;
    constexpr std::size_t count = 2 * std::size_t{Acceptor::perTurnMax} + 1;
    std::vector<LineClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.emplace_back(port.port);
    }
    std::size_t most = 0;
    std::size_t before = 0;
    const QMetaObject::Connection watching =
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this, [&] {
            most = std::max(most, port.service.opened.size() - before);
            before = port.service.opened.size();
        });
    QTRY_COMPARE(port.service.opened.size(), count);
    disconnect(watching);
    QCOMPARE(most, std::size_t{Acceptor::perTurnMax});
}

void ListenerTest::shedsWithoutDescriptors() {
    Port port;
    LineClient established(port.port);
    QTRY_COMPARE(port.listener.connectionCount(), 1);
    LateClients late(20);
    auto limit = std::make_unique<DescriptorLimit>(descriptorsInUse());
    late.connect(port.port);
    QTRY_COMPARE(port.service.refused.size(), std::size_t{20});
    QCOMPARE(port.service.refused[19],
             std::make_pair(std::string("127.0.0.1"), ClientRefusal::descriptors));
    QVERIFY(serveUntil([&late] { return late.isShed(0) && late.isShed(19); }));
    QVERIFY(established.send("a\n"));
    QTRY_COMPARE(established.arrived(), std::string("<a>\n"));
    // When descriptors are there again, so is the port.
    limit.reset();
    LineClient next(port.port);
    QTRY_COMPARE(port.listener.connectionCount(), 2);
}

void ListenerTest::restsWithoutASpareDescriptor() {
    Port port;
    LineClient established(port.port);
    QTRY_COMPARE(port.listener.connectionCount(), 1);
    LateClients late(2);
    // So low that not even the spare one may be opened again.
    auto limit = std::make_unique<DescriptorLimit>(3);
    late.connect(port.port);
    serveRounds(20);
    const Stopwatch stopwatch;
    const auto usedBefore = timeUsed();
    QTest::qWait(1'000);  // what is measured is that nothing happens
    const auto used = timeUsed() - usedBefore;
    QVERIFY2(used * 20 < stopwatch.elapsed(), qPrintable(QString::number(used.count())));
    QVERIFY(established.send("a\n"));
    QTRY_COMPARE(established.arrived(), std::string("<a>\n"));
    limit.reset();
    QTRY_COMPARE(
        port.listener.connectionCount() + static_cast<std::int64_t>(port.service.refused.size()),
        3);
    // The spare one is back as well.
    LateClients later(1);
    limit = std::make_unique<DescriptorLimit>(descriptorsInUse());
    const std::size_t refusedBefore = port.service.refused.size();
    later.connect(port.port);
    QTRY_COMPARE(port.service.refused.size(), refusedBefore + 1);
}

HERD_TEST_MAIN(ListenerTest)
#include "tst_listener.moc"
