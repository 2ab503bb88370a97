// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <csignal>

#include "tests/integration/herdstamps.h"
#include "tests/support/nodestate.h"

using namespace herd;
using namespace std::chrono_literals;

namespace {

const QString damaged = QStringLiteral("Hands");

}  // namespace

/// A node that silently holds other data than its neighbours finds that out, says so and mends it.
class AuditTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void damageIsFoundAndHealed();
    void signalWithoutTheHook();

  private:
    std::unique_ptr<HerdFixture> herd_;
};

void AuditTest::initTestCase() {
    qputenv("HERD_TEST_CORRUPT", "kiwi");
    herd_ = std::make_unique<HerdFixture>(HerdLayout::sample());
    QVERIFY2(herd_->start(), qPrintable(herd_->error()));
    QVERIFY(herd_->waitUntilLinked());
}

void AuditTest::damageIsFoundAndHealed() {
    const std::string answer = report(*herd_, QStringLiteral("Goloman"),
                                      "kiwi +34.068930-118.445127 1479413884.392014450");
    Stamps expected = reportMany(*herd_, QStringLiteral("Welsh"), "unit", 200, "5");
    expected["kiwi"] = answer;
    const QStringList& nodes = herd_->layout().nodes;
    QCOMPARE(waitUntilStored(*herd_, nodes, expected), QString());
    QVERIFY(NodeState(*herd_, damaged).alarms().isEmpty());

    QCOMPARE(::kill(static_cast<pid_t>(herd_->node(damaged).processId()), SIGUSR2), 0);
    QTRY_VERIFY(stored(*herd_, damaged, "kiwi") != answer);
    // Three signs of life, two seconds apart, have to disagree.
    QTRY_COMPARE_WITH_TIMEOUT(stored(*herd_, damaged, "kiwi"), answer, 30'000);
    QVERIFY(NodeState(*herd_, damaged).alarms().contains(QStringLiteral("divergence")));
    QCOMPARE(waitUntilStored(*herd_, nodes, expected), QString());
    // The others had nothing to mend.
    const NodeState other(*herd_, QStringLiteral("Goloman"));
    QVERIFY(other.answered() && other.alarms().isEmpty());
}

void AuditTest::signalWithoutTheHook() {
    qunsetenv("HERD_TEST_CORRUPT");
    HerdFixture herd(HerdLayout::single(QStringLiteral("Solo")));
    QVERIFY2(herd.start(), qPrintable(herd.error()));
    const std::string answer = report(herd, QStringLiteral("Solo"), "kiwi +1-1 5");
    QCOMPARE(::kill(static_cast<pid_t>(herd.node(QStringLiteral("Solo")).processId()), SIGUSR2), 0);
    QTRY_VERIFY(herd.log(QStringLiteral("Solo")).contains("SIGUSR2 means nothing here"));
    QCOMPARE(stored(herd, QStringLiteral("Solo"), "kiwi"), answer);
}

QTEST_GUILESS_MAIN(AuditTest)
#include "tst_audit.moc"
