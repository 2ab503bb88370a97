// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QAbstractScrollArea>
#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QFile>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>

#include "console/answerpane.h"
#include "console/clientline.h"
#include "console/commandpanel.h"
#include "console/exchangelog.h"
#include "console/logmodel.h"
#include "console/mapview.h"
#include "console/nodesmodel.h"
#include "tests/gui/consolescene.h"

namespace herd {

namespace {

/// Long enough for what the console promises to show within two seconds.
constexpr std::chrono::milliseconds deathMsMax{2'000};

HerdLayout pair() {
    HerdLayout layout;
    layout.herd = QStringLiteral("pair");
    layout.nodes = {QStringLiteral("Hands"), QStringLiteral("Welsh")};
    layout.links = {{QStringLiteral("Hands"), QStringLiteral("Welsh")}};
    return layout;
}

/// The command panel's newest exchange is over.
bool waitForAnswers(const ConsoleScene& scene, int count) {
    const QAbstractItemModel* const model = scene.find<QTableView>("exchanges")->model();
    return until(patience, [model, count] {
        return model->rowCount() == count && !model->index(count - 1, ExchangeLog::outcomeColumn)
                                                  .data()
                                                  .toString()
                                                  .contains(QStringLiteral("waiting"));
    });
}

QString outcome(const ConsoleScene& scene, int row) {
    return scene.find<QTableView>("exchanges")
        ->model()
        ->index(row, ExchangeLog::outcomeColumn)
        .data()
        .toString();
}

/// Texts in sight whose letter behind Alt another text has, too.
QString repeatedLetters(const MainWindow& window) {
    QStringList texts;
    for (const QAction* const menu : window.findChild<QMenuBar*>()->actions()) {
        texts.append(menu->text());
    }
    for (const auto* const button : window.findChildren<QAbstractButton*>()) {
        if (!button->visibleRegion().isEmpty()) {
            texts.append(button->text());
        }
    }
    for (const auto* const label : window.findChildren<QLabel*>()) {
        if (!label->visibleRegion().isEmpty() && label->buddy() != nullptr) {
            texts.append(label->text());
        }
    }
    QHash<QString, QString> owners;
    QStringList repeated;
    for (const QString& text : texts) {
        const QString letter = QKeySequence::mnemonic(text).toString();
        if (!letter.isEmpty() && owners.contains(letter)) {
            repeated.append(letter + QStringLiteral(": ") + owners.value(letter) +
                            QStringLiteral(" / ") + text);
        }
        owners.insert(letter, text);
    }
    return repeated.join(QStringLiteral(", "));
}

void sendIamat(const ConsoleScene& scene, const QString& client) {
    scene.find<QTabWidget>("commandTabs")->setCurrentIndex(0);
    scene.find<QLineEdit>("iamatClient")->clear();
    scene.find<QLineEdit>("iamatPosition")->clear();
    QTest::keyClicks(scene.find<QLineEdit>("iamatClient"), client);
    QTest::keyClicks(scene.find<QLineEdit>("iamatPosition"),
                     QStringLiteral("+34.068930-118.445127"));
    QTest::mouseClick(scene.find<QPushButton>("send"), Qt::LeftButton);
}

}  // namespace

/// The window on real nodes, by clicks and keys.
class TestMainWindow : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void showsAHerdAndTriesIt();
    void comparesAnswers();
    void tellsOfANodeThatDies();
    void stopsANodeOnlyWhenAsked();
    void sendsRawLinesAndRecallsThem();
    void saysWhatIsWrongBeforeItIsSent();
    void followsTheLog();
    void remembersLayoutAndChoices();
    void startsWithBrokenSettings();
    void keysReachEverything();
    void explainsAnEmptyHerd();
    void showsPlacesOnTheMap();
    void picksAPositionOnTheMap();
    void opensAgain();
    void fitsASmallScreen();
    void sharesOutALargeScreen();
    void keepsItsSizeWithLongTexts();
    void lettersAreUnique();
    void widgetsHaveNames();
};

void TestMainWindow::showsAHerdAndTriesIt() {
    ConsoleScene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    QVERIFY2(scene.headline().contains(QStringLiteral("5 nodes")), qPrintable(scene.headline()));
    const QAbstractItemModelTester tester(scene.find<QTableView>("nodesTable")->model());
    QCOMPARE(scene.cell(QStringLiteral("Holiday"), NodesModel::linksColumn),
             QStringLiteral("3 of 3"));
    QVERIFY(scene.cell(QStringLiteral("Welsh"), NodesModel::stateColumn)
                .contains(QStringLiteral("running")));

    scene.tick({QStringLiteral("Welsh")});
    QVERIFY(!scene.find<QPushButton>("send")->isEnabled());
    sendIamat(scene, QStringLiteral("bike-42"));
    QVERIFY(waitForAnswers(scene, 1));
    QVERIFY2(outcome(scene, 0).startsWith(QStringLiteral("taken")), qPrintable(outcome(scene, 0)));
    // Every node learns of it, and so does the window.
    QVERIFY(until(patience, [&] {
        return scene.window->herd().stamps().find("bike-42") >= 0 &&
               scene.cell(QStringLiteral("Hands"), NodesModel::clientsColumn) == u"1" &&
               scene.headline().startsWith(QStringLiteral("Converged"));
    }));

    scene.tick({QStringLiteral("Hands")});
    scene.find<QTabWidget>("commandTabs")->setCurrentIndex(1);
    QTest::keyClicks(scene.find<QLineEdit>("whatsatClient"), QStringLiteral("bike-42"));
    QTest::keyClick(scene.find<QLineEdit>("whatsatBound"), Qt::Key_Return);
    QVERIFY(waitForAnswers(scene, 2));
    const auto* const pane = scene.find<AnswerPane>("answerPane0");
    QVERIFY(pane->findChild<QLabel*>(QStringLiteral("answerLine"))
                ->text()
                .startsWith(QStringLiteral("AT Welsh ")));
    const auto* const tree = pane->findChild<QTreeView*>(QStringLiteral("answerTree"));
    QVERIFY(tree->isVisible());
    QCOMPARE(tree->model()->rowCount(), 3);
    QVERIFY(pane->findChild<QLabel*>(QStringLiteral("answerAttributions"))
                ->text()
                .contains(QStringLiteral("GeoNames")));
}

void TestMainWindow::comparesAnswers() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const QAbstractItemModelTester tester(scene.find<QTableView>("exchanges")->model());
    scene.tick({QStringLiteral("Hands"), QStringLiteral("Welsh")});
    sendIamat(scene, QStringLiteral("kiwi"));
    QVERIFY(waitForAnswers(scene, 1));
    const auto text = [&scene](const char* pane, const char* label) {
        return scene.find<AnswerPane>(pane)->findChild<QLabel*>(QLatin1String(label))->text();
    };
    QVERIFY(text("answerPane0", "answerLine").startsWith(QStringLiteral("AT Hands")));
    QVERIFY2(text("answerPane1", "answerLine").contains(QStringLiteral(">Welsh</span>")),
             qPrintable(text("answerPane1", "answerLine")));
    // Each took it and says so with its own name and time: no difference to be warned of.
    QCOMPARE(text("answerPane1", "answerVerdict"), QString());

