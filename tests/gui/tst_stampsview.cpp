// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampsview.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/gui/scriptedadmin.h"
#include "tests/support/until.h"

namespace herd {

class StampsViewTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void namesItsParts();
    void filtersAsOneTypes();
    void saysWhatIsWrongWithAnExpression();
    void filtersByNodeAndAge();
    void keepsWithinBounds();
    void countsWhatIsToCome();
    void sortsByHeaderAndKey();
    void sharesTheChoice();
    void keepsTheChoiceOverEverything();
    void copies();
    void showsAndHidesColumns();
    void showsAndSwitchesTheSource();
    void comparesNodes();
    void exportsWhatIsShown();
    void cancelsAnExport();
};

namespace {

const std::vector<std::string> stampsOfHands = {
    "AT Hands +0.000000001 kiwi +1.5+2.5 1520023934.918963997",
    "AT Welsh +1.000000000 emu +2+3 1520023935",
    "AT Hands -1.000000000 moa +3+4 1520023936",
    std::string("AT Hands +0.000000001 x\xff +4+5 1520023937"),
};

/// A window's table over two nodes.
struct Scene {
    ScriptedAdmin hands{"Hands"};
    ScriptedAdmin welsh{"Welsh"};
    HerdState state;
    ClientSelection selection;
    std::unique_ptr<StampsView> view;
    std::unique_ptr<QAbstractItemModelTester> tester;

    bool open() {
        hands.hello.nodes = welsh.hello.nodes = {"Hands", "Welsh"};
        hands.setStamps(stampsOfHands);
        welsh.setStamps({stampsOfHands[0]});
        for (ScriptedAdmin* node : {&hands, &welsh}) {
            node->scripts[QStringLiteral("find")] = [this, node](const QJsonObject& request) {
                return findAt(*node, request);
            };
        }
        welsh.stop();
        view = std::make_unique<StampsView>(state, selection);
        tester = std::make_unique<QAbstractItemModelTester>(
            table()->model(), QAbstractItemModelTester::FailureReportingMode::Fatal);
        view->resize(1'000, 500);
        view->show();
        state.open(QStringLiteral("herd"), {hands.address(), welsh.address()}, {});
        if (!until(patience, [this] { return clients().size() == 4; })) {
            return false;
        }
        welsh.listen();
        state.nodes()[1].client->retryNow();
        return until(patience, [this] { return state.nodes()[1].live; });
    }
    QByteArray findAt(const ScriptedAdmin& node, const QJsonObject& request) const {
        QJsonValue at = QJsonValue::Null;
        if (request.value(u"client") == QStringLiteral("kiwi")) {
            at = QString::fromStdString(stampsOfHands[0]);
        } else if (request.value(u"client") == QStringLiteral("emu")) {
            at = &node == &hands ? QString::fromStdString(stampsOfHands[1])
                                 : QStringLiteral("AT Welsh +1.000000000 emu +2+3 1520023930");
        } else if (&node == &hands) {
            at = QString::fromStdString(stampsOfHands[2]);
        }
        return ScriptedAdmin::answer(request, {{QStringLiteral("at"), at}});
    }

    template <typename Widget>
    Widget* find(const char* name) const {
        return view->findChild<Widget*>(QLatin1String(name));
    }
    QTableView* table() const { return find<QTableView>("stamps"); }
    QStringList clients() const {
        QStringList names;
        for (int row = 0; row < table()->model()->rowCount(); ++row) {
            names += table()->model()->index(row, 0).data().toString();
        }
        return names;
    }
    void click(const QString& client) const {
        const qsizetype row = clients().indexOf(client);
        const QModelIndex index = table()->model()->index(static_cast<int>(row), 1);
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {},
                          table()->visualRect(index).center());
    }
    void type(const QString& text) const {
        auto* const filter = find<QLineEdit>("stampsFilter");
        filter->clear();
        QTest::keyClicks(filter, text);
    }
    /// By keys, as somebody without a mouse does.
    void choose(const char* combo, int index) const {
        auto* const box = find<QComboBox>(combo);
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < index; ++i) {
            QTest::keyClick(box, Qt::Key_Down);
        }
    }
    QString current() const { return table()->currentIndex().siblingAtColumn(0).data().toString(); }
    static QString clipboard() { return QGuiApplication::clipboard()->text(); }
};

