// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <limits>
#include <list>

#include "common/timestamp.h"
#include "common/wire.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

/// Writes any message but Malformed, for which there is nothing to write.
struct Format {
    std::string operator()(const Malformed&) const { return {}; }
    std::string operator()(const Hello& hello) const {
        return written([&](std::string& out) { wire::appendHello(out, hello); });
    }
    std::string operator()(const Proof& proof) const {
        return written([&](std::string& out) { wire::appendProof(out, proof.hex); });
    }
    std::string operator()(const At& at) const {
        return written([&](std::string& out) { wire::appendAt(out, at.stamp); });
    }
    std::string operator()(const Forget& forget) const {
        return written([&](std::string& out) { wire::appendForget(out, forget.stamp); });
    }
    std::string operator()(const Mark& mark) const {
        return written([&](std::string& out) { wire::appendMark(out, mark.seq); });
    }
    std::string operator()(const Ack& ack) const {
        return written([&](std::string& out) { wire::appendAck(out, ack.seq); });
    }
    std::string operator()(const Ping& ping) const {
        return written([&](std::string& out) { wire::appendPing(out, ping); });
    }
    std::string operator()(const Pong& pong) const {
        return written([&](std::string& out) { wire::appendPong(out, pong); });
    }
    std::string operator()(const DigestTop& top) const {
        return written([&](std::string& out) { wire::appendDigestTop(out, top.sums); });
    }
    std::string operator()(const Need& need) const {
        return written([&](std::string& out) { wire::appendNeed(out, need); });
    }
    std::string operator()(const DigestDetail& detail) const {
        return written([&](std::string& out) {
            wire::appendDigestDetail(out, detail.superBucket, detail.sums);
        });
    }
    std::string operator()(const Bye& bye) const {
        return written([&](std::string& out) { wire::appendBye(out, bye.reason); });
    }

  private:
    template <typename Append>
    static std::string written(Append append) {
        std::string out = "before\n";
        append(out);
        return out.substr(7);
    }
};

QByteArray formatted(const PeerMessage& message) {
    return bytesOf(std::visit(Format(), message));
}

QByteArray sums(int count) {
    return QByteArray(" 0123456789abcdef").repeated(count);
}

const QByteArray helloLine =
    "HELLO herd/1-2 sample Goloman Wilkes 00000000000000ff 17 0000000000000000 0 "
    "1400794699108893381 n0nce future_skew_max_s=300,ttl_s=0";

}  // namespace

/// What nodes say to each other and what the journal holds: one spelling for each message.
class PeerWireTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void canonical_data();
    void canonical();
    void malformed_data();
    void malformed();
    void at();
    void hello();
    void helloExtensions_data();
    void helloExtensions();
    void need();
    void anyMessage();
    void nearMisses();
};

