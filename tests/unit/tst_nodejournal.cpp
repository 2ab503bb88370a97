// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <memory>

#include "server/nodejournal.h"
#include "tests/unit/coreparts.h"

using namespace herd;

namespace {

/// A journal in the mode `always` whose disk keeps what the test says.
class SilentJournal : public JournalService {
  public:
    std::uint64_t durableSeq = 0;
    int replacements = 0;

    void appendChange(std::uint64_t, const Stamp&) override {}
    void appendGot(std::string_view, const LogPosition&) override {}
    void appendEpoch(const LogPosition&) override {}
    void replaceSoon() override { ++replacements; }
    void commit() override {}
    [[nodiscard]] bool confirmsWhenSynced() const override { return true; }
    [[nodiscard]] std::uint64_t syncedSeq() const override { return durableSeq; }
    [[nodiscard]] JournalState state() const override { return {}; }
};

}  // namespace

class NodeJournalTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void releasesWhatIsDurable();
    void forgetsWhoIsGone();
    void keepsWhoIsThere();
    void asksForASnapshotWithoutTheErased();

  private:
    void change();

    CountingDice dice_{100};
    SilentJournal journal_;
    std::unique_ptr<HerdCore> core_;
    std::unique_ptr<NodeJournal> node_;
    int time_ = 0;
};

void NodeJournalTest::asksForASnapshotWithoutTheErased() {
    change();
    QCOMPARE(journal_.replacements, 0);
    QVERIFY(core_->forget("kiwi", 900) == Offer::accepted);
    QCOMPARE(journal_.replacements, 1);
    QCOMPARE(node_->filledRowCount(), std::size_t(core_->table().used()));
    const std::size_t rows = node_->rowCount();
    for (std::size_t index = 0; index < rows; ++index) {
        QVERIFY(node_->row(index)->stamp.client != "kiwi");
    }
}

void NodeJournalTest::init() {
    core_ = std::make_unique<HerdCore>(smallSettings("beta", {}), testIndexKey, dice_);
    node_ = std::make_unique<NodeJournal>(*core_);
    node_->attach(journal_, Recovered(), 0);
    journal_.durableSeq = core_->log().seq;
}

void NodeJournalTest::cleanup() {
    node_.reset();
    core_.reset();
}

void NodeJournalTest::change() {
    ++time_;
    QVERIFY(core_->learn(stampOf("kiwi", std::to_string(time_)), 1) == Offer::accepted);
}

void NodeJournalTest::releasesWhatIsDurable() {
    QVERIFY(!node_->mustHold());
    ReplyQueue queue([] {});
    for (const std::string answer : {"first\n", "second\n"}) {
        change();
        QVERIFY(node_->mustHold());
        node_->hold(queue.reserve(answer));
    }
    QCOMPARE(queue.unsentBytes(), std::size_t{13});
    node_->releaseHeld();
    QVERIFY(queue.ready().empty());
    ++journal_.durableSeq;
    node_->releaseHeld();
    QCOMPARE(queue.ready(), std::string_view("first\n"));
    ++journal_.durableSeq;
    node_->releaseHeld();
    QCOMPARE(queue.ready(), std::string_view("first\nsecond\n"));
    QCOMPARE(node_->heldCount(), std::size_t{0});
}

/// Clients that give up and come again while the disk is bad do not fill the memory.
void NodeJournalTest::forgetsWhoIsGone() {
    change();
    std::size_t most = 0;
    for (std::size_t session = 0; session < 10 * NodeJournal::heldBeforeDrop; ++session) {
        ReplyQueue queue([] {});
        node_->hold(queue.reserve("answer\n"));
        most = std::max(most, node_->heldCount());
    }
    QCOMPARE(most, NodeJournal::heldBeforeDrop);
    journal_.durableSeq = core_->log().seq;
    node_->releaseHeld();
    QCOMPARE(node_->heldCount(), std::size_t{0});
}

void NodeJournalTest::keepsWhoIsThere() {
    change();
    ReplyQueue queue([] {});
    constexpr std::size_t answers = 3 * NodeJournal::heldBeforeDrop;
    for (std::size_t number = 0; number < answers; ++number) {
        node_->hold(queue.reserve("x\n"));
    }
    QCOMPARE(node_->heldCount(), answers);
    journal_.durableSeq = core_->log().seq;
    node_->releaseHeld();
    QCOMPARE(queue.ready().size(), 2 * answers);
}

QTEST_APPLESS_MAIN(NodeJournalTest)
#include "tst_nodejournal.moc"