const QStringList all = {QStringLiteral("emu"), QStringLiteral("kiwi"), QStringLiteral("moa"),
                         QStringLiteral("x\\xff")};

}  // namespace

void StampsViewTest::initTestCase() {
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
}

void StampsViewTest::namesItsParts() {
    Scene scene;
    QVERIFY(scene.open());
    QCOMPARE(scene.clients(), all);
    for (const QWidget* widget : scene.view->findChildren<QWidget*>()) {
        if (widget->objectName().startsWith(QStringLiteral("stamps"))) {
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }
    QCOMPARE(scene.find<QLabel>("stampsCount")->text(), QStringLiteral("4 clients"));
}

void StampsViewTest::filtersAsOneTypes() {
    Scene scene;
    QVERIFY(scene.open());
    scene.table()->setFocus();
    scene.view->focusFilter();
    scene.type(QStringLiteral("M"));
    QTRY_COMPARE(scene.clients(), (QStringList{all[0], all[2]}));
    QTRY_COMPARE(scene.find<QLabel>("stampsCount")->text(), QStringLiteral("2 of 4 clients"));
    scene.type(QStringLiteral("nobody"));
    QTRY_COMPARE(scene.clients(), QStringList());
    QVERIFY(!scene.find<QPushButton>("stampsExport")->isEnabled());
    scene.type(QString());
    QTRY_COMPARE(scene.clients(), all);
}

void StampsViewTest::saysWhatIsWrongWithAnExpression() {
    Scene scene;
    QVERIFY(scene.open());
    auto* const fault = scene.find<QLabel>("stampsFault");
    QTest::keyClick(scene.find<QCheckBox>("stampsExpression"), Qt::Key_Space);
    scene.type(QStringLiteral("^(kiwi|moa)$"));
    QTRY_COMPARE(scene.clients(), (QStringList{all[1], all[2]}));
    QVERIFY(!fault->isVisible());
    QTest::keyClicks(scene.find<QLineEdit>("stampsFilter"), QStringLiteral("("));
    QVERIFY(fault->isVisible());
    QVERIFY2(fault->text().contains(QStringLiteral("parenthes")), qPrintable(fault->text()));
    QCOMPARE(scene.clients(), (QStringList{all[1], all[2]}));
    QTest::keyClick(scene.find<QCheckBox>("stampsExpression"), Qt::Key_Space);
    QVERIFY(!fault->isVisible());
    QTRY_COMPARE(scene.clients(), QStringList());
}

void StampsViewTest::filtersByNodeAndAge() {
    Scene scene;
    QVERIFY(scene.open());
    scene.choose("stampsOrigin", 2);
    QCOMPARE(scene.find<QComboBox>("stampsOrigin")->currentText(),
             QStringLiteral("Heard by Welsh"));
    QTRY_COMPARE(scene.clients(), QStringList{all[0]});
    scene.choose("stampsOrigin", 0);
    scene.choose("stampsAge", 1);
    QTRY_COMPARE(scene.clients(), QStringList());
    scene.choose("stampsAge", 7);
    QTRY_COMPARE(scene.clients(), all);
}

void StampsViewTest::keepsWithinBounds() {
    Scene scene;
    QVERIFY(scene.open());
    const auto* const origin = scene.find<QComboBox>("stampsOrigin");
    std::vector<std::string> lines;
    for (std::uint32_t i = 0; i < 2 * StampLimits().originsMax; ++i) {
        lines.push_back("AT Node" + std::to_string(i) + " +0.000000001 kiwi +1+1 " +
                        std::to_string(i));
    }
    scene.state.stamps().apply(lines);
    QTRY_COMPARE(origin->count(), 1 + int(StampLimits().originsMax));
    // Hands and Welsh were there before.
    QCOMPARE(scene.find<QLabel>("stampsCount")->text(),
             QStringLiteral("4 clients, 1,002 stamps left out"));
}

void StampsViewTest::countsWhatIsToCome() {
    Scene scene;
    QVERIFY(scene.open());
    const auto* const count = scene.find<QLabel>("stampsCount");
    scene.hands.sendStamps({"AT Hands +0.000000001 kiwi +1+1 5000000000"}, 1'500);
    QTRY_COMPARE(count->text(), QStringLiteral("4 clients, 1,500 changes to come"));
    scene.hands.sendStamps({"AT Hands +0.000000001 kiwi +1+1 5000000001"});
    QTRY_COMPARE(count->text(), QStringLiteral("4 clients"));
    scene.hands.setStamps({"AT Hands +0.000000001 kiwi +1+1 5000000001"});
    scene.hands.cut();
    QTRY_COMPARE(count->text(), QStringLiteral("1 client"));
}

void StampsViewTest::sortsByHeaderAndKey() {
    Scene scene;
    QVERIFY(scene.open());
    QHeaderView* const header = scene.table()->horizontalHeader();
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      QPoint(header->sectionViewportPosition(2) + 20, header->height() / 2));
    QTRY_COMPARE(scene.clients(), (QStringList{all[1], all[0], all[2], all[3]}));
    scene.click(QStringLiteral("kiwi"));
    QTest::keyClick(scene.table(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(scene.clients(), (QStringList{all[1], all[0], all[2], all[3]}));
    QCOMPARE(header->sortIndicatorSection(), 1);
    QTest::keyClick(scene.table(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(scene.clients(), (QStringList{all[3], all[2], all[0], all[1]}));
}

void StampsViewTest::sharesTheChoice() {
    Scene scene;
    QVERIFY(scene.open());
    QVERIFY(!scene.find<QPushButton>("stampsCompare")->isEnabled());
    scene.click(QStringLiteral("kiwi"));
    QCOMPARE(scene.selection.client(), QByteArray("kiwi"));
    QTest::keyClick(scene.table(), Qt::Key_Down);
    QTest::keyClick(scene.table(), Qt::Key_Down);
    QCOMPARE(scene.selection.client(), QByteArray("x\xff"));
    scene.selection.choose("emu");
    QCOMPARE(scene.current(), QStringLiteral("emu"));
    QCOMPARE(scene.table()->selectionModel()->selectedRows().size(), 1);
    scene.selection.choose("not there");
    QVERIFY(!scene.table()->currentIndex().isValid());
    QCOMPARE(scene.selection.client(), QByteArray("not there"));
    scene.hands.sendStamps(
        {"AT Hands +0.000000001 not there +1+1 1", "AT Hands +0.000000001 later +1+1 1"});
    scene.selection.choose("later");
    QTRY_COMPARE(scene.current(), QStringLiteral("later"));
}

void StampsViewTest::keepsTheChoiceOverEverything() {
    Scene scene;
    QVERIFY(scene.open());
    scene.click(QStringLiteral("kiwi"));
    QSignalSpy changed(&scene.selection, &ClientSelection::changed);
    // New rows above, a filter that hides it and is taken away, another source, another order.
    scene.hands.sendStamps({"AT Hands +0.000000001 aardvark +1+1 1"});
    QTRY_COMPARE(scene.clients().size(), 5);
    QCOMPARE(scene.current(), QStringLiteral("kiwi"));
    scene.type(QStringLiteral("emu"));
    QTRY_COMPARE(scene.clients().size(), 1);
    QVERIFY(!scene.table()->currentIndex().isValid());
    scene.type(QString());
    QTRY_COMPARE(scene.current(), QStringLiteral("kiwi"));
    scene.state.setStampsSource(1);
    QTRY_COMPARE(scene.clients(), QStringList{QStringLiteral("kiwi")});
    QCOMPARE(scene.current(), QStringLiteral("kiwi"));
    scene.state.setStampsSource(0);
    QTRY_COMPARE(scene.clients().size(), 4);
    scene.table()->sortByColumn(3, Qt::DescendingOrder);
    QTRY_COMPARE(scene.clients().first(), QStringLiteral("kiwi"));
    QCOMPARE(scene.current(), QStringLiteral("kiwi"));
    QVERIFY(changed.isEmpty());
    QCOMPARE(scene.selection.client(), QByteArray("kiwi"));
}

void StampsViewTest::copies() {
    Scene scene;
    QVERIFY(scene.open());
    scene.click(QStringLiteral("kiwi"));
    QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY2(
        Scene::clipboard().startsWith(QStringLiteral("kiwi\t+1.5+2.5\t2018-03-02 20:52:14.918\t")),
        qPrintable(Scene::clipboard()));
    QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(Scene::clipboard(), QStringLiteral("+1.5+2.5"));
    QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(Scene::clipboard(), QStringLiteral("IAMAT kiwi +1.5+2.5 1520023934.918963997"));
    scene.click(QStringLiteral("x\\xff"));
    QTest::keyClick(scene.table(), Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(Scene::clipboard().startsWith(QStringLiteral("IAMAT kiwi")));
    QVERIFY(scene.find<QLabel>("stampsNotice")->text().contains(QStringLiteral("no text")));
}

void StampsViewTest::showsAndHidesColumns() {
    Scene scene;
    QVERIFY(scene.open());
    const QMenu* const menu = scene.find<QToolButton>("stampsColumns")->menu();
    QCOMPARE(menu->actions().size(), stampColumnCount - 1);
    menu->actions().at(0)->trigger();
    QVERIFY(scene.table()->isColumnHidden(1));
    scene.find<QAction>("utc")->trigger();
    QTemporaryDir directory;
    QSettings settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    scene.choose("stampsOrigin", 2);
    scene.choose("stampsAge", 7);
    scene.type(QStringLiteral("mo"));
    scene.view->saveTo(settings);
    StampsView other(scene.state, scene.selection);
    other.restoreFrom(settings);
    QVERIFY(other.findChild<QTableView*>(QStringLiteral("stamps"))->isColumnHidden(1));
    QVERIFY(!other.findChild<QAction*>(QStringLiteral("utc"))->isChecked());
    const auto* const table = other.findChild<QTableView*>(QStringLiteral("stamps"));
    QCOMPARE(table->model()->headerData(2, Qt::Horizontal).toString(),
             QStringLiteral("Time (local)"));
    QCOMPARE(other.findChild<QLineEdit*>(QStringLiteral("stampsFilter"))->text(),
             QStringLiteral("mo"));
    QCOMPARE(other.findChild<QComboBox*>(QStringLiteral("stampsAge"))->currentIndex(), 7);
    QCOMPARE(other.findChild<QComboBox*>(QStringLiteral("stampsOrigin"))->currentText(),
             QStringLiteral("Heard by Welsh"));
    QVERIFY(!other.findChild<QToolButton*>(QStringLiteral("stampsColumns"))
                 ->menu()
                 ->actions()
                 .at(0)
                 ->isChecked());
    menu->actions().at(0)->trigger();
    QVERIFY(!scene.table()->isColumnHidden(1));
}

void StampsViewTest::showsAndSwitchesTheSource() {
    Scene scene;
    QVERIFY(scene.open());
    auto* const source = scene.find<QComboBox>("stampsSource");
    QCOMPARE(source->currentText(), QStringLiteral("Hands"));
    scene.choose("stampsSource", 1);
    QTRY_COMPARE(scene.clients(), QStringList{QStringLiteral("kiwi")});
    QCOMPARE(scene.state.stampsSource(), 1);
    scene.welsh.stop();
    QTRY_COMPARE(source->currentText(), QStringLiteral("Hands"));
    QTRY_COMPARE(scene.clients(), all);
}

void StampsViewTest::comparesNodes() {
    Scene scene;
    QVERIFY(scene.open());
    scene.click(QStringLiteral("emu"));
    QTest::keyClick(scene.table(), Qt::Key_D, Qt::ControlModifier);
    auto* const dialog = scene.find<QDialog>("nodeComparison");
    QVERIFY(dialog != nullptr && dialog->isVisible());
    const auto* const answers = dialog->findChild<QTableWidget*>(QStringLiteral("answers"));
    const auto* const summary = dialog->findChild<QLabel*>(QStringLiteral("summary"));
    QTRY_COMPARE(answers->item(0, 1)->text(), QStringLiteral("the newest"));
    QTRY_COMPARE(answers->item(1, 1)->text(), QStringLiteral("differs: +5.000 s older"));
    QCOMPARE(summary->text(),
             QStringLiteral("1 of 2 nodes that answered differ from the newest stamp."));
    QCOMPARE(answers->item(1, 2)->text(), QStringLiteral("+2+3"));

    scene.click(QStringLiteral("moa"));
    QTest::mouseClick(scene.find<QPushButton>("stampsCompare"), Qt::LeftButton);
    QTRY_COMPARE(answers->item(1, 1)->text(), QStringLiteral("differs: unknown here"));
    scene.click(QStringLiteral("kiwi"));
    QTest::mouseClick(scene.find<QPushButton>("stampsCompare"), Qt::LeftButton);
    QTRY_COMPARE(summary->text(), QStringLiteral("All 2 nodes say the same."));
    scene.welsh.stop();
    QTRY_VERIFY(!scene.state.nodes()[1].live);
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("askAgain")), Qt::LeftButton);
    QTRY_COMPARE(answers->item(1, 1)->text(), QStringLiteral("no answer: not connected"));
    QTRY_COMPARE(summary->text(), QStringLiteral("1 of 2 nodes answered; they say the same."));
}

void StampsViewTest::exportsWhatIsShown() {
    Scene scene;
    QVERIFY(scene.open());
    scene.type(QStringLiteral("i"));
    QTRY_COMPARE(scene.clients(), QStringList{QStringLiteral("kiwi")});
    QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("out.gpx"));
    scene.table()->setFocus();
    QTest::keyClick(scene.table(), Qt::Key_E, Qt::ControlModifier);
    auto* const dialog = scene.find<QFileDialog>("stampsFile");
    QVERIFY(dialog != nullptr);
    auto* const name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    name->setText(path);
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_VERIFY(QFile::exists(path));
    QTRY_COMPARE(scene.find<QLabel>("stampsNotice")->text(),
                 QStringLiteral("1 stamps written to %1").arg(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray written = file.readAll();
    QCOMPARE(written.count("<wpt "), 1);
    QVERIFY(written.contains("<name>kiwi</name>"));
    QVERIFY(!scene.find<QWidget>("stampsProgress")->isVisible());
}

void StampsViewTest::cancelsAnExport() {
    Scene scene;
    QVERIFY(scene.open());
    std::vector<std::string> lines;
    for (int i = 0; i < 60'000; ++i) {
        lines.push_back("AT Hands +0.000000001 many-" + std::to_string(i) + " +1+1 1");
    }
    scene.state.stamps().apply(lines);
    QTRY_COMPARE(scene.clients().size(), 60'004);
    QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("out.csv"));
    scene.view->exportTo(path, ExportFormat::csv);
    scene.view->exportTo(path + QStringLiteral("2"), ExportFormat::csv);  // one at a time
    QVERIFY(scene.find<QWidget>("stampsProgress")->isVisible());
    QVERIFY(!scene.find<QPushButton>("stampsExport")->isEnabled());
    QTest::keyClick(scene.find<QPushButton>("stampsCancel"), Qt::Key_Space);
    QCOMPARE(scene.find<QLabel>("stampsNotice")->text(),
             QStringLiteral("Nothing written: cancelled"));
    QVERIFY(scene.find<QPushButton>("stampsExport")->isEnabled());
    QVERIFY(QDir(directory.path()).isEmpty());
}

}  // namespace herd

QTEST_MAIN(herd::StampsViewTest)
#include "tst_stampsview.moc"