void PeerWireTest::canonical_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("kind");
    const auto row = [](const QByteArray& line, const PeerMessage& like) {
        QTest::newRow(line.left(60).constData()) << line << static_cast<int>(like.index());
    };
    row("AT Wilkes +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450", At());
    row("AT Wilkes +0.000000000 k -0.0+0.0 0", At());
    row("AT Wilkes -0.000000001 k +90-180 0.000000001", At());
    row("AT Wilkes -9223372036.854775807 rx-is-zero +1+1 9223372036.854775807", At());
    row("AT Wilkes +9223372036.854775807 rx-is-largest +1+1 0", At());
    row("AT Wilkes +0.000000000 time-is-largest +1+1 9223372036.854775807", At());
    row("AT " + QByteArray(64, 'n') + " +0.000000000 " + QByteArray(1'024, '\xff') + " +" +
            QByteArray(61, '0') + "+1 " + QByteArray(31, '0') + "7",
        At());
    row("AT Wilkes +0.000000000 \xc2\xa0\xe2\x80\x83\x85 +1+1 1", At());
    row(QByteArray("AT Wilkes +0.000000000 a\0b +1+1 1", 33), At());
    row("AT Wilkes +0.000000000 k +1+1 007.50", At());
    const QByteArray hash = "0123456789abcdef0123456789abcdef";
    row("FORGET Wilkes 1400794645392014450 " + hash, Forget());
    row("FORGET W 0 " + QByteArray(32, '0'), Forget());
    row("FORGET " + QByteArray(64, 'n') + " 9223372036854775807 " + hash, Forget());
    for (const char* seq : {"0", "1", "10", "9223372036854775808", "18446744073709551615"}) {
        row(QByteArray("MARK ") + seq, Mark());
        row(QByteArray("ACK ") + seq, Ack());
        row(QByteArray("PING 0 ") + seq + " 0123456789abcdef " + seq, Ping());
    }
    row("PING 1400794699108893381 5 ffffffffffffffff 7", Ping());
    row("PONG 9223372036854775807 5 0000000000000000 0", Pong());
    row("DIGEST 0" + sums(1), DigestTop());
    row("DIGEST 0" + sums(255), DigestTop());
    row("DIGEST 0" + sums(256), DigestTop());
    row("DIGEST 1 0" + sums(1), DigestDetail());
    row("DIGEST 1 255" + sums(256), DigestDetail());
    row("DIGEST 1 4294967295" + sums(2), DigestDetail());
    for (const char* hex : {"0", "f", "8", "1", "00", "0123456789abcdef"}) {
        row(QByteArray("NEED ") + hex, Need());
    }
    row("NEED " + QByteArray(64, 'a'), Need());
    row("PROOF " + QByteArray("0123456789abcdef").repeated(4), Proof());
    row("BYE full", Bye());
    row("BYE " + QByteArray(64, 'r'), Bye());
    row(helloLine, Hello());
    row("HELLO herd/0-2147483647 h a b ffffffffffffffff 18446744073709551615 ffffffffffffffff "
        "18446744073709551615 9223372036854775807 " +
            QByteArray(64, 'n') +
            " future_skew_max_s=9223372036854775807,ttl_s=9223372036854775807",
        Hello());
}

void PeerWireTest::canonical() {
    QFETCH(QByteArray, line);
    QFETCH(int, kind);
    const PeerMessage message = wire::parsePeerLine(viewOf(line));
    QCOMPARE(static_cast<int>(message.index()), kind);
    QCOMPARE(formatted(message), line + '\n');
}

