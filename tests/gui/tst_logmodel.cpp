// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "console/logfilter.h"
#include "console/logmodel.h"
#include "console/messagelog.h"
#include "console/messageview.h"
#include "tests/support/until.h"

namespace herd {

namespace {

/// A record of the second `second` of a day.
QByteArray record(int second, const QByteArray& text, const QByteArray& level = "info") {
    return "2026-11-26T10:00:" + QByteArray::number(second).rightJustified(2, '0') + ".000000Z " +
           level + " 127.0.0.1:4711 " + text;
}

QStringList texts(const QAbstractItemModel& model) {
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) {
        all.append(model.index(row, LogModel::textColumn).data().toString());
    }
    return all;
}

QStringList list(std::initializer_list<const char*> words) {
    QStringList all;
    for (const char* const word : words) {
        all.append(QString::fromUtf8(word));
    }
    return all;
}

struct Scene {
    LogModel model;
    QAbstractItemModelTester tester{&model};
    LogFilter filter{model};
    QAbstractItemModelTester filterTester{&filter};

    Scene() {
        model.reset({QStringLiteral("Hands"), QStringLiteral("Welsh")});
        filter.setNodes({0, 1});
    }
    /// Waits for everything that was added.
    bool settle() {
        return until(patience, [this] { return model.pendingCount() == 0; });
    }
};

}  // namespace

class TestLogModel : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void readsRecords_data();
    void readsRecords();
    void mergesInTimeOrder();
    void dropsRepeats();
    void marksWhatMayBeMissing();
    void aCutTailHidesNoGap();
    void aTailWithoutEndIsNotAwaited();
    void tellsWhatWasLeftOut();
    void keepsOnlySoMany();
    void pauses();
    void aPauseKeepsOnlySoManyRecords();
    void aPauseKeepsOnlySoManyBytes();
    void filters();
    void findsAClientAsAWholeField();
    void messagesAreBoundedAndFiltered();
};

void TestLogModel::readsRecords_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("level");
    QTest::addColumn<QByteArray>("who");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("info") << QByteArray("T info Hands link opened") << int(LogLevel::info)
                          << QByteArray("Hands") << QByteArray("link opened");
    QTest::newRow("error") << QByteArray("T error - x") << int(LogLevel::error) << QByteArray("-")
                           << QByteArray("x");
    QTest::newRow("another level")
        << QByteArray("T odd - x") << int(LogLevel::info) << QByteArray("-") << QByteArray("x");
    QTest::newRow("no record") << QByteArray("torn") << int(LogLevel::info) << QByteArray()
                               << QByteArray("torn");
    QTest::newRow("two parts") << QByteArray("T info") << int(LogLevel::info) << QByteArray()
                               << QByteArray("T info");
    QTest::newRow("empty") << QByteArray() << int(LogLevel::info) << QByteArray() << QByteArray();
}

void TestLogModel::readsRecords() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, level);
    QFETCH(QByteArray, who);
    QFETCH(QByteArray, text);
    const LogModel::Record record = LogModel::Record::read(bytes, 0);
    QCOMPARE(int(record.level), level);
    QCOMPARE(record.who().toByteArray(), who);
    QCOMPARE(record.text().toByteArray(), text);
}