    QTest::mouseClick(scene.find<QTabWidget>("commandTabs"), Qt::LeftButton);
    scene.find<QTabWidget>("commandTabs")->setCurrentIndex(1);
    scene.find<QLineEdit>("whatsatClient")->clear();
    QTest::keyClicks(scene.find<QLineEdit>("whatsatClient"), QStringLiteral("unknown"));
    QTest::keyClick(scene.find<QLineEdit>("whatsatClient"), Qt::Key_Return);
    QVERIFY(waitForAnswers(scene, 2));
    QVERIFY2(outcome(scene, 1).startsWith(QStringLiteral("refused by 2")),
             qPrintable(outcome(scene, 1)));
    QVERIFY(text("answerPane0", "answerVerdict").startsWith(QStringLiteral("Refused")));
}

void TestMainWindow::tellsOfANodeThatDies() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const QString welsh = QStringLiteral("Welsh");
    scene.herd.node(welsh).kill();
    const Stopwatch since;
    QVERIFY(until(patience, [&] {
        return scene.cell(welsh, NodesModel::stateColumn).contains(QStringLiteral("not reached")) &&
               !scene.headline().startsWith(QStringLiteral("Converged"));
    }));
    QVERIFY2(since.elapsed() <= deathMsMax, qPrintable(QString::number(since.elapsed().count())));
    QVERIFY2(scene.cell(welsh, NodesModel::stateColumn).contains(QStringLiteral("again in")),
             qPrintable(scene.cell(welsh, NodesModel::stateColumn)));
    QVERIFY(until(patience, [&] { return scene.wasTold(welsh); }));
    // Whoever asks it is told why there is no answer.
    scene.tick({welsh});
    sendIamat(scene, QStringLiteral("kiwi"));
    QVERIFY(waitForAnswers(scene, 1));
    QCOMPARE(outcome(scene, 0), QStringLiteral("no answer from 1 node"));
}

