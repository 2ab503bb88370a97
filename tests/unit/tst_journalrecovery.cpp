// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include "server/journal/record.h"
#include "server/journal/recovery.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"
#include "tests/unit/bytes.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

const JournalIdentity identity{"test", "beta", HerdRules{300, 0}};
constexpr std::uint64_t epoch = 0xaa;

void appendStart(std::string& out, std::uint64_t seq, std::uint64_t ofEpoch = epoch,
                 const HerdRules& rules = identity.rules) {
    record::appendStart(out, seq, {identity.herd, identity.node, ofEpoch, rules});
}

void appendChange(std::string& out, std::uint64_t seq, const std::string& client, int time) {
    record::appendChange(out, seq, MemoryTable::stampOf({seq, client, std::to_string(time)}));
}

/// A small journal of two lives: START, WHOLE, then changes and GOTs.
std::string smallJournal() {
    std::string text;
    appendStart(text, 100);
    appendChange(text, 90, "kiwi", 1);
    record::appendWhole(text, 100, 1);
    appendChange(text, 101, "kiwi", 2);
    appendChange(text, 102, "plum", 2);
    record::appendGot(text, 102, {"alpha", {0xbb, 7}});
    appendStart(text, 5'000);
    appendChange(text, 5'001, "kiwi", 3);
    record::appendGot(text, 5'001, {"alpha", {0xbb, 9}});
    record::appendGot(text, 5'001, {"gamma", {0xcc, 1}});
    appendChange(text, 5'002, "pear", 1);
    return text;
}

/// What recovery makes of a disk.
struct Read {
    MemoryTable table;
    Result<Recovered> recovered;

    explicit Read(const DiskContent& content, bool salvage = false,
                  const JournalIdentity& who = identity)
        : recovered(recover(content, salvage, who)) {}

  private:
    Result<Recovered> recover(const DiskContent& content, bool salvage,
                              const JournalIdentity& who) {
        MemoryDisk disk(content);
        return recoverJournal(disk, who, salvage, table);
    }
};

DiskContent journalOf(const std::string& text) {
    DiskContent content;
    content.files["journal.1"] = {text, text.size()};
    return content;
}

/// Where the lines of a text end.
std::vector<std::size_t> endsOf(const std::string& text) {
    std::vector<std::size_t> ends{0};
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        ends.push_back(at + 1);
    }
    return ends;
}

}  // namespace

class JournalRecoveryTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void emptyDirectory();
    void whole();
    void everyCut();
    void everyFlippedBit();
    void salvageKeepsThePrefix();
    void salvageOfWholeJournal();
    void longTail();
    void beginsWithStart();
    void otherRules();
    void rulesThatChangedWithin();
    void othersAreRefused_data();
    void othersAreRefused();
    void newestSegment();
    void unreadable();
    void chunkBorders();
    void countsErasures();
};

/// Those in the snapshot have nothing to erase any more.
void JournalRecoveryTest::countsErasures() {
    Stamp tombstone;
    tombstone.client = "0123456789abcdef0123456789abcdef";
    tombstone.origin = "alpha";
    tombstone.rxNs = tombstone.timeNs = 5;
    std::string text;
    appendStart(text, 100);
    record::appendChange(text, 90, tombstone);
    appendChange(text, 91, "kiwi", 1);
    record::appendWhole(text, 100, 2);
    const Read before(journalOf(text));
    QVERIFY(before.recovered.ok());
    QCOMPARE(quint64{before.recovered.value().erasures}, quint64{0});
    QCOMPARE(quint64{before.recovered.value().changes}, quint64{2});
    tombstone.client = "123456789abcdef0123456789abcdef0";
    record::appendChange(text, 101, tombstone);
    QCOMPARE(quint64{Read(journalOf(text)).recovered.value().erasures}, quint64{1});
}

void JournalRecoveryTest::emptyDirectory() {
    DiskContent content;
    content.files["lock"] = {};
    content.files["journal.1.new"] = {"half", 4};
    content.files["journal.x"] = {"else", 4};
    const Read made(content);
    QVERIFY(made.recovered.ok());
    QCOMPARE(quint64{made.recovered.value().segment}, quint64{0});
    QVERIFY(made.table.entries.empty());
}

void JournalRecoveryTest::whole() {
    const std::string text = smallJournal();
    const Read made(journalOf(text));
    QVERIFY(made.recovered.ok());
    const Recovered& recovered = made.recovered.value();
    QCOMPARE(quint64{recovered.segment}, quint64{1});
    QVERIFY(recovered.log == (LogPosition{epoch, 5'002}));
    QCOMPARE(recovered.got.size(), std::size_t{2});
    QVERIFY(recovered.got.at("alpha") == (LogPosition{0xbb, 9}));
    QCOMPARE(qint64{recovered.bytes}, static_cast<qint64>(text.size()));
    QCOMPARE(qint64{recovered.tornBytes}, qint64{0});
    QCOMPARE(quint64{recovered.changes}, quint64{5});
    QVERIFY(!recovered.renewEpoch && !recovered.rulesChanged && !recovered.salvaged);
    const std::map<std::string, std::string> times{{"kiwi", "3"}, {"plum", "2"}, {"pear", "1"}};
    QVERIFY(made.table.times() == times);
    QCOMPARE(quint64{made.table.entries.front().seq}, quint64{5'001});
}

/// What is recovered of a journal that ends anywhere is what its whole records say.
void JournalRecoveryTest::everyCut() {
    const std::string text = smallJournal();
    const std::vector<std::size_t> ends = endsOf(text);
    const std::size_t wholeTable = ends[3];
    for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
        const std::size_t valid = *std::prev(std::upper_bound(ends.begin(), ends.end(), bytes));
        const Read made(journalOf(text.substr(0, bytes)));
        if (valid < wholeTable) {
            QVERIFY(!made.recovered.ok());
            continue;
        }
        QVERIFY(made.recovered.ok());
        const Read expected(journalOf(text.substr(0, valid)));
        const Recovered& recovered = made.recovered.value();
        QCOMPARE(static_cast<std::size_t>(recovered.bytes), valid);
        QCOMPARE(static_cast<std::size_t>(recovered.tornBytes), bytes - valid);
        QVERIFY(recovered.log == expected.recovered.value().log);
        QVERIFY(recovered.got == expected.recovered.value().got);
        QVERIFY(made.table.entries == expected.table.entries);
    }
}

/// In the last record it is a torn tail, before that the start is refused at the record's offset.
void JournalRecoveryTest::everyFlippedBit() {
    std::string text = smallJournal();
    const std::vector<std::size_t> ends = endsOf(text);
    const std::size_t last = ends[ends.size() - 2];
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
        const Read made(journalOf(text));
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
        const std::size_t begin = *std::prev(std::upper_bound(ends.begin(), ends.end(), bit / 8));
        // The LF of the last record but one: both are one line then, and nothing follows.
        const bool torn = begin == last || bit / 8 == last - 1;
        if (torn) {
            QVERIFY(made.recovered.ok());
            QVERIFY(static_cast<std::size_t>(made.recovered.value().bytes) <= last);
            continue;
        }
        QVERIFY(!made.recovered.ok());
        const QString where = QStringLiteral("memory/journal.1 at byte %1: ").arg(begin);
        QVERIFY2(made.recovered.error().message.startsWith(where),
                 qPrintable(made.recovered.error().message));
    }
}

void JournalRecoveryTest::salvageKeepsThePrefix() {
    const std::string text = smallJournal();
    const std::vector<std::size_t> ends = endsOf(text);
    for (std::size_t record = 0; record + 2 < ends.size(); ++record) {
        std::string damaged = text;
        damaged[ends[record] + 12] ^= 1;
        const Read made(journalOf(damaged), true);
        QVERIFY(made.recovered.ok());
        const Recovered& recovered = made.recovered.value();
        QCOMPARE(static_cast<std::size_t>(recovered.bytes), ends[record]);
        QVERIFY(recovered.salvaged && recovered.renewEpoch);
        const Read expected(journalOf(text.substr(0, ends[record])), true);
        QVERIFY(made.table.entries == expected.table.entries);
        // Before its WHOLE nobody knows which stamps are missing that the GOTs cover.
        QCOMPARE(recovered.got.empty(), ends[record] < ends[6]);
    }
}

void JournalRecoveryTest::salvageOfWholeJournal() {
    const Read made(journalOf(smallJournal()), true);
    QVERIFY(made.recovered.ok());
    QVERIFY(made.recovered.value().renewEpoch && !made.recovered.value().salvaged);
    QCOMPARE(made.recovered.value().got.size(), std::size_t{2});
}

/// A loss of power may leave pages of anything, as long as no record follows.
void JournalRecoveryTest::longTail() {
    const std::string text = smallJournal();
    const std::string tails[] = {std::string(100'000, '\0'), std::string(100'000, '\n'),
                                 std::string(3'000'000, 'x'), "\n\n", std::string(1, '\0')};
    for (const std::string& tail : tails) {
        const Read made(journalOf(text + tail));
        QVERIFY(made.recovered.ok());
        QCOMPARE(static_cast<std::size_t>(made.recovered.value().bytes), text.size());
        QCOMPARE(static_cast<std::size_t>(made.recovered.value().tornBytes), tail.size());
        std::string late = text + tail + '\n';
        appendChange(late, 5'003, "late", 1);
        QVERIFY(!Read(journalOf(late)).recovered.ok());
    }
}

void JournalRecoveryTest::beginsWithStart() {
    std::string text;
    record::appendWhole(text, 1, 0);
    appendStart(text, 5);
    QVERIFY(!Read(journalOf(text)).recovered.ok());
    QVERIFY(!Read(journalOf({})).recovered.ok());
    const Read salvaged(journalOf(text), true);
    QVERIFY(salvaged.recovered.ok());
    QCOMPARE(quint64{salvaged.recovered.value().log.epoch}, quint64{0});
    QVERIFY(salvaged.recovered.value().renewEpoch);
}

void JournalRecoveryTest::otherRules() {
    const Read made(journalOf(smallJournal()), false, {"test", "beta", HerdRules{299, 0}});
    QVERIFY(made.recovered.ok());
    const Recovered& recovered = made.recovered.value();
    QVERIFY(recovered.rulesChanged && recovered.renewEpoch && recovered.got.empty());
    QCOMPARE(made.table.entries.size(), std::size_t{3});
    QVERIFY(recovered.log == (LogPosition{epoch, 5'002}));
}

/// What was held of the neighbours' logs under earlier rules counts no longer, also not later.
void JournalRecoveryTest::rulesThatChangedWithin() {
    std::string text;
    appendStart(text, 1, epoch, HerdRules{2, 0});
    record::appendWhole(text, 1, 0);
    record::appendGot(text, 1, {"alpha", {0xbb, 7}});
    appendStart(text, 2, 0xab);
    record::appendGot(text, 2, {"gamma", {0xcc, 7}});
    const Read made(journalOf(text));
    QVERIFY(made.recovered.ok());
    QVERIFY(made.recovered.value().log == (LogPosition{0xab, 2}));
    QCOMPARE(made.recovered.value().got.size(), std::size_t{1});
    QVERIFY(made.recovered.value().got.contains("gamma"));
}

void JournalRecoveryTest::othersAreRefused_data() {
    QTest::addColumn<QByteArray>("herd");
    QTest::addColumn<QByteArray>("node");
    QTest::newRow("another herd") << QByteArray("tess") << QByteArray("beta");
    QTest::newRow("another node") << QByteArray("test") << QByteArray("gamma");
}

void JournalRecoveryTest::othersAreRefused() {
    QFETCH(QByteArray, herd);
    QFETCH(QByteArray, node);
    const JournalIdentity who{herd.toStdString(), node.toStdString(), identity.rules};
    for (const bool salvage : {false, true}) {
        const Read made(journalOf(smallJournal()), salvage, who);
        QVERIFY(!made.recovered.ok());
        QVERIFY(made.recovered.error().message.contains(
            QStringLiteral("belongs to node \"beta\" of herd \"test\"")));
        QVERIFY(made.table.entries.empty());
    }
}

/// The file with the greatest number has all that the others have.
void JournalRecoveryTest::newestSegment() {
    std::string newer;
    appendStart(newer, 6'000);
    appendChange(newer, 5'500, "fig", 8);
    record::appendWhole(newer, 6'000, 1);
    DiskContent content = journalOf(smallJournal());
    content.files["journal.10"] = {newer, newer.size()};
    content.files["journal.9"] = {"damaged", 7};
    content.files["journal.11.new"] = {"unfinished", 10};
    const Read made(content);
    QVERIFY(made.recovered.ok());
    QCOMPARE(quint64{made.recovered.value().segment}, quint64{10});
    QVERIFY(made.table.times() == (std::map<std::string, std::string>{{"fig", "8"}}));
}

void JournalRecoveryTest::unreadable() {
    for (const DiskCall failing : {DiskCall::list, DiskCall::read}) {
        MemoryDisk disk(journalOf(smallJournal()));
        disk.setFault(
            [failing](DiskCall call, const std::string&) { return call == failing ? EIO : 0; });
        MemoryTable table;
        QVERIFY(!recoverJournal(disk, identity, true, table).ok());
    }
}

/// Records lie across the pieces in which a large file is read.
void JournalRecoveryTest::chunkBorders() {
    std::string text;
    appendStart(text, 1);
    record::appendWhole(text, 1, 0);
    Dice dice(2);
    std::map<std::string, std::string> expected;
    for (std::uint64_t seq = 2; text.size() < 3'500'000; ++seq) {
        const std::string client = dice.word("abc", 900, 1'000) + std::to_string(seq);
        appendChange(text, seq, client, 5);
        expected[client] = "5";
    }
    const Read made(journalOf(text));
    QVERIFY(made.recovered.ok());
    QVERIFY(made.table.times() == expected);
}

QTEST_APPLESS_MAIN(JournalRecoveryTest)
#include "tst_journalrecovery.moc"