void TestLogModel::mergesInTimeOrder() {
    Scene scene;
    scene.model.add(0, {record(1, "a"), record(4, "d"), record(7, "g")}, 0);
    scene.model.add(1, {record(2, "b"), record(3, "c")}, 0);
    QVERIFY(scene.settle());
    scene.model.add(1, {record(5, "e"), record(6, "f"), record(8, "h")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(texts(scene.model), list({"a", "b", "c", "d", "e", "f", "g", "h"}));
    QCOMPARE(scene.model.index(1, LogModel::nodeColumn).data().toString(), QStringLiteral("Welsh"));
    QCOMPARE(scene.model.index(1, LogModel::timeColumn).data().toString(),
             QStringLiteral("10:00:02.000000Z"));
}

void TestLogModel::dropsRepeats() {
    Scene scene;
    scene.model.add(0, {record(1, "a"), record(1, "a"), record(2, "b")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(texts(scene.model), list({"a", "a", "b"}));  // nothing was asked again
    scene.model.beginTail(0);
    scene.model.add(0, {record(1, "a"), record(1, "a"), record(2, "b"), record(3, "c")}, 0);
    scene.model.completeTail(0);
    scene.model.add(1, {record(2, "b")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(texts(scene.model), list({"a", "a", "b", "b", "c"}));
    // Only what was asked for anew is a repeat.
    scene.model.add(0, {record(3, "c")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), 6);
}

void TestLogModel::marksWhatMayBeMissing() {
    Scene scene;
    scene.model.beginTail(0);
    scene.model.add(0, {record(1, "a"), record(2, "b")}, 0);
    scene.model.completeTail(0);
    scene.model.add(1, {record(3, "other")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(texts(scene.model), list({"a", "b", "other"}));  // what came before was never awaited
    scene.model.beginTail(0);
    scene.model.add(0, {record(5, "e")}, 0);
    scene.model.add(0, {record(6, "f")}, 0);
    scene.model.completeTail(0);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), 6);
    QVERIFY2(texts(scene.model).at(2).startsWith(QStringLiteral("records may be missing here")),
             qPrintable(texts(scene.model).at(2)));
    QCOMPARE(scene.model.index(2, LogModel::nodeColumn).data().toString(), QStringLiteral("Hands"));
    QCOMPARE(texts(scene.model).mid(3), list({"other", "e", "f"}));
    // Seen whatever is sought, because what is missing might have been found.
    scene.filter.setLevel(LogLevel::error);
    scene.filter.setClient("kiwi");
    scene.filter.setText(QStringLiteral("kiwi"));
    QCOMPARE(scene.filter.rowCount(), 1);
    scene.filter.setNodes({1});
    QCOMPARE(scene.filter.rowCount(), 0);
}

void TestLogModel::aCutTailHidesNoGap() {
    Scene scene;
    scene.model.add(0, {record(1, "a")}, 0);
    scene.model.beginTail(0);
    scene.model.add(0, {record(5, "e")}, 0);
    scene.model.beginTail(0);  // connected anew
    scene.model.add(0, {record(5, "e"), record(6, "f")}, 0);
    scene.model.completeTail(0);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), 4);
    QVERIFY(scene.model.at(1).isGap);
    QCOMPARE(texts(scene.model).mid(2), list({"e", "f"}));
    // A node that has started anew and has nothing to tell yet.
    scene.model.beginTail(0);
    scene.model.completeTail(0);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), 5);
    QVERIFY(scene.model.at(4).isGap);
}

void TestLogModel::aTailWithoutEndIsNotAwaited() {
    Scene scene;
    scene.model.beginTail(0);
    scene.model.add(0, QList<QByteArray>(int(LogSeam::recordsMax), record(1, "a")), 0);
    QCOMPARE(scene.model.pendingCount(), std::size_t(0));
    scene.model.add(0, {record(1, "b")}, 0);
    QCOMPARE(scene.model.pendingCount(), LogSeam::recordsMax + 1);
    scene.model.beginTail(1);
    const QByteArray frame = record(2, {});
    scene.model.add(1, {record(2, QByteArray(LogSeam::tailBytesMax - frame.size(), 'x'))}, 0);
    QCOMPARE(scene.model.pendingCount(), LogSeam::recordsMax + 1);
    scene.model.add(1, {record(2, "y")}, 0);
    QCOMPARE(scene.model.pendingCount(), LogSeam::recordsMax + 3);
}

void TestLogModel::tellsWhatWasLeftOut() {
    Scene scene;
    scene.model.add(0, {record(1, "a")}, 7);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), 2);
    QVERIFY(scene.model.at(1).level == LogLevel::warning);
    QVERIFY(texts(scene.model).at(1).startsWith(QStringLiteral("records missing here: 7")));
}

