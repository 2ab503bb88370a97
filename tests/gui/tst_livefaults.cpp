// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QMessageBox>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include "console/linkcontrol.h"
#include "console/linktable.h"
#include "console/nodesmodel.h"
#include "tests/gui/consolescene.h"

namespace herd {

namespace {

/// What the console promises: a fault is on the screen by then.
constexpr std::chrono::milliseconds shownMsMax{2'000};

HerdLayout sampleWithKeptPorts() {
    HerdLayout layout = HerdLayout::sample();
    layout.keepsAdminPorts = true;
    return layout;
}

QString linkState(const LinkTable& table, const QString& node, const QString& peer) {
    const QAbstractItemModel* const model = table.model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, LinkTableModel::node).data() == node &&
            model->index(row, LinkTableModel::peer).data() == peer) {
            return model->index(row, LinkTableModel::state).data().toString();
        }
    }
    return {};
}

/// Asks for the link from the side of `node`, in the table, and consents.
void pauseOrResume(LinkTable& table, const QString& node, const QString& peer) {
    for (int row = 0; row < table.model()->rowCount(); ++row) {
        if (table.model()->index(row, LinkTableModel::node).data() == node &&
            table.model()->index(row, LinkTableModel::peer).data() == peer) {
            table.setCurrentIndex(table.model()->index(row, 0));
        }
    }
    QTest::keyClick(&table, Qt::Key_Return);
    QMessageBox* const question = table.control().question();
    QVERIFY(question != nullptr);
    for (QAbstractButton* const button : question->buttons()) {
        if (question->buttonRole(button) == QMessageBox::AcceptRole) {
            QTest::mouseClick(button, Qt::LeftButton);
            return;
        }
    }
}

}  // namespace

/// What goes wrong in a real herd, as the window tells it at every step, with nobody touching the
/// window in between.
class TestLiveFaults : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aKilledNodeIsShownAndComesBackByItself();
    void aPausedLinkIsShownAndHeals();
    void aPausedLinkThatOthersReplaceIsNoPartition();
};

void TestLiveFaults::aKilledNodeIsShownAndComesBackByItself() {
    ConsoleScene scene(sampleWithKeptPorts());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const QString welsh = QStringLiteral("Welsh");
    const quint16 port = scene.herd.adminPort(welsh);
    LineClient client = scene.herd.connectTo(QStringLiteral("Goloman"));
    client.ask("IAMAT kiwi +34.068930-118.445127 1520023934.918963997\n");
    QVERIFY(until(patience, [&] { return scene.cell(welsh, NodesModel::clientsColumn) == u"1"; }));
    QVERIFY(scene.waitForHeadline(QStringLiteral("Converged: 5 nodes")));

    scene.herd.node(welsh).kill();
    const Stopwatch since;
    QVERIFY(until(patience, [&] {
        return scene.cell(welsh, NodesModel::stateColumn).contains(u"not reached") &&
               scene.headline().startsWith(u"4 of 5 nodes reached");
    }));
    QVERIFY2(since.elapsed() <= shownMsMax, qPrintable(QString::number(since.elapsed().count())));
    QVERIFY(scene.wasTold(QStringLiteral("Welsh is lost")));
    QVERIFY(scene.cell(QStringLiteral("Hands"), NodesModel::stateColumn).contains(u"running"));
    QVERIFY(until(patience, [&] {
        return scene.cell(QStringLiteral("Holiday"), NodesModel::linksColumn) == u"2 of 3";
    }));
    // The others go on; what the dead one missed follows later.
    client.ask("IAMAT kea +34.068930-118.445127 1520023935.5\n");
    QVERIFY(until(patience, [&] {
        return scene.cell(QStringLiteral("Hands"), NodesModel::clientsColumn) == u"2" &&
               scene.window->herd().stamps().find("kea") >= 0;
    }));
    QVERIFY2(scene.headline().startsWith(u"4 of 5 nodes reached"), qPrintable(scene.headline()));

    QVERIFY2(scene.herd.startNode(welsh), qPrintable(scene.herd.error()));
    QCOMPARE(scene.herd.adminPort(welsh), port);
    QVERIFY(scene.waitForHeadline(QStringLiteral("Converged: 5 nodes, 2 clients")));
    QVERIFY2(scene.cell(welsh, NodesModel::stateColumn).contains(u"running"),
             qPrintable(scene.cell(welsh, NodesModel::stateColumn)));
    QCOMPARE(scene.cell(welsh, NodesModel::clientsColumn), QStringLiteral("2"));
    QCOMPARE(scene.cell(welsh, NodesModel::linksColumn), QStringLiteral("1 of 1"));
    QVERIFY(scene.wasTold(QStringLiteral("Welsh is back")));
}