void PeerWireTest::malformed_data() {
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const QByteArray& line) {
        QTest::newRow(line.left(100).toPercentEncoding(" +?=,").constData()) << line;
    };
    const auto rows = [&row](std::initializer_list<const char*> lines) {
        for (const char* line : lines) {
            row(line);
        }
    };
    rows({"",
          " ",
          "AT",
          "AT ",
          "at Wilkes +0.000000000 k +1+1 1",
          "FOO 1",
          "?",
          "IAMAT kiwi +34-118 1.5",
          "WHATSAT kiwi 10 5",
          "MARK",
          "MARK ",
          "ACK",
          "NEED",
          "NEED ",
          "PING",
          "PONG",
          "DIGEST",
          "DIGEST ",
          "PROOF",
          "PROOF ",
          "BYE",
          "BYE ",
          "HELLO",
          "HELLO "});
    // White space: one space between fields, nothing else and nowhere else.
    rows({" AT Wilkes +0.000000000 k +1+1 1",   "AT  Wilkes +0.000000000 k +1+1 1",
          "AT Wilkes  +0.000000000 k +1+1 1",   "AT Wilkes +0.000000000  k +1+1 1",
          "AT Wilkes +0.000000000 k  +1+1 1",   "AT Wilkes +0.000000000 k +1+1  1",
          "AT Wilkes +0.000000000 k +1+1 1 ",   "AT Wilkes +0.000000000 k +1+1 1\r",
          "AT Wilkes +0.000000000 k +1+1 1\n",  "AT\tWilkes +0.000000000 k +1+1 1",
          "AT Wilkes\t+0.000000000 k +1+1 1",   "AT Wilkes +0.000000000\tk +1+1 1",
          "AT Wilkes +0.000000000 k\t+1+1 1",   "AT Wilkes +0.000000000 k +1+1\t1",
          "AT Wilkes +0.000000000 k\tk +1+1 1", "AT Wilkes +0.000000000 k\nk +1+1 1",
          "AT Wilkes +0.000000000 k\vk +1+1 1", "AT Wilkes +0.000000000 k\fk +1+1 1",
          "AT Wilkes +0.000000000 k\rk +1+1 1", "AT Wilkes +0.000000000 \tk +1+1 1",
          "AT Wilkes +0.000000000 k\r +1+1 1"});
    // Fields too many and too few.
    rows({"AT Wilkes", "AT Wilkes +0.000000000", "AT Wilkes +0.000000000 k",
          "AT Wilkes +0.000000000 k +1+1", "AT Wilkes +0.000000000 k +1+1 1 1",
          "AT Wilkes k +1+1 1", "AT +0.000000000 k +1+1 1", "AT Wilkes +0.000000000 k k +1+1 1"});
    // Diffs that are not canonical, receive times below zero and past the largest.
    rows({"AT Wilkes -0.000000000 k +1+1 1", "AT Wilkes 0.000000000 k +1+1 1",
          "AT Wilkes +0 k +1+1 1", "AT Wilkes +0.0 k +1+1 1", "AT Wilkes +0.00000000 k +1+1 1",
          "AT Wilkes +0.0000000000 k +1+1 1", "AT Wilkes +00.000000000 k +1+1 1",
          "AT Wilkes +.000000000 k +1+1 1", "AT Wilkes +1e0 k +1+1 1",
          "AT Wilkes -1.000000001 k +1+1 1", "AT Wilkes -0.000000001 k +1+1 0",
          "AT Wilkes -9223372036.854775807 k +1+1 9223372036.854775806",
          "AT Wilkes +0.000000001 k +1+1 9223372036.854775807",
          "AT Wilkes +9223372036.854775807 k +1+1 0.000000001",
          "AT Wilkes +9223372036.854775807 k +1+1 9223372036.854775807",
          "AT Wilkes +9223372036.854775808 k +1+1 0"});
    // The other fields of AT.
    rows({"AT Wil/kes +0.000000000 k +1+1 1", "AT W\xc3\xa9 +0.000000000 k +1+1 1",
          "AT Wilkes +0.000000000 k 1+1 1", "AT Wilkes +0.000000000 k +91+1 1",
          "AT Wilkes +0.000000000 k +1+1/ 1", "AT Wilkes +0.000000000 k +1+1 1.",
          "AT Wilkes +0.000000000 k +1+1 -1", "AT Wilkes +0.000000000 k +1+1 1.0000000000"});
    row("AT " + QByteArray(65, 'n') + " +0.000000000 k +1+1 1");
    row("AT Wilkes +0.000000000 " + QByteArray(1'025, 'x') + " +1+1 1");
    row("AT Wilkes +0.000000000 k +" + QByteArray(62, '0') + "+1 1");
    row("AT Wilkes +0.000000000 k +1+1 " + QByteArray(33, '0'));
    // Numbers.
    rows({"MARK 00",
          "MARK 01",
          "MARK +1",
          "MARK -1",
          "MARK 1.0",
          "MARK 0x1",
          "MARK 1a",
          "MARK a",
          "MARK 1 ",
          "MARK 1  ",
          "MARK  1",
          "MARK 1 2",
          "MARK 1\r",
          "MARK 1\t",
          "MARK 18446744073709551616",
          "MARK 99999999999999999999",
          "ACK 00",
          "ACK -1",
          "ACK 1 1",
          "ACK 18446744073709551616"});
    row(QByteArray("MARK 1\0", 7));
    rows({"PING 1 2 00000000000000ff", "PING 1 2 00000000000000ff 3 4",
          "PING -1 2 00000000000000ff 3", "PING 9223372036854775808 2 00000000000000ff 3",
          "PING 1 18446744073709551616 00000000000000ff 3",
          "PING 1 2 00000000000000ff 18446744073709551616", "PING 1 2 0000000000000ff 3",
          "PING 1 2 000000000000000ff 3", "PING 1 2 00000000000000FF 3",
          "PING 1 2 00000000000000fg 3", "PING 1 2 +0000000000000ff 3",
          "PING 1 2 0x000000000000ff 3", "PING 01 2 00000000000000ff 3",
          "PING 1 2  00000000000000ff 3", "PONG 1 2 00000000000000ff", "PONG 1 2 3 4"});
    const QByteArray hash = "0123456789abcdef0123456789abcdef";
    row("FORGET Wilkes 5 " + hash.chopped(1));
    row("FORGET Wilkes 5 " + hash + "0");
    row("FORGET Wilkes 5 " + hash + " ");
    row("FORGET Wilkes 5 " + hash + " 7");
    row("FORGET Wilkes 5 " + hash.toUpper());
    row("FORGET Wilkes 5  " + hash);
    row("FORGET Wilkes 05 " + hash);
    row("FORGET Wilkes -5 " + hash);
    row("FORGET Wilkes 5.0 " + hash);
    row("FORGET Wilkes 9223372036854775808 " + hash);
    row("FORGET Wil/kes 5 " + hash);
    row("FORGET Wilkes " + hash);
    row("FORGET Wilkes 5 kiwi.cs.ucla.edu");
    row("forget Wilkes 5 " + hash);
    // Digests.
    rows({"DIGEST 0", "DIGEST 0 ", "DIGEST 1", "DIGEST 1 0", "DIGEST 1 0123456789abcdef",
          "DIGEST 2 0123456789abcdef", "DIGEST 2 0 0123456789abcdef", "DIGEST 00 0123456789abcdef",
          "DIGEST 0 0123456789abcde", "DIGEST 0 0123456789ABCDEF", "DIGEST 0  0123456789abcdef",
          "DIGEST 0 0123456789abcdef ", "DIGEST 1 4294967296 0123456789abcdef",
          "DIGEST 1 -1 0123456789abcdef", "DIGEST 1 01 0123456789abcdef"});
    row("DIGEST 0" + sums(257));
    row("DIGEST 1 0" + sums(257));
    row("DIGEST 0" + sums(256) + " ");
    rows({"NEED g", "NEED F", "NEED 0 0", "NEED 0 ", "NEED  0", "NEED 0x", "NEED -1"});
    row("NEED " + QByteArray(65, 'a'));
    row(QByteArray("NEED \0", 6));
    // PROOF and BYE.
    row("PROOF " + QByteArray(63, 'a'));
    row("PROOF " + QByteArray(65, 'a'));
    row("PROOF " + QByteArray(63, 'a') + "A");
    row("PROOF " + QByteArray(63, 'a') + "g");
    row("PROOF " + QByteArray(64, 'a') + " ");
    row("PROOF  " + QByteArray(64, 'a'));
    rows({"BYE full now", "BYE full ", "BYE  full", "BYE fu\tll", "BYE \xc3\xa9"});
    row("BYE " + QByteArray(65, 'r'));
    // HELLO: each field in turn.
    const QByteArrayList fields = helloLine.split(' ');
    const auto replaced = [&](qsizetype index, std::initializer_list<QByteArray> values) {
        for (const QByteArray& value : values) {
            QByteArrayList changed = fields;
            changed[index] = value;
            row(changed.join(' '));
        }
    };
    replaced(1, {"herd/1", "herd/1-", "herd/-1", "herd/2-1", "herd/01-2", "herd/1-02", "herd/1-2-3",
                 "Herd/1-2", "1-2", "herd/1-2147483648", "herd/a-b", "herd/1_2", ""});
    for (const qsizetype name : {2, 3, 4, 10}) {
        replaced(name, {"", "a/b", "\xc3\xa9", QByteArray(65, 'n')});
    }
    for (const qsizetype epoch : {5, 7}) {
        replaced(epoch, {"", "ff", "00000000000000FF", "0000000000000000f", "-000000000000001"});
    }
    for (const qsizetype seq : {6, 8}) {
        replaced(seq, {"", "01", "-1", "18446744073709551616"});
    }
    replaced(9, {"", "01", "-1", "9223372036854775808", "1.5"});
    replaced(11, {"", "future_skew_max_s=300", "ttl_s=0", "ttl_s=0,future_skew_max_s=300",
                  "future_skew_max_s=300,ttl_s=", "future_skew_max_s=,ttl_s=0",
                  "future_skew_max_s=0300,ttl_s=0", "future_skew_max_s=300,ttl_s=-1",
                  "future_skew_max_s=300,ttl_s=0,x=1", "future_skew_max_s=300 ttl_s=0",
                  "future_skew_max_s=9223372036854775808,ttl_s=0"});
    for (qsizetype missing = 1; missing < fields.size(); ++missing) {
        QByteArrayList shorter = fields;
        shorter.removeAt(missing);
        row(shorter.join(' '));
    }
}

void PeerWireTest::malformed() {
    QFETCH(QByteArray, line);
    QVERIFY(std::holds_alternative<Malformed>(wire::parsePeerLine(viewOf(line))));
}

void PeerWireTest::at() {
    const std::string_view line = "AT Wilkes -3600.000012345 kiwi +34-118 1400794645.392014450";
    const PeerMessage message = wire::parsePeerLine(line);
    const At* const at = std::get_if<At>(&message);
    QVERIFY(at != nullptr);
    QCOMPARE(at->stamp.line, line);
    const Stamp expected = {.client = "kiwi",
                            .origin = "Wilkes",
                            .position = "+34-118",
                            .time = "1400794645.392014450",
                            .timeNs = 1'400'794'645'392'014'450,
                            .rxNs = 1'400'791'045'392'002'105};
    QVERIFY(at->stamp == expected);
}

void PeerWireTest::hello() {
    const PeerMessage message = wire::parsePeerLine(viewOf(helloLine));
    const Hello expected = {.versionMin = 1,
                            .versionMax = 2,
                            .herd = "sample",
                            .from = "Goloman",
                            .to = "Wilkes",
                            .log = {255, 17},
                            .want = {0, 0},
                            .wallNs = 1'400'794'699'108'893'381,
                            .nonce = "n0nce",
                            .rules = {300, 0}};
    QVERIFY(message == PeerMessage(expected));
}

void PeerWireTest::helloExtensions_data() {
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<bool>("valid");
    for (const char* tail : {" a=", " key=value", " key=value other=1", " a=b=c",
                             " compress=zstd,lz4", " ttl_s=9", " a.b_c-D=\xc3\xa9"}) {
        QTest::newRow(tail) << QByteArray(tail) << true;
    }
    for (const char* tail :
         {" ", " key", " =", " =value", " key=value ", "  key=value", " key=value  other=1",
          " key=value other", " key=va\tlue", " key=value\r", "\tkey=value", " k/y=value",
          " k\xc3\xa9=value", "x"}) {
        QTest::newRow(QByteArray(tail).toPercentEncoding(" =").constData())
            << QByteArray(tail) << false;
    }
}

void PeerWireTest::helloExtensions() {
    QFETCH(QByteArray, tail);
    QFETCH(bool, valid);
    const QByteArray line = helloLine + tail;
    const PeerMessage message = wire::parsePeerLine(viewOf(line));
    QCOMPARE(std::holds_alternative<Hello>(message), valid);
    QCOMPARE(formatted(message), valid ? helloLine + '\n' : QByteArray());
}

void PeerWireTest::need() {
    const PeerMessage message = wire::parsePeerLine("NEED 8105");
    const Need* const need = std::get_if<Need>(&message);
    QVERIFY(need != nullptr);
    QCOMPARE(need->superBucketCount, 16U);
    QVERIFY(need->superBuckets == std::vector<std::uint32_t>({0, 7, 13, 15}));
}

namespace {

/// Messages of every kind. Their views lie in here until the next one is made.
class MessageMaker {
  public:
    PeerMessage make() {
        texts_.clear();
        switch (dice_.below(10)) {
            case 0:
                return hello();
            case 1:
                return Proof{keep(dice_.word("0123456789abcdef", 64, 64))};
            case 2:
                return Mark{dice_.unsignedNumber()};
            case 3:
                return Ack{dice_.unsignedNumber()};
            case 4:
                return Ping{heartbeat()};
            case 5:
                return Pong{heartbeat()};
            case 6:
                return DigestTop{manySums()};
            case 7:
                return DigestDetail{static_cast<std::uint32_t>(dice_.next()), manySums()};
            case 8:
                return needed();
            default:
                return at();
        }
    }

  private:
    std::string_view keep(std::string text) {
        return *texts_.insert(texts_.end(), std::move(text));
    }

    std::string_view name() { return keep(dice_.word("AZaz09._-", 1, 64)); }

    Heartbeat heartbeat() {
        return {dice_.time(), dice_.unsignedNumber(), dice_.next(), dice_.unsignedNumber()};
    }

    Hello hello() {
        Hello hello;
        hello.versionMin = static_cast<int>(dice_.below(100));
        hello.versionMax = hello.versionMin + static_cast<int>(dice_.below(100));
        hello.herd = name();
        hello.from = name();
        hello.to = name();
        hello.log = {dice_.next(), dice_.unsignedNumber()};
        hello.want = {dice_.next(), dice_.unsignedNumber()};
        hello.wallNs = dice_.time();
        hello.nonce = name();
        hello.rules = {dice_.time(), dice_.time()};
        return hello;
    }

    At at() {
        Stamp stamp;
        stamp.origin = name();
        stamp.client = keep(dice_.word("a9\xff\x80?+-./\x01", 1, 64));
        stamp.position = keep('+' + dice_.word("012345678", 1, 1) + ".5-" +
                              dice_.word("012345678", 1, 2) + '.' + dice_.word("09", 1, 20));
        stamp.timeNs = dice_.time();
        std::string time;
        appendDiff(time, stamp.timeNs);
        stamp.time = keep(time.substr(1));
        stamp.rxNs = dice_.time();
        return {stamp};
    }

    std::vector<std::uint64_t> manySums() {
        std::vector<std::uint64_t> many(1 + dice_.below(wire::digestSumsMax));
        for (std::uint64_t& sum : many) {
            sum = dice_.next();
        }
        return many;
    }

    Need needed() {
        Need need;
        need.superBucketCount = 4 * (1 + static_cast<std::uint32_t>(dice_.below(64)));
        for (std::uint32_t bucket = 0; bucket < need.superBucketCount; ++bucket) {
            if (dice_.below(4) == 0) {
                need.superBuckets.push_back(bucket);
            }
        }
        return need;
    }

    Dice dice_{1};
    std::list<std::string> texts_;
};

}  // namespace

void PeerWireTest::anyMessage() {
    MessageMaker maker;
    for (int round = 0; round < 10'000; ++round) {
        const PeerMessage message = maker.make();
        const std::string line = std::visit(Format(), message);
        QVERIFY2(line.ends_with('\n'), line.c_str());
        const auto body = std::string_view(line).substr(0, line.size() - 1);
        QVERIFY2(wire::parsePeerLine(body) == message, line.c_str());
        QVERIFY2(std::holds_alternative<Malformed>(wire::parsePeerLine(line)), line.c_str());
    }
}

void PeerWireTest::nearMisses() {
    // Whatever one changed, dropped or added byte still lets through is written back as it came.
    MessageMaker maker;
    Dice dice(2);
    constexpr std::string_view bytes = " \t\r0019afAZ+-./=\xff";
    for (int round = 0; round < 20'000; ++round) {
        std::string line = std::visit(Format(), maker.make());
        line.pop_back();
        const std::size_t at = dice.below(line.size());
        const char byte = bytes[dice.below(bytes.size())];
        switch (dice.below(3)) {
            case 0:
                line[at] = byte;
                break;
            case 1:
                line.erase(at, 1);
                break;
            default:
                line.insert(at, 1, byte);
        }
        const PeerMessage read = wire::parsePeerLine(line);
        if (!std::holds_alternative<Malformed>(read)) {
            QCOMPARE(formatted(read), bytesOf(line) + '\n');
        }
    }
}

QTEST_GUILESS_MAIN(PeerWireTest)
#include "tst_peerwire.moc"
