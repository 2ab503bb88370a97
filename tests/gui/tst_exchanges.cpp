// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "console/answer.h"
#include "console/answersview.h"
#include "console/exchangelog.h"
#include "console/jsontree.h"
#include "console/linehistory.h"

namespace herd {

namespace {

const QByteArray atLine = "AT Welsh +0.1 kiwi +34.0-118.0 1";

NodeAnswer answered(const QByteArray& bytes) {
    NodeAnswer answer;
    answer.bytes = bytes;
    answer.nodeUs = 120;
    answer.roundTripUs = 1'500;
    return answer;
}

NodeAnswer failed(const QString& error) {
    NodeAnswer answer;
    answer.error = error;
    return answer;
}

QJsonObject object(const char* json) {
    return QJsonDocument::fromJson(json).object();
}

}  // namespace

/// What comes back to a line: taken apart, compared, kept and shown.
class TestExchanges : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void reads_data();
    void reads();
    void marksDifferingWords();
    void trustsNoAttribution_data();
    void trustsNoAttribution();
    void keepsExchanges();
    void keepsOnlySoMany();
    void tellsTheOutcome_data();
    void tellsTheOutcome();
    void showsJsonAsATree();
    void marksDifferingMembers();
    void showsAnswersSideBySide();
    void historyGoesBackAndForth();
    void historyHasBounds();
    void historyPersists();
};

void TestExchanges::reads_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* name, const QByteArray& bytes, Answer::Kind kind) {
        QTest::newRow(name) << bytes << static_cast<int>(kind);
    };
    row("nothing", "", Answer::Kind::none);
    row("refused", "? WHERE\n", Answer::Kind::refused);
    row("taken", atLine + '\n', Answer::Kind::taken);
    row("places", atLine + "\n{\"results\":[]}\n\n", Answer::Kind::places);
    row("places over lines", atLine + "\n{\"results\":\n[]}\n\n", Answer::Kind::places);
    row("torn JSON", atLine + "\n{\"results\":[\n\n", Answer::Kind::unreadable);
    row("an array", atLine + "\n[]\n\n", Answer::Kind::unreadable);
    row("noise", "HTTP/1.1 400\n", Answer::Kind::unreadable);
}

void TestExchanges::reads() {
    QFETCH(QByteArray, bytes);
    QFETCH(int, kind);
    const Answer answer = Answer::read(bytes);
    QCOMPARE(static_cast<int>(answer.kind), kind);
    QVERIFY(!answer.firstLine.contains('\n') && !answer.json.endsWith('\n'));
    QVERIFY(bytes.startsWith(answer.firstLine));
}

void TestExchanges::marksDifferingWords() {
    const QString reference = QStringLiteral("AT Welsh +0.1 kiwi");
    QVERIFY(differingWords(reference, reference).isEmpty());
    const auto marks = differingWords(reference, QStringLiteral("AT Hands +0.1 kiwi more"));
    QCOMPARE(marks.size(), 2);
    QCOMPARE(marks.at(0), qMakePair(qsizetype(3), qsizetype(5)));
    QCOMPARE(marks.at(1), qMakePair(qsizetype(19), qsizetype(4)));
}

void TestExchanges::trustsNoAttribution_data() {
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("safe");
    QTest::newRow("text") << QStringLiteral("Data by A & B") << QStringLiteral("Data by A &amp; B");
    QTest::newRow("link") << QStringLiteral("By <a href=\"https://example.org/\">us</a>.")
                          << QStringLiteral("By <a href=\"https://example.org/\">us</a>.");
    QTest::newRow("script link") << QStringLiteral("<a href=\"javascript:alert(1)\">us</a>")
                                 << QStringLiteral("us");
    QTest::newRow("file link") << QStringLiteral("<a href=\"file:///etc/passwd\">us</a>")
                               << QStringLiteral("us");
    QTest::newRow("markup") << QStringLiteral("<h1>By</h1><b>us</b>") << QStringLiteral("Byus");
}

void TestExchanges::trustsNoAttribution() {
    QFETCH(QString, html);
    QFETCH(QString, safe);
    QJsonObject places;
    places.insert(QStringLiteral("html_attributions"), QJsonArray{html});
    QCOMPARE(safeAttributions(places), safe);
}