void TestMainWindow::stopsANodeOnlyWhenAsked() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    auto* const table = scene.find<QTableView>("nodesTable");
    QVERIFY(!scene.find<QAction>("nodeStop")->isEnabled());
    table->selectRow(1);
    scene.trigger("nodeStop");
    auto* box = scene.find<QMessageBox>("stopQuestion");
    QVERIFY(box != nullptr && box->isVisible());
    QTest::keyClick(box, Qt::Key_Return);  // the careful answer is the ready one
    QTRY_VERIFY(scene.find<QMessageBox>("stopQuestion") == nullptr);
    QVERIFY(scene.herd.node(QStringLiteral("Welsh")).isRunning());
    scene.trigger("nodeStop");
    box = scene.find<QMessageBox>("stopQuestion");
    for (QAbstractButton* const button : box->buttons()) {
        if (box->buttonRole(button) == QMessageBox::DestructiveRole) {
            QTest::mouseClick(button, Qt::LeftButton);
            break;
        }
    }
    QVERIFY(scene.herd.node(QStringLiteral("Welsh")).waitUntilEnded());
    QCOMPARE(scene.herd.node(QStringLiteral("Welsh")).exitCode(), 0);
    QVERIFY(until(patience, [&] { return scene.wasTold(QStringLiteral("Welsh stops")); }));
}

void TestMainWindow::sendsRawLinesAndRecallsThem() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    QTest::keyClick(scene.window.get(), Qt::Key_L, Qt::ControlModifier);
    auto* const line = scene.find<QLineEdit>("line");
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, QStringLiteral("first"));
    QVERIFY(
        scene.find<QLabel>("commandHint")->text().startsWith(QStringLiteral("Will be refused")));
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(waitForAnswers(scene, 1));
    QCOMPARE(outcome(scene, 0), QStringLiteral("refused by 1 node"));
    QTest::keyClicks(line, QStringLiteral("second"));
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(line->text(), QString());
    QTest::keyClick(line, Qt::Key_Up);
    QTest::keyClick(line, Qt::Key_Up);
    QCOMPARE(line->text(), QStringLiteral("first"));
    QTest::keyClick(line, Qt::Key_Down);
    QCOMPARE(line->text(), QStringLiteral("second"));
}

void TestMainWindow::saysWhatIsWrongBeforeItIsSent() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const auto* const hint = scene.find<QLabel>("commandHint");
    const auto* const send = scene.find<QPushButton>("send");
    QTest::keyClicks(scene.find<QLineEdit>("iamatClient"), QStringLiteral("kiwi"));
    QTest::keyClicks(scene.find<QLineEdit>("iamatPosition"), QStringLiteral("34.0"));
    QVERIFY2(hint->text().contains(QStringLiteral("sign")), qPrintable(hint->text()));
    QVERIFY(!send->isEnabled());
    QTest::keyClick(scene.find<QLineEdit>("iamatPosition"), Qt::Key_Return);
    QCOMPARE(scene.find<QTableView>("exchanges")->model()->rowCount(), 0);
    scene.find<QLineEdit>("iamatPosition")->clear();
    QTest::keyClicks(scene.find<QLineEdit>("iamatPosition"), QStringLiteral("+34.0-118.0"));
    QVERIFY(send->isEnabled());
    // The time is left to the clock at first; then it is the user's.
    QVERIFY(!scene.find<QLineEdit>("iamatTime")->isEnabled());
    QTest::mouseClick(scene.find<QCheckBox>("iamatAlwaysNow"), Qt::LeftButton, Qt::NoModifier,
                      QPoint(8, scene.find<QCheckBox>("iamatAlwaysNow")->height() / 2));
    QVERIFY(scene.find<QLineEdit>("iamatTime")->isEnabled());
    QVERIFY(send->isEnabled());
    scene.find<QLineEdit>("iamatTime")->clear();
    QTest::keyClicks(scene.find<QLineEdit>("iamatTime"), QStringLiteral("soon"));
    QVERIFY(!send->isEnabled());
    scene.tick({});
    QCOMPARE(hint->text(), QStringLiteral("Tick the nodes to send to."));
}

