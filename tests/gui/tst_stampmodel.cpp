// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampmodel.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QLocale>
#include <QPersistentModelIndex>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <cmath>

#include "common/wire.h"
#include "console/stamptexts.h"
#include "tests/support/until.h"

namespace herd {

class StampModelTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void showsStamps_data();
    void showsStamps();
    void sorts_data();
    void sorts();
    void filters_data();
    void filters();
    void keepsWhatWasShownOverAFault();
    void boundsTheTimeOfAnExpression();
    void followsTheStore();
    void paintsWithMeasure();
    void clientsAgeOut();
    void survivesAStorm();
    void writesForPeople_data();
    void writesForPeople();
};

namespace {

/// Heard so long ago, by the client's clock later.
std::string line(const std::string& client, const std::string& node, const std::string& position,
                 qint64 heardNs, qint64 differenceNs) {
    const qint64 timeNs = heardNs - differenceNs;
    std::string fraction = std::to_string(timeNs % 1'000'000'000);
    fraction.insert(0, 9 - fraction.size(), '0');
    const std::string time = std::to_string(timeNs / 1'000'000'000) + '.' + fraction;
    std::string at;
    wire::appendAt(at, {client, node, position, time, timeNs, heardNs});
    at.pop_back();
    return at;
}

/// Three clients, of which the second moves by a degree.
struct Scene {
    const qint64 nowNs = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
    StampStore store;
    std::unique_ptr<StampModel> model;
    std::unique_ptr<QAbstractItemModelTester> tester;

    Scene() {
        store.apply({line("beta", "Welsh", "+10+20", ago(30), 5'000'000'000),
                     line("Alpha", "Hands", "-10+20", ago(4'000), -2'000'000'000),
                     line("gamma\xff", "Hands", "+10-20", ago(5), 1'000'000)});
        store.apply({line("Alpha", "Hands", "-10+21", ago(3'900), -2'000'000'000)});
        model = std::make_unique<StampModel>(store);
        tester = std::make_unique<QAbstractItemModelTester>(
            model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    qint64 ago(qint64 seconds) const { return nowNs - seconds * 1'000'000'000; }
    bool settle() const {
        return until(patience, [this] { return !model->isArranging(); });
    }
    QString clients() const {
        QStringList names;
        for (int row = 0; row < model->rowCount(); ++row) {
            names += model->index(row, 0).data().toString();
        }
        return names.join(QLatin1Char(' '));
    }
};

const QString gamma = QStringLiteral("gamma\\xff");

}  // namespace

void StampModelTest::initTestCase() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
}

void StampModelTest::showsStamps_data() {
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("text");
    QTest::newRow("client") << 0 << "Alpha";
    QTest::newRow("position") << 1 << "-10+21";
    QTest::newRow("node") << 4 << "Hands";
    QTest::newRow("difference") << 5 << "-2.000 s";
    QTest::newRow("moved") << 6 << "109.5 km";
}

void StampModelTest::showsStamps() {
    QFETCH(int, column);
    QFETCH(QString, text);
    Scene scene;
    QVERIFY(scene.settle());
    QCOMPARE(scene.model->rowCount(), 3);
    QCOMPARE(scene.model->index(0, column).data().toString(), text);
    QVERIFY(!scene.model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
    QVERIFY(scene.model->index(0, 3).data().toString().startsWith(QStringLiteral("1 h 5 min")));
    const QString utc = scene.model->index(0, 2).data().toString();
    QCOMPARE(utc, timeText(scene.ago(3'900) + 2'000'000'000, true));
    scene.model->setUtc(false);
    QCOMPARE(scene.model->index(0, 2).data().toString(),
             timeText(scene.ago(3'900) + 2'000'000'000, false));
}

void StampModelTest::sorts_data() {
    QTest::addColumn<StampColumn>("column");
    QTest::addColumn<QString>("ascending");
    const auto row = [](const char* name, StampColumn column, const QString& ascending) {
        QTest::newRow(name) << column << ascending;
    };
    row("client", StampColumn::client, QStringLiteral("Alpha beta ") + gamma);
    row("position", StampColumn::position, QStringLiteral("Alpha %1 beta").arg(gamma));
    row("time", StampColumn::time, QStringLiteral("Alpha beta ") + gamma);
    row("age", StampColumn::age, gamma + QStringLiteral(" beta Alpha"));
    row("node", StampColumn::node, QStringLiteral("Alpha %1 beta").arg(gamma));
    row("difference", StampColumn::difference, QStringLiteral("Alpha %1 beta").arg(gamma));
    row("moved", StampColumn::moved, QStringLiteral("beta %1 Alpha").arg(gamma));
}

void StampModelTest::sorts() {
    QFETCH(StampColumn, column);
    QFETCH(QString, ascending);
    Scene scene;
    scene.model->sort(static_cast<int>(column), Qt::AscendingOrder);
    QVERIFY(scene.settle());
    QCOMPARE(scene.clients(), ascending);
    scene.model->sort(static_cast<int>(column), Qt::DescendingOrder);
    QVERIFY(scene.settle());
    QStringList descending = scene.clients().split(QLatin1Char(' '));
    std::reverse(descending.begin(), descending.end());
    if (column != StampColumn::node && column != StampColumn::moved) {  // those have equal ones
        QCOMPARE(descending.join(QLatin1Char(' ')), ascending);
    } else {
        QVERIFY(scene.clients() != ascending);
    }
}

void StampModelTest::filters_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isExpression");
    QTest::addColumn<QString>("node");
    QTest::addColumn<int>("secondsMin");
    QTest::addColumn<int>("secondsMax");
    QTest::addColumn<QString>("clients");
    const QString all = QStringLiteral("Alpha beta ") + gamma;
    QTest::newRow("none") << "" << false << "" << 0 << 0 << all;
    QTest::newRow("text") << "ET" << false << "" << 0 << 0 << "beta";
    QTest::newRow("no expression") << "^b" << false << "" << 0 << 0 << "";
    QTest::newRow("expression") << "^b" << true << "" << 0 << 0 << "beta";
    QTest::newRow("case counts in expressions") << "^B" << true << "" << 0 << 0 << "";
    QTest::newRow("empty expression") << "" << true << "" << 0 << 0 << all;
    QTest::newRow("escaped bytes") << "\\xFF" << false << "" << 0 << 0 << gamma;
    QTest::newRow("node") << "" << false << "Hands" << 0 << 0 << QStringLiteral("Alpha ") + gamma;
    QTest::newRow("unknown node") << "" << false << "Nobody" << 0 << 0 << "";
    QTest::newRow("young") << "" << false << "" << 0 << 3'600 << QStringLiteral("beta ") + gamma;
    QTest::newRow("old") << "" << false << "" << 3'600 << 0 << "Alpha";
    QTest::newRow("all at once") << "a" << false << "Hands" << 3 << 60 << gamma;
}

void StampModelTest::filters() {
    QFETCH(QString, text);
    QFETCH(bool, isExpression);
    QFETCH(QString, node);
    QFETCH(int, secondsMin);
    QFETCH(int, secondsMax);
    QFETCH(QString, clients);
    Scene scene;
    QVERIFY(scene.settle());
    scene.model->setCriteria(
        {text, isExpression, node.toStdString(), secondsMin * 1'000LL, secondsMax * 1'000LL});
    QCOMPARE(scene.model->fault(), QString());
    QVERIFY(scene.settle());
    QCOMPARE(scene.clients(), clients);
    scene.model->setCriteria({});
    QVERIFY(scene.settle());
    QCOMPARE(scene.model->rowCount(), 3);
}

void StampModelTest::keepsWhatWasShownOverAFault() {
    Scene scene;
    scene.model->setCriteria({QStringLiteral("bet"), true, {}, 0, 0});
    QVERIFY(scene.settle());
    for (const char* broken : {"(", "[a", "a{2,1}", "*"}) {
        scene.model->setCriteria({QString::fromLatin1(broken), true, {}, 0, 0});
        QVERIFY2(!scene.model->fault().isEmpty(), broken);
        QVERIFY(scene.settle());
        QCOMPARE(scene.clients(), QStringLiteral("beta"));
    }
    scene.model->setCriteria({QStringLiteral("("), false, {}, 0, 0});
    QCOMPARE(scene.model->fault(), QString());
}

void StampModelTest::boundsTheTimeOfAnExpression() {
    StampStore store;
    std::vector<std::string> lines;
    for (int i = 0; i < 300; ++i) {
        lines.push_back(
            line(std::string(60, 'a') + std::to_string(i), "Hands", "+1+1", 1'000'000'000, 0));
    }
    store.apply(lines);
    StampModel model(store);
    model.setCriteria({QStringLiteral("^(a+)+$"), true, {}, 0, 0});
    // Without a bound the first of them takes longer than the age of the universe.
    QTRY_VERIFY(!model.isArranging());
    QCOMPARE(model.rowCount(), 0);
}

void StampModelTest::followsTheStore() {
    Scene scene;
    scene.model->sort(static_cast<int>(StampColumn::age), Qt::AscendingOrder);
    QVERIFY(scene.settle());
    const QPersistentModelIndex beta = scene.model->index(1, 0);
    QCOMPARE(beta.data().toString(), QStringLiteral("beta"));
    scene.store.apply({line("beta", "Welsh", "+10+20", scene.ago(0), 0),
                       line("delta", "Welsh", "+10+20", scene.ago(1), 0)});
    QTRY_COMPARE(scene.clients(), QStringLiteral("beta delta %1 Alpha").arg(gamma));
    QCOMPARE(beta.row(), 0);
    QCOMPARE(scene.model->rowOf("delta"), 1);
    QCOMPARE(scene.model->rowOf("nobody"), -1);
    scene.model->setCriteria({QStringLiteral("alpha"), false, {}, 0, 0});
    QTRY_COMPARE(scene.model->rowCount(), 1);
    QVERIFY(!beta.isValid());
    QCOMPARE(scene.model->rowOf("beta"), -1);
    scene.store.clear();
    QCOMPARE(scene.model->rowCount(), 0);
    scene.store.apply({line("alphabet", "Welsh", "+1+1", scene.ago(1), 0)});
    QTRY_COMPARE(scene.clients(), QStringLiteral("alphabet"));
}

void StampModelTest::paintsWithMeasure() {
    Scene scene;
    QVERIFY(scene.settle());
    QSignalSpy painted(scene.model.get(), &StampModel::dataChanged);
    QSignalSpy arranged(scene.model.get(), &StampModel::arranged);
    Stopwatch watch;
    int changes = 0;
    QTimer feed;
    connect(&feed, &QTimer::timeout, this, [&scene, &changes] {
        ++changes;
        scene.store.apply(
            {line("beta", "Welsh", "+1" + std::string(1, char('0' + changes % 10)) + "+1",
                  scene.nowNs + changes, 0)});
    });
    feed.start(1);
    QVERIFY(until(std::chrono::seconds(10),
                  [&watch] { return watch.elapsed() >= std::chrono::milliseconds(1'000); }));
    feed.stop();
    QVERIFY(changes > 50);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(watch.elapsed()).count();
    QVERIFY(painted.size() >= 1);
    QVERIFY2(painted.size() <= seconds * (1'000 / StampModel::repaintMs + 1) + 1,
             qPrintable(QString::number(painted.size())));
    QVERIFY(arranged.size() <= seconds * 1'000 / StampModel::arrangeMs + 1);
}

void StampModelTest::clientsAgeOut() {
    Scene scene;
    scene.model->setCriteria({{}, false, {}, 7'000, 0});
    QVERIFY(scene.settle());
    QCOMPARE(scene.clients(), QStringLiteral("Alpha beta"));
    QTRY_COMPARE(scene.clients(), QStringLiteral("Alpha beta ") + gamma);
    scene.model->setCriteria({{}, false, {}, 0, 9'000});
    QVERIFY(scene.settle());
    QCOMPARE(scene.clients(), gamma);
    QTRY_COMPARE(scene.clients(), QString());
}

/// Random changes, sortings and filters; at the end everything is where it belongs.
void StampModelTest::survivesAStorm() {
    Scene scene;
    QRandomGenerator dice(42);
    for (int round = 0; round < 60; ++round) {
        std::vector<std::string> lines;
        for (int i = 0; i < 40; ++i) {
            const std::string digit = std::to_string(dice.bounded(10));
            lines.push_back(line("client-" + std::to_string(dice.bounded(300)),
                                 dice.bounded(2) == 0 ? "Hands" : "Welsh", "+1" + digit + "-2",
                                 scene.nowNs + dice.bounded(1'000'000), dice.bounded(1'000)));
        }
        scene.store.apply(lines);
        if (dice.bounded(4) == 0) {
            scene.model->sort(dice.bounded(stampColumnCount),
                              dice.bounded(2) == 0 ? Qt::AscendingOrder : Qt::DescendingOrder);
        }
        scene.model->setCriteria(
            {QString::number(dice.bounded(10)), false, dice.bounded(2) == 0 ? "" : "Hands", 0, 0});
        QVERIFY(scene.settle());
    }
    scene.model->setCriteria({});
    scene.model->sort(static_cast<int>(StampColumn::age), Qt::DescendingOrder);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model->rowCount(), scene.store.size());
    for (int row = 1; row < scene.model->rowCount(); ++row) {
        QVERIFY(scene.store.row(scene.model->storeRow(row - 1)).rxNs <=
                scene.store.row(scene.model->storeRow(row)).rxNs);
    }
}

void StampModelTest::writesForPeople_data() {
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QString& written, const char* expected) {
        QTest::newRow(name) << written << QString::fromUtf8(expected);
    };
    row("text", wholeClientText("caf\xC3\xA9"), "café");
    row("no UTF-8", wholeClientText("caf\xC3"), "caf\\xc3");
    row("a control character", wholeClientText("a\x1B[2J"), "a\\x1b[2J");
    row("a control character of two bytes", wholeClientText("a\xC2\x9B"), "a\\xc2\\x9b");
    row("future", elapsedText(-5), "0 s");
    row("a moment", elapsedText(999), "0 s");
    row("seconds", elapsedText(59'999), "59 s");
    row("minutes", elapsedText(60'000), "1 min 0 s");
    row("hours", elapsedText(86'399'999), "23 h 59 min");
    row("days", elapsedText(86'400'000), "1 d 0 h");
    row("late", differenceText(26'013'582), "+0.026 s");
    row("early", differenceText(-3'600'000'000'000), "-3,600.000 s");
    row("not moved", movedText(0), "0.0 m");
    row("metres", movedText(999.9F), "999.9 m");
    row("kilometres", movedText(1'000), "1.0 km");
    row("unknown", movedText(std::nanf("")), "");
    row("time", timeText(1'520'023'934'918'963'997, true), "2018-03-02 20:52:14.918");
}

void StampModelTest::writesForPeople() {
    QFETCH(QString, written);
    QFETCH(QString, expected);
    QCOMPARE(written, expected);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::StampModelTest)
#include "tst_stampmodel.moc"