void TestExchanges::keepsExchanges() {
    ExchangeLog log;
    const QAbstractItemModelTester tester(&log);
    QSignalSpy changes(&log, &ExchangeLog::changed);
    const qint64 number =
        log.begin("WHATSAT kiwi 1 1", {QStringLiteral("Hands"), QStringLiteral("Welsh")});
    QCOMPARE(log.rowCount(), 1);
    QVERIFY(log.find(number)->reference() == nullptr);
    log.note(number, 1, answered("? x\n"));
    QCOMPARE(changes.size(), 1);
    const Exchange* const exchange = log.find(number);
    QCOMPARE(exchange->doneCount(), 1);
    QCOMPARE(exchange->reference(), &exchange->answers[1]);
    QCOMPARE(exchange->answers[1].node, QStringLiteral("Welsh"));
    QVERIFY(exchange->answers[1].answer.kind == Answer::Kind::refused);
    QVERIFY(log.find(number + 1) == nullptr && log.find(0) == nullptr);
}

void TestExchanges::keepsOnlySoMany() {
    ExchangeLog log;
    const QAbstractItemModelTester tester(&log);
    const qint64 first = log.begin("a", {QStringLiteral("Hands")});
    for (int i = 1; i < ExchangeLog::exchangesMax; ++i) {
        log.begin("b", {QStringLiteral("Hands")});
    }
    QCOMPARE(log.rowCount(), ExchangeLog::exchangesMax);
    QVERIFY(log.find(first) != nullptr);
    const qint64 last = log.begin("c", {QStringLiteral("Hands")});
    QCOMPARE(log.rowCount(), ExchangeLog::exchangesMax);
    QVERIFY(log.find(first) == nullptr);
    log.note(first, 0, answered("late\n"));  // no longer kept: nothing happens
    log.note(last, 0, answered(atLine + '\n'));
    QCOMPARE(log.find(last)->doneCount(), 1);
}

void TestExchanges::tellsTheOutcome_data() {
    QTest::addColumn<QList<QByteArray>>("answers");  // empty: no answer; "-": none yet
    QTest::addColumn<QString>("outcome");
    const QByteArray places = atLine + "\n{}\n\n";
    const QByteArray others = atLine + "5\n{}\n\n";
    using Rows = QList<QByteArray>;
    QTest::newRow("one") << Rows{places} << QStringLiteral("answered");
    QTest::newRow("same") << Rows{places, places} << QStringLiteral("the same from 2 nodes");
    QTest::newRow("differ") << Rows{places, others, others}
                            << QStringLiteral("2 answers differ from the first");
    QTest::newRow("taken") << Rows{atLine + '\n', atLine + "5\n"}
                           << QStringLiteral("taken by 2 nodes");
    QTest::newRow("refused") << Rows{"? x\n", "? x\n"} << QStringLiteral("refused by 2 nodes");
    QTest::newRow("half") << Rows{places, "-", ""}
                          << QStringLiteral("waiting for 1 node, no answer from 1 node, answered");
}

void TestExchanges::tellsTheOutcome() {
    QFETCH(QList<QByteArray>, answers);
    QFETCH(QString, outcome);
    ExchangeLog log;
    QStringList nodes;
    for (qsizetype i = 0; i < answers.size(); ++i) {
        nodes.append(QString::number(i));
    }
    const qint64 number = log.begin("WHATSAT kiwi 1 1", nodes);
    for (int i = 0; i < answers.size(); ++i) {
        if (answers.at(i) != "-") {
            log.note(
                number, i,
                answers.at(i).isEmpty() ? failed(QStringLiteral("cut")) : answered(answers.at(i)));
        }
    }
    QCOMPARE(ExchangeLog::outcomeOf(*log.find(number)), outcome);
}

void TestExchanges::showsJsonAsATree() {
    JsonTree tree;
    const QAbstractItemModelTester tester(&tree);
    tree.setValue(object(R"({"status":"OK","results":[{"name":"Here"},{"name":null}],"n":1.5})"));
    QCOMPARE(tree.rowCount(), 3);
    const QModelIndex results = tree.index(1, JsonTree::nameColumn);
    QCOMPARE(results.data().toString(), QStringLiteral("results"));
    QCOMPARE(tree.rowCount(results), 2);
    const QModelIndex name =
        tree.index(0, JsonTree::valueColumn, tree.index(0, JsonTree::nameColumn, results));
    QCOMPARE(name.data().toString(), QStringLiteral("Here"));
    QCOMPARE(tree.index(0, JsonTree::valueColumn).data().toString(), QStringLiteral("1.5"));
    QVERIFY(!name.data(JsonTree::differsRole).toBool());
    QJsonValue deep = 1;
    for (int depth = 0; depth <= JsonTree::depthMax; ++depth) {
        deep = QJsonArray{deep};
    }
    tree.setValue(deep);
    QModelIndex innermost = tree.index(0, 0);
    int depth = 1;
    for (; tree.rowCount(innermost) > 0; ++depth) {
        innermost = tree.index(0, 0, innermost);
    }
    QCOMPARE(depth, JsonTree::depthMax);
    QCOMPARE(innermost.siblingAtColumn(1).data().toString(), QStringLiteral("[1]"));
}