void TestMainWindow::followsTheLog() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    QTest::keyClick(scene.window.get(), Qt::Key_6, Qt::ControlModifier);
    const auto* const table = scene.find<QTableView>("logTable");
    const QAbstractItemModelTester tester(table->model());
    QTRY_VERIFY(table->isVisible());
    sendIamat(scene, QStringLiteral("kiwi"));
    const auto has = [table](const QString& part, const QString& node) {
        const QAbstractItemModel* const model = table->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->index(row, LogModel::textColumn).data().toString().contains(part) &&
                model->index(row, LogModel::nodeColumn).data().toString() == node) {
                return true;
            }
        }
        return false;
    };
    QVERIFY(until(patience, [&] {
        return has(QStringLiteral("IAMAT kiwi"), QStringLiteral("Hands")) &&
               has(QStringLiteral(" kiwi "), QStringLiteral("Welsh"));
    }));
    // One client's lines only, on all nodes.
    QTest::keyClicks(scene.find<QLineEdit>("logClient"), QStringLiteral("kiwi"));
    const QAbstractItemModel* const model = table->model();
    QVERIFY(model->rowCount() >= 2);
    for (int row = 0; row < model->rowCount(); ++row) {
        QVERIFY(model->index(row, LogModel::textColumn).data().toString().contains(u"kiwi"));
    }
    QVERIFY(has(QStringLiteral("kiwi"), QStringLiteral("Welsh")));
    scene.tick({});
    auto* const nodes = scene.find<QListWidget>("logNodes");
    nodes->setCurrentRow(0);
    QTest::keyClick(nodes, Qt::Key_Space);
    QVERIFY(!has(QStringLiteral("kiwi"), QStringLiteral("Hands")));
    nodes->setFocus();
    QTest::keyClick(nodes, Qt::Key_F, Qt::ControlModifier);
    QVERIFY(scene.find<QLineEdit>("logText")->hasFocus());
}

void TestMainWindow::remembersLayoutAndChoices() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    scene.find<QDockWidget>("messagesDock")->close();
    scene.find<QTabWidget>("commandTabs")->setCurrentIndex(2);
    QTest::keyClicks(scene.find<QLineEdit>("line"), QStringLiteral("remember me"));
    QTest::keyClick(scene.find<QLineEdit>("line"), Qt::Key_Return);
    scene.find<QComboBox>("logLevel")->setCurrentIndex(0);
    QVERIFY(waitForAnswers(scene, 1));
    scene.find<QLineEdit>("logClient")->setText(QStringLiteral("kiwi"));
    scene.find<QAction>("mapTrails")->trigger();
    scene.find<QLineEdit>("stampsFilter")->setText(QStringLiteral("mo"));
    scene.tick({QStringLiteral("Welsh")});
    const bool trails = scene.find<QAction>("mapTrails")->isChecked();
    scene.window->close();
    scene.openWindow();
    QVERIFY(scene.find<QDockWidget>("messagesDock")->isHidden());
    QVERIFY(!scene.find<QDockWidget>("commandDock")->isHidden());
    QCOMPARE(scene.find<QTabWidget>("commandTabs")->currentIndex(), 2);
    QCOMPARE(scene.find<QComboBox>("logLevel")->currentIndex(), 0);
    QCOMPARE(scene.find<QLineEdit>("logClient")->text(), QStringLiteral("kiwi"));
    QCOMPARE(scene.find<QAction>("mapTrails")->isChecked(), trails);
    QCOMPARE(scene.find<QLineEdit>("stampsFilter")->text(), QStringLiteral("mo"));
    auto* const nodes = scene.find<QListWidget>("commandNodes");
    QCOMPARE(nodes->item(0)->checkState(), Qt::Unchecked);
    QCOMPARE(nodes->item(1)->checkState(), Qt::Checked);
    QTest::keyClick(scene.find<QLineEdit>("line"), Qt::Key_Up);
    QCOMPARE(scene.find<QLineEdit>("line")->text(), QStringLiteral("remember me"));
    scene.trigger("resetLayout");
    QVERIFY(!scene.find<QDockWidget>("messagesDock")->isHidden());
}