void TestLiveFaults::aPausedLinkIsShownAndHeals() {
    ConsoleScene scene(sampleWithKeptPorts());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const QString welsh = QStringLiteral("Welsh");
    const QString holiday = QStringLiteral("Holiday");
    scene.window->bringUp(Part::topology);
    scene.find<QTabWidget>("topologyTabs")->setCurrentIndex(1);
    auto* const links = scene.window->findChild<LinkTable*>();
    // The only link that Welsh has.
    pauseOrResume(*links, welsh, holiday);
    const Stopwatch since;
    QVERIFY(scene.waitForHeadline(QStringLiteral("Partitioned")));
    QVERIFY2(since.elapsed() <= shownMsMax, qPrintable(QString::number(since.elapsed().count())));
    QVERIFY2(scene.headline().contains(u"| Welsh"), qPrintable(scene.headline()));
    QVERIFY(scene.find<QToolButton>("headlineTopology")->isVisible());
    QCOMPARE(linkState(*links, welsh, holiday), QStringLiteral("paused"));
    QVERIFY(until(patience, [&] { return linkState(*links, holiday, welsh) == u"down"; }));
    QCOMPARE(scene.cell(welsh, NodesModel::linksColumn), QStringLiteral("0 of 1"));
    QVERIFY(until(patience, [&] { return scene.wasTold(QStringLiteral("Partitioned")); }));
    // What one half hears, the other does not.
    LineClient client = scene.herd.connectTo(welsh);
    client.ask("IAMAT kiwi +34.068930-118.445127 1520023934.918963997\n");
    QVERIFY(until(patience, [&] { return scene.cell(welsh, NodesModel::clientsColumn) == u"1"; }));
    QCOMPARE(scene.cell(holiday, NodesModel::clientsColumn), QStringLiteral("0"));
    QVERIFY(scene.headline().startsWith(u"Partitioned"));

    pauseOrResume(*links, welsh, holiday);
    QVERIFY(scene.waitForHeadline(QStringLiteral("Converged: 5 nodes, 1 client")));
    QCOMPARE(scene.cell(holiday, NodesModel::clientsColumn), QStringLiteral("1"));
    QCOMPARE(linkState(*links, welsh, holiday), QStringLiteral("flowing"));
    QCOMPARE(linkState(*links, holiday, welsh), QStringLiteral("flowing"));
    QVERIFY(scene.wasTold(QStringLiteral("The partition is over")));
}

void TestLiveFaults::aPausedLinkThatOthersReplaceIsNoPartition() {
    ConsoleScene scene(sampleWithKeptPorts());
    QVERIFY2(scene.open(), qPrintable(scene.herd.error()));
    const QString goloman = QStringLiteral("Goloman");
    const QString hands = QStringLiteral("Hands");
    scene.window->bringUp(Part::topology);
    scene.find<QTabWidget>("topologyTabs")->setCurrentIndex(1);
    auto* const links = scene.window->findChild<LinkTable*>();
    pauseOrResume(*links, goloman, hands);
    QVERIFY(until(patience, [&] {
        return linkState(*links, goloman, hands) == u"paused" &&
               linkState(*links, hands, goloman) == u"down";
    }));
    LineClient client = scene.herd.connectTo(hands);
    client.ask("IAMAT kiwi +34.068930-118.445127 1520023934.918963997\n");
    QVERIFY(
        until(patience, [&] { return scene.cell(goloman, NodesModel::clientsColumn) == u"1"; }));
    QVERIFY(!scene.wasTold(QStringLiteral("Partitioned")));
    QVERIFY(until(patience, [&] {
        return scene.window->herd().verdict().details.contains(u"Goloman–Hands is paused");
    }));
    pauseOrResume(*links, goloman, hands);
    QVERIFY(until(patience, [&] {
        return linkState(*links, goloman, hands) == u"flowing" &&
               linkState(*links, hands, goloman) == u"flowing" &&
               scene.headline().startsWith(u"Converged") &&
               scene.window->herd().verdict().details.isEmpty();
    }));
}

}  // namespace herd

QTEST_MAIN(herd::TestLiveFaults)
#include "tst_livefaults.moc"