void TestExchanges::marksDifferingMembers() {
    JsonTree tree;
    const QAbstractItemModelTester tester(&tree);
    tree.setValue(object(R"({"a":[1,2],"b":"x","c":null})"), object(R"({"a":[1,3],"b":"x"})"));
    const auto differs = [&tree](int row, const QModelIndex& parent = {}) {
        return tree.index(row, 0, parent).data(JsonTree::differsRole).toBool();
    };
    QVERIFY(differs(0));
    QVERIFY(!differs(0, tree.index(0, 0)));
    QVERIFY(differs(1, tree.index(0, 0)));
    QVERIFY(!differs(1));
    QVERIFY(differs(2));  // the other has no such member
}

void TestExchanges::showsAnswersSideBySide() {
    ExchangeLog log;
    AnswersView view(log);
    view.resize(800, 500);
    view.show();
    const qint64 number =
        log.begin("WHATSAT kiwi 1 1", {QStringLiteral("Hands"), QStringLiteral("Welsh")});
    view.choose(number);
    const auto pane = [&view](int place) {
        return view.findChild<AnswerPane*>(QStringLiteral("answerPane%1").arg(place));
    };
    QVERIFY(pane(0)->isVisible() && pane(1)->isVisible());
    QVERIFY(pane(0)->geometry().right() < pane(1)->geometry().left());
    log.note(number, 0, answered(atLine + "\n{\"html_attributions\":[\"by us\"],\"n\":1}\n\n"));
    log.note(number, 1, answered("AT Hands +0.1 kiwi +34.0-118.0 1\n{\"n\":2}\n\n"));
    const auto label = [&pane](int place, const char* name) {
        return pane(place)->findChild<QLabel*>(QLatin1String(name))->text();
    };
    QVERIFY2(!label(0, "answerLine").contains(QStringLiteral("<span")),
             qPrintable(label(0, "answerLine")));
    QVERIFY2(label(1, "answerLine").contains(QStringLiteral(">Hands</span>")),
             qPrintable(label(1, "answerLine")));
    QVERIFY(label(1, "answerVerdict").contains(QStringLiteral("Differs from Hands")));
    QCOMPARE(label(0, "answerAttributions"), QStringLiteral("by us"));
    // Another form for all of them at once.
    QTest::keyClick(view.findChild<QComboBox*>(QStringLiteral("answerForm")), Qt::Key_End);
    QVERIFY(view.form() == AnswerForm::received);
}

void TestExchanges::historyGoesBackAndForth() {
    LineHistory history;
    QCOMPARE(history.back(), QString());
    history.add(QStringLiteral("one"));
    history.add(QStringLiteral("two"));
    history.add(QStringLiteral("one"));
    QCOMPARE(history.lines(), QStringList({QStringLiteral("two"), QStringLiteral("one")}));
    QCOMPARE(history.back(), QStringLiteral("one"));
    QCOMPARE(history.back(), QStringLiteral("two"));
    QCOMPARE(history.back(), QStringLiteral("two"));
    QCOMPARE(history.forward(), QStringLiteral("one"));
    QCOMPARE(history.forward(), QString());
}

void TestExchanges::historyHasBounds() {
    LineHistory history;
    for (int i = 0; i <= LineHistory::linesMax; ++i) {
        history.add(QString::number(i));
    }
    QCOMPARE(history.lines().size(), LineHistory::linesMax);
    QCOMPARE(history.lines().constFirst(), QStringLiteral("1"));
    history.add(QString(LineHistory::charactersMax, QLatin1Char('x')));
    QCOMPARE(history.lines().size(), 1);
    history.add(QString(LineHistory::charactersMax + 1, QLatin1Char('y')));
    QCOMPARE(history.lines().constFirst().at(0), QLatin1Char('x'));
}

void TestExchanges::historyPersists() {
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("settings.ini"));
    {
        QSettings settings(path, QSettings::IniFormat);
        LineHistory history;
        history.add(QStringLiteral("IAMAT kiwi, \"quoted\" 1"));
        history.saveTo(settings);
    }
    const QSettings settings(path, QSettings::IniFormat);
    LineHistory history;
    history.restoreFrom(settings);
    QCOMPARE(history.back(), QStringLiteral("IAMAT kiwi, \"quoted\" 1"));
}

}  // namespace herd

QTEST_MAIN(herd::TestExchanges)
#include "tst_exchanges.moc"
