// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include "console/herdstate.h"
#include "console/linkcontrol.h"
#include "console/linktable.h"
#include "console/mainwindow.h"
#include "console/topologyview.h"
#include "tests/gui/scriptedadmin.h"

namespace herd {

namespace {

LinkStatus linkTo(const char* peer, LinkState state) {
    LinkStatus link;
    link.peer = peer;
    link.state = state;
    return link;
}

/// Goloman – Hands – Welsh, played by the test, and a state on display of them.
struct Scene {
    ScriptedAdmin goloman{"Goloman"};
    ScriptedAdmin hands{"Hands"};
    ScriptedAdmin welsh{"Welsh"};
    HerdState herd;

    Scene() {
        goloman.status.links = {linkTo("Hands", LinkState::flowing)};
        hands.status.links = {linkTo("Goloman", LinkState::flowing),
                              linkTo("Welsh", LinkState::flowing)};
        welsh.status.links = {linkTo("Hands", LinkState::flowing)};
        for (ScriptedAdmin* const node : {&goloman, &hands, &welsh}) {
            node->hello.nodes = {"Goloman", "Hands", "Welsh"};
            node->hello.links = links();
            node->scripts[QStringLiteral("link")] = [](const QJsonObject& request) {
                return ScriptedAdmin::answer(request,
                                             {{QStringLiteral("state"), QStringLiteral("paused")}});
            };
        }
    }

    static std::vector<std::pair<std::string, std::string>> links() {
        return {{"Goloman", "Hands"}, {"Hands", "Welsh"}};
    }

    HerdSource source() const {
        HerdSource source;
        source.name = QStringLiteral("herd");
        source.nodes = {goloman.address(), hands.address(), welsh.address()};
        source.topology.herd = "herd";
        source.topology.links = links();
        for (const char* const name : {"Goloman", "Hands", "Welsh"}) {
            source.topology.nodes.push_back(
                {name, QStringLiteral("127.0.0.1"), 0, 0, std::nullopt});
        }
        return source;
    }

    void open() {
        const HerdSource all = source();
        herd.open(all.name, all.nodes, all.topology);
    }

    bool allLive() const { return areLive(herd); }
    static bool areLive(const HerdState& state) {
        return std::all_of(state.nodes().begin(), state.nodes().end(), [](const NodeView& node) {
            return node.live && node.status.has_value();
        });
    }
};

/// A whole window on the scene's nodes: where refusals are to be seen.
struct SceneWindow {
    Appearance appearance;
    MainWindow window{appearance, MainWindow::Memory::none};
    TopologyView* view = window.findChild<TopologyView*>();

    explicit SceneWindow(const Scene& scene) {
        window.show();
        window.bringUp(Part::topology);
        window.openHerd(scene.source());
    }
    /// In sight, as the newest message and in the history, and in nobody's way.
    bool tells(const QString& text) const {
        const auto* const newest = window.findChild<QLabel*>(QStringLiteral("newestMessage"));
        const auto* const history = window.findChild<QTableView*>(QStringLiteral("messageTable"));
        const QAbstractItemModel* const messages = history->model();
        const QModelIndex last = messages->index(messages->rowCount() - 1, MessageLog::textColumn);
        return newest->isVisible() && newest->text().contains(text) &&
               last.data().toString().contains(text) &&
               QApplication::activeModalWidget() == nullptr;
    }
};

QAbstractButton* acceptButton(const QMessageBox& box) {
    for (QAbstractButton* const button : box.buttons()) {
        if (box.buttonRole(button) == QMessageBox::AcceptRole) {
            return button;
        }
    }
    return nullptr;
}

}  // namespace

/// The graph and the table of links, and what they let one do.
class TestTopologyView : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void endsMayDisagree();
    void halvesAreFoundByPoint();
    void aClickAsksAndARequestFollows();
    void nothingIsSentWithoutConsent();
    void pausedEndsAreResumed();
    void refusalsAreShown();
    void nodesThatAreAwayAreNotAsked();
    void whoMayOnlyLookIsToldSo();
    void keysWalkTheHalves();
    void partitionsAreDrawn();
    void theTableTellsBothEnds();
    void theTableAsksToo();
};