void TestMainWindow::startsWithBrokenSettings() {
    ConsoleScene scene(pair());
    {
        QSettings settings;
        for (const char* const key :
             {"window/geometry", "window/state", "nodes/columns", "log/columns", "command/splitter",
              "command/tab", "log/level", "messages/severity", "command/history",
              "replay/linesPerS", "command/answerForm", "stamps/age", "stamps/columns",
              "map/trailSeconds", "charts/minutes", "links/columns", "messages/columns",
              "command/columns", "command/nodesTicked"}) {
            settings.setValue(QLatin1String(key), QByteArray("\x01garbage\xff"));
        }
    }
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    QVERIFY(!scene.find<QDockWidget>("commandDock")->isHidden());
    scene.window->close();
    QFile file(scene.settings.path());
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("[window\n\x00\xff=%%%\n[[[");
    file.close();
    scene.openWindow();
    QVERIFY(scene.waitForHeadline(QStringLiteral("Converged")));
}

void TestMainWindow::keysReachEverything() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    QTest::keyClick(scene.window.get(), Qt::Key_8, Qt::ControlModifier);
    QTRY_VERIFY(scene.find<QTableView>("messageTable")->isVisible());
    QTest::keyClick(scene.window.get(), Qt::Key_5, Qt::ControlModifier);
    QTRY_VERIFY(scene.find<QPushButton>("send")->isVisible());
    QTest::keyClick(scene.window.get(), Qt::Key_F5);
    QVERIFY(scene.wasTold(QStringLiteral("connected or being dialled")));
    QTest::keyClick(scene.window.get(), Qt::Key_F1);
    const auto* const help = scene.find<QTextBrowser>("helpText");
    QVERIFY(help != nullptr && help->isVisible());
    for (const char* const word : {"Ctrl+L", "Ctrl+5", "F5", "IAMAT", "Partitioned"}) {
        QVERIFY2(help->toPlainText().contains(QLatin1String(word)), word);
    }
}

void TestMainWindow::explainsAnEmptyHerd() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.show();
    const auto text = [&window] {
        return window.findChild<QLabel*>(QStringLiteral("headlineText"))->text();
    };
    QVERIFY(!text().isEmpty());
    QVERIFY(!window.findChild<QTableView*>(QStringLiteral("nodesTable"))
                 ->accessibleDescription()
                 .isEmpty());
}

void TestMainWindow::showsPlacesOnTheMap() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const auto* const map = scene.window->findChild<MapView*>();
    sendIamat(scene, QStringLiteral("kiwi"));
    QVERIFY(waitForAnswers(scene, 1));
    QVERIFY(map->contents().places.places.empty());
    scene.find<QTabWidget>("commandTabs")->setCurrentIndex(1);
    QTest::keyClicks(scene.find<QLineEdit>("whatsatClient"), QStringLiteral("kiwi"));
    QTest::keyClick(scene.find<QLineEdit>("whatsatClient"), Qt::Key_Return);
    QVERIFY(waitForAnswers(scene, 2));
    QCOMPARE(map->contents().places.places.size(), std::size_t(5));
}

void TestMainWindow::picksAPositionOnTheMap() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    auto* const map = scene.window->findChild<MapView*>();
    QTest::mouseClick(scene.find<QPushButton>("iamatPick"), Qt::LeftButton);
    QVERIFY(map->isPicking());
    QTest::mouseClick(map, Qt::LeftButton);
    QVERIFY(!map->isPicking());
    const QString position = scene.find<QLineEdit>("iamatPosition")->text();
    QVERIFY2(ClientLine::faultOfPosition(position.toUtf8()).isEmpty(), qPrintable(position));
}