void TestLogModel::keepsOnlySoMany() {
    Scene scene;
    QList<QByteArray> records;
    for (std::size_t i = 0; i < LogModel::recordsMax; ++i) {
        records.append(record(1, QByteArray::number(qulonglong(i))));
    }
    scene.model.add(0, records, 0);
    QVERIFY(scene.settle());
    QCOMPARE(scene.model.rowCount(), int(LogModel::recordsMax));
    scene.model.add(0, {record(2, "one more")}, 0);
    QVERIFY(scene.settle());
    QVERIFY(scene.model.rowCount() <= int(LogModel::recordsMax));
    QCOMPARE(texts(scene.model).constLast(), QStringLiteral("one more"));
    scene.model.add(1, QList<QByteArray>(40, record(3, QByteArray(1'048'576, 'x'))), 0);
    QVERIFY(scene.settle());
    scene.model.add(1, {record(4, "after")}, 0);
    QVERIFY(scene.settle());
    QVERIFY(scene.model.rowCount() <= 34);
    QCOMPARE(texts(scene.model).constLast(), QStringLiteral("after"));
}

void TestLogModel::pauses() {
    Scene scene;
    Scene running;
    scene.model.add(0, {record(1, "a")}, 0);
    scene.model.setPaused(true);
    scene.model.add(0, {record(1, "b")}, 0);
    // The other takes in twice, each time as late as this one would.
    for (int second = 1; second <= 2; ++second) {
        running.model.add(0, {record(second, "c")}, 0);
        QVERIFY(running.settle());
    }
    QCOMPARE(running.model.rowCount(), 2);
    QCOMPARE(scene.model.rowCount(), 0);
    QCOMPARE(scene.model.pendingCount(), std::size_t(2));
    scene.model.setPaused(false);
    QCOMPARE(texts(scene.model), list({"a", "b"}));
}

void TestLogModel::aPauseKeepsOnlySoManyRecords() {
    Scene scene;
    scene.model.setPaused(true);
    scene.model.add(1, {record(1, "a")}, 0);
    scene.model.add(0, QList<QByteArray>(int(LogModel::pendingMax) - 1, record(2, "b")), 0);
    QCOMPARE(scene.model.pendingCount(), LogModel::pendingMax);
    scene.model.setPaused(false);
    QCOMPARE(texts(scene.model).constFirst(), QStringLiteral("a"));  // all of them
    QCOMPARE(scene.model.rowCount(), int(LogModel::pendingMax));
    scene.model.setPaused(true);
    scene.model.add(1, {record(3, "c")}, 0);
    scene.model.add(0, QList<QByteArray>(int(LogModel::pendingMax), record(4, "d")), 0);
    QCOMPARE(scene.model.pendingCount(), LogModel::pendingMax);
    scene.model.setPaused(false);
    QCOMPARE(scene.model.rowCount(), int(2 * LogModel::pendingMax) + 1);
    const LogModel::Record& mark = scene.model.at(int(LogModel::pendingMax));
    QVERIFY(mark.isGap);
    QCOMPARE(mark.node, 1);
    QVERIFY(mark.text().startsWith("records missing here"));
}

void TestLogModel::aPauseKeepsOnlySoManyBytes() {
    Scene scene;
    scene.model.setPaused(true);
    constexpr int count = 8;
    const QByteArray frame = record(2, {});
    const QByteArray large =
        record(2, QByteArray(LogModel::pendingBytesMax / count - frame.size(), 'x'));
    scene.model.add(0, QList<QByteArray>(count, large), 0);
    QCOMPARE(scene.model.pendingCount(), std::size_t(count));
    scene.model.add(0, {record(3, "a")}, 0);
    QCOMPARE(scene.model.pendingCount(), std::size_t(count));
    scene.model.setPaused(false);
    QCOMPARE(scene.model.rowCount(), count + 1);
    QVERIFY(scene.model.at(0).isGap);
    QCOMPARE(texts(scene.model).constLast(), QStringLiteral("a"));
}