void TestTopologyView::endsMayDisagree() {
    std::vector<NodeStatus> told(2);
    told[0].links = {linkTo("Hands", LinkState::lagging)};
    told[0].links[0].lagChanges = 1'204;
    told[0].links[0].lagMs = 3'200;
    told[0].links[0].unsentBytes = 40'960;
    told[1].links = {linkTo("Goloman", LinkState::down)};
    const std::vector<NodeSight> sights{{QStringLiteral("Goloman"), true, {}, &told[0]},
                                        {QStringLiteral("Hands"), true, {}, &told[1]},
                                        {QStringLiteral("Welsh"), false, {}, nullptr}};
    Topology topology;
    topology.links = Scene::links();
    const std::vector<HerdLink> links = herdLinks(topology, sights);
    QCOMPARE(links.size(), std::size_t{2});
    QCOMPARE(links[0].ends[0].stateText(), QStringLiteral("catching up"));
    QCOMPARE(links[0].ends[0].lagText(),
             QStringLiteral("%L1 changes, 3.2 s behind, 40 KiB waiting").arg(1'204));
    QCOMPARE(links[0].ends[0].tone(), Tone::attention);
    QCOMPARE(links[0].ends[1].stateText(), QStringLiteral("down"));
    QCOMPARE(links[0].ends[1].tone(), Tone::bad);
    QVERIFY(!links[0].isAgreed());
    QVERIFY(!links[0].isUp());
    QCOMPARE(links[1].ends[0].stateText(), QStringLiteral("not told"));
    QCOMPARE(links[1].ends[1].stateText(), QStringLiteral("not reached"));
    QCOMPARE(links[1].ends[1].tone(), Tone::quiet);
}

void TestTopologyView::halvesAreFoundByPoint() {
    Scene scene;
    TopologyView view(scene.herd);
    view.resize(700, 500);
    scene.open();
    for (const std::size_t link : {std::size_t{0}, std::size_t{1}}) {
        for (const std::size_t end : {std::size_t{0}, std::size_t{1}}) {
            const TopologyView::Half half{link, end};
            QCOMPARE(view.halfAt(view.middleOf(half)), std::optional(half));
        }
    }
    QVERIFY(!view.halfAt(QPointF(2, 2)));
    QVERIFY(!view.halfAt(view.centreOf(0)));
}

void TestTopologyView::aClickAsksAndARequestFollows() {
    Scene scene;
    TopologyView view(scene.herd);
    view.resize(700, 500);
    view.show();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    QTest::mouseClick(&view, Qt::LeftButton, {}, view.middleOf({1, 1}).toPoint());
    QMessageBox* const question = view.control().question();
    QVERIFY(question != nullptr);
    QVERIFY(question->isVisible());
    QVERIFY2(question->text().contains(QStringLiteral("from the side of Welsh")),
             qPrintable(question->text()));
    QVERIFY(scene.welsh.requests(QStringLiteral("link")).isEmpty());
    QSignalSpy finished(&view.control(), &LinkControl::finished);
    QTest::mouseClick(acceptButton(*question), Qt::LeftButton);
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished[0][2].toString(), QString());
    const QList<QJsonObject> requests = scene.welsh.requests(QStringLiteral("link"));
    QCOMPARE(requests.size(), 1);
    QCOMPARE(requests[0].value(QLatin1String("peer")).toString(), QStringLiteral("Hands"));
    QCOMPARE(requests[0].value(QLatin1String("action")).toString(), QStringLiteral("pause"));
    QVERIFY(scene.hands.requests(QStringLiteral("link")).isEmpty());
}

void TestTopologyView::nothingIsSentWithoutConsent() {
    Scene scene;
    TopologyView view(scene.herd);
    view.show();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    view.control().ask(QStringLiteral("Hands"), QStringLiteral("Welsh"));
    QPointer<QMessageBox> question = view.control().question();
    QTest::keyClick(question, Qt::Key_Escape);
    QTRY_VERIFY(question.isNull());
    // The next status comes behind any request that might have been sent.
    const qsizetype told = scene.hands.requests(QStringLiteral("link")).size();
    QSignalSpy changed(&scene.herd, &HerdState::nodeChanged);
    QTRY_VERIFY(changed.size() > 3);
    QCOMPARE(told, 0);
    QVERIFY(scene.hands.requests(QStringLiteral("link")).isEmpty());
}

void TestTopologyView::pausedEndsAreResumed() {
    Scene scene;
    scene.hands.status.links[1].state = LinkState::paused;
    TopologyView view(scene.herd);
    view.show();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    view.control().ask(QStringLiteral("Hands"), QStringLiteral("Welsh"));
    QVERIFY(view.control().question()->text().startsWith(QStringLiteral("Resume")));
    QTest::mouseClick(acceptButton(*view.control().question()), Qt::LeftButton);
    QTRY_COMPARE(scene.hands.requests(QStringLiteral("link")).size(), 1);
    QCOMPARE(
        scene.hands.requests(QStringLiteral("link"))[0].value(QLatin1String("action")).toString(),
        QStringLiteral("resume"));
}

void TestTopologyView::refusalsAreShown() {
    Scene scene;
    scene.hands.scripts[QStringLiteral("link")] = [](const QJsonObject& request) {
        return ScriptedAdmin::answer(request,
                                     {{QStringLiteral("error"), QStringLiteral("not today")}});
    };
    SceneWindow scenery(scene);
    LinkControl& control = scenery.view->control();
    QTRY_VERIFY(Scene::areLive(scenery.window.herd()));
    control.ask(QStringLiteral("Hands"), QStringLiteral("Welsh"));
    QSignalSpy finished(&control, &LinkControl::finished);
    QTest::mouseClick(acceptButton(*control.question()), Qt::LeftButton);
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(finished[0][2].toString().contains(QStringLiteral("not today")));
    QTRY_VERIFY(control.question() == nullptr);
    QVERIFY(scenery.tells(QStringLiteral("not today")));
}

void TestTopologyView::nodesThatAreAwayAreNotAsked() {
    Scene scene;
    SceneWindow scenery(scene);
    LinkControl& control = scenery.view->control();
    QTRY_VERIFY(Scene::areLive(scenery.window.herd()));
    control.ask(QStringLiteral("Hands"), QStringLiteral("Welsh"));
    QVERIFY(control.question() != nullptr);
    scene.welsh.stop();
    QTRY_VERIFY(!scenery.window.herd().nodes()[2].live);
    control.ask(QStringLiteral("Welsh"), QStringLiteral("Hands"));
    QVERIFY(control.question() == nullptr);  // the one before is gone, too
    QTRY_VERIFY(scenery.tells(QStringLiteral("from the side of Hands")));
    QVERIFY(scene.welsh.requests(QStringLiteral("link")).isEmpty());
}

void TestTopologyView::whoMayOnlyLookIsToldSo() {
    Scene scene;
    scene.hands.hello.fullAccess = false;
    SceneWindow scenery(scene);
    LinkControl& control = scenery.view->control();
    QTRY_VERIFY(Scene::areLive(scenery.window.herd()));
    control.ask(QStringLiteral("Hands"), QStringLiteral("Welsh"));
    QVERIFY(control.question() == nullptr);
    QVERIFY(scenery.tells(QStringLiteral("for looking only")));
}

void TestTopologyView::keysWalkTheHalves() {
    Scene scene;
    TopologyView view(scene.herd);
    view.show();
    view.setFocus();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    QVERIFY(!view.current());
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.current(), std::optional(TopologyView::Half{0, 0}));
    QVERIFY2(view.accessibleDescription().startsWith(
                 QStringLiteral("Goloman says of its link with Hands: flowing")),
             qPrintable(view.accessibleDescription()));
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(view.current(), std::optional(TopologyView::Half{1, 1}));
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.current(), std::optional(TopologyView::Half{0, 1}));
    QTest::keyClick(&view, Qt::Key_Return);
    QVERIFY(view.control().question() != nullptr);
    QVERIFY(view.control().question()->text().contains(QStringLiteral("Hands")));
}