void TestMainWindow::opensAgain() {
    ConsoleScene scene(pair());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    HerdSource one = HerdSource::fromAddresses({scene.source().nodes.front()});
    one.nodes.front().name.clear();
    scene.window->openHerd(one);
    QVERIFY(until(patience, [&] { return scene.window->windowTitle().startsWith(u"pair"); }));
    // Another window offers it.
    scene.openWindow();
    QMenu* again = nullptr;
    for (QMenu* const menu : scene.window->findChildren<QMenu*>()) {
        again = menu->objectName() == u"herdAgain" ? menu : again;
    }
    QVERIFY(again != nullptr);
    QVERIFY(QMetaObject::invokeMethod(again, "aboutToShow"));
    QAction* const entry = again->actions().constFirst();
    QCOMPARE(entry->text(), adminAddressText(one.nodes.front()));
    entry->trigger();
    QCOMPARE(scene.window->herd().nodes().size(), std::size_t(1));
    QVERIFY(until(patience, [&] { return scene.window->herd().nodes().front().live; }));
}

void TestMainWindow::fitsASmallScreen() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.resize(800, 600);
    window.show();
    QString wants;
    for (const QDockWidget* const dock : window.findChildren<QDockWidget*>()) {
        const QSize least = dock->widget()->minimumSizeHint();
        wants += QStringLiteral("%1 %2x%3, ")
                     .arg(dock->windowTitle())
                     .arg(least.width())
                     .arg(least.height());
    }
    QVERIFY2(window.size() == QSize(800, 600), qPrintable(wants));
}

void TestMainWindow::sharesOutALargeScreen() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.resize(1'600, 1'000);
    window.show();
    window.bringUp(Part::topology);
    // What is watched has more of it than what is typed.
    const auto height = [&window](const char* dock) {
        return window.findChild<QDockWidget*>(QLatin1String(dock))->height();
    };
    QTRY_VERIFY(height("commandDock") < 500);
    QTRY_VERIFY(height("nodesDock") + height("stampsDock") > height("commandDock"));
    QTRY_VERIFY(height("topologyDock") > 400);
    // What was brought up is in front, and stays there.
    QVERIFY(
        !window.findChild<QTabWidget*>(QStringLiteral("topologyTabs"))->visibleRegion().isEmpty());
}

void TestMainWindow::keepsItsSizeWithLongTexts() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.resize(960, 600);
    window.show();
    for (const char* const name : {"newestMessage", "stampsNotice"}) {
        window.findChild<QLabel*>(QLatin1String(name))->setText(QString(5'000, QLatin1Char('w')));
    }
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QCOMPARE(window.size(), QSize(960, 600));
    QVERIFY2(window.minimumSizeHint().width() <= 960,
             qPrintable(QString::number(window.minimumSizeHint().width())));
}

void TestMainWindow::lettersAreUnique() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.show();
    auto* const commands = window.findChild<QTabWidget*>(QStringLiteral("commandTabs"));
    for (const Part right : {Part::map, Part::topology, Part::charts}) {
        for (const Part bottom : {Part::command, Part::log, Part::messages}) {
            window.bringUp(right);
            window.bringUp(bottom);
            for (int tab = 0; tab < (bottom == Part::command ? commands->count() : 1); ++tab) {
                commands->setCurrentIndex(tab);
                QCoreApplication::processEvents();
                const QString repeated = repeatedLetters(window);
                QVERIFY2(repeated.isEmpty(), qPrintable(repeated));
            }
        }
    }
}

void TestMainWindow::widgetsHaveNames() {
    const OwnSettings settings;
    Appearance appearance;
    MainWindow window(appearance, MainWindow::Memory::none);
    window.show();
    for (const QWidget* const widget : window.findChildren<QWidget*>()) {
        // The tabs of docks are Qt's own; each tab has the name of its dock.
        if (qobject_cast<const QTabBar*>(widget) && widget->parentWidget() == &window) {
            continue;
        }
        const bool takesKeys = (widget->focusPolicy() & Qt::TabFocus) != 0;
        if (!takesKeys || widget->window() != &window ||
            qobject_cast<const QAbstractScrollArea*>(widget->parentWidget()) ||
            widget->objectName().startsWith(QStringLiteral("qt_"))) {
            continue;
        }
        const QAccessibleInterface* const described =
            QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
        QVERIFY(described != nullptr);
        QVERIFY2(!described->text(QAccessible::Name).isEmpty(),
                 qPrintable(QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') +
                            widget->objectName() + QStringLiteral(" in ") +
                            widget->parentWidget()->objectName()));
    }
}

}  // namespace herd

QTEST_MAIN(herd::TestMainWindow)
#include "tst_mainwindow.moc"
