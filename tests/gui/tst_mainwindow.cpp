// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QTreeWidget>

#include "common/configfile.h"
#include "console/mainwindow.h"
#include "tests/support/herdfixture.h"

namespace herd {

namespace {

constexpr int stateColumn = 2;
constexpr int answerColumn = 4;
const QString iamat = QStringLiteral("IAMAT kiwi +34.068930-118.445127 1520023934.918963997");

/// A linked herd of two and a window on it.
struct Scene {
    HerdFixture herd{twoNodes()};
    std::unique_ptr<MainWindow> window;

    static HerdLayout twoNodes() {
        HerdLayout layout;
        layout.herd = QStringLiteral("pair");
        layout.nodes = {QStringLiteral("Hands"), QStringLiteral("Welsh")};
        layout.links = {{QStringLiteral("Hands"), QStringLiteral("Welsh")}};
        return layout;
    }

    bool open() {
        if (!herd.start() || !herd.waitUntilLinked()) {
            return false;
        }
        Result<HerdConfig> config = readConfigFile(herd.configPath());
        if (!config) {
            return false;
        }
        HerdConfig described = std::move(config).value();
        for (NodeAddress& node : described.topology.nodes) {
            node.clientPort = herd.node(QString::fromStdString(node.name)).clientPort();
        }
        window = std::make_unique<MainWindow>(described);
        window->show();
        return until(patience, [this] {
            return state(0) == QStringLiteral("connected") &&
                   state(1) == QStringLiteral("connected");
        });
    }

    template <typename Widget>
    Widget* find(const char* name) const {
        return window->findChild<Widget*>(QLatin1String(name));
    }
    QString state(int node) const {
        return find<QTreeWidget>("nodes")->topLevelItem(node)->text(stateColumn);
    }
    void tick(int node, Qt::CheckState checked) const {
        find<QTreeWidget>("nodes")->topLevelItem(node)->setCheckState(0, checked);
    }
    void type(const QString& line) const {
        QTest::keyClicks(find<QLineEdit>("line"), line);
        QTest::keyClick(find<QLineEdit>("line"), Qt::Key_Return);
    }
    int answerCount() const { return find<QTreeWidget>("answers")->topLevelItemCount(); }
    QString answer(int row) const {
        return find<QTreeWidget>("answers")->topLevelItem(row)->text(answerColumn);
    }
    QString status() const { return window->statusBar()->currentMessage(); }
};

}  // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sendsToTickedNodesOnly();
    void showsThePlacesOfAWhatsat();
    void refusesWhatNobodyAnswers();
    void recallsTheHistory();
    void tellsOfANodeThatDies();
    void connectsAgainByItself();
    void survivesANodeThatTalksNonsense();
};

void TestMainWindow::sendsToTickedNodesOnly() {
    Scene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    scene.type(iamat);
    QTRY_COMPARE(scene.answerCount(), 1);
    QVERIFY2(scene.answer(0).startsWith(QStringLiteral("AT Hands +")), qPrintable(scene.answer(0)));
    scene.tick(1, Qt::Checked);
    scene.type(QStringLiteral("nonsense"));
    QTRY_COMPARE(scene.answerCount(), 3);
    QCOMPARE(scene.answer(1), QStringLiteral("? nonsense"));
    QCOMPARE(scene.answer(2), QStringLiteral("? nonsense"));
}

void TestMainWindow::showsThePlacesOfAWhatsat() {
    Scene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    scene.type(iamat);
    QTRY_COMPARE(scene.answerCount(), 1);
    scene.type(QStringLiteral("WHATSAT kiwi 10 3"));
    QTRY_COMPARE(scene.answerCount(), 2);
    const QString text = scene.find<QPlainTextEdit>("answerText")->toPlainText();
    QVERIFY2(text.startsWith(QStringLiteral("AT Hands ")), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("\"status\"")), qPrintable(text));
    QVERIFY2(text.endsWith(QStringLiteral("\n\n")), qPrintable(text));
}

void TestMainWindow::refusesWhatNobodyAnswers() {
    Scene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    scene.type(QStringLiteral("   "));
    QCOMPARE(scene.status(), QStringLiteral("The line is empty: nodes do not answer that."));
    scene.tick(0, Qt::Unchecked);
    scene.type(iamat);
    QCOMPARE(scene.status(), QStringLiteral("Not sent: no ticked node is connected."));
    QCOMPARE(scene.answerCount(), 0);
}

void TestMainWindow::recallsTheHistory() {
    Scene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    auto* const line = scene.find<QLineEdit>("line");
    scene.type(QStringLiteral("first"));
    scene.type(QStringLiteral("second"));
    QTest::keyClick(line, Qt::Key_Up);
    QCOMPARE(line->text(), QStringLiteral("second"));
    QTest::keyClick(line, Qt::Key_Up);
    QTest::keyClick(line, Qt::Key_Up);
    QCOMPARE(line->text(), QStringLiteral("first"));
    QTest::keyClick(line, Qt::Key_Down);
    QTest::keyClick(line, Qt::Key_Down);
    QCOMPARE(line->text(), QString());
}

void TestMainWindow::tellsOfANodeThatDies() {
    Scene scene;
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    scene.herd.node(QStringLiteral("Hands")).kill();
    QTRY_VERIFY2(scene.state(0).startsWith(QStringLiteral("not reached: ")),
                 qPrintable(scene.state(0)));
    QCOMPARE(scene.state(1), QStringLiteral("connected"));
    scene.type(iamat);
    QCOMPARE(scene.status(), QStringLiteral("Not sent: no ticked node is connected."));
}

void TestMainWindow::connectsAgainByItself() {
    QTcpServer node;
    QVERIFY(node.listen(QHostAddress::LocalHost));
    const quint16 port = node.serverPort();
    HerdConfig config;
    NodeAddress address;
    address.name = "Hands";
    address.clientPort = port;
    config.topology.nodes = {address};
    MainWindow window(config);
    const auto state = [&window] {
        return window.findChild<QTreeWidget*>(QStringLiteral("nodes"))
            ->topLevelItem(0)
            ->text(stateColumn);
    };
    QTRY_VERIFY(node.hasPendingConnections());
    QTRY_COMPARE(state(), QStringLiteral("connected"));
    node.close();
    delete node.nextPendingConnection();
    QTRY_VERIFY2(state().startsWith(QStringLiteral("not reached: ")), qPrintable(state()));
    QVERIFY(node.listen(QHostAddress::LocalHost, port));
    QTRY_COMPARE(state(), QStringLiteral("connected"));
}

void TestMainWindow::survivesANodeThatTalksNonsense() {
    QTcpServer node;
    QVERIFY(node.listen(QHostAddress::LocalHost));
    HerdConfig config;
    NodeAddress address;
    address.name = "Hands";
    address.clientPort = node.serverPort();
    config.topology.nodes = {address};
    MainWindow window(config);
    QTRY_VERIFY(node.hasPendingConnections());
    node.nextPendingConnection()->write("HTTP/1.1 400 Bad Request\r\n");
    auto* const nodes = window.findChild<QTreeWidget*>(QStringLiteral("nodes"));
    QSignalSpy changes(nodes, &QTreeWidget::itemChanged);
    QTRY_VERIFY(node.hasPendingConnections());
    QVERIFY(!changes.isEmpty());
}

}  // namespace herd

QTEST_MAIN(herd::TestMainWindow)
#include "tst_mainwindow.moc"