void TestTopologyView::partitionsAreDrawn() {
    Scene scene;
    TopologyView view(scene.herd);
    view.resize(700, 500);
    view.show();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    const QImage whole = view.grab().toImage();
    scene.hands.status.links[1].state = LinkState::down;
    scene.welsh.status.links[0].state = LinkState::down;
    QTRY_COMPARE(scene.herd.verdict().groups.size(), std::size_t{2});
    const QImage parted = view.grab().toImage();
    // A banner across the top, and another ground around the nodes.
    QCOMPARE(parted.pixel(3, 3), toneInk(Tone::bad, view.palette()).rgb());
    QVERIFY(whole.pixel(3, 3) != parted.pixel(3, 3));
    const auto groundBelow = [&view](const QImage& image, int node) {
        const QFontMetrics metrics(view.font());
        const int down = metrics.height() + 7 + 6;
        return image.pixel((view.centreOf(node) + QPointF(0, down)).toPoint());
    };
    QVERIFY(groundBelow(parted, 2) != view.palette().color(QPalette::Base).rgb());
    QVERIFY(groundBelow(parted, 0) != groundBelow(parted, 2));
    QVERIFY(view.accessibleDescription().startsWith(scene.herd.verdict().headline));
}

void TestTopologyView::theTableTellsBothEnds() {
    Scene scene;
    LinkTableModel model(scene.herd);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    scene.open();
    QCOMPARE(model.rowCount(), 4);
    const auto text = [&model](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, LinkTableModel::state), QStringLiteral("not reached"));
    QTRY_COMPARE(text(0, LinkTableModel::state), QStringLiteral("flowing"));
    scene.hands.status.links[0].state = LinkState::lagging;
    scene.hands.status.links[0].lagChanges = 7;
    scene.hands.status.links[0].clockDifferenceNs = -1'500'000;
    QTRY_COMPARE(text(1, LinkTableModel::state), QStringLiteral("catching up"));
    QCOMPARE(text(0, LinkTableModel::state), QStringLiteral("flowing"));
    QCOMPARE(text(1, LinkTableModel::node), QStringLiteral("Hands"));
    QCOMPARE(text(1, LinkTableModel::peer), QStringLiteral("Goloman"));
    QCOMPARE(text(1, LinkTableModel::changes), QStringLiteral("7"));
    QCOMPARE(text(1, LinkTableModel::clock), QStringLiteral("-1.5 ms"));
    scene.hands.stop();
    QTRY_COMPARE(text(1, LinkTableModel::state), QStringLiteral("not reached"));
    QCOMPARE(text(1, LinkTableModel::changes), QString());
    // Another herd, with other links.
    scene.herd.open(QStringLiteral("herd"), {scene.goloman.address()}, {});
    QTRY_COMPARE(model.rowCount(), 4);
    scene.herd.open(QStringLiteral("herd"), {}, {});
    QCOMPARE(model.rowCount(), 0);
}

void TestTopologyView::theTableAsksToo() {
    Scene scene;
    LinkTable table(scene.herd);
    table.show();
    scene.open();
    QTRY_VERIFY(scene.allLive());
    table.setCurrentIndex(table.model()->index(2, 0));
    QTest::keyClick(&table, Qt::Key_Return);
    QVERIFY(table.control().question() != nullptr);
    QVERIFY(table.control().question()->windowTitle().contains(QStringLiteral("Hands – Welsh")));
    QTest::mouseClick(acceptButton(*table.control().question()), Qt::LeftButton);
    QTRY_COMPARE(scene.hands.requests(QStringLiteral("link")).size(), 1);
}

}  // namespace herd

QTEST_MAIN(herd::TestTopologyView)
#include "tst_topologyview.moc"