void TestLogModel::filters() {
    Scene scene;
    scene.model.add(0, {record(1, "Alpha", "error"), record(2, "beta", "debug")}, 0);
    scene.model.add(1, {record(3, "gamma", "warning"), record(4, "alphabet")}, 0);
    QVERIFY(scene.settle());
    QCOMPARE(texts(scene.filter), list({"Alpha", "gamma", "alphabet"}));
    scene.filter.setLevel(LogLevel::debug);
    QCOMPARE(scene.filter.rowCount(), 4);
    scene.filter.setLevel(LogLevel::warning);
    QCOMPARE(texts(scene.filter), list({"Alpha", "gamma"}));
    scene.filter.setNodes({1});
    QCOMPARE(texts(scene.filter), list({"gamma"}));
    scene.filter.setNodes({0, 1});
    scene.filter.setLevel(LogLevel::debug);
    scene.filter.setText(QStringLiteral("ALPHA"));
    QCOMPARE(texts(scene.filter), list({"Alpha", "alphabet"}));
    scene.filter.setText(QStringLiteral("4711"));
    QCOMPARE(scene.filter.rowCount(), 4);  // in who
    scene.filter.setText(QStringLiteral("2026"));
    QCOMPARE(scene.filter.rowCount(), 0);  // not in the time
}

void TestLogModel::findsAClientAsAWholeField() {
    Scene scene;
    scene.model.add(
        0,
        {record(1, "received IAMAT kiwi +1+1 1"), record(2, "received IAMAT kiwi2 +1+1 1"),
         record(3, "sent AT Hands +0.1 kiwi +1+1 1"), record(4, "sent ? kiwi"),
         record(5, "received WHATSAT B\\xc3\\xa4r 1 1")},
        0);
    QVERIFY(scene.settle());
    scene.filter.setClient("kiwi");
    QCOMPARE(scene.filter.rowCount(), 3);
    scene.filter.setClient("B\xc3\xa4r");
    QCOMPARE(scene.filter.rowCount(), 1);
    scene.filter.setClient("kiw");
    QCOMPARE(scene.filter.rowCount(), 0);
}

void TestLogModel::messagesAreBoundedAndFiltered() {
    MessageLog log;
    const QAbstractItemModelTester tester(&log);
    QSignalSpy added(&log, &MessageLog::added);
    MessageView view(log);
    view.show();
    auto* const table = view.findChild<QTableView*>(QStringLiteral("messageTable"));
    log.add(QStringLiteral("lost"), Severity::error);
    log.add(QStringLiteral("odd"), Severity::warning);
    log.add(QStringLiteral("back"));
    QCOMPARE(added.size(), 3);
    QCOMPARE(table->model()->rowCount(), 3);
    auto* const severity = view.findChild<QComboBox*>(QStringLiteral("messageSeverity"));
    QTest::keyClick(severity, Qt::Key_Down);
    QCOMPARE(table->model()->rowCount(), 2);
    QTest::keyClick(severity, Qt::Key_Down);
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(table->model()->index(0, MessageLog::textColumn).data().toString(),
             QStringLiteral("lost"));
    for (int i = 3; i < MessageLog::messagesMax; ++i) {
        log.add(QString::number(i));
    }
    QCOMPARE(log.rowCount(), MessageLog::messagesMax);
    QCOMPARE(table->model()->rowCount(), 1);
    log.add(QStringLiteral("one more"));
    QCOMPARE(log.rowCount(), MessageLog::messagesMax);
    QCOMPARE(table->model()->rowCount(), 0);
}

}  // namespace herd

QTEST_MAIN(herd::TestLogModel)
#include "tst_logmodel.moc"
